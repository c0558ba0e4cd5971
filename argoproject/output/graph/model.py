"""A graph of a fleet as data, before it is drawn as Mermaid or SVG."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from argoproject.problems import counted

__all__ = ["Cluster", "Graph", "Level", "Node", "Read", "Repository", "Team"]


class Level(StrEnum):
    """What one node represents."""

    ENVIRONMENT = "environment"
    PRODUCT = "product"
    TEAM = "team"


@dataclass(frozen=True, slots=True)
class Read:
    """A node reads a repository.

    Attributes:
        repository: The key of the repository.
        login: Whether at least one of the node's environments has a credential of its own for it.
    """

    repository: str
    login: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One environment, or several that are drawn as one.

    Attributes:
        key: Its folder below projects/.
        team: Its team.
        product: Its product; empty where the node is a whole team.
        label: The name that is drawn.
        note: The class of an environment, else the names or the number of the environments.
        environments: How many environments it represents.
        clusters: The clusters to which they are deployed.
        reads: The repositories that they read.
    """

    key: str
    team: str
    product: str
    label: str
    note: str
    environments: int
    clusters: tuple[str, ...]
    reads: tuple[Read, ...]


@dataclass(frozen=True, slots=True)
class Team:
    """A team and its nodes."""

    name: str
    nodes: tuple[Node, ...]

    @property
    def environments(self) -> int:
        """How many environments its nodes represent."""
        return sum(node.environments for node in self.nodes)


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cluster; in `hub` Argo CD runs, and `environments` is how many are deployed to it."""

    name: str
    server: str
    hub: bool
    environments: int


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository, or several below one address that are drawn as one.

    Attributes:
        key: By which nodes refer to it.
        name: The last part of its URL, or the number of repositories.
        address: The rest of the URL, without scheme and user.
        number: How many repositories it represents.
    """

    key: str
    name: str
    address: str
    number: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """Teams with their nodes, and the clusters and repositories that these refer to."""

    level: Level
    teams: tuple[Team, ...]
    clusters: tuple[Cluster, ...]
    repositories: tuple[Repository, ...]
    products: int

    @property
    def environments(self) -> int:
        """How many environments its nodes represent."""
        return sum(team.environments for team in self.teams)

    @property
    def edges(self) -> int:
        """How many lines connect its nodes with clusters and repositories."""
        return sum(len(node.clusters) + len(node.reads) for node in self.nodes())

    def nodes(self) -> Iterator[Node]:
        """Yield all nodes, team by team."""
        for team in self.teams:
            yield from team.nodes

    def title(self, node: Node) -> str:
        """Return the name under which a node is drawn: that of an environment has its product's before it."""
        return f"{node.product} {node.label}" if self.level is Level.ENVIRONMENT else node.label

    def counts(self) -> str:
        """Return how much there is: `4 environments, 1 product, 1 team, 2 clusters, 3 repositories`."""
        numbers = (
            counted(self.environments, "environment"),
            counted(self.products, "product"),
            counted(len(self.teams), "team"),
            counted(len(self.clusters), "cluster"),
            counted(sum(item.number for item in self.repositories), "repository", "repositories"),
        )
        return ", ".join(numbers)

    def scale(self) -> str:
        """Return what is drawn as one, where nodes are more than one environment or repository; else nothing."""
        parts = []
        if self.level is not Level.ENVIRONMENT:
            parts.append(f"environments of one {self.level} are drawn as one")
        if any(item.number > 1 for item in self.repositories):
            parts.append("repositories at one address are drawn as one")
        return ", ".join(parts)
