"""How `access` tells its answer: rows for scripts; for people folded, so that one role everywhere is a few lines."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from argoproject.fleet.access import Answer, Entry, by_group, widened
from argoproject.identity import Identity
from argoproject.output.markdown import code, plain, table
from argoproject.output.text import beside, wrapped
from argoproject.problems import counted
from argoproject.project.access import AccessRow, Grant, System, Widening
from argoproject.project.model import Project

__all__ = ["FORMS"]

_Named = Callable[[str], str]


def as_text(found: Answer) -> str:
    """For a terminal: by group, then by role, then where."""
    lines = [line for group, entries in by_group(found) for line in _group(found, group, entries)]
    if found.widened:
        lines += ["widened", *(line for it in widened(found) for line in _widening(found, it)), ""]
    if found.nobody:
        lines += [_nobody(found), *(f"  {it}" for it in _said(found, found.nobody)), ""]
    return "\n".join([*_place(found.projects), *lines, _summary(found)])


def _place(projects: Sequence[Project]) -> Iterator[str]:
    """Where the roles count, where it is one environment."""
    if len(projects) == 1:
        names, identity = projects[0].names, projects[0].identity
        yield f"{identity}: project {names.project}, namespace {names.namespace} on {identity.cluster}"
        yield ""


def _nobody(found: Answer) -> str:
    """What no group has, or may; environments follow."""
    return "no group has access to" if found.asked is None else f"no group may {found.asked} in"


def _widening(found: Answer, entry: Entry[Widening]) -> Iterator[str]:
    yield from wrapped(f"{entry.row.kind} {entry.row.value}", 2)
    yield from wrapped(_term(entry.row), 4)
    yield from _places(found, entry)


def _places(found: Answer, entry: Entry[Any]) -> Iterator[str]:
    """Where, and by which line."""
    where = [
        (text, place)
        for place, identities in entry.places.items()
        for text in _said(found, identities)
    ]
    return beside(where, 4)


def _group(found: Answer, group: str, entries: Iterable[Entry[AccessRow]]) -> Iterator[str]:
    yield group
    for entry in entries:
        yield from wrapped(f"{_role(entry.row)}: {entry.row.what}", 2)
        if term := _term(entry.row):
            yield from wrapped(term, 4)
        yield from _places(found, entry)
    yield ""


def _role(row: AccessRow) -> str:
    if row.system is System.ARGO_CD:
        return f"{row.system} role {row.role}"
    through = f" through the role {row.through}" if row.through else ""
    return f"{row.system} ClusterRole {row.role}{through}"


def _term(row: AccessRow | Widening) -> str:
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
    may = "has access to" if found.asked is None else f"may {found.asked} in"
    if (found.groups or found.asked) and not found.rows:
        named = f" {' or '.join(found.groups)}" if found.groups else ""
        text = f"no group{named} {may} {where}"
    elif found.asked:
        text = f"{counted(groups, 'group')} may {found.asked} in {where}"
    else:
        text = f"{counted(groups, 'group')} in {where}"
    return "; ".join([text, *_counted_besides(found)])


def _counted_besides(found: Answer) -> Iterator[str]:
    """What is widened, and what is not shown."""
    if found.widened:
        yield counted(len(found.widened), "widening")
    ended = ((found.hidden, "expired binding"), (found.lapsed, "expired widening"))
    if not_shown := [counted(number, what) for number, what in ended if number]:
        yield f"{' and '.join(not_shown)} not shown (--expired)"


def as_markdown(found: Answer) -> str:
    """For a page: the same as a table."""
    header = ("Group", "Role", "May", "Where", "Until", "Given by")
    rows = (_cells(found, entry) for _, entries in by_group(found) for entry in entries)
    nobody = ", ".join(_said(found, found.nobody, code))
    closing = [f"{_nobody(found).capitalize()} {nobody}.", ""] if nobody else []
    told = [*table(header, rows), "", *_widened_table(found), *closing]
    return "\n".join([*told, f"{_summary(found)}."])


def _widened_table(found: Answer) -> Iterator[str]:
    if found.widened:
        header = ("Widened", "Value", "Where", "Until", "Given by")
        yield from table(header, (_widening_cells(found, entry) for entry in widened(found)))
        yield ""


def _widening_cells(found: Answer, entry: Entry[Widening]) -> tuple[str, ...]:
    where, given_by = _place_cells(found, entry)
    row = entry.row
    until = plain(_term(row).removeprefix("until "))
    return plain(row.kind), code(row.value), where, until, given_by


def _place_cells(found: Answer, entry: Entry[Any]) -> tuple[str, str]:
    where = (", ".join(_said(found, items, code)) for items in entry.places.values())
    return "\n".join(where), "\n".join(map(code, entry.places))


def _cells(found: Answer, entry: Entry[AccessRow]) -> tuple[str, ...]:
    row = entry.row
    where, given_by = _place_cells(found, entry)
    until = plain(_term(row).removeprefix("until "))
    return code(row.group), plain(_role(row)), plain(row.what), where, until, given_by


def as_json(found: Answer) -> str:
    """For scripts: every row by itself."""
    data = {
        "access": [_data(row) for row in found.rows],
        "widenings": [_widening_data(item) for item in found.widened],
        "nobody": [str(identity) for identity in found.nobody],
        "expiredNotShown": found.hidden + found.lapsed,
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
        **_given(row),
    }


def _widening_data(item: Widening) -> dict[str, Any]:
    return {
        "kind": str(item.kind),
        "value": item.value,
        "environment": str(item.identity),
        **_given(item),
    }


def _given(row: AccessRow | Widening) -> dict[str, Any]:
    """Until when, why, and by which entry."""
    return {
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
