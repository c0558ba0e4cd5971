"""Who may do what: a row for each group in each role, a column for each stage; and what is widened."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from argoproject.fleet.access import same_widening
from argoproject.identity import Identity
from argoproject.output.page.environments import Environment
from argoproject.project.access import AccessRow, Widening

__all__ = ["GroupRole", "Reach", "Widened", "group_roles", "widened"]


@dataclass(frozen=True, slots=True)
class Reach:
    """Where a group has a role at one stage.

    Attributes:
        stage: The name of environments, such as `prod`.
        environments: Those of that name in which the group has the role.
        total: How many of that name the team has.
    """

    stage: str
    environments: tuple[Identity, ...]
    total: int

    @property
    def everywhere(self) -> bool:
        """Whether the group has the role in all of them."""
        return len(self.environments) == self.total > 0


@dataclass(frozen=True, slots=True)
class GroupRole:
    """One group in one role, in any number of a team's environments.

    Attributes:
        row: The role in the first of them.
        reach: Where the group has the role: an entry for each stage.
    """

    row: AccessRow
    reach: tuple[Reach, ...]

    @property
    def team(self) -> str:
        """The team in whose environments the group has the role."""
        return self.row.identity.team

    @property
    def holder(self) -> tuple[str, str]:
        """The group, and the team in whose environments it has the role."""
        return self.row.group, self.team


@dataclass(frozen=True, slots=True)
class Widened:
    """One entry of `allow`: that of the first environment, and all environments that have an equal one."""

    first: Widening
    environments: tuple[Identity, ...]


def widened(environments: Iterable[Environment]) -> tuple[Widened, ...]:
    """Return all widenings, sorted. Those with different last days or reasons are different ones."""

    every = sorted((it for own in environments for it in own.allowed), key=same_widening)
    groups = (list(items) for _, items in groupby(every, key=same_widening))
    return tuple(Widened(items[0], tuple(item.identity for item in items)) for items in groups)


def group_roles(
    environments: Iterable[Environment], stages: Sequence[str]
) -> tuple[GroupRole, ...]:
    """Return all roles of groups, by group and team. Entries with different last days or reasons are different rows.

    Args:
        environments: The environments, those included that cannot be read.
        stages: Names of environments in the order of platform.yaml.
    """
    totals: Counter[tuple[str, str]] = Counter()
    found: dict[tuple[object, ...], list[AccessRow]] = defaultdict(list)
    for environment in environments:
        totals[environment.identity.team, environment.identity.environment] += (
            environment.row.readable
        )
        for row in environment.access:
            role = (row.system, row.role, row.through, row.what, row.until, row.reason, row.expired)
            found[row.identity.team, row.group, *role].append(row)
    made = []
    for rows in found.values():
        where: dict[str, list[Identity]] = {stage: [] for stage in stages}
        for row in rows:
            where[row.identity.environment].append(row.identity)
        team = rows[0].identity.team
        reach = (Reach(stage, tuple(its), totals[team, stage]) for stage, its in where.items())
        made.append(GroupRole(rows[0], tuple(reach)))

    def order(role: GroupRole) -> tuple[str, str, str, str, dt.date]:
        return *role.holder, role.row.system, role.row.role, role.row.until or dt.date.max

    return tuple(sorted(made, key=order))
