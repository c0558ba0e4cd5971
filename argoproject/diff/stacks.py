"""Changes of the stack files: where environments are deployed, by which stack, and what the stacks have besides them.

Both sides are compared by their effect: with the defaults of Pulumi.yaml, and without the project's name in keys. Of an
encrypted value only the ciphertext is known.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

from typing_extensions import override

from argoproject.diff.fields import ABSENT, Element, FieldChange, Steps, differences, leaves
from argoproject.diff.files import by_list
from argoproject.diff.model import FileChange, LineChange, Reason, dangerous, look, safe
from argoproject.diff.revision import Revision
from argoproject.identity import Identity
from argoproject.models import Platform
from argoproject.secrets.detection import NOT_SHOWN, is_encrypted_by_pulumi, is_kubeconfig
from argoproject.tree.pulumi import full_key, mapping, pulumi_root
from argoproject.tree.stacks import KEYS, StackFile, Stacks, read_stacks
from argoproject.yamlfile.reader import DataPath

__all__ = ["base_stacks", "comparable", "stack_changes"]

_PULUMI = "Pulumi.yaml"


def base_stacks(revision: Revision) -> Stacks:
    """The stacks of a revision that deployed from its folder, which is the folder of platform.yaml.

    Raises:
        BaseUnreadableError: if Git cannot read the files.
    """
    root = pulumi_root(revision.folder)
    if root is None:
        return Stacks([], [])
    with tempfile.TemporaryDirectory(prefix="argoproject-") as folder:
        config = Path(folder) / revision.folder.resolve().relative_to(root)
        config.mkdir(parents=True)
        replace(revision, folder=root).write(Path(folder), _is_stack_file)
        return read_stacks(config)


def comparable(
    before: Stacks, after: Stacks
) -> tuple[list[StackFile], list[StackFile], list[tuple[str, bool]]]:
    """Leave out the stacks whose file has mistakes on one side: what it declared is not known, and not removed.

    Returns:
        The stacks of both sides, and for each that is left out a sentence, with whether the working tree has the
        mistakes.
    """
    wrong = before.wrong | after.wrong
    sentences = []
    for name in sorted(wrong):
        here = name in after.wrong
        file = f"Pulumi.{name}.yaml" if name else _PULUMI
        words = "argoproject validate reports them" if here else "they are corrected now"
        side = "" if here else " in the base"
        sentences.append((f"{file} has mistakes{side}: {words}", here))
    old, new = (
        [stack for stack in side.usable if wrong.isdisjoint(("", stack.name))]
        for side in (before, after)
    )
    return old, new, sentences


def _is_stack_file(name: str) -> bool:
    file = PurePosixPath(name).name
    return name == _PULUMI or (file.startswith("Pulumi.") and file.endswith(".yaml"))


@dataclass(frozen=True, slots=True)
class _Stacks:
    """What the rules know: all stacks of both sides, and all environments."""

    before: Sequence[StackFile]
    after: Sequence[StackFile]
    environments: Collection[Identity]
    platform: Platform | None

    def taken(self, stack: StackFile | None) -> set[Identity]:
        """The environments that a stack takes."""
        return set() if stack is None else set(filter(stack.selection.takes, self.environments))


@dataclass(frozen=True, slots=True)
class _StackLine:
    """The input of a rule: one changed value of one stack, whose key is the first step."""

    field: FieldChange
    old: StackFile | None
    new: StackFile | None
    stacks: _Stacks

    @property
    def names(self) -> tuple[str, ...]:
        """The steps below the key; of an element of a list its text."""
        steps = map(str, self.field.steps[1:])
        value = self.field.after if self.is_added else self.field.before
        return tuple(step or str(value) for step in steps)

    @property
    def is_added(self) -> bool:
        return self.field.before is ABSENT

    @property
    def is_removed(self) -> bool:
        return self.field.after is ABSENT


def stack_changes(
    before: Sequence[StackFile],
    after: Sequence[StackFile],
    environments: Collection[Identity],
    platform: Platform | None,
) -> Iterator[FileChange]:
    """The changed values of stack files, each with its class and its line.

    Args:
        before: the stacks of the base.
        after: the stacks of the working tree.
        environments: those of both sides.
        platform: platform.yaml of the working tree; None where it is not valid.
    """
    stacks = _Stacks(before, after, environments, platform)
    old, new = ({stack.name: stack for stack in side} for side in (before, after))
    found: dict[str, dict[tuple[Steps, str], LineChange]] = defaultdict(dict)
    for name in sorted({*old, *new}):
        one, other = old.get(name), new.get(name)
        stack = other or old[name]
        for field in _fields(one, other):
            line = _StackLine(field, one, other, stacks)
            file, change = _placed(stack, line, _reached(line))
            key = change.steps, str(change.reasons)
            known = found[file].get(key)  # a default of Pulumi.yaml is one line for all stacks
            reached = {*change.environments, *(known.environments if known else ())}
            found[file][key] = replace(change, environments=tuple(sorted(reached)))
    for file, changes in sorted(found.items()):
        yield FileChange(file, tuple(by_list(changes.values())))


def _fields(old: StackFile | None, new: StackFile | None) -> Iterator[FieldChange]:
    """The values that differ, line by line. A stack that comes or goes is one change, and each of its values."""
    if old is None or new is None:
        sides = (ABSENT, "the whole file") if old is None else ("the whole file", ABSENT)
        yield FieldChange((), *sides)
    elif old.project != new.project:
        yield FieldChange(("(project)",), old.project, new.project)
    for change in differences(_values(old), _values(new)):
        if new is not None or change.steps[0] == "admissionPolicies":
            yield from leaves(change)


def _values(stack: StackFile | None) -> dict[str, Any]:
    """What a stack file sets: the keys of the project by their names, then those of others and of Pulumi itself."""
    if stack is None:
        return {}
    values = {
        key: _without_clear_values(key, item.value)
        for key, item in stack.settings.items()
        if key in KEYS and item.value not in _NOTHING
    }
    for key, value in mapping(stack.document.data.get("config")).items():
        if not full_key(key, stack.project).startswith(f"{stack.project}:"):
            values[f"{_OTHER}{key}"] = value if _is_shown(key, value) else _Hidden(value)
    values |= {key: item for key, item in stack.document.data.items() if key in _OF_PULUMI}
    shown = _without_ciphertext(values)
    return dict(shown)


def _without_ciphertext(value: Any) -> Any:
    """A value with a short text for each encrypted one, which differs where the ciphertext does."""
    if is_encrypted_by_pulumi(value):
        return f"encrypted {hashlib.sha256(value['secure'].encode()).hexdigest()[:8]}"
    if isinstance(value, Mapping):
        return {str(key): _without_ciphertext(item) for key, item in value.items()}
    return [*map(_without_ciphertext, value)] if isinstance(value, list) else value


def _is_shown(key: str, value: Any) -> bool:
    """Whether the value of a key of others can be no secret in clear: Pulumi's own settings are none."""
    return key.startswith("pulumi:") or is_encrypted_by_pulumi(value)


