"""The part of a comparison that is about some environments."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from argoproject.diff.model import EnvironmentChange, FileChange, FleetDiff
from argoproject.fleet.selection import takes
from argoproject.identity import Identity, derive

__all__ = ["only"]


def only(diff: FleetDiff, patterns: Sequence[str]) -> FleetDiff:
    """The environments that any pattern takes, by their folder now or before, and the lines that reach one of them."""
    environments = tuple(item for item in diff.environments if _taken(item, patterns))
    names = {str(item.identity) for item in environments}
    broken = (item for item in diff.broken if _takes(patterns, item, derive(item).project))
    return replace(
        diff,
        environments=environments,
        files=tuple(_files(diff.files, names)),
        broken=tuple(broken),
    )


def _taken(change: EnvironmentChange, patterns: Sequence[str]) -> bool:
    former = change.moved_from
    return _takes(patterns, change.identity, change.project) or (
        former is not None and _takes(patterns, former, change.project)
    )


def _takes(patterns: Sequence[str], identity: Identity, project: str) -> bool:
    return any(takes(pattern, identity, project) for pattern in patterns)


def _files(files: Sequence[FileChange], names: Collection[str]) -> Iterator[FileChange]:
    for file in files:
        changes = tuple(
            item for item in file.changes if not set(item.environments).isdisjoint(names)
        )
        if changes:
            yield FileChange(file.file, changes)
