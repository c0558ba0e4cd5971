"""A comparison as Markdown, for a comment on a pull request.

GitHub accepts 65,536 characters in a comment, GitLab more. What does not fit is left out from the end, where the least
dangerous changes are: first their details, then whole sections. The comment says how many sections are missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeAlias

from argoproject.diff.fields import FieldChange
from argoproject.diff.model import (
    Action,
    Danger,
    FileChange,
    FleetDiff,
    LineChange,
    ObjectChange,
    Reason,
)
from argoproject.output.diff.data import (
    Group,
    counts,
    grouped,
    one_line,
    production,
    reason_text,
    sentence,
    where,
)
from argoproject.output.text import code, code_cell, plain, shortened
from argoproject.problems import listed

__all__ = ["LIMIT", "MARKER", "as_markdown"]

MARKER = "<!-- argoproject diff -->"
"""The first line, by which a comment is found again and replaced."""

LIMIT = 60_000
"""Characters: below GitHub's limit, with room for what a workflow adds."""

_VALUE = 120
"""Characters of a value that are shown."""

_NAMES = 20
"""How many names a list shows."""

_MANY = 40
_FEW = 5
"""How many lines of one kind a section has at most, in its longer forms and in its shortest."""

_LEFT_OUT = "\n**{} more parts do not fit here**: `argoproject diff` shows them.\n"


_FORMS = ((_MANY, True), (_MANY, False), (_FEW, False))
"""The forms of a section, from long to short: how many lines of one kind, and whether fields are shown."""

_Section: TypeAlias = tuple[str, ...]
"""A part of the comment in its forms."""


def as_markdown(diff: FleetDiff) -> str:
    """Return the comparison in at most `LIMIT` characters."""
    head = "\n".join(_head(diff))
    sections = [*map(_file, diff.files), *map(_group, grouped(diff.environments))]
    tail = "".join(f"\n{note}\n" for note in map(plain, diff.shown_notes))
    room = LIMIT - len(head) - len(tail) - len(_LEFT_OUT)
    return f"{head}\n{''.join(_fitting(sections, room))}{tail}"


def _fitting(sections: list[_Section], room: int) -> Iterator[str]:
    """Yield the sections, each in the longest form that leaves room for the shortest forms of all that follow.

    Example: with 100 characters, sections of 80/30 and 60/20 characters become 80 and 20: the first may use what the
    shortest forms (30 + 20) leave over, 50, and nothing is left over for the second.
    """
    spare = room - sum(len(section[-1]) for section in sections)
    left = 0
    for section in sections:
        fitting = (form for form in section if len(form) - len(section[-1]) <= spare)
        form = next(fitting, "")
        spare -= len(form) - len(section[-1])
        left += not form
        yield form
    if left:
        yield _LEFT_OUT.format(left)


def _head(diff: FleetDiff) -> Iterator[str]:
    """The summary, where the dangerous changes are, and the problems of the configuration."""
    yield MARKER
    yield f"### Environments: {counts(diff)}"
    yield ""
    yield f"Compared with {code(diff.base)}: {sentence(diff)}."
    found = [(danger, where(diff, danger)) for danger in (Danger.DANGEROUS, Danger.LOOK)]
    rows = [(danger, places) for danger, places in found if places]
    touched = production(diff, (name for _, places in rows for name in places[:_NAMES]))
    if rows or touched:
        yield ""
        yield "| | where |"
        yield "|---|---|"
        yield from (f"| **{danger}** | {_names(places, code_cell)} |" for danger, places in rows)
    if touched:
        yield f"| of production, too | {_names(touched, code_cell)} |"
    problems = diff.problems
    if problems:
        yield ""
        broken = f" Not compared: {_names(map(str, diff.broken))}." if diff.broken else ""
        yield f"**The configuration has problems ({len(problems)}).**{broken}"
        yield from (f"- {code(shortened(problem, 400))}" for problem in problems[:_MANY])
        if len(problems) > _MANY:
            yield f"- and {len(problems) - _MANY} more"


