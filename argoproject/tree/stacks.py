"""The stack files next to Pulumi.yaml: which environments each stack takes, and what else its config declares."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from argoproject.identity import PLATFORM, Identity
from argoproject.models.validation import nearest, validate
from argoproject.problems import Position, Problem
from argoproject.secrets.file import SecretKey
from argoproject.tree.documents import read_file, unreadable
from argoproject.tree.selection import Selection
from argoproject.yamlfile.reader import DataPath, Document, parse

__all__ = [
    "KEYS",
    "PROJECT",
    "StackFile",
    "not_in_one_stack",
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
"""The keys of a stack's config, as Pulumi.yaml declares them."""

PROJECT = "argo-projects"
"""Name of the Pulumi project, and so of its config keys."""


@dataclass(frozen=True, slots=True)
class StackFile:
    """One Pulumi.<stack>.yaml that deploys from the tree that was asked for."""

    name: str
    document: Document
    selection: Selection
    plain: tuple[SecretKey, ...] = ()
    """The keys of secrets that may be in clear (`argo-projects:plainSecrets`)."""

    helm_secrets_keys: tuple[str, ...] = ()
    """Teams, or `platform`, whose keys for helm-secrets its config has."""

    secrets: tuple[SecretKey, ...] = ()
    """The keys of the secrets whose values its config has."""

    admission_policies: tuple[str, ...] = ()
    """Clusters to which it deploys the admission policies."""

    def problem(self, *, path: DataPath, code: str, message: str, remedy: str) -> Problem:
        """A problem at a place below `config`, with the name of the config key there."""
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
    """Validate a stack's selection.

    Args:
        data: the value of `argo-projects:select`; None for all environments.
        document: the stack file, for positions; without it, problems have the name of the config key.
        path: the place of the value in the document.
    """

    def locate(inner: tuple[str | int, ...]) -> Position:
        if document is None:
            return Position(f"{PROJECT}:select")
        return document.position((*path, *inner))

    return validate(Selection, {} if data is None else data, locate, prefix=(f"{PROJECT}:select",))


def stack_files(config: Path) -> tuple[list[StackFile], list[Problem]]:
    """Read the stacks that deploy from a tree.

    Args:
        config: the folder of platform.yaml. The files of stacks are next to the nearest Pulumi.yaml above it.

    Returns:
        The stacks whose files can be used, and the problems of all.
    """
    root = pulumi_root(config)
    if root is None:
        return [], []
    stacks: list[StackFile] = []
    problems: list[Problem] = []
    for file in sorted(root.glob("Pulumi.*.yaml")):
        # As users, and programs that mark its lines, find it from where they are.
        shown = file.name if config.is_absolute() else os.path.relpath(file)
        try:
            document, broken = parse(shown, read_file(os.path.realpath(file)))
        except OSError as error:
            problems.append(unreadable(shown, error))
            continue
        problems += broken
        settings = _mapping(_mapping(document.data).get("config"))
        folder = settings.get(f"{PROJECT}:config", "config")
        if broken or not isinstance(folder, str) or (root / folder).resolve() != config.resolve():
            continue
        problems += _unknown_keys(document, settings)
        path = ("config", f"{PROJECT}:select")
        selection, invalid = parse_selection(settings.get(path[1]), document, path)
        problems += invalid
        if selection is not None:
            stacks.append(
                StackFile(
                    name=file.name.removeprefix("Pulumi.").removesuffix(".yaml"),
                    document=document,
                    selection=selection,
                    plain=tuple(map(SecretKey.parse, _texts(settings, "plainSecrets"))),
                    helm_secrets_keys=tuple(_mapping(settings.get(f"{PROJECT}:helmSecretsKeys"))),
                    secrets=tuple(
                        SecretKey(owner, name)
                        for owner, names in _mapping(settings.get(f"{PROJECT}:secrets")).items()
                        for name in _mapping(names)
                    ),
                    admission_policies=tuple(_texts(settings, "admissionPolicies")),
                )
            )
    return stacks, problems


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


def _unknown_keys(document: Document, settings: Mapping[str, Any]) -> Iterator[Problem]:
    """Keys of this project that the program does not read. A mistyped `select` would take all environments."""
    for key in settings:
        project, _, name = key.partition(":")
        if project == PROJECT and name not in KEYS:
            match = nearest(name, KEYS)
            remedy = (
                f"did you mean `{PROJECT}:{match}`?" if match else f"known keys: {', '.join(KEYS)}"
            )
            yield Problem(
                position=document.position(("config", key)),
                path=key,
                code="unknown-key",
                message="unknown key",
                remedy=remedy,
            )


def not_in_one_stack(
    stacks: Iterable[StackFile], identities: Iterable[Identity]
) -> Iterator[tuple[Identity, tuple[StackFile, ...]]]:
    """Environments that no stack takes, or more than one, each with these stacks. Without stacks, none."""
    stacks = tuple(stacks)
    for identity in identities if stacks else ():
        taking = tuple(stack for stack in stacks if stack.selection.takes(identity))
        if len(taking) != 1:
            yield identity, taking


def pulumi_root(config: Path) -> Path | None:
    """The folder with the nearest Pulumi.yaml above a tree; None where there is none."""
    for folder in config.resolve().parents:
        if (folder / "Pulumi.yaml").is_file():
            return folder
    return None


def _mapping(value: Any) -> Mapping[str, Any]:
    """A value of a stack file as a mapping; empty where it is none, which Pulumi itself refuses."""
    return value if isinstance(value, dict) else {}


def _texts(settings: Mapping[str, Any], name: str) -> Iterator[str]:
    """The texts in a list of the config."""
    value = settings.get(f"{PROJECT}:{name}")
    items = value if isinstance(value, list) else ()
    return (str(item) for item in items if isinstance(item, str))
