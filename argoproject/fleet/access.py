"""The answer of `access`: who has access, what is widened, and to what nobody has.

What is widened belongs to no group: it is told where neither groups nor an action are asked for.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, Generic, TypeVar

from argoproject.fleet.pipeline import Judged
from argoproject.identity import Identity
from argoproject.project.access import (
    ADMIN,
    READONLY,
    AccessRow,
    Widening,
    access_rows,
    covers,
    widenings,
)
from argoproject.project.model import Project
from argoproject.tree.selection import Patterns
from argoproject.upstream.urls import matches

__all__ = ["Answer", "Entry", "Question", "answer", "by_group", "widened"]

Row = TypeVar("Row", AccessRow, Widening)

_ROLES = {ADMIN: 0, READONLY: 1}
"""Roles that every environment has come first."""


@dataclass(frozen=True, slots=True)
class Question:
    """May somebody do this with anything in the project? `str()` is how it is told: `sync applications`."""

    action: str
    resource: str

    def __str__(self) -> str:
        return f"{self.action} {self.resource}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is told: `rows`, what is `widened`, and `nobody`: environments to which no group at all has access, or in
    which none may do what was `asked`."""

    rows: tuple[AccessRow, ...]
    widened: tuple[Widening, ...]
    nobody: tuple[Identity, ...]
    projects: tuple[Project, ...]
    patterns: Patterns
    groups: tuple[str, ...]
    """Those that were asked for; none stands for all."""

    asked: Question | None
    hidden: int
    """How many rows are left out because they have ended."""

    lapsed: int
    """How many widenings are."""


@dataclass(frozen=True, slots=True)
class Entry(Generic[Row]):
    """One group in one role, or one widening, wherever it is the same, with the places that give it."""

    row: Row
    places: Mapping[str, tuple[Identity, ...]]


def answer(
    judged: Judged,
    projects: Sequence[Project],
    today: dt.date,
    groups: Sequence[str] = (),
    asked: Question | None = None,
    *,
    expired: bool = False,
) -> Answer:
    """Who has access to some environments of a tree, or may do there what is `asked`; `groups` are patterns."""
    rows = list(access_rows(projects, today))
    rows = sorted(rows if asked is None else answering(rows, asked), key=_order)
    held = {row.identity for row in rows if not row.expired}
    named = [row for row in rows if not groups or any(matches(it, row.group) for it in groups)]
    told = tuple(row for row in named if expired or not row.expired)
    every = [] if groups or asked else sorted(widenings(projects, today), key=_widening_order)
    shown = tuple(item for item in every if expired or not item.expired)
    return Answer(
        rows=told,
        widened=shown,
        nobody=() if groups else tuple(p.identity for p in projects if p.identity not in held),
        projects=tuple(projects),
        patterns=Patterns(judged.tree.declared()),
        groups=tuple(groups),
        asked=asked,
        hidden=len(named) - len(told),
        lapsed=len(every) - len(shown),
    )


def _widening_order(item: Widening) -> tuple[Any, ...]:
    return (*_same_widening(item), item.identity)


def _order(row: AccessRow) -> tuple[Any, ...]:
    until = row.until or dt.date.max
    role = (_ROLES.get(row.role, len(_ROLES)), row.role, row.through)
    return (row.group, row.system, role, row.what, until, row.reason or "", row.identity)


def by_group(found: Answer) -> Iterator[tuple[str, list[Entry[AccessRow]]]]:
    """The rows folded: what is the same in many environments, and given by the same entry, once."""
    for group, rows in groupby(found.rows, key=lambda row: row.group):
        yield group, [_entry(list(same)) for _, same in groupby(rows, key=_same)]


def _same(row: AccessRow) -> tuple[Any, ...]:
    return (row.system, row.role, row.through, row.what, row.until, row.reason)


def _entry(rows: Sequence[Row]) -> Entry[Row]:
    places: dict[str, list[Identity]] = defaultdict(list)
    for row in rows:
        places[f"{row.position.file}:{row.position.line}"].append(row.identity)
    return Entry(rows[0], {place: tuple(items) for place, items in places.items()})


def widened(found: Answer) -> Iterator[Entry[Widening]]:
    """The widenings, folded likewise."""
    return (_entry(list(same)) for _, same in groupby(found.widened, key=_same_widening))


def _same_widening(item: Widening) -> tuple[Any, ...]:
    return (item.kind, item.value, item.until or dt.date.max, item.reason)


def answering(rows: Iterable[AccessRow], asked: Question) -> Iterator[AccessRow]:
    """The rows that permit it, with the grants that do. What a ClusterRole permits only its cluster knows."""
    for row in rows:
        grants = tuple(it for it in row.grants if covers(it, asked.resource, asked.action))
        if grants:
            yield replace(row, grants=grants)
