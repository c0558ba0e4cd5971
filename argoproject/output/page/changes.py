"""A comparison as the page shows it: environments that change in the same way are told once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from argoproject.diff.fields import ABSENT, FieldChange
from argoproject.diff.model import Action, Danger, FileChange, ObjectChange, Reason
from argoproject.diff.saved import SavedDiff
from argoproject.output.diff.groups import Group, grouped
from argoproject.output.diff.words import counts, cut, printable, sentence, told, value

__all__ = ["DANGERS", "Changes", "Way", "changes"]

DANGERS = tuple(sorted(map(str, Danger), key=lambda name: -Danger(name).level))
"""The most dangerous first."""

_LONGEST = 2000
"""Characters of a value that are shown."""

_Told = tuple[str, str]
"""A danger, and why."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field, or one line of a file. `old` and `new` are None where there was, or is, nothing."""

    path: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Object:
    """One object, named as those of all environments that change in this way."""

    title: str
    cluster: str
    action: str
    reasons: tuple[_Told, ...]
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How environments change: one, or many alike. What comes or goes as a whole has `titles` instead of objects."""

    environments: tuple[str, ...]
    danger: str
    action: str
    moved_from: str
    """The folder that it had before; empty where it has not moved."""

    reasons: tuple[_Told, ...]
    objects: tuple[Object, ...]
    titles: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a file that environments share, and those that it reaches."""

    danger: str
    field: Field
    reasons: tuple[_Told, ...]
    environments: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Everything. `counts` and `sentence` sum it up in words."""

    base: str
    counts: str
    sentence: str
    notes: tuple[str, ...]
    problems: tuple[str, ...]
    broken: tuple[str, ...]
    """Environments that are not compared, because they are not valid."""

    files: tuple[tuple[str, tuple[Line, ...]], ...]
    ways: tuple[Way, ...]
    number: int
    """How many environments change."""


def changes(saved: SavedDiff) -> Changes:
    """What is shown of a comparison."""
    diff = saved.diff
    return Changes(
        base=printable(diff.base),
        counts=counts(diff),
        sentence=sentence(diff),
        notes=tuple(map(printable, saved.notes)),
        problems=tuple(map(printable, saved.problems)),
        broken=tuple(map(str, diff.broken)),
        files=tuple((printable(item.file), tuple(_lines(item))) for item in diff.files),
        ways=tuple(map(_way, grouped(diff.environments))),
        number=len(diff.environments),
    )


def _lines(file: FileChange) -> Iterator[Line]:
    for change in file.changes:
        yield Line(
            danger=str(change.danger),
            field=_field(change.field, str),
            reasons=_reasons(change.reasons, str),
            environments=change.environments,
        )


def _way(group: Group) -> Way:
    first = group.first
    whole = first.action in (Action.CREATE, Action.DELETE)
    return Way(
        environments=tuple(group.names),
        danger=str(first.danger),
        action=str(first.action),
        moved_from=str(first.moved_from or ""),
        reasons=_reasons(first.reasons, group.general),
        objects=() if whole else tuple(_object(item, group) for item in first.changes),
        titles=tuple(_title(item, group) for item in first.changes) if whole else (),
    )


def _object(change: ObjectChange, group: Group) -> Object:
    return Object(
        title=_title(change, group),
        cluster=group.cluster(change),
        action=str(change.action),
        reasons=_reasons(change.reasons, group.general),
        fields=tuple(_field(item, group.general) for item in change.fields),
    )


def _title(change: ObjectChange, group: Group) -> str:
    return printable(group.general(change.title))


def _reasons(reasons: Iterable[Reason], general: Callable[[str], str]) -> tuple[_Told, ...]:
    def quoted(text: str) -> str:
        return printable(general(text))

    return tuple((str(item.danger), told(item, quoted)) for item in reasons)


def _field(field: FieldChange, general: Callable[[str], str]) -> Field:
    old, new = (_side(field, side, general) for side in (field.before, field.after))
    return Field(printable(field.path), old, new)


def _side(field: FieldChange, side: object, general: Callable[[str], str]) -> str | None:
    if side is ABSENT:
        return None
    shown = value(field, side)
    text = shown if isinstance(shown, str) else json.dumps(shown, ensure_ascii=False)
    return cut(general(text), _LONGEST)
