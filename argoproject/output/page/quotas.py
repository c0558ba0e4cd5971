"""What the quotas of all environments ask of each cluster, beside its budget."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from argoproject.models import Cluster
from argoproject.output.page.environments import Environment
from argoproject.upstream.quantities import amount

__all__ = ["ClusterQuota", "ResourceQuota", "TeamQuota", "cluster_quotas", "quantity"]

_OF_BYTES = ("memory", "storage")


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceQuota:
    """One resource of a cluster: the sum of all quotas, and the budget where one is declared."""

    resource: str
    asked: str
    budget: str | None
    share: Decimal | None
    """What is asked for, as a part of the budget."""

    unlimited: int
    """Environments whose quota does not limit it."""

    @property
    def percent(self) -> int | None:
        return None if self.share is None else round(self.share * 100)

    @property
    def over(self) -> bool:
        return self.share is not None and self.share > 1


@dataclass(frozen=True, slots=True)
class TeamQuota:
    """What one team asks of a cluster. `asked` has a text for each resource of the cluster, empty for none."""

    team: str
    environments: int
    asked: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClusterQuota:
    """One cluster with its resources, those with a budget first, and the teams on it, those that ask for most first."""

    name: str
    server: str
    environments: int
    resources: tuple[ResourceQuota, ...]
    teams: tuple[TeamQuota, ...]

    @property
    def budgeted(self) -> bool:
        """Whether platform.yaml declares what there is."""
        return any(item.budget is not None for item in self.resources)


_Sums = Mapping[str, Decimal]


def cluster_quotas(
    environments: Iterable[Environment], clusters: Mapping[str, Cluster]
) -> tuple[ClusterQuota, ...]:
    """Every cluster, sorted by name."""
    on: dict[str, list[Environment]] = defaultdict(list)
    for environment in environments:
        if environment.project is not None:
            on[environment.identity.cluster].append(environment)
    return tuple(_cluster(name, clusters[name], on[name]) for name in sorted(clusters))


def quantity(resource: str, value: Decimal) -> str:
    """A sum as people write it: bytes in Gi, or in Mi where that is too coarse, everything else as a plain number.

    One unit for all, so that numbers below one another can be compared.
    """
    if not resource.endswith(_OF_BYTES):
        return f"{value.normalize():f}"
    unit = "Gi" if value >= amount("1Gi") else "Mi"
    return f"{round(value / amount(f'1{unit}'), 1).normalize():f}{unit}"


def _cluster(name: str, cluster: Cluster, environments: list[Environment]) -> ClusterQuota:
    teams: dict[str, list[Environment]] = defaultdict(list)
    for environment in environments:
        teams[environment.identity.team].append(environment)
    total = _sums(environments)
    order = [*cluster.budget, *sorted(set(total) - set(cluster.budget))]
    resources = tuple(_resource(item, total, cluster.budget, environments) for item in order)
    sums = {team: _sums(own) for team, own in sorted(teams.items())}
    largest = sorted(
        sums, key=lambda team: sums[team].get(order[0], 0) if order else 0, reverse=True
    )
    by_team = tuple(_team(team, len(teams[team]), sums[team], order) for team in largest)
    return ClusterQuota(name, cluster.server, len(environments), resources, by_team)


def _resource(
    resource: str, total: _Sums, budget: Mapping[str, str], environments: list[Environment]
) -> ResourceQuota:
    asked = total.get(resource, Decimal())
    limit = budget.get(resource)
    most = amount(limit) if limit is not None else Decimal()
    limiting = sum(any(item.resource == resource for item in own.quota) for own in environments)
    return ResourceQuota(
        resource=resource,
        asked=quantity(resource, asked),
        budget=limit,
        share=asked / most if most else None,
        unlimited=len(environments) - limiting,
    )


def _team(team: str, environments: int, sums: _Sums, order: Iterable[str]) -> TeamQuota:
    asked = tuple(quantity(item, sums[item]) if item in sums else "" for item in order)
    return TeamQuota(team, environments, asked)


def _sums(environments: Iterable[Environment]) -> _Sums:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for resource, value in _amounts(environments):
        sums[resource] += value
    return dict(sums)


def _amounts(environments: Iterable[Environment]) -> Iterator[tuple[str, Decimal]]:
    for environment in environments:
        for item in environment.quota:
            yield item.resource, amount(item.quantity)
