"""A comparison as the page shows it: environments with equal changes are one entry."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from argoproject.diff.fields import ABSENT, FieldChange
from argoproject.diff.model import Action, Danger, Reason
from argoproject.diff.saved import SavedDiff
from argoproject.output.diff.data import Group, counts, grouped, reason_text, sentence, value
from argoproject.output.text import shortened
from argoproject.problems import printable

__all__ = ["DANGERS", "Changes", "Way", "changes"]

DANGERS = tuple(sorted(map(str, Danger), key=lambda name: -Danger(name).level))
"""The most dangerous first."""

_LONGEST = 2000
"""Characters of a value that are shown."""

_Reason = tuple[str, str]
"""A danger, and why."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an object, or one line of a file. `old` or `new` is None where the value is absent."""

    path: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Object:
    """One object. Its title has placeholders where several environments change in the same way."""

    title: str
    cluster: str
    action: str
    reasons: tuple[_Reason, ...]
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """The changes of one environment, or of many with equal changes.

    Attributes:
        environments: The environments.
        danger: The highest class of the changes.
        action: `create`, `update`, `replace` or `delete`.
        moved_from: The former folder; empty where it has not moved.
        reasons: Why the change of the environment as a whole has its class.
        objects: The objects that change; empty where the environment comes or goes as a whole.
        titles: The objects of an environment that comes or goes as a whole.
    """

    environments: tuple[str, ...]
    danger: str
    action: str
    moved_from: str
    reasons: tuple[_Reason, ...]
    objects: tuple[Object, ...]
    titles: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a file that environments share, and the environments that it reaches."""

    danger: str
    field: Field
    reasons: tuple[_Reason, ...]
    environments: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """The whole comparison.

    Attributes:
        base: With what the tree is compared.
        counts: The number of changes of each class, as text.
        sentence: The number of environments by action, as text.
        notes: What the comparison cannot show.
        problems: The problems of the configuration.
        broken: Environments that are not compared, because they are not valid.
        files: Files that environments share, each with the lines that changed.
        ways: The changes of environments, the most dangerous first.
        number: How many environments change.
    """

    base: str
    counts: str
    sentence: str
    notes: tuple[str, ...]
    problems: tuple[str, ...]
    broken: tuple[str, ...]
    files: tuple[tuple[str, tuple[Line, ...]], ...]
    ways: tuple[Way, ...]
    number: int


def changes(saved: SavedDiff) -> Changes:
    """Return what is shown of a comparison that `diff --format json` wrote."""
    diff = saved.diff
    return Changes(
        base=printable(diff.base),
        counts=counts(diff),
        sentence=sentence(diff),
        notes=tuple(map(printable, saved.notes)),
        problems=tuple(map(printable, saved.problems)),
        broken=tuple(map(str, diff.broken)),
        files=tuple(
            (
                printable(file.file),
                tuple(
                    Line(
                        danger=str(item.danger),
                        field=_field(item.field, str),
                        reasons=_reasons(item.reasons, str),
                        environments=item.environments,
                    )
                    for item in file.changes
                ),
            )
            for file in diff.files
        ),
        ways=tuple(map(_way, grouped(diff.environments))),
        number=len(diff.environments),
    )


def _way(group: Group) -> Way:
    first, general = group.first, group.general
    whole = first.action in (Action.CREATE, Action.DELETE)
    titles = tuple(printable(general(item.title)) for item in first.changes)
    objects = (
        Object(
            title=title,
            cluster=group.cluster(item),
            action=str(item.action),
            reasons=_reasons(item.reasons, general),
            fields=tuple(_field(field, general) for field in item.fields),
        )
        for title, item in zip(titles, first.changes, strict=True)
    )
    return Way(
        environments=tuple(group.names),
        danger=str(first.danger),
        action=str(first.action),
        moved_from=str(first.moved_from or ""),
        reasons=_reasons(first.reasons, general),
        objects=() if whole else tuple(objects),
        titles=titles if whole else (),
    )


def _reasons(reasons: Iterable[Reason], general: Callable[[str], str]) -> tuple[_Reason, ...]:
    """The reasons; `general` replaces an environment's own names in their values."""

    def quoted(text: str) -> str:
        return printable(general(text))

    return tuple((str(item.danger), reason_text(item, quoted)) for item in reasons)


def _field(field: FieldChange, general: Callable[[str], str]) -> Field:
    """A field with both sides as text: text as it is, other values as JSON."""

    def text(side: object) -> str | None:
        if side is ABSENT:
            return None
        shown = value(field, side)
        text = shown if isinstance(shown, str) else json.dumps(shown, ensure_ascii=False)
        return shortened(general(text), _LONGEST)

    return Field(printable(field.path), text(field.before), text(field.after))
