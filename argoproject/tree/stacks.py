"""The stack files of the Pulumi project above a tree: which environments each takes, and what its config declares.

They are read as Pulumi reads them: from the folder that Pulumi.yaml names, with the keys of the project's own name,
and with the defaults of Pulumi.yaml. No key is needed: of an encrypted value only the name is read.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any, NamedTuple, TypeAlias

from pydantic import BeforeValidator

from argoproject.identity import PLATFORM, Identity
from argoproject.models.base import Model
from argoproject.models.scalars import Text, refuse
from argoproject.models.validation import nearest, validate
from argoproject.problems import Caution, Mistake, Position, Problem
from argoproject.secrets.detection import (
    is_encrypted_by_pulumi,
    is_kubeconfig,
    secret_paths,
    unencrypted,
)
from argoproject.secrets.file import SecretKey
from argoproject.tree.documents import parse_mapping
from argoproject.tree.files import read_file, unreadable
from argoproject.tree.pulumi import (
    PROJECT,
    PulumiProject,
    Setting,
    full_key,
    mapping,
    pulumi_project,
    shown_as,
)
from argoproject.tree.selection import Selection
from argoproject.yamlfile.reader import DataPath, Document, path_text

__all__ = [
    "KEYS",
    "STACK_CONFIG",
    "StackFile",
    "Stacks",
    "lacks_policies",
    "not_in_one_stack",
    "parse_selection",
    "plain_secrets",
    "read_stacks",
    "stack_files",
]

STACK_CONFIG = "stack config"
"""The name in place of a file in problems of a value that a program got from Pulumi."""


def _read_number(value: Any) -> Any:
    """A number above 0 from its text, quoted or not. Values of other types are left to pydantic."""
    if not isinstance(value, str):
        return value
    if not re.fullmatch(r"[0-9]+(\.[0-9]+)?", value) or not float(value):
        refuse(code="number", message="is not a number above 0", remedy="write digits")
    return float(value)


_Number: TypeAlias = Annotated[float, BeforeValidator(_read_number)]


def _read_switch(value: Any) -> Any:
    """A truth value, quoted or not. Pulumi refuses other words, `yes` for one."""
    if str(value).lower() not in ("true", "false"):
        refuse(code="wrong-type", message="is not true or false", remedy="write true or false")
    return str(value).lower() == "true"


_Switch: TypeAlias = Annotated[bool, BeforeValidator(_read_switch)]


class ClusterSettings(Model):
    """How Pulumi reaches a cluster. The components judge the values, and give the defaults."""

    context: Text | None = None
    """Context of the kubeconfig. Default: the cluster's name, unless a kubeconfig is given."""

    kubeconfig: Any = None
    """Path, or encrypted content. Default: KUBECONFIG, then ~/.kube/config."""

    qps: _Number | None = None
    """Requests per second."""

    burst: _Number | None = None
    """Requests at once."""

    timeout: _Number | None = None
    """Seconds after which a request fails."""


class StackSettings(Model):
    """The config of a stack, by the names of its keys without the project's. Pulumi.yaml declares the same."""

    admission_policies: tuple[Text, ...] | None = None
    """Clusters whose shared admission policies the stack deploys."""

    adopt: _Switch | None = None
    """Take over objects that exist."""

    age_key: Any = None
    """Private age key."""

    clusters: Mapping[str, ClusterSettings | None] | None = None
    """How each cluster is reached, by its name."""

    config: Text = "config"
    """Folder of platform.yaml, relative to Pulumi.yaml."""

    helm_secrets_keys: Mapping[str, Any] | None = None
    """Argo CD's private keys for helm-secrets, by team or `platform`."""

    plain_secrets: tuple[Text, ...] | None = None
    """Secrets whose files may be in clear."""

    secrets: Mapping[str, Mapping[str, Any] | None] | None = None
    """Secret values by team and name."""

    select: Selection | None = None
    """The environments of the stack."""


