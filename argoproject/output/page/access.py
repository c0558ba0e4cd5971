"""Who may do what: a row for each group in each role, a column for each stage; and what is widened."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from argoproject.identity import Identity
from argoproject.output.page.environments import Environment
from argoproject.secrets.detection import masked

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


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRole:
    """One group in one role, in any number of a team's environments.

    The fields are those of `AccessRow`; `reach` has an entry for each stage.
    """

    team: str
    group: str
    system: str
    role: str
    through: str
    what: str
    until: dt.date | None
    reason: str
    expired: bool
    reach: tuple[Reach, ...]

    @property
    def holder(self) -> tuple[str, str]:
        """The group, and the team in whose environments it has the role."""
        return self.group, self.team


@dataclass(frozen=True, slots=True, kw_only=True)
class Widened:
    """One entry of `allow`, in any number of environments. The fields are those of `Widening`."""

    kind: str
    value: str
    until: dt.date | None
    reason: str
    expired: bool
    environments: tuple[Identity, ...] = ()


def widened(environments: Iterable[Environment]) -> tuple[Widened, ...]:
    """Return all widenings, sorted. Those with different last days or reasons are different ones."""
    found: dict[Widened, list[Identity]] = defaultdict(list)
    for environment in environments:
        for item in environment.allowed:
            key = Widened(
                kind=str(item.kind),
                value=item.value,
                until=item.until,
                reason=item.reason,
                expired=item.expired,
            )
            found[key].append(environment.identity)
    made = [replace(item, environments=tuple(places)) for item, places in found.items()]

    def order(item: Widened) -> tuple[str, str, dt.date, str]:
        return item.kind, item.value, item.until or dt.date.max, item.reason

    return tuple(sorted(made, key=order))


def group_roles(
    environments: Iterable[Environment], stages: Sequence[str]
) -> tuple[GroupRole, ...]:
    """Return all roles of groups, by group and team. Entries with different last days or reasons are different rows.

    Args:
        environments: The environments, those included that cannot be read.
        stages: Names of environments in the order of platform.yaml.
    """
    totals: Counter[tuple[str, str]] = Counter()
    found: dict[GroupRole, dict[str, list[Identity]]] = {}
    for environment in environments:
        identity = environment.identity
        totals[identity.team, identity.environment] += environment.row.readable
        for row in environment.access:
            role = GroupRole(
                team=identity.team,
                group=row.group,
                system=str(row.system),
                role=row.role,
                through=row.through,
                what=row.what,
                until=row.until,
                reason=masked(row.reason or ""),
                expired=row.expired,
                reach=(),
            )
            where = found.setdefault(role, defaultdict(list))
            where[identity.environment].append(identity)
    made = []
    for role, where in found.items():
        reach = (Reach(it, tuple(where[it]), totals[role.team, it]) for it in stages)
        made.append(replace(role, reach=tuple(reach)))

    def order(role: GroupRole) -> tuple[str, str, str, str, dt.date]:
        return *role.holder, role.system, role.role, role.until or dt.date.max

    return tuple(sorted(made, key=order))
