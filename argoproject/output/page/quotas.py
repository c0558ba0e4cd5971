"""The sums of the quotas of all environments on each cluster, next to the cluster's budget."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from argoproject.models import Cluster
from argoproject.output.page.environments import Environment
from argoproject.upstream.quantities import amount

__all__ = ["ClusterQuota", "ResourceQuota", "TeamQuota", "cluster_quotas", "quantity"]

_OF_BYTES = ("memory", "storage")


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceQuota:
    """One resource of a cluster.

    Attributes:
        resource: Its name, such as `limits.memory`.
        asked: The sum of all quotas.
        budget: What platform.yaml declares, or None.
        share: The sum as a part of the budget; None without a budget, or with one of zero.
        unlimited: How many environments have no quota for it.
    """

    resource: str
    asked: str
    budget: str | None
    share: Decimal | None
    unlimited: int

    @property
    def percent(self) -> int | None:
        """The share in percent."""
        return None if self.share is None else round(self.share * 100)

    @property
    def over(self) -> bool:
        """Whether the quotas exceed the budget."""
        return self.share is not None and self.share > 1


@dataclass(frozen=True, slots=True)
class TeamQuota:
    """The quotas of one team on a cluster: `asked` has a text for each resource of the cluster, empty for none."""

    team: str
    environments: int
    asked: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClusterQuota:
    """One cluster with its resources, those with a budget first, and its teams, those with the largest quotas first."""

    name: str
    server: str
    environments: int
    resources: tuple[ResourceQuota, ...]
    teams: tuple[TeamQuota, ...]

    @property
    def budgeted(self) -> bool:
        """Whether platform.yaml declares a budget for any resource."""
        return any(item.budget is not None for item in self.resources)


def cluster_quotas(
    environments: Iterable[Environment], clusters: Mapping[str, Cluster]
) -> tuple[ClusterQuota, ...]:
    """Return every cluster of platform.yaml, sorted by name. Environments that cannot be read are not counted."""
    on: dict[str, list[Environment]] = defaultdict(list)
    for environment in environments:
        if environment.project is not None:
            on[environment.identity.cluster].append(environment)
    return tuple(_cluster(name, clusters[name], on[name]) for name in sorted(clusters))


def quantity(resource: str, value: Decimal) -> str:
    """Return a sum as users write it: bytes in Gi, or in Mi below 1 Gi; everything else as a plain number.

    There are no other units, so that the numbers of a column can be compared.
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
    resources = []
    for resource in order:
        asked = total.get(resource, Decimal())
        budget = cluster.budget.get(resource)
        most = amount(budget) if budget is not None else Decimal()
        limiting = sum(resource in own.quota for own in environments)
        resources.append(
            ResourceQuota(
                resource=resource,
                asked=quantity(resource, asked),
                budget=budget,
                share=asked / most if most else None,
                unlimited=len(environments) - limiting,
            )
        )
    sums = {team: _sums(own) for team, own in sorted(teams.items())}
    by_team = []
    for team in sorted(
        sums, key=lambda it: sums[it].get(order[0], 0) if order else 0, reverse=True
    ):
        texts = (quantity(it, sums[team][it]) if it in sums[team] else "" for it in order)
        by_team.append(TeamQuota(team, len(teams[team]), tuple(texts)))
    return ClusterQuota(name, cluster.server, len(environments), tuple(resources), tuple(by_team))


def _sums(environments: Iterable[Environment]) -> Mapping[str, Decimal]:
    """The sum of the quotas for each resource that any of them limits."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for environment in environments:
        for resource, text in environment.quota.items():
            sums[resource] += amount(text)
    return dict(sums)