def _file(file: FileChange) -> _Section:
    """A file that environments share, with the lines that changed."""
    title = f"\n#### {code(file.file)}\n"
    changes = sorted(file.changes, key=lambda change: -change.danger.level)
    judged = [change for change in changes if change.reasons]
    return tuple(
        _text(title, _settings(changes if details else judged, most, details=details))
        for most, details in _FORMS
    )


def _settings(changes: list[LineChange], most: int, *, details: bool) -> Iterator[str]:
    for change in changes[:most]:
        line = f"line {change.line}: " if change.line else ""
        yield f"- {line}{_field(change)}"
        yield from (f"  {line}" for line in _reasons(change.reasons, _MANY))
        if details:
            names = change.environments
            reach = f"{len(names)}: {_names(names)}" if names else "no environment today"
            yield f"  - reaches {reach}"
    yield from _more(changes, most)


def _group(group: Group) -> _Section:
    """Environments with equal changes, folded; open where they are dangerous."""
    change = group.first
    mark = f"<b>{change.danger}</b>" if change.danger is not Danger.SAFE else str(change.danger)
    number = len(group.environments)
    what = str(change.identity) if number == 1 else f"{number} environments"
    facts = f"{change.environment_class or 'unknown class'}, {change.action}"
    begin = "<details open>" if change.danger is Danger.DANGEROUS else "<details>"
    title = f"\n{begin}<summary>{mark} · <b>{what}</b> ({facts})</summary>\n\n"
    names = [] if number == 1 else [f"{_names(group.names)}\n"]
    forms = (
        [*_reasons(change.reasons, most, group), *_objects(group, most, details=details)]
        for most, details in _FORMS
    )
    return tuple(_text(title, [*names, *form, "", "</details>"]) for form in forms)


def _objects(group: Group, most: int, *, details: bool) -> Iterator[str]:
    changes = sorted(group.first.changes, key=lambda change: -change.danger.level)
    if group.first.action in (Action.CREATE, Action.DELETE):
        if details and changes:
            titles = [group.general(item.title) for item in group.first.changes]
            yield f"- {len(titles)} objects: {_names(titles)}"
        return
    shown = changes if details else [change for change in changes if change.reasons]
    for change in shown[:most]:
        title = code(shortened(group.general(change.title), _VALUE))
        yield f"- {title} on {code(group.cluster(change))}: {change.action}"
        yield from (f"  {line}" for line in _reasons(change.reasons, most, group))
        if details:
            yield from (f"  - {_field(field, group)}" for field in change.fields[:most])
            if len(change.fields) > most:
                yield f"  - and {len(change.fields) - most} more"
    yield from _more(shown, most)


def _reasons(reasons: Iterable[Reason], most: int, group: Group | None = None) -> Iterator[str]:
    """The reasons of a change, the most dangerous first."""

    def quoted(text: str) -> str:
        return code(shortened(text, _VALUE))

    ordered = sorted(reasons, key=lambda reason: -reason.danger.level)
    for reason in ordered[:most]:
        mark = f"**{reason.danger}**" if reason.danger is not Danger.SAFE else str(reason.danger)
        yield f"- {mark}: {reason_text(reason, group, quoted)}"
    yield from _more(ordered, most)


def _more(items: Sequence[Reason | ObjectChange | LineChange], most: int) -> Iterator[str]:
    """How many items were left out, and how many of them are dangerous."""
    left = items[most:]
    dangerous = sum(item.danger is Danger.DANGEROUS for item in left)
    if left:
        yield f"- and {len(left)} more" + (
            f", {dangerous} of them **dangerous**" if dangerous else ""
        )


def _field(field: FieldChange, group: Group | None = None) -> str:
    before, after = (one_line(field, side, _VALUE) for side in (field.before, field.after))
    if group is not None:
        before, after = group.general(before), group.general(after)
    return f"{code(shortened(field.path, _VALUE))}: {code(before)} → {code(after)}"


def _names(names: Iterable[str], quoted: Callable[[str], str] = code) -> str:
    return listed([*map(quoted, names)], _NAMES)


def _text(title: str, rows: Iterable[str]) -> str:
    return "".join([title, *(f"{row}\n" for row in rows)])
