"""The answer of `access`: rows for scripts; for people folded, so that one role in many environments is a few lines."""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from argoproject.access import AccessRow, System, access_rows
from argoproject.commands.common import counted
from argoproject.commands.lines import beside, wrapped
from argoproject.commands.markdown import code, plain, table
from argoproject.fleet import Judged
from argoproject.identity import Identity
from argoproject.manifests.policies import Grant
from argoproject.project import Project
from argoproject.selection import Patterns
from argoproject.urls import matches

__all__ = ["FORMS", "Answer", "answer"]

_Named = Callable[[str], str]

_ROLES = {"admin": 0, "readonly": 1}
"""Roles that every environment has come first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is told: `rows`, and `nobody`: environments to which no group at all has access."""

    rows: tuple[AccessRow, ...]
    nobody: tuple[Identity, ...]
    projects: tuple[Project, ...]
    patterns: Patterns
    groups: tuple[str, ...]
    """Those that were asked for; none stands for all."""

    hidden: int
    """How many rows are left out because they have ended."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """One group in one role, wherever it is the same, with the places that give it."""

    row: AccessRow
    places: Mapping[str, tuple[Identity, ...]]


def answer(
    judged: Judged,
    projects: Sequence[Project],
    today: dt.date,
    groups: Sequence[str] = (),
    *,
    expired: bool = False,
) -> Answer:
    """Who has access to some environments of a tree; `groups` are patterns."""
    rows = sorted(access_rows(projects, today), key=_order)
    held = {row.identity for row in rows if not row.expired}
    asked = [row for row in rows if not groups or any(matches(it, row.group) for it in groups)]
    told = tuple(row for row in asked if expired or not row.expired)
    return Answer(
        rows=told,
        nobody=() if groups else tuple(p.identity for p in projects if p.identity not in held),
        projects=tuple(projects),
        patterns=Patterns(judged.tree.declared()),
        groups=tuple(groups),
        hidden=len(asked) - len(told),
    )


def _order(row: AccessRow) -> tuple[Any, ...]:
    until = row.until or dt.date.max
    role = (_ROLES.get(row.role, len(_ROLES)), row.role, row.through)
    return (row.group, row.system, role, row.what, until, row.reason or "", row.identity)


def as_text(found: Answer) -> str:
    """For a terminal: by group, then by role, then where."""
    lines = [line for group, entries in _by_group(found) for line in _group(found, group, entries)]
    if found.nobody:
        lines += ["no group has access to", *(f"  {it}" for it in _said(found, found.nobody)), ""]
    return "\n".join([*_place(found.projects), *lines, _summary(found)])


def _place(projects: Sequence[Project]) -> Iterator[str]:
    """Where the roles count, where it is one environment."""
    if len(projects) == 1:
        names, identity = projects[0].names, projects[0].identity
        yield f"{identity}: project {names.project}, namespace {names.namespace} on {identity.cluster}"
        yield ""


def _by_group(found: Answer) -> Iterator[tuple[str, list[_Entry]]]:
    for group, rows in groupby(found.rows, key=lambda row: row.group):
        yield group, [_entry(list(same)) for _, same in groupby(rows, key=_same)]


def _same(row: AccessRow) -> tuple[Any, ...]:
    return (row.system, row.role, row.through, row.what, row.until, row.reason)


def _entry(rows: Sequence[AccessRow]) -> _Entry:
    places: dict[str, list[Identity]] = defaultdict(list)
    for row in rows:
        places[f"{row.position.file}:{row.position.line}"].append(row.identity)
    return _Entry(rows[0], {place: tuple(items) for place, items in places.items()})


def _group(found: Answer, group: str, entries: Iterable[_Entry]) -> Iterator[str]:
    yield group
    for entry in entries:
        yield from wrapped(f"{_role(entry.row)}: {entry.row.what}", 2)
        if term := _term(entry.row):
            yield from wrapped(term, 4)
        where = [
            (text, place)
            for place, identities in entry.places.items()
            for text in _said(found, identities)
        ]
        yield from beside(where, 4)
    yield ""


def _role(row: AccessRow) -> str:
    if row.system is System.ARGO_CD:
        return f"{row.system} role {row.role}"
    through = f" through the role {row.through}" if row.through else ""
    return f"{row.system} ClusterRole {row.role}{through}"


def _term(row: AccessRow) -> str:
    reason = f": {row.reason}" if row.reason else ""
    if row.until is None:
        return f"because{reason}" if reason else ""
    return f"{'EXPIRED, ended' if row.expired else 'until'} {row.until}{reason}"


def _said(found: Answer, identities: Iterable[Identity], name: _Named = str) -> Iterator[str]:
    for pattern, number in found.patterns.of(identities):
        yield f"{name(pattern)} ({number} environments)" if number > 1 else name(pattern)


def _summary(found: Answer) -> str:
    groups = len({row.group for row in found.rows})
    where = counted(len(found.projects), "environment")
    if found.groups and not found.rows:
        text = f"no group {' or '.join(found.groups)} has access to {where}"
    else:
        text = f"{counted(groups, 'group')} in {where}"
    hidden = counted(found.hidden, "expired binding")
    return f"{text}; {hidden} not shown (--expired)" if found.hidden else text


def as_markdown(found: Answer) -> str:
    """For a page: the same as a table."""
    header = ("Group", "Role", "May", "Where", "Until", "Given by")
    rows = (_cells(found, entry) for _, entries in _by_group(found) for entry in entries)
    nobody = ", ".join(_said(found, found.nobody, code))
    closing = [f"No group has access to {nobody}.", ""] if nobody else []
    return "\n".join([*table(header, rows), "", *closing, f"{_summary(found)}."])


def _cells(found: Answer, entry: _Entry) -> tuple[str, ...]:
    row = entry.row
    where = (_said(found, items, code) for items in entry.places.values())
    return (
        code(row.group),
        plain(_role(row)),
        plain(row.what),
        "\n".join(", ".join(patterns) for patterns in where),
        plain(_term(row).removeprefix("until ")),
        "\n".join(map(code, entry.places)),
    )


def as_json(found: Answer) -> str:
    """For scripts: every row by itself."""
    data = {
        "access": [_data(row) for row in found.rows],
        "nobody": [str(identity) for identity in found.nobody],
        "expiredNotShown": found.hidden,
    }
    return json.dumps(data, indent=2)


def _data(row: AccessRow) -> dict[str, Any]:
    return {
        "group": row.group,
        "environment": str(row.identity),
        "system": str(row.system),
        "project": row.project,
        "namespace": row.namespace,
        "cluster": row.identity.cluster,
        "role": row.role,
        "through": row.through or None,
        "what": row.what,
        "permissions": list(_permissions(row.grants)),
        "until": row.until and row.until.isoformat(),
        "reason": row.reason,
        "expired": row.expired,
        "file": row.position.file,
        "line": row.position.line,
        "column": row.position.column,
    }


def _permissions(grants: Iterable[Grant]) -> Iterator[dict[str, Any]]:
    """Actions on one resource and the same objects, together."""
    for (resource, objects), same in groupby(grants, key=lambda it: (it.resource, it.objects)):
        actions = [grant.action for grant in same]
        yield {"resource": resource, "actions": actions, "objects": list(objects)}


FORMS: Mapping[str, Callable[[Answer], str]] = {
    "text": as_text,
    "json": as_json,
    "markdown": as_markdown,
}
