"""A graph of a fleet: what is drawn, before it is known how."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Cluster", "Graph", "Level", "Node", "Read", "Repository", "Team"]


class Level(StrEnum):
    """What one node stands for."""

    ENVIRONMENT = "environment"
    PRODUCT = "product"
    TEAM = "team"


@dataclass(frozen=True, slots=True)
class Read:
    """A node reads a repository. `login`: with a credential of its own project, at least in one environment."""

    repository: str
    login: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One environment, or several drawn as one. `key` is its folder below projects/."""

    key: str
    team: str
    product: str
    """Empty where the node is a whole team."""

    label: str
    note: str
    """The class of an environment, else the names of those that it stands for."""

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
        return sum(node.environments for node in self.nodes)


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cluster. `hub`: Argo CD runs here."""

    name: str
    server: str
    hub: bool
    environments: int


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository, or several below one address drawn as one."""

    key: str
    name: str
    address: str
    """Where it is, without its name."""

    number: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """Teams with their nodes, and what those point to."""

    level: Level
    teams: tuple[Team, ...]
    clusters: tuple[Cluster, ...]
    repositories: tuple[Repository, ...]
    products: int

    def nodes(self) -> Iterator[Node]:
        """All nodes, team by team."""
        for team in self.teams:
            yield from team.nodes

    @property
    def environments(self) -> int:
        return sum(team.environments for team in self.teams)

    @property
    def edges(self) -> int:
        return sum(len(node.clusters) + len(node.reads) for node in self.nodes())
