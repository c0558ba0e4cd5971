"""Changes of audit.yaml: findings that the platform takes on, takes on otherwise, or takes on no more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from argoproject.audit.baseline import BASELINE
from argoproject.diff.fields import ABSENT, FieldChange, differences
from argoproject.diff.model import FileChange, Reason, SettingChange
from argoproject.diff.reach import Reach
from argoproject.diff.rules.changed import look, safe
from argoproject.diff.side import Side
from argoproject.fleet.selection import takes
from argoproject.project.model import Project

__all__ = ["acceptance_changes"]


def acceptance_changes(before: Side, after: Side, reach: Reach) -> Iterator[FileChange]:
    """audit.yaml, where its entries differ. One reaches the environments that it names, and those of its places."""
    sides = (before.acceptances, after.acceptances)
    lines = tuple(
        SettingChange(
            field=field,
            reasons=(_reason(field),),
            environments=tuple(sorted(set(_reached(field, sides, reach)))),
        )
        for field in differences(*sides)
    )
    if lines:
        yield FileChange(f"{reach.root}/{BASELINE}", lines)


def _reason(field: FieldChange) -> Reason:
    whole = len(field.steps) == 1 or isinstance(field.before, Mapping)
    if whole and field.after in (ABSENT, None, []):
        return safe("the audit tells again what was accepted")
    return look("a finding of the audit is accepted, or otherwise than before")


def _reached(
    field: FieldChange, sides: tuple[Mapping[str, Any], ...], reach: Reach
) -> Iterator[str]:
    for entry in _entries(field, sides):
        for pattern in _texts(entry, "environments"):
            yield from (str(item.identity) for item in reach.projects if _takes(pattern, item))
        for place in _texts(entry, "at"):
            file, _, key = place.partition(":")
            steps = tuple(key.split(".")) if key else ()
            yield from reach.of(f"{reach.root}/{file}", steps)


def _entries(field: FieldChange, sides: tuple[Mapping[str, Any], ...]) -> Iterator[Any]:
    """The entries that a changed line is of: it is one itself, all of them, or stands in the one with its index."""
    steps = field.steps[:2]
    if len(steps) == 2 and isinstance(steps[1], int):
        for side in sides:
            yield side[str(steps[0])][steps[1]]
        return
    for value in (field.before, field.after):
        yield from value if isinstance(value, list) else (value,)


def _texts(entry: Any, key: str) -> Iterator[str]:
    values = entry.get(key) if isinstance(entry, Mapping) else None
    yield from (item for item in values or () if isinstance(item, str))


def _takes(pattern: str, project: Project) -> bool:
    return takes(pattern, project.identity, project.names.project)
