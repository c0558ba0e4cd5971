"""What is known about secrets without any key: where their values are, who uses them, who could ever decrypt them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from argoproject.fleet.pipeline import Judged
from argoproject.problems import Position, counted
from argoproject.project.model import Project
from argoproject.project.repositories import secret_refs
from argoproject.secrets.file import SecretFile, SecretKey
from argoproject.secrets.recipients import canonical, recipients_of
from argoproject.tree.model import Tree
from argoproject.tree.stacks import StackFile, stack_files
from argoproject.yamlfile.reader import path_text

__all__ = ["Listed", "PastRead", "Use", "ever_read", "listed", "uses", "uses_of"]

NOWHERE = "no value: neither a file nor the config of its stack has one"
NOT_KNOWN = "no file; whether Pulumi config has a value cannot be read here"


@dataclass(frozen=True, slots=True)
class Use:
    """One place at which an environment names a secret."""

    environment: str
    position: Position
    path: str
    key: SecretKey
    found_in: str
    """The file with the value, the stack's file with the encrypted value, or that there is none."""

    def text(self) -> str:
        where = f"{self.environment}  {self.path}  {self.position}"
        return f"{where}\n    {self.key} in {self.found_in}"

    def data(self) -> dict[str, Any]:
        return {
            "environment": self.environment,
            **asdict(self.position),
            "path": self.path,
            "secret": str(self.key),
            "foundIn": self.found_in,
        }


@dataclass(frozen=True, slots=True)
class Listed:
    """One secret."""

    secret: str
    found_in: str
    environments: tuple[str, ...]
    """Those that use it."""

    recipients: tuple[str, ...]
    """Who can read the file; empty for a value in Pulumi config or in clear."""

    changed: str
    """When sops wrote the file last."""

    def text(self) -> str:
        used = counted(len(self.environments), "environment")
        readers = f", {counted(len(self.recipients), 'recipient')}" if self.recipients else ""
        changed = f", changed {self.changed[:10]}" if self.changed else ""
        return f"{self.secret}\n    {self.found_in}, {used}{readers}{changed}"

    def data(self) -> dict[str, Any]:
        data = asdict(self)
        return {"secret": data.pop("secret"), "foundIn": data.pop("found_in"), **data}


@dataclass(frozen=True, slots=True)
class PastRead:
    """One file that a recipient could read once, or still can."""

    file: str
    exists: bool
    readable: bool
    """Whether it can decrypt the current file."""

    def text(self) -> str:
        state = "can still read it" if self.readable else "could read an earlier version"
        gone = "" if self.exists else " (the file is gone; its value may still be valid)"
        # Everybody who could push a branch could choose the name.
        name = self.file if self.file.isprintable() else ascii(self.file)
        return f"{name}: {state}{gone}"

    def data(self) -> dict[str, Any]:
        return asdict(self)


def _found_in(project: Project, name: str, stacks: Sequence[StackFile]) -> str:
    """The place of the value that an environment gets for a name."""
    file = project.secrets.get(name)
    if file is not None:
        return file.file
    key = project.secret_key(name)
    taking = [stack for stack in stacks if stack.selection.takes(project.identity)]
    holding = [stack.document.file for stack in taking if key in stack.secrets]
    known = stacks and all(stack.complete for stack in taking)
    return ", ".join(holding) or (NOWHERE if known else NOT_KNOWN)


def uses(judged: Judged, name: str) -> list[Use]:
    """Every use of a secret: of a bare name in all teams, or of one whole key."""
    whole = SecretKey.parse(name)
    stacks, _ = stack_files(judged.tree.root)
    return sorted(
        (
            use
            for project in judged.projects
            for use in uses_of(project, stacks)
            if (use.key == whole if whole.folder else use.key.name == name)
        ),
        key=lambda use: (str(use.key), use.environment, use.path),
    )


def listed(judged: Judged) -> list[Listed]:
    """Every secret that has a file or is named, sorted by key."""
    users: dict[SecretKey, set[str]] = defaultdict(set)
    places: dict[SecretKey, set[str]] = defaultdict(set)
    stacks, _ = stack_files(judged.tree.root)
    for project in judged.projects:
        keys = []
        for use in uses_of(project, stacks):
            keys.append(use.key)
            places[use.key].add(use.found_in)
        keys += [item.secret.key for item in project.manifests if item.secret is not None]
        for key in keys:
            users[key].add(str(project.identity))
    files = {file.key: file for file in judged.tree.secret_files()}
    rows = []
    for key in sorted({*files, *users}, key=str):
        recipients: list[str] = []
        found_in, changed, file = ", ".join(sorted(places[key])), "", files.get(key)
        if file is not None:
            found_in = f"{file.file} (in clear)" if file.plain else file.file
            recipients = sorted(recipients_of(file.metadata))
            changed = str(file.metadata.get("lastmodified", ""))
        used = tuple(sorted(users[key]))
        rows.append(Listed(str(key), found_in, used, tuple(recipients), changed))
    return rows


def ever_read(tree: Tree, recipient: str, past: Iterable[str]) -> list[PastRead]:
    """Every file that a recipient can read or could once. `past` are files of the history, below the tree's root."""
    current = {file.file: file for file in tree.secret_files()}
    names = {f"{tree.name}/{name}" for name in past}
    names |= {name for name, file in current.items() if _reads(file, recipient)}
    return [
        PastRead(name, name in current, name in current and _reads(current[name], recipient))
        for name in sorted(names)
    ]


def _reads(file: SecretFile, recipient: str) -> bool:
    return canonical(recipient) in recipients_of(file.metadata)


def uses_of(project: Project, stacks: Sequence[StackFile]) -> Iterator[Use]:
    """Every secret that an environment names, and where it was found."""
    for path, name in secret_refs(project):
        yield Use(
            str(project.identity),
            project.layers.position(path),
            path_text(path),
            project.secret_key(name),
            _found_in(project, name, stacks),
        )
