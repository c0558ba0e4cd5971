"""A comparison as Markdown, for a comment on a pull request.

GitHub takes 65,536 characters, GitLab more. What does not fit is left out from the end, where the least dangerous
stands: first its details, then itself, and it is said how much.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from argoproject.diff.model import (
    Action,
    Danger,
    FileChange,
    FleetDiff,
    ObjectChange,
    Reason,
    SettingChange,
)
from argoproject.diff.show.groups import Group, grouped
from argoproject.diff.show.words import (
    counts,
    cut,
    not_shown,
    one_line,
    printable,
    sentence,
    where,
)
from argoproject.differences import FieldChange
from argoproject.errors import Problem

__all__ = ["LIMIT", "MARKER", "as_markdown"]

MARKER = "<!-- argoproject diff -->"
"""The first line: by it a comment is found again and replaced."""

LIMIT = 60_000
"""Characters; below GitHub's limit, with room for what a workflow adds."""

_VALUE = 120
_NAMES = 20
_MANY = 40
"""How many lines of one kind a section has at most."""

_PIPE = "\\|"

_TICKS = re.compile("`+")


@dataclass(frozen=True, slots=True)
class _Section:
    """A part of the comment: with and without its details."""

    full: str
    brief: str


def as_markdown(diff: FleetDiff) -> str:
    """The whole comparison, as far as it fits."""
    head = "\n".join([*_head(diff), *_problems(diff.problems)])
    sections = [*map(_file, diff.files), *map(_group, grouped(diff.environments))]
    tail = f"\n{not_shown(diff)}\n" if diff.environments else ""
    return f"{head}\n{''.join(_fitting(sections, LIMIT - len(head) - len(tail)))}{tail}"


def _fitting(sections: list[_Section], room: int) -> Iterator[str]:
    """The sections in the longest form for which there is room."""
    brief = sum(len(section.brief) for section in sections)
    spare = room - brief - 200
    for at, section in enumerate(sections):
        longer = len(section.full) - len(section.brief)
        text = section.full if longer <= spare else section.brief
        spare -= longer if text is section.full else 0
        room -= len(text)
        if room < 200:
            left = len(sections) - at
            yield f"\n**{left} more parts do not fit here**: `argoproject diff` shows them.\n"
            return
        yield text


def _head(diff: FleetDiff) -> Iterator[str]:
    yield MARKER
    yield f"### Environments: {counts(diff)}"
    yield ""
    yield f"Compared with {_code(diff.base)}: {sentence(diff)}."
    rows = [(danger, where(diff, danger)) for danger in (Danger.DANGEROUS, Danger.LOOK)]
    rows = [(danger, places) for danger, places in rows if places]
    if rows:
        yield ""
        yield "| | where |"
        yield "|---|---|"
        yield from (
            f"| **{danger}** | {_names(places).replace('|', _PIPE)} |" for danger, places in rows
        )


def _problems(problems: tuple[Problem, ...]) -> Iterator[str]:
    if not problems:
        return
    yield ""
    yield f"**The configuration has problems ({len(problems)}); environments that they concern are not compared.**"
    yield from (f"- {_code(cut(str(problem), 400))}" for problem in problems[:_MANY])
    if len(problems) > _MANY:
        yield f"- and {len(problems) - _MANY} more"


def _file(file: FileChange) -> _Section:
    title = f"\n#### {_code(file.file)}\n"
    full = [line for change in file.changes[:_MANY] for line in _setting(change, details=True)]
    brief = [
        line
        for change in file.changes[:_MANY]
        if change.reasons
        for line in _setting(change, details=False)
    ]
    more = _more(len(file.changes))
    return _Section(_text(title, [*full, *more]), _text(title, [*brief, *more]))


def _setting(change: SettingChange, *, details: bool) -> Iterator[str]:
    yield f"- {_field(change.field)}"
    yield from (f"  - {_reason(reason)}" for reason in change.reasons)
    if details:
        names = change.environments
        yield (
            f"  - reaches {len(names)}: {_names(names)}"
            if names
            else "  - reaches no environment today"
        )


def _group(group: Group) -> _Section:
    change = group.first
    mark = f"<b>{change.danger}</b>" if change.danger is not Danger.SAFE else str(change.danger)
    number = len(group.environments)
    what = str(change.identity) if number == 1 else f"{number} environments"
    facts = f"{change.environment_class or 'unknown class'}, {change.action}"
    begin = "<details open>" if change.danger is Danger.DANGEROUS else "<details>"
    title = f"\n{begin}<summary>{mark} · <b>{what}</b> ({facts})</summary>\n\n"
    reasons = [f"- {_reason(reason, group)}" for reason in change.reasons]
    names = [] if number == 1 else [f"{_names(group.names)}\n"]
    end = ["", "</details>"]
    full = [*names, *reasons, *_objects(group, details=True), *end]
    brief = [*names, *reasons, *_objects(group, details=False), *end]
    return _Section(_text(title, full), _text(title, brief))


def _objects(group: Group, *, details: bool) -> Iterator[str]:
    changes = group.first.changes
    if group.first.action in (Action.CREATE, Action.DELETE):
        if details and changes:
            titles = [group.general(item.title) for item in changes]
            yield f"- {len(titles)} objects: {_names(titles)}"
        return
    for change in changes[:_MANY]:
        yield from _object(change, group, details=details)
    yield from _more(len(changes))


def _object(change: ObjectChange, group: Group, *, details: bool) -> Iterator[str]:
    if not (details or change.reasons):
        return
    title = _code(group.general(change.title))
    yield f"- {title} on {_code(group.cluster(change.cluster))}: {change.action}"
    yield from (f"  - {_reason(reason, group)}" for reason in change.reasons[:_MANY])
    yield from (f"  {line}" for line in _more(len(change.reasons)))
    if details:
        yield from (f"  - {_field(field, group)}" for field in change.fields[:_MANY])
        yield from (f"  {line}" for line in _more(len(change.fields)))


def _more(number: int) -> Iterator[str]:
    if number > _MANY:
        yield f"- and {number - _MANY} more"


def _reason(reason: Reason, group: Group | None = None) -> str:
    def quoted(text: str) -> str:
        return _code(cut(text if group is None else group.general(text), _VALUE))

    mark = f"**{reason.danger}**" if reason.danger is not Danger.SAFE else str(reason.danger)
    return f"{mark}: {reason.told(quoted)}"


def _field(field: FieldChange, group: Group | None = None) -> str:
    before, after = (one_line(field, side, _VALUE) for side in (field.before, field.after))
    if group is not None:
        before, after = group.general(before), group.general(after)
    return f"{_code(cut(field.path, _VALUE))}: {_code(before)} → {_code(after)}"


def _names(names: Iterable[str]) -> str:
    shown = list(names)
    text = ", ".join(map(_code, shown[:_NAMES]))
    return f"{text} and {len(shown) - _NAMES} more" if len(shown) > _NAMES else text


def _code(text: str) -> str:
    """Text in which nothing is Markdown, HTML or a mention.

    Source: GitHub Flavored Markdown, "Code spans": a span ends at as many backticks as it began with.
    """
    text = printable(" ".join(text.split()))
    longest = max((len(found) for found in _TICKS.findall(text)), default=0)
    ticks = "`" * (longest + 1)
    space = " " if text.startswith("`") or text.endswith("`") or not text else ""
    return f"{ticks}{space}{text}{space}{ticks}"


def _text(title: str, rows: Iterable[str]) -> str:
    return "".join([title, *(f"{row}\n" for row in rows)])
