"""The answer of `access`: who has access, what is widened, and which environments no group has access to.

A widening belongs to no group, so it is part of the answer only if neither groups nor an action are asked for.
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
    System,
    Widening,
    access_rows,
    covers,
    widenings,
)
from argoproject.project.model import Project
from argoproject.tree.selection import Patterns
from argoproject.tree.stacks import lacks_policies, stack_files
from argoproject.upstream.argocd.settings import has_rollback, minor_of
from argoproject.upstream.urls import matches

__all__ = ["Answer", "Entry", "Question", "answer", "by_group", "same_widening", "widened"]

Row = TypeVar("Row", AccessRow, Widening)

_ROLES = {ADMIN: 0, READONLY: 1}
"""Roles that every environment has, in the order in which they are listed, before all others."""


@dataclass(frozen=True, slots=True)
class Question:
    """An action on a kind of resource in the project. `str()` is its form in reports: `sync applications`."""

    action: str
    resource: str

    def __str__(self) -> str:
        return f"{self.action} {self.resource}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Who has access to some environments.

    Attributes:
        rows: who has which access, in the order of reports.
        widened: what an `allow` widens.
        nobody: environments to which no group has access, or in which none may do what was `asked`.
        projects: the environments that the question was about.
        patterns: shortens lists of these environments.
        groups: patterns of the groups that were asked for; none means all.
        asked: the action that was asked for.
        hidden: the number of rows that are left out because they have expired.
        lapsed: the number of widenings that are left out because they have expired.
        anyone_mints: whether every member of a role may create project tokens of it, which outlast the role's groups.
    """

    rows: tuple[AccessRow, ...]
    widened: tuple[Widening, ...]
    nobody: tuple[Identity, ...]
    projects: tuple[Project, ...]
    patterns: Patterns
    groups: tuple[str, ...]
    asked: Question | None
    hidden: int
    lapsed: int
    anyone_mints: bool


@dataclass(frozen=True, slots=True)
class Entry(Generic[Row]):
    """One group in one role, or one widening, with all places that give the same, and the environments of each."""

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
    """Answer who has access to some environments, or who may do something there.

    Args:
        judged: the tree.
        projects: the environments that the question is about.
        today: the day on which access expires.
        groups: patterns of groups; without any, all groups.
        asked: the action; without it, all access.
        expired: whether expired access and widenings are part of the answer.
    """
    rows = list(access_rows(projects, today))
    if asked is not None and projects:
        needed = _enforced(asked, projects[0].platform.argocd.version)
        rows = list(answering(rows, needed))
    rows.sort(key=_order)
    held = {row.identity for row in rows if not row.expired and row.system is not System.GIT}
    named = [row for row in rows if not groups or any(matches(it, row.group) for it in groups)]
    shown_rows = tuple(row for row in named if expired or not row.expired)
    every = [] if groups or asked else list(widenings(projects, today))
    every.sort(key=lambda item: (*same_widening(item), item.identity))
    shown = tuple(item for item in every if expired or not item.expired)
    return Answer(
        rows=shown_rows,
        widened=shown,
        nobody=() if groups else tuple(p.identity for p in projects if p.identity not in held),
        projects=tuple(projects),
        patterns=Patterns(judged.tree.declared()),
        groups=tuple(groups),
        asked=asked,
        hidden=len(named) - len(shown_rows),
        lapsed=len(every) - len(shown),
        anyone_mints=judged.tree.platform is not None
        and lacks_policies(stack_files(judged.tree.root)[0], judged.tree.platform.argocd.cluster),
    )


def _order(row: AccessRow) -> tuple[Any, ...]:
    until = row.until or dt.date.max
    role = (_ROLES.get(row.role, len(_ROLES)), row.role, row.through)
    return (row.group, row.system, role, row.what, until, row.reason or "", row.identity)


def by_group(found: Answer) -> Iterator[tuple[str, list[Entry[AccessRow]]]]:
    """The rows by group, each once for all environments in which it is the same."""
    for group, rows in groupby(found.rows, key=lambda row: row.group):
        alike = groupby(
            rows,
            key=lambda row: (row.system, row.role, row.through, row.what, row.until, row.reason),
        )
        yield group, [_entry(list(same)) for _, same in alike]


def _entry(rows: Sequence[Row]) -> Entry[Row]:
    places: dict[str, list[Identity]] = defaultdict(list)
    for row in rows:
        places[f"{row.position.file}:{row.position.line}"].append(row.identity)
    return Entry(rows[0], {place: tuple(items) for place, items in places.items()})


def widened(found: Answer) -> Iterator[Entry[Widening]]:
    """The widenings, each once for all environments in which it is the same."""
    return (_entry(list(same)) for _, same in groupby(found.widened, key=same_widening))


def same_widening(item: Widening) -> tuple[Any, ...]:
    """What is equal for widenings that are shown once, and by which they are sorted."""
    return (item.kind, item.value, item.until or dt.date.max, item.reason)


def _enforced(asked: Question, version: str) -> Question:
    """What Argo CD asks its enforcer for: until 3.5, a rollback is a sync.

    Source: server/application/application.go `Rollback`.
    """
    minor = minor_of(version)
    if asked.action == "rollback" and minor is not None and not has_rollback(minor):
        return Question("sync", asked.resource)
    return asked


def answering(rows: Iterable[AccessRow], asked: Question) -> Iterator[AccessRow]:
    """The rows that permit an action, with the grants that do. Only a cluster knows what its ClusterRoles permit."""
    for row in rows:
        grants = tuple(it for it in row.grants if covers(it, asked.resource, asked.action))
        if grants:
            yield replace(row, grants=grants)
