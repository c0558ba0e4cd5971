"""A comparison as Markdown, for a comment on a pull request.

GitHub takes 65,536 characters, GitLab more. What does not fit is left out from the end, where the least dangerous
stands: first its details, then itself, and it is said how much.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
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
    counts,
    cut,
    not_shown,
    one_line,
    printable,
    sentence,
    told,
    where,
)

__all__ = ["LIMIT", "MARKER", "as_markdown"]

MARKER = "<!-- argoproject diff -->"
"""The first line: by it a comment is found again and replaced."""

LIMIT = 60_000
"""Characters; below GitHub's limit, with room for what a workflow adds."""

_VALUE = 120
_NAMES = 20
_MANY = 40
_FEW = 5
"""How many lines of one kind a section has at most, in its longer and its shortest form."""

_LEFT_OUT = "\n**{} more parts do not fit here**: `argoproject diff` shows them.\n"

_PIPE = "\\|"

_TICKS = re.compile("`+")


@dataclass(frozen=True, slots=True)
class _Section:
    """A part of the comment in forms of falling length: with all details, with reasons only, with a few of them."""

    forms: tuple[str, ...]

    @property
    def least(self) -> str:
        return self.forms[-1]


def as_markdown(diff: FleetDiff) -> str:
    """The whole comparison, as far as it fits."""
    head = "\n".join([*_head(diff), *_problems(diff)])
    sections = [*map(_file, diff.files), *map(_group, grouped(diff.environments))]
    tail = f"\n{not_shown(diff)}\n" if diff.environments else ""
    room = LIMIT - len(head) - len(tail) - len(_LEFT_OUT)
    return f"{head}\n{''.join(_fitting(sections, room))}{tail}"


def _fitting(sections: list[_Section], room: int) -> Iterator[str]:
    """The sections, each in the longest form for which the shortest of all those that follow leave room."""
    spare = room - sum(len(section.least) for section in sections)
    left = 0
    for section in sections:
        fitting = (form for form in section.forms if len(form) - len(section.least) <= spare)
        form = next(fitting, "")
        spare -= len(form) - len(section.least)
        left += not form
        yield form
    if left:
        yield _LEFT_OUT.format(left)


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


def _problems(diff: FleetDiff) -> Iterator[str]:
    problems = diff.problems
    if not problems:
        return
    yield ""
    left_out = f" Not compared: {_names(map(str, diff.broken))}." if diff.broken else ""
    yield f"**The configuration has problems ({len(problems)}).**{left_out}"
    yield from (f"- {_code(cut(str(problem), 400))}" for problem in problems[:_MANY])
    if len(problems) > _MANY:
        yield f"- and {len(problems) - _MANY} more"


def _file(file: FileChange) -> _Section:
    title = f"\n#### {_code(file.file)}\n"
    changes = sorted(file.changes, key=lambda change: -change.danger.level)
    judged = [change for change in changes if change.reasons]
    forms = (
        [*_settings(changes, _MANY, details=True)],
        [*_settings(judged, _MANY, details=False)],
        [*_settings(judged, _FEW, details=False)],
    )
    return _Section(tuple(_text(title, form) for form in forms))


def _settings(changes: list[SettingChange], most: int, *, details: bool) -> Iterator[str]:
    for change in changes[:most]:
        yield from _setting(change, details=details)
    yield from _more(changes, most)


def _setting(change: SettingChange, *, details: bool) -> Iterator[str]:
    yield f"- {_field(change.field)}"
    yield from (f"  {line}" for line in _reasons(change.reasons, _MANY))
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
    names = [] if number == 1 else [f"{_names(group.names)}\n"]
    forms = (
        [*_reasons(change.reasons, _MANY, group), *_objects(group, _MANY, details=True)],
        [*_reasons(change.reasons, _MANY, group), *_objects(group, _MANY, details=False)],
        [*_reasons(change.reasons, _FEW, group), *_objects(group, _FEW, details=False)],
    )
    return _Section(tuple(_text(title, [*names, *form, "", "</details>"]) for form in forms))


def _objects(group: Group, most: int, *, details: bool) -> Iterator[str]:
    changes = sorted(group.first.changes, key=lambda change: -change.danger.level)
    if group.first.action in (Action.CREATE, Action.DELETE):
        if details and changes:
            titles = [group.general(item.title) for item in group.first.changes]
            yield f"- {len(titles)} objects: {_names(titles)}"
        return
    shown = changes if details else [change for change in changes if change.reasons]
    for change in shown[:most]:
        yield from _object(change, group, most, details=details)
    yield from _more(shown, most)


def _object(change: ObjectChange, group: Group, most: int, *, details: bool) -> Iterator[str]:
    title = _code(cut(group.general(change.title), _VALUE))
    yield f"- {title} on {_code(group.cluster(change))}: {change.action}"
    yield from (f"  {line}" for line in _reasons(change.reasons, most, group))
    if details:
        yield from (f"  - {_field(field, group)}" for field in change.fields[:most])
        if len(change.fields) > most:
            yield f"  - and {len(change.fields) - most} more"


def _reasons(reasons: Iterable[Reason], most: int, group: Group | None = None) -> Iterator[str]:
    ordered = sorted(reasons, key=lambda reason: -reason.danger.level)
    yield from (f"- {_reason(reason, group)}" for reason in ordered[:most])
    yield from _more(ordered, most)


def _more(items: Sequence[Reason | ObjectChange | SettingChange], most: int) -> Iterator[str]:
    """How many were left out, and whether any of them is dangerous."""
    left = items[most:]
    dangerous = sum(item.danger is Danger.DANGEROUS for item in left)
    if left:
        yield f"- and {len(left)} more" + (
            f", {dangerous} of them **dangerous**" if dangerous else ""
        )


def _reason(reason: Reason, group: Group | None = None) -> str:
    def quoted(text: str) -> str:
        return _code(cut(text if group is None else group.general(text), _VALUE))

    mark = f"**{reason.danger}**" if reason.danger is not Danger.SAFE else str(reason.danger)
    return f"{mark}: {told(reason, quoted)}"


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
