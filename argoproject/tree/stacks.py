"""Stacks: which environments one takes, and what the stack files beside Pulumi.yaml say."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from argoproject.identity import PLATFORM, Identity
from argoproject.models.validation import nearest, validate
from argoproject.problems import Position, Problem
from argoproject.secrets.key import SecretKey
from argoproject.tree.selection import Selection
from argoproject.yamlfile.reader import Data, Document, parse
from argoproject.yamlfile.reader import Path as DataPath

__all__ = [
    "PROJECT",
    "StackFile",
    "parse_selection",
    "plain_secrets",
    "pulumi_root",
    "stack_files",
]

KEYS = (
    "admissionPolicies",
    "adopt",
    "ageKey",
    "clusters",
    "config",
    "helmSecretsKeys",
    "plainSecrets",
    "secrets",
    "select",
)
"""The keys of its config, as Pulumi.yaml declares them."""

PROJECT = "argo-projects"
"""Name of the Pulumi project, and so of its config keys."""


@dataclass(frozen=True, slots=True)
class StackFile:
    """One Pulumi.<stack>.yaml that deploys from a given tree."""

    name: str
    document: Document
    selection: Selection
    plain: tuple[SecretKey, ...] = ()
    """Keys of the secrets that may stand in clear."""

    helm_secrets_keys: tuple[str, ...] = ()
    """Whose keys for helm-secrets it carries."""

    secrets: tuple[SecretKey, ...] = ()
    """Keys of the secrets whose values its config holds."""

    admission_policies: tuple[str, ...] = ()
    """Clusters whose admission policies it deploys."""

    def problem(self, *, path: DataPath, code: str, message: str, remedy: str) -> Problem:
        """A problem at a place below `config`, under the key that stands there."""
        return Problem(
            position=self.document.position(path),
            path=str(path[1]),
            code=code,
            message=message,
            remedy=remedy,
        )


def parse_selection(
    data: Any, document: Document | None = None, path: tuple[str, ...] = ()
) -> tuple[Selection | None, list[Problem]]:
    """A selection as config holds it; positions are those of the stack file where there is one."""

    def locate(inner: tuple[str | int, ...]) -> Position:
        if document is None:
            return Position(f"{PROJECT}:select")
        return document.position((*path, *inner))

    return validate(Selection, data or {}, locate, prefix=(f"{PROJECT}:select",))


def stack_files(config: Path) -> tuple[list[StackFile], list[Problem]]:
    """The stacks that deploy from the tree `config`: their files stand beside the nearest Pulumi.yaml."""
    root = pulumi_root(config)
    if root is None:
        return [], []
    stacks: list[StackFile] = []
    problems: list[Problem] = []
    for file in sorted(root.glob("Pulumi.*.yaml")):
        # As users, and programs that mark its lines, find it from where they are.
        shown = file.name if config.is_absolute() else os.path.relpath(file)
        document, broken = parse(shown, file.read_bytes())
        problems += broken
        if broken or not _deploys_from(document.data, root, config):
            continue
        problems += _unknown_keys(document)
        path = ("config", f"{PROJECT}:select")
        settings = _config(document.data)
        selection, invalid = parse_selection(settings.get(path[1]), document, path)
        problems += invalid
        if selection is not None:
            name = file.name.removeprefix("Pulumi.").removesuffix(".yaml")
            plain = tuple(map(SecretKey.parse, _names(settings.get(f"{PROJECT}:plainSecrets"))))
            keys = settings.get(f"{PROJECT}:helmSecretsKeys")
            owners = tuple(keys) if isinstance(keys, dict) else ()
            held = tuple(_secret_keys(settings.get(f"{PROJECT}:secrets")))
            policies = tuple(_names(settings.get(f"{PROJECT}:admissionPolicies")))
            stacks.append(StackFile(name, document, selection, plain, owners, held, policies))
    return stacks, problems


def plain_secrets(config: Path) -> frozenset[SecretKey]:
    """Secrets that may stand in clear: every stack that may need one allows it."""
    stacks, _ = stack_files(config)
    named = frozenset(key for stack in stacks for key in stack.plain)
    return frozenset(
        key
        for key in named
        if all(key in stack.plain for stack in stacks if _may_need(stack.selection, key))
    )


def _may_need(selection: Selection, key: SecretKey) -> bool:
    """Whether a stack takes, or could take, an environment below the folder of a secret."""
    return key.owner == PLATFORM or selection.takes_below(key.folder.split("/"))


def _unknown_keys(document: Document) -> Iterator[Problem]:
    """Keys of this project that the program does not read: a mistyped `select` would take everything."""
    for key in _config(document.data):
        project, _, name = key.partition(":")
        if project == PROJECT and name not in KEYS:
            match = nearest(name, KEYS)
            remedy = (
                f"did you mean `{PROJECT}:{match}`?" if match else f"known keys: {', '.join(KEYS)}"
            )
            position = document.position(("config", key))
            yield Problem(
                position=position,
                path=key,
                code="unknown-key",
                message="unknown key",
                remedy=remedy,
            )


def misplaced(
    stacks: Iterable[StackFile], identities: Iterable[Identity]
) -> Iterator[tuple[Identity, tuple[StackFile, ...]]]:
    """Environments that no stack takes, or more than one, with those stacks."""
    stacks = tuple(stacks)
    for identity in identities if stacks else ():
        taking = tuple(stack for stack in stacks if stack.selection.takes(identity))
        if len(taking) != 1:
            yield identity, taking


def pulumi_root(config: Path) -> Path | None:
    """The folder with the nearest Pulumi.yaml above a tree."""
    for folder in config.resolve().parents:
        if (folder / "Pulumi.yaml").is_file():
            return folder
    return None


def _deploys_from(data: Data, root: Path, config: Path) -> bool:
    folder = _config(data).get(f"{PROJECT}:config", "config")
    return isinstance(folder, str) and (root / folder).resolve() == config.resolve()


def _config(data: Data) -> Mapping[str, Any]:
    settings = data.get("config") if isinstance(data, dict) else None
    return settings if isinstance(settings, dict) else {}


def _secret_keys(owners: Any) -> Iterator[SecretKey]:
    """The keys of `argo-projects:secrets`: owner, then name."""
    for owner, names in owners.items() if isinstance(owners, dict) else ():
        yield from (SecretKey(owner, name) for name in (names if isinstance(names, dict) else ()))


def _names(value: Any) -> Iterator[str]:
    yield from (
        (str(item) for item in value if isinstance(item, str)) if isinstance(value, list) else ()
    )