@dataclass(frozen=True, slots=True, repr=False)
class _Hidden:
    """A value that may be a secret in clear: it is compared, and never shown."""

    value: Any

    @override
    def __str__(self) -> str:
        return NOT_SHOWN


def _without_clear_values(key: str, value: Any) -> Any:
    """The value of a key of the project, with `_Hidden` in the place of a secret in clear, which `validate` refuses."""
    if key == "clusters":
        return {
            name: {step: _without_clear_values(step, item) for step, item in access.items()}
            if isinstance(access, dict)
            else access
            for name, access in mapping(value).items()
        }
    is_path = key == "kubeconfig" and isinstance(value, str) and not is_kubeconfig(value)
    if is_path or key not in _SECRET or is_encrypted_by_pulumi(value):
        return value
    if isinstance(value, dict):
        return {name: _without_clear_values(key, item) for name, item in value.items()}
    return _Hidden(value)


_SECRET = ("ageKey", "helmSecretsKeys", "kubeconfig", "secrets")
"""Keys below which every value is secret, that of a kubeconfig's path excepted."""

_NOTHING: tuple[Any, ...] = (None, "", False, [], {})
"""Values that have no effect."""

_OTHER = "config "
"""Marks keys of the config that are of another program or of a provider."""

_OF_PULUMI = ("secretsprovider", "encryptedkey", "encryptionsalt", "environment")


