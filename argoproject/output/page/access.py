"""Who may do what: a row for each group in each role, a column for each name of environments; and what is widened."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from argoproject.identity import Identity
from argoproject.output.page.environments import Environment
from argoproject.project.access import AccessRow
from argoproject.secrets.masking import masked

__all__ = ["GroupRole", "Reach", "Widened", "group_roles", "widened"]


@dataclass(frozen=True, slots=True)
class Reach:
    """The environments of one name in which a group has a role, of `total` that the team has."""

    stage: str
    environments: tuple[Identity, ...]
    total: int

    @property
    def everywhere(self) -> bool:
        return len(self.environments) == self.total > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRole:
    """One group in one role, in any number of a team's environments."""

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
        """The group and the team in whose environments it has the role."""
        return self.group, self.team


@dataclass(frozen=True, slots=True, kw_only=True)
class Widened:
    """One `allow`, in any number of environments."""

    kind: str
    value: str
    until: dt.date | None
    reason: str
    expired: bool
    environments: tuple[Identity, ...] = ()


def widened(environments: Iterable[Environment]) -> tuple[Widened, ...]:
    """All of them, sorted. Those that end at different days, or for different reasons, are apart."""
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
    return tuple(sorted(made, key=_widened_order))


def _widened_order(item: Widened) -> tuple[str, str, dt.date, str]:
    return item.kind, item.value, item.until or dt.date.max, item.reason


def group_roles(
    environments: Iterable[Environment], stages: Sequence[str]
) -> tuple[GroupRole, ...]:
    """All of them, by group and team. Entries that end at different days, or for different reasons, are apart."""
    totals: Counter[tuple[str, str]] = Counter()
    found: dict[GroupRole, dict[str, list[Identity]]] = {}
    for environment in environments:
        identity = environment.identity
        totals[identity.team, identity.environment] += environment.row.readable
        for row in environment.access:
            where = found.setdefault(_group_role(row), defaultdict(list))
            where[identity.environment].append(identity)
    made = [
        replace(
            role, reach=tuple(Reach(stage, tuple(where[stage]), totals[role.team, stage]) for stage in stages)
        )
        for role, where in found.items()
    ]  # fmt: skip
    return tuple(sorted(made, key=_order))


def _order(role: GroupRole) -> tuple[str, str, str, str, dt.date]:
    return *role.holder, role.system, role.role, role.until or dt.date.max


def _group_role(row: AccessRow) -> GroupRole:
    return GroupRole(
        team=row.identity.team,
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
