"""From resolved environments to a graph of a size that people can read."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from argoproject.output.graph.model import Cluster, Graph, Level, Node, Read, Team
from argoproject.output.graph.repositories import Addresses
from argoproject.output.graph.words import counted
from argoproject.project.applications import used_urls
from argoproject.project.model import Project
from argoproject.project.repositories import selected
from argoproject.upstream.urls import normalise

__all__ = ["graph_of"]

_MOST = 36
"""More nodes than these are drawn together: some dozens can be followed with the eye."""

_DEPTH: Mapping[Level, int] = {Level.TEAM: 1, Level.PRODUCT: 2, Level.ENVIRONMENT: 4}
"""How many folders of its path tell a node."""


def graph_of(projects: Sequence[Project], level: Level | None = None) -> Graph:
    """The graph of some environments. Without a `level`, the finest that people can follow."""
    level = level or _readable(projects)
    addresses = Addresses(url for project in projects for _, url in used_urls(project))
    return Graph(
        level=level,
        teams=tuple(_teams(_nodes(projects, level, addresses))),
        clusters=tuple(_clusters(projects)),
        repositories=addresses.repositories,
        products=len({_steps(project)[:2] for project in projects}),
    )


def _readable(projects: Iterable[Project]) -> Level:
    steps = {_steps(project) for project in projects}
    for level in (Level.ENVIRONMENT, Level.PRODUCT):
        if len({item[: _DEPTH[level]] for item in steps}) <= _MOST:
            return level
    return Level.TEAM


def _steps(project: Project) -> tuple[str, ...]:
    return project.identity.steps


def _nodes(projects: Iterable[Project], level: Level, addresses: Addresses) -> Iterator[Node]:
    groups: dict[tuple[str, ...], list[Project]] = defaultdict(list)
    for project in sorted(projects, key=_order):
        groups[_steps(project)[: _DEPTH[level]]].append(project)
    names = Counter((*steps[:2], *steps[3:]) for steps in groups)
    for steps, members in groups.items():
        alone = names[*steps[:2], *steps[3:]] == 1
        label, note = _words(level, members, alone=alone)
        yield Node(
            key="/".join(steps),
            team=steps[0],
            product="" if level is Level.TEAM else steps[1],
            label=label,
            note=note,
            environments=len(members),
            clusters=tuple(sorted({item.identity.cluster for item in members})),
            reads=tuple(_reads(members, addresses)),
        )


def _order(project: Project) -> tuple[str, str, int, str]:
    """Within a product, environments in the order of platform.yaml: development first, as a rule."""
    identity = project.identity
    rank = list(project.platform.environments).index(identity.environment)
    return (identity.team, identity.product, rank, identity.cluster)


def _words(level: Level, members: Sequence[Project], *, alone: bool) -> tuple[str, str]:
    """What a node is called, and what else is said of it. `alone`: no other of the product has its name."""
    first = members[0]
    identity = first.identity
    names = dict.fromkeys(item.identity.environment for item in members)
    if level is Level.ENVIRONMENT:
        cluster = "" if alone else f" ({identity.cluster})"
        return f"{identity.environment}{cluster}", first.environment_class
    if level is Level.PRODUCT:
        return identity.product, ", ".join(names)
    return identity.team, counted(len(members), "environment")


def _reads(members: Iterable[Project], addresses: Addresses) -> Iterator[Read]:
    """What the members read. A login is the credential of a repository Secret of the project's own."""
    logins: dict[str, bool] = defaultdict(bool)
    for project in members:
        secrets = (item for item in selected(project) if item.credential and not item.write)
        known = {normalise(item.url) for item in secrets}
        for _, url in used_urls(project):
            logins[addresses.key(url)] |= normalise(url) in known
    yield from (Read(key, login) for key, login in sorted(logins.items()))


def _teams(nodes: Iterable[Node]) -> Iterator[Team]:
    teams: dict[str, list[Node]] = defaultdict(list)
    for node in nodes:
        teams[node.team].append(node)
    yield from (Team(name, tuple(members)) for name, members in teams.items())


def _clusters(projects: Sequence[Project]) -> Iterator[Cluster]:
    """The clusters that are deployed to, in the order of platform.yaml."""
    used = Counter(project.identity.cluster for project in projects)
    platform = projects[0].platform
    for name, cluster in platform.clusters.items():
        if name in used:
            yield Cluster(name, cluster.server, name == platform.argocd.cluster, used[name])
