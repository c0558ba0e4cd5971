"""A comparison as text: readable on 100 columns, without colour, and in a log."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from argoproject.diff.fields import FieldChange
from argoproject.diff.model import (
    Action,
    Danger,
    FileChange,
    FleetDiff,
    ObjectChange,
    Reason,
    SettingChange,
)
from argoproject.output.diff.groups import Group, grouped
from argoproject.output.diff.words import (
    MARKS,
    counts,
    listed,
    not_shown,
    one_line,
    printable,
    sentence,
    told,
    where,
)

__all__ = ["Line", "lines"]

_COLUMNS = 100
_VALUE = 60
_NAMES = 8
_WHOLE = (Action.CREATE, Action.DELETE)


@dataclass(frozen=True, slots=True)
class Line:
    """A line before it is wrapped. `danger` colours it where there is colour."""

    indent: int
    text: str
    danger: Danger | None = None

    def wrapped(self, columns: int = _COLUMNS) -> str:
        """The line, its continuation set in further."""
        first, rest = " " * self.indent, " " * (self.indent + 4)
        return textwrap.fill(
            self.text,
            columns,
            initial_indent=first,
            subsequent_indent=rest,
            break_long_words=False,
            break_on_hyphens=False,
        )


def lines(diff: FleetDiff) -> Iterator[Line]:
    """The summary, then the shared files, then the environments, the most dangerous first."""
    yield Line(0, f"Compared with {diff.base}: {sentence(diff)}.")
    yield Line(0, f"{counts(diff)}.")
    yield from _summary(diff)
    if diff.broken:
        yield Line(
            0,
            f"Not compared, as they are not valid: {listed(list(map(str, diff.broken)), _NAMES)}.",
        )
    for file in diff.files:
        yield Line(0, "")
        yield from _file(file)
    for group in grouped(diff.environments):
        yield Line(0, "")
        yield from _group(group)
    if diff.environments:
        yield Line(0, "")
        yield Line(0, not_shown(diff))


def _summary(diff: FleetDiff) -> Iterator[Line]:
    for danger in (Danger.DANGEROUS, Danger.LOOK):
        places = where(diff, danger)
        if places:
            yield Line(2, f"{danger}: {listed(places, _NAMES)}", danger)


def _file(file: FileChange) -> Iterator[Line]:
    yield Line(0, printable(file.file))
    for change in file.changes:
        yield Line(2, _field(change.field))
        yield from _reasons(change.reasons, 6)
        yield Line(6, _reach(change))


def _reach(change: SettingChange) -> str:
    names = change.environments
    if not names:
        return "reaches no environment today"
    noun = "environment" if len(names) == 1 else "environments"
    return f"reaches {len(names)} {noun}: {listed(names, _NAMES)}"


def _group(group: Group) -> Iterator[Line]:
    change = group.first
    facts = change.environment_class or "unknown class"
    if len(group.environments) == 1:
        title = f"{change.identity}  ({change.project}, {facts})"
    else:
        title = f"{len(group.environments)} environments ({facts}): {listed(group.names, _NAMES)}"
    yield Line(0, f"{MARKS[change.action]} {title}: {change.action}", change.danger)
    yield from _reasons(change.reasons, 4, group)
    if change.action in _WHOLE:
        titles = [group.general(printable(item.title)) for item in change.changes]
        if titles:
            yield Line(4, f"{len(titles)} objects: {listed(titles, _NAMES)}")
        return
    for item in change.changes:
        yield from _object(item, group)


def _object(change: ObjectChange, group: Group) -> Iterator[Line]:
    title, cluster = group.general(printable(change.title)), group.cluster(change)
    yield Line(4, f"{MARKS[change.action]} {title} on {cluster}: {change.action}")
    yield from _reasons(change.reasons, 8, group)
    for field in change.fields:
        yield Line(8, group.general(_field(field)))


def _reasons(reasons: Iterable[Reason], indent: int, group: Group | None = None) -> Iterator[Line]:
    for reason in sorted(reasons, key=lambda reason: -reason.danger.level):
        text = told(reason, printable)
        general = text if group is None else group.general(text)
        yield Line(indent, f"{reason.danger}: {general}", reason.danger)


def _field(field: FieldChange) -> str:
    before, after = (one_line(field, side, _VALUE) for side in (field.before, field.after))
    return f"{printable(field.path)}: {before} → {after}"
