"""A comparison as text, readable without colour and in a log."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from argoproject.diff.affected import Affected
from argoproject.diff.fields import FieldChange
from argoproject.diff.model import Action, Danger, FleetDiff, Reason
from argoproject.output.diff.data import (
    MOST,
    Group,
    counts,
    dangerous_first,
    grouped,
    left_out,
    one_line,
    production,
    reason_text,
    sentence,
    where,
)
from argoproject.output.text import wrapped
from argoproject.problems import counted, listed, printable

__all__ = ["TextLine", "lines", "stack_lines"]

_VALUE = 60
"""Characters of a value that are shown."""

_NAMES = 8
"""How many names a list shows."""

_MARKS = {Action.CREATE: "+", Action.UPDATE: "~", Action.REPLACE: "!", Action.DELETE: "-"}
_WHOLE = (Action.CREATE, Action.DELETE)
"""What comes or goes as a whole has its objects listed, without their fields."""


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line before it is wrapped.

    Attributes:
        indent: Columns before the text.
        text: The text, of any length.
        danger: The class that colours it where there is colour.
    """

    indent: int
    text: str
    danger: Danger | None = None

    def wrapped(self) -> str:
        """Return the line as one or several lines of the terminal."""
        return "\n".join(wrapped(self.text, self.indent))


def lines(diff: FleetDiff) -> Iterator[TextLine]:
    """Yield the summary, then the shared files, then the environments, the most dangerous first."""
    yield TextLine(0, f"Compared with {diff.base}: {sentence(diff)}.")
    yield TextLine(0, f"{counts(diff)}.")
    shown: list[str] = []
    for danger in (Danger.DANGEROUS, Danger.LOOK):
        if places := where(diff, danger):
            shown += places[:_NAMES]
            yield TextLine(2, f"{danger}: {listed(places, _NAMES)}", danger)
    if places := production(diff, shown):
        yield TextLine(2, f"of production, too: {listed(places, _NAMES)}")
    if diff.broken:
        broken = listed(list(map(str, diff.broken)), _NAMES)
        yield TextLine(0, f"Not compared, because of the problems: {broken}.")
    for file in diff.files:
        yield TextLine(0, "")
        yield TextLine(0, printable(file.file))
        for change in dangerous_first(file.changes, MOST):
            line = f"line {change.line}: " if change.line else ""
            yield TextLine(2, f"{line}{_field(change)}")
            yield from _reasons(change.reasons, 6)
            names = change.environments
            reach = f"{counted(len(names), 'environment')}: {listed(names, _NAMES)}"
            yield TextLine(6, f"reaches {reach}" if names else "reaches no environment today")
        if left := left_out(file.changes, MOST):
            yield TextLine(2, left)
    for group in grouped(diff.environments):
        yield TextLine(0, "")
        yield from _group(group)
    if diff.shown_notes:
        yield TextLine(0, "")
        yield from (TextLine(0, note) for note in diff.shown_notes)


def _group(group: Group) -> Iterator[TextLine]:
    first = group.first
    facts = first.environment_class or "unknown class"
    if len(group.environments) == 1:
        title = f"{first.identity}  ({first.project}, {facts})"
    else:
        title = f"{len(group.environments)} environments ({facts}): {listed(group.names, _NAMES)}"
    yield TextLine(0, f"{_MARKS[first.action]} {title}: {first.action}", first.danger)
    yield from _reasons(first.reasons, 4, group)
    if first.action in _WHOLE:
        titles = [group.general(printable(item.title)) for item in first.changes]
        if titles:
            yield TextLine(4, f"{len(titles)} objects: {listed(titles, _NAMES)}")
        return
    for item in dangerous_first(first.changes, MOST):
        title, cluster = group.general(printable(item.title)), group.cluster(item)
        yield TextLine(4, f"{_MARKS[item.action]} {title} on {cluster}: {item.action}")
        yield from _reasons(item.reasons, 8, group)
        for field in item.fields[:MOST]:
            yield TextLine(8, group.general(_field(field)))
        if len(item.fields) > MOST:
            yield TextLine(8, f"and {counted(len(item.fields) - MOST, 'more field')}")
    if left := left_out(first.changes, MOST):
        yield TextLine(4, left)


def _reasons(
    reasons: Sequence[Reason], indent: int, group: Group | None = None
) -> Iterator[TextLine]:
    for reason in sorted(reasons, key=lambda reason: -reason.danger.level)[:MOST]:
        yield TextLine(indent, f"{reason.danger}: {reason_text(reason, group)}", reason.danger)
    if left := left_out(reasons, MOST):
        yield TextLine(indent, left)


def _field(field: FieldChange) -> str:
    before, after = (one_line(field, side, _VALUE) for side in (field.before, field.after))
    return f"{printable(field.path)}: {before} → {after}"


def stack_lines(found: Affected) -> Iterator[str]:
    """Yield the stacks that have to deploy a change, those without production first, each with its reasons."""
    for stack in sorted(found.stacks, key=lambda item: item.production):
        kind = "has production" if stack.production else "nonproduction"
        reasons = [counted(len(stack.environments), "environment")] if stack.environments else []
        if stack.policies:
            reasons.append(f"the admission policies of {', '.join(stack.policies)}")
        yield f"stack {stack.name} ({kind}): {', '.join(reasons)}"
        yield from (f"    {identity}" for identity in stack.environments)
    if not found.stacks:
        changed = counted(len(found.environments), "environment")
        yield f"no stack is affected ({changed} changed)"