def _placed(
    stack: StackFile, line: _StackLine, reached: Collection[Identity]
) -> tuple[str, LineChange]:
    """The file of a changed line, and the line with its reasons."""
    field = line.field
    key = str(field.steps[0]) if field.steps else ""
    document, steps = stack.document, field.steps
    path: DataPath = ()
    if key in KEYS:
        document, path = stack.place((key, *_indexes(stack.value(key), field.steps[1:])))
        steps = (f"{stack.project}:{key}", *field.steps[1:])
    elif key.startswith(_OTHER):
        path, steps = ("config", key.removeprefix(_OTHER)), (key.removeprefix(_OTHER), *steps[1:])
    elif key in _OF_PULUMI:
        path = (key,)
    rule = _RULES.get(key, other if key.startswith(_OTHER) else whole)
    change = LineChange(
        steps,
        str(field.before) if isinstance(field.before, _Hidden) else field.before,
        str(field.after) if isinstance(field.after, _Hidden) else field.after,
        tuple(rule(line)),
        tuple(sorted(map(str, reached))),
        0 if line.new is None else document.position(path).line,
    )
    return document.file, change


def _indexes(value: Any, steps: Steps) -> Iterator[str | int]:
    """The steps with indexes in place of elements' texts, as far as the value has them."""
    for step in steps:
        if isinstance(step, Element):
            if not isinstance(value, list) or str(step) not in value:
                return
            yield value.index(str(step))
            return
        if not isinstance(value, Mapping) or step not in value:
            return
        yield step
        value = value[str(step)]


def _reached(line: _StackLine) -> Collection[Identity]:
    """The environments that a changed line concerns."""
    stacks, key = line.stacks, line.field.steps[:1]
    taken = stacks.taken(line.old) | stacks.taken(line.new)
    if key == ("select",):
        return stacks.taken(line.old) ^ stacks.taken(line.new)
    name = line.names[0] if line.names else ""
    if key == ("admissionPolicies",):
        return [it for it in stacks.environments if it.cluster == name]
    hub = stacks.platform.argocd.cluster if stacks.platform else name
    if key == ("clusters",) and name != hub:
        return [it for it in taken if it.cluster == name]
    if key == ("plainSecrets",):
        return [it for it in taken if name.startswith(f"{it}/")] or taken
    return taken


def policies(line: _StackLine) -> Iterator[Reason]:
    """Clusters whose admission policies the stack deploys."""
    (cluster, *_) = line.names or ("all",)
    if line.is_added:
        yield look("the stack deploys the admission policies of {}", cluster)
    elif any(cluster in stack.admission_policies for stack in line.stacks.after):
        yield look("another stack deploys the admission policies of {}", cluster)
    else:
        words = "no stack deploys the admission policies of {} any more: they are deleted, and nothing is refused there"
        yield dangerous(words, cluster)


def clusters(line: _StackLine) -> Iterator[Reason]:
    """How a cluster is reached. A context that is not set is the one with the cluster's name."""
    (name, *rest) = line.names or ("all clusters",)
    if rest and rest[0] in ("qps", "burst", "timeout"):
        yield safe("requests to the cluster {} have other limits", name)
    elif _access(line.old, name) != _access(line.new, name) and line.old is not None:
        words = "{} may be another cluster: environments are deployed there, with their credentials"
        yield dangerous(words, name)


