"""A graph of a fleet as data, before it is drawn as Mermaid or SVG, and how it is made of resolved environments."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from argoproject.problems import counted
from argoproject.project.applications import used_urls
from argoproject.project.model import Project
from argoproject.project.repositories import selected
from argoproject.upstream.urls import normalise

__all__ = ["Cluster", "Graph", "Level", "Node", "Read", "Repository", "Team", "graph_of"]


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


_MOST_NODES = 36
_MOST_REPOSITORIES = 24
"""With more than these, several are drawn as one: the eye can follow some dozens of lines."""

_DEPTH: Mapping[Level, int] = {Level.TEAM: 1, Level.PRODUCT: 2, Level.ENVIRONMENT: 4}
"""How many folders of an environment's path identify its node."""

_BEFORE_HOST = re.compile(r"^(?:[a-z][a-z0-9+.-]*://)?(?:[^/@]*@)?", re.IGNORECASE)
"""The scheme and the user of a URL."""


def graph_of(projects: Sequence[Project], level: Level | None = None) -> Graph:
    """Return the graph of some environments.

    Args:
        projects: The environments, at least one.
        level: What one node represents; by default the finest level with at most `_MOST_NODES` nodes.
    """
    steps = {project.identity.steps for project in projects}
    if level is None:
        fine = (Level.ENVIRONMENT, Level.PRODUCT)
        number = {it: len({path[: _DEPTH[it]] for path in steps}) for it in fine}
        level = next((it for it in fine if number[it] <= _MOST_NODES), Level.TEAM)
    repositories = _Repositories(url for project in projects for _, url in used_urls(project))
    teams: dict[str, list[Node]] = defaultdict(list)
    for node in _nodes(projects, level, repositories):
        teams[node.team].append(node)
    used = Counter(project.identity.cluster for project in projects)
    platform = projects[0].platform
    return Graph(
        level=level,
        teams=tuple(Team(name, tuple(members)) for name, members in teams.items()),
        # In the order of platform.yaml.
        clusters=tuple(
            Cluster(name, cluster.server, name == platform.argocd.cluster, used[name])
            for name, cluster in platform.clusters.items()
            if name in used
        ),
        repositories=repositories.drawn,
        products=len({path[:2] for path in steps}),
    )


def _nodes(
    projects: Iterable[Project], level: Level, repositories: _Repositories
) -> Iterator[Node]:
    """The nodes, by team and product; within a product in the order of platform.yaml: as a rule development first."""

    def order(project: Project) -> tuple[str, str, int, str]:
        identity = project.identity
        rank = list(project.platform.environments).index(identity.environment)
        return (identity.team, identity.product, rank, identity.cluster)

    groups: dict[tuple[str, ...], list[Project]] = defaultdict(list)
    for project in sorted(projects, key=order):
        groups[project.identity.steps[: _DEPTH[level]]].append(project)
    names = Counter((*steps[:2], *steps[3:]) for steps in groups)
    for steps, members in groups.items():
        first = members[0]
        label, note = first.identity.team, counted(len(members), "environment")
        if level is Level.PRODUCT:
            label = first.identity.product
            note = ", ".join(dict.fromkeys(item.identity.environment for item in members))
        elif level is Level.ENVIRONMENT:
            # The cluster is part of the name only where the product has the name on several clusters.
            alone = names[*steps[:2], *steps[3:]] == 1
            cluster = "" if alone else f" ({first.identity.cluster})"
            label, note = f"{first.identity.environment}{cluster}", first.environment_class
        yield Node(
            key="/".join(steps),
            team=steps[0],
            product="" if level is Level.TEAM else steps[1],
            label=label,
            note=note,
            environments=len(members),
            clusters=tuple(sorted({item.identity.cluster for item in members})),
            reads=tuple(_reads(members, repositories)),
        )


def _reads(members: Iterable[Project], repositories: _Repositories) -> Iterator[Read]:
    """What the members of a node read. A login is the credential of a repository Secret of the environment's own."""
    logins: dict[str, bool] = defaultdict(bool)
    for project in members:
        secrets = (item for item in selected(project) if item.credential and not item.write)
        known = {normalise(item.url) for item in secrets}
        for _, url in used_urls(project):
            logins[repositories.key(url)] |= normalise(url) in known
    yield from (Read(key, login) for key, login in sorted(logins.items()))


def _begin(parts: int, normalised: str) -> str:
    """The host of a URL, and with 2 parts the first folder as well."""
    return "/".join(_BEFORE_HOST.sub("", normalised).split("/")[:parts])


_FOLDS: tuple[Callable[[str], str], ...] = (str, partial(_begin, 2), partial(_begin, 1))
"""By what repositories are drawn as one, from fine to coarse: not at all, by owner, by host."""


class _Repositories:
    """The repositories that are drawn for URLs: each by itself, or those of one owner or host together.

    Attributes:
        drawn: At most `_MOST_REPOSITORIES`, unless there are more hosts.
    """

    def __init__(self, urls: Iterable[str]) -> None:
        # The first spelling of each URL, whatever the order in which they come.
        spelled = {normalise(url): url for url in sorted(set(urls), reverse=True)}
        few = (it for it in _FOLDS if len(set(map(it, spelled))) <= _MOST_REPOSITORIES)
        self._fold = next(few, _FOLDS[-1])
        members: dict[str, list[str]] = defaultdict(list)
        for normalised, url in sorted(spelled.items()):
            members[self._fold(normalised)].append(url)
        drawn = []
        for key, own in members.items():
            if len(own) > 1:
                drawn.append(Repository(key, f"{len(own)} repositories", key, len(own)))
                continue
            address, _, name = _BEFORE_HOST.sub("", own[0].rstrip("/")).rpartition("/")
            drawn.append(Repository(key, name.removesuffix(".git"), address))
        self.drawn = tuple(drawn)

    def key(self, url: str) -> str:
        """Return the key of the repository that is drawn for a URL."""
        return self._fold(normalise(url))
