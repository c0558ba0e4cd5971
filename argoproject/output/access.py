"""The answer of `access`: grouped as text and as Markdown, row by row as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict
from itertools import groupby
from typing import Any

from argoproject.fleet.access import Answer, Entry, by_group, widened
from argoproject.identity import Identity
from argoproject.output.text import code, code_cell, plain, table, two_columns, wrapped
from argoproject.problems import counted
from argoproject.project.access import AccessRow, System, Widening

__all__ = ["WRITERS"]


def as_text(found: Answer) -> str:
    """Return the answer for a terminal: by group, then by role, then by environment."""
    lines: list[str] = []
    if len(found.projects) == 1:
        names, identity = found.projects[0].names, found.projects[0].identity
        where = f"namespace {names.namespace} on {identity.cluster}"
        lines += [f"{identity}: project {names.project}, {where}", ""]
    for group, entries in by_group(found):
        lines.append(group)
        for entry in entries:
            lines += wrapped(f"{_role(entry.row)}: {entry.row.what}", 2)
            lines += _term_and_places(found, entry)
        lines.append("")
    if found.widened:
        lines.append("widened")
        for item in widened(found):
            lines += wrapped(f"{item.row.kind} {item.row.value}", 2)
            lines += _term_and_places(found, item)
        lines.append("")
    if found.nobody:
        lines += [_nobody(found), *(f"  {it}" for it in _patterns(found, found.nobody)), ""]
    if found.anyone_mints:
        lines += [*wrapped(_ANYONE_MINTS, 0), ""]
    return "\n".join([*lines, _summary(found)])


_ANYONE_MINTS = (
    "every member of a role in Argo CD can create a project token of it, which outlasts `until` and the group: no "
    "stack deploys the admission policies of Argo CD's cluster"
)


def _term_and_places(found: Answer, entry: Entry[Any]) -> Iterator[str]:
    """Until when and why; then the environments, each with the line that gives the access."""
    yield from wrapped(_term(entry.row), 4)
    where = [
        (text, place)
        for place, identities in entry.places.items()
        for text in _patterns(found, identities)
    ]
    yield from two_columns(where, 4)


def _role(row: AccessRow) -> str:
    if row.system is System.GIT:
        return f"{row.system} branch {row.role}"
    if row.system is System.ARGO_CD:
        return f"{row.system} role {row.role}"
    through = f" through the role {row.through}" if row.through else ""
    return f"{row.system} ClusterRole {row.role}{through}"


def _term(row: AccessRow | Widening) -> str:
    """`until 2026-12-31: migration`, `because: …` without a last day, or nothing."""
    reason = f": {row.reason}" if row.reason else ""
    if row.until is None:
        return f"because{reason}" if reason else ""
    return f"{'EXPIRED, ended' if row.expired else 'until'} {row.until}{reason}"


def _patterns(
    found: Answer, identities: Iterable[Identity], name: Callable[[str], str] = str
) -> Iterator[str]:
    """The environments, as few patterns as match exactly them: `blue/*/*/prod (12 environments)`."""
    for pattern, number in found.patterns.of(identities):
        yield f"{name(pattern)} ({number} environments)" if number > 1 else name(pattern)


def _nobody(found: Answer) -> str:
    """The begin of the sentence that lists environments without any group."""
    return "no group has access to" if found.asked is None else f"no group may {found.asked} in"


def _summary(found: Answer) -> str:
    """The last line: the number of groups and environments, of widenings, and of what is not shown."""
    groups = len({row.group for row in found.rows})
    where = counted(len(found.projects), "environment")
    if (found.groups or found.asked) and not found.rows:
        named = f" {' or '.join(found.groups)}" if found.groups else ""
        may = "has access to" if found.asked is None else f"may {found.asked} in"
        parts = [f"no group{named} {may} {where}"]
    elif found.asked:
        parts = [f"{counted(groups, 'group')} may {found.asked} in {where}"]
    else:
        parts = [f"{counted(groups, 'group')} in {where}"]
    if found.widened:
        parts.append(counted(len(found.widened), "widening"))
    ended = ((found.hidden, "expired binding"), (found.lapsed, "expired widening"))
    if hidden := [counted(number, what) for number, what in ended if number]:
        parts.append(f"{' and '.join(hidden)} not shown (--expired)")
    return "; ".join(parts)


def as_markdown(found: Answer) -> str:
    """Return the answer for a comment or a page: a table of roles, and one of widenings."""

    def cells(entry: Entry[Any]) -> tuple[str, str, str]:
        where = (", ".join(_patterns(found, its, code_cell)) for its in entry.places.values())
        until = plain(_term(entry.row).removeprefix("until "))
        return "\n".join(where), until, "\n".join(map(code_cell, entry.places))

    header = ("Group", "Role", "May", "Where", "Until", "Given by")
    entries = (entry for _, entries in by_group(found) for entry in entries)
    rows = (
        (code_cell(it.row.group), plain(_role(it.row)), plain(it.row.what), *cells(it))
        for it in entries
    )
    lines = [*table(header, rows), ""]
    if found.widened:
        header_of_widened = ("Widened", "Value", "Where", "Until", "Given by")
        values = (
            (plain(it.row.kind), code_cell(it.row.value), *cells(it)) for it in widened(found)
        )
        lines += [*table(header_of_widened, values), ""]
    if found.nobody:
        lines += [f"{_nobody(found).capitalize()} {', '.join(_patterns(found, found.nobody, code))}.", ""]  # fmt: skip
    if found.anyone_mints:
        lines += [f"E{_ANYONE_MINTS[1:]}.", ""]
    return "\n".join([*lines, f"{_summary(found)}."])


def as_json(found: Answer) -> str:
    """Return the answer for scripts: an object for each row, not grouped."""
    access = [
        {
            "group": row.group,
            "environment": str(row.identity),
            "system": str(row.system),
            "project": row.project,
            "namespace": row.namespace,
            "cluster": row.identity.cluster,
            "role": row.role,
            "through": row.through or None,
            "what": row.what,
            # Grants of one resource and the same objects become one permission with all their actions.
            "permissions": [
                {
                    "resource": resource,
                    "actions": [it.action for it in same],
                    "objects": list(objects),
                }
                for (resource, objects), same in groupby(
                    row.grants, key=lambda it: (it.resource, it.objects)
                )
            ],
            **_given(row),
        }
        for row in found.rows
    ]
    widenings = [
        {"kind": str(it.kind), "value": it.value, "environment": str(it.identity), **_given(it)}
        for it in found.widened
    ]
    data = {
        "access": access,
        "widenings": widenings,
        "nobody": [str(identity) for identity in found.nobody],
        "expiredNotShown": found.hidden + found.lapsed,
        "anyoneMintsTokens": found.anyone_mints,
    }
    return json.dumps(data, indent=2)


def _given(row: AccessRow | Widening) -> dict[str, Any]:
    """Until when, why, and by which entry."""
    return {
        "until": row.until and row.until.isoformat(),
        "reason": row.reason,
        "expired": row.expired,
        **asdict(row.position),
    }


WRITERS: Mapping[str, Callable[[Answer], str]] = {
    "text": as_text,
    "json": as_json,
    "markdown": as_markdown,
}
"""By the value of `--format`."""