KEYS = tuple(sorted(item.alias or name for name, item in StackSettings.model_fields.items()))
"""The keys of a stack's config, as Pulumi.yaml declares them."""


@dataclass(frozen=True, slots=True)
class StackFile:
    """One Pulumi.<stack>.yaml that deploys from the tree that was asked for."""

    name: str
    document: Document
    selection: Selection
    path: str = ""
    """Its file, relative to the folder of Pulumi.yaml."""

    project: str = PROJECT
    settings: Mapping[str, Setting] = field(default_factory=dict, repr=False)
    """The values by key, without the project's name."""

    plain: tuple[SecretKey, ...] = ()
    """The keys of secrets that may be in clear (`plainSecrets`)."""

    helm_secrets_keys: tuple[str, ...] = ()
    """Teams, or `platform`, whose keys for helm-secrets its config has."""

    secrets: tuple[SecretKey, ...] = ()
    """The keys of the secrets whose values its config has."""

    admission_policies: tuple[str, ...] = ()
    """Clusters to which it deploys the admission policies."""

    complete: bool = True
    """Whether `secrets` has all names. Names are unknown where the whole of `secrets` is encrypted, or where an
    environment of Pulumi ESC adds values."""

    def value(self, key: str) -> Any:
        """The value of a key; None where it has none."""
        return self.settings[key].value if key in self.settings else None

    def place(self, path: DataPath) -> tuple[Document, DataPath]:
        """The file of a value, and its path there.

        Args:
            path: the name of a key, and steps below it: `("plainSecrets", 0)`.
        """
        setting = self.settings.get(str(path[0]))
        if setting is None:
            return self.document, ("config",)
        return setting.document, (*setting.path, *path[1:])

    def position(self, path: DataPath) -> Position:
        """The position of a value, whose path is as `place` takes it."""
        document, inner = self.place(path)
        return document.position(inner)

    def problems(self, found: Iterable[tuple[DataPath, Mistake]]) -> Iterator[Problem]:
        """Mistakes with their places, as `place` takes them, as problems."""
        for path, mistake in found:
            document, inner = self.place(path)
            for problem in document.problems([(inner, mistake)]):
                yield replace(problem, path=f"{self.project}:{path_text(path)}")


def parse_selection(data: Any) -> tuple[Selection | None, list[Problem]]:
    """Validate the value of `select` as a program gets it, without its file; None selects all environments."""
    place = Position(STACK_CONFIG)
    data = {} if data is None else data
    return validate(Selection, data, lambda _: place, prefix=("select",))


class Stacks(NamedTuple):
    """The stacks that deploy from a tree.

    Attributes:
        usable: the stacks whose files can be used.
        problems: the problems of all stack files, and of Pulumi.yaml.
        wrong: the names of the stacks of which a value cannot be read or has a wrong form, the usable ones among
            them included. `""` is Pulumi.yaml, which decides about all stacks.
    """

    usable: list[StackFile]
    problems: list[Problem]
    wrong: frozenset[str] = frozenset()


def stack_files(config: Path) -> tuple[list[StackFile], list[Problem]]:
    """The stacks that deploy from a tree and whose files can be used, and the problems of all.

    Args:
        config: the folder of platform.yaml. The files of stacks are where the nearest Pulumi.yaml above it says.
    """
    return read_stacks(config)[:2]