def _access(stack: StackFile | None, name: str) -> tuple[Any, Any]:
    """The context and the kubeconfig of a cluster."""
    given = mapping(mapping(stack.value("clusters") if stack else None).get(name))
    kubeconfig = given.get("kubeconfig")
    return given.get("context") or (None if kubeconfig else name), kubeconfig


def plain(line: _StackLine) -> Iterator[Reason]:
    """Secrets whose files may be in clear."""
    (name, *_) = line.names or ("all",)
    if line.is_removed:
        yield safe("the file of the secret {} must be encrypted", name)
    else:
        yield dangerous("the file of the secret {} may be in clear, for all who can read Git", name)


def adopt(line: _StackLine) -> Iterator[Reason]:
    """Taking over objects that exist."""
    if line.field.after in (True, "true"):
        yield dangerous("existing objects are taken over, no matter who created them")
    else:
        yield safe("objects that exist already are not taken over")


def helm_secrets(line: _StackLine) -> Iterator[Reason]:
    """Argo CD's keys for helm-secrets."""
    (owner, *_) = line.names or ("all",)
    if line.is_removed:
        words = "Argo CD loses the key of {}: value files that are encrypted for it cannot be read"
        yield dangerous(words, owner)
    elif line.is_added:
        yield dangerous("Argo CD gets a key for helm-secrets of {}, which audit reports", owner)
    else:
        yield look("Argo CD gets another key for helm-secrets of {}", owner)


def values(line: _StackLine) -> Iterator[Reason]:
    """Values of secrets, and the key that decrypts their files."""
    change = "removed" if line.is_removed else "added" if line.is_added else "changed"
    judged = safe if line.is_added else look
    yield judged(f"the value of a secret is {change}: only its ciphertext is known here")


def selection(line: _StackLine) -> Iterator[Reason]:
    """Environments that the stack takes. Each stack has a state of its own."""
    old, new = line.stacks.taken(line.old), line.stacks.taken(line.new)
    if left := sorted(map(str, old - new)):
        words = "the stack no longer takes {}: it deletes them, which Pulumi refuses where they are protected"
        yield dangerous(words, ", ".join(left))
    if more := sorted(map(str, new - old)):
        yield look("the stack takes {}", ", ".join(more))


def project(_: _StackLine) -> Iterator[Reason]:
    """The name of the Pulumi project."""
    yield dangerous("the project has another name: each stack is another one, with no state")


def protection(line: _StackLine) -> Iterator[Reason]:
    """How the stack's secrets are encrypted, and environments of Pulumi ESC."""
    if line.field.steps[0] == "environment" and not line.is_removed:
        yield dangerous("values come from an environment of Pulumi ESC, which is not compared")
    else:
        yield look("who can decrypt the secrets of the stack, or its values, is changed")


def other(line: _StackLine) -> Iterator[Reason]:
    """Keys of providers and other programs."""
    if str(line.field.steps[0]).endswith("disable-default-providers") and line.is_removed:
        yield dangerous("a cluster that the machine's kubeconfig names may be deployed to")
    else:
        yield look("a setting of Pulumi, or of a provider, is changed")


def whole(line: _StackLine) -> Iterator[Reason]:
    """A stack that comes or goes, or deploys another folder."""
    if line.new is None:
        yield dangerous(
            "the stack no longer deploys this configuration: what it made stays, and nobody updates it"
        )
    else:
        yield look("the stack deploys this configuration")


_RULES: Mapping[str, Callable[[_StackLine], Iterator[Reason]]] = {
    "(project)": project,
    "admissionPolicies": policies,
    "adopt": adopt,
    "ageKey": values,
    "clusters": clusters,
    "config": whole,
    "helmSecretsKeys": helm_secrets,
    "plainSecrets": plain,
    "secrets": values,
    "select": selection,
    **dict.fromkeys(_OF_PULUMI, protection),
}
"""The rules by the key of the stack's config."""