def read_stacks(config: Path) -> Stacks:
    """Read the stacks that deploy from a tree. The argument is that of `stack_files`."""
    project = pulumi_project(config)
    if project is None:
        return Stacks([], [])
    stacks: list[StackFile] = []
    problems: list[Problem] = [*project.problems]
    wrong = {""} if problems else set()
    for file in project.files():
        shown = shown_as(file, project.root, config)
        name = file.name.removeprefix("Pulumi.").removesuffix(".yaml")
        try:
            document, broken = parse_mapping(shown, read_file(os.path.realpath(file)))
        except OSError as error:
            problems.append(unreadable(shown, error))
            wrong.add(name)
            continue
        problems += broken
        if broken:
            wrong.add(name)
            continue
        stack = _stack(name, file, document, project)
        folder = stack.value("config") or "config"
        if isinstance(folder, str) and (project.root / folder).resolve() != config.resolve():
            if not (project.root / folder / "platform.yaml").is_file():
                problems += stack.problems([(("config",), _NO_TREE)])
            continue
        problems += _unknown_keys(document, project.name)
        problems += _outside(document, project.name)
        problems += stack.problems(_in_clear(stack))
        values = {
            key: item.value
            for key, item in stack.settings.items()
            if key in KEYS and (key == "select" or not is_encrypted_by_pulumi(item.value))
        }
        _, invalid = validate(StackSettings, values, stack.position)
        problems += [replace(it, path=f"{project.name}:{it.path}") for it in invalid]
        wrong |= {name} if invalid else set()
        if not any(it.path.startswith("select") for it in invalid):
            stacks.append(stack)
    return Stacks(stacks, problems, frozenset(wrong))


_NO_TREE = Caution(
    "no-tree",
    "there is no platform.yaml in this folder",
    "name the folder, relative to Pulumi.yaml",
)


def _stack(name: str, file: Path, document: Document, project: PulumiProject) -> StackFile:
    """One stack. What its config has in a wrong form is left out."""
    config = mapping(document.data.get("config"))
    own = {full_key(key, project.name): key for key in config}
    settings = {
        key.removeprefix(f"{project.name}:"): Setting(document, ("config", text), config[text])
        for key, text in own.items()
        if key.startswith(f"{project.name}:") and config[text] is not None
    }
    settings = {**project.defaults, **settings}
    data = {key: item.value for key, item in settings.items()}
    try:
        selection = Selection.model_validate(data.get("select", {}), by_alias=True, by_name=False)
    except ValueError:
        selection = Selection(teams=())  # not used: `stack_files` refuses the stack
    secrets = mapping(data.get("secrets"))
    return StackFile(
        name=name,
        document=document,
        selection=selection,
        path=os.path.relpath(file, project.root),
        project=project.name,
        settings=settings,
        plain=tuple(map(SecretKey.parse, _texts(data.get("plainSecrets")))),
        helm_secrets_keys=tuple(mapping(data.get("helmSecretsKeys"))),
        secrets=tuple(
            SecretKey(owner, name)
            for owner, names in secrets.items()
            for name, value in mapping(names).items()
            if value not in (None, "")
        ),
        admission_policies=tuple(_texts(data.get("admissionPolicies"))),
        complete="environment" not in document.data and not is_encrypted_by_pulumi(secrets),
    )


def lacks_policies(stacks: Sequence[StackFile], cluster: str) -> bool:
    """Whether stacks deploy, but none the admission policies of a cluster. Without stacks, that is not known."""
    return bool(stacks) and not any(cluster in stack.admission_policies for stack in stacks)


def plain_secrets(config: Path) -> frozenset[SecretKey]:
    """The keys of secrets that may be in clear: those that every stack allows that could deploy them.

    Args:
        config: the folder of platform.yaml.
    """
    stacks, _ = stack_files(config)
    return frozenset(
        key
        for key in frozenset(key for stack in stacks for key in stack.plain)
        if all(
            key in stack.plain
            for stack in stacks
            if key.owner == PLATFORM or stack.selection.takes_below(key.steps)
        )
    )


def _unknown_keys(document: Document, project: str) -> Iterator[Problem]:
    """Refuse keys that the program does not read, and secrets of providers that are in clear.

    A mistyped `select` would take all environments.
    """
    for key, value in mapping(document.data.get("config")).items():
        namespace, _, name = full_key(key, project).partition(":")
        own = namespace == project
        if own and name in KEYS:
            continue
        if own:
            mistake = Mistake("unknown-key", "unknown key", _known(project, name))
        elif name in KEYS and (namespace == PROJECT or nearest(namespace, [project])):
            message = f"the project of Pulumi.yaml is {project}: its program does not read this key"
            mistake = Mistake("unknown-key", message, f"write `{project}:{name}`")
        elif _is_secret(name, value):
            remedy = f"pulumi config set --secret '{key}'; if Git has seen it, replace it where it is valid"
            mistake = Mistake("secret-plain", _CLEAR, remedy)
        else:
            continue
        for problem in document.problems([(("config", key), mistake)]):
            yield replace(problem, path=key)


_OF_PULUMI = ("config", "encryptedkey", "encryptionsalt", "environment", "secretsprovider")
"""The keys of a stack file. Source: pulumi, sdk/go/common/workspace/project.go, `ProjectStack`."""

_CLEAR = "the value is not encrypted: everybody who can read the repository can read the secret"


def _outside(document: Document, project: str) -> Iterator[Problem]:
    """Refuse keys next to `config` that belong below it: Pulumi reads none of them."""
    for key in document.data:
        namespace, _, name = full_key(str(key), project).partition(":")
        if key not in _OF_PULUMI and (":" in str(key) or (namespace == project and name in KEYS)):
            mistake = Mistake(
                "unknown-key",
                "Pulumi does not read this key next to `config`",
                "indent it below `config`",
            )
            yield from document.problems([((key,), mistake)])


def _is_secret(name: str, value: Any) -> bool:
    """Whether a value for a provider or another program is a secret in clear."""
    if name == "kubeconfig":
        return isinstance(value, str) and is_kubeconfig(value)
    return any(True for _ in secret_paths({name: value}))


def _known(project: str, name: str) -> str:
    match = nearest(name, KEYS)
    return f"did you mean `{project}:{match}`?" if match else f"known keys: {', '.join(KEYS)}"


def _in_clear(stack: StackFile) -> Iterator[tuple[DataPath, Mistake]]:
    """Refuse secrets that are not encrypted. Pulumi reads them all the same."""
    clear = [
        path
        for key in ("secrets", "ageKey", "helmSecretsKeys")
        for path in unencrypted(stack.value(key), (key,))
    ]
    for key in ("admissionPolicies", "adopt", "config", "plainSecrets"):
        if is_encrypted_by_pulumi(stack.value(key)):
            message = "the value is encrypted, and is not a secret: nothing here can judge it"
            yield (key,), Mistake("stack-encrypted", message, "write it in clear")
    for name, access in mapping(stack.value("clusters")).items():
        content = mapping(access).get("kubeconfig")
        if not isinstance(content, str) or is_kubeconfig(content):
            clear += unencrypted(content, ("clusters", name, "kubeconfig"))
    for path in clear:
        steps = path[:-1] if path[-1] == "secure" else path
        key = f"{stack.project}:{path_text(steps)}"
        remedy = (
            f"pulumi config set --stack {stack.name} --secret --path '{key}'; "
            "if Git has seen it, replace it where it is valid"
        )
        if stack.place(path)[0] is not stack.document:
            remedy = f"remove it here; {remedy}"
        yield path, Mistake("secret-plain", _CLEAR, remedy)


def not_in_one_stack(
    stacks: Iterable[StackFile], identities: Iterable[Identity]
) -> Iterator[tuple[Identity, tuple[StackFile, ...]]]:
    """Environments that no stack takes, or more than one, each with these stacks. Without stacks, none."""
    stacks = tuple(stacks)
    for identity in identities if stacks else ():
        taking = tuple(stack for stack in stacks if stack.selection.takes(identity))
        if len(taking) != 1:
            yield identity, taking


def _texts(value: Any) -> Iterator[str]:
    """The texts in a list of the config."""
    items = value if isinstance(value, list) else ()
    return (str(item) for item in items if isinstance(item, str))
