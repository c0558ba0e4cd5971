"""A graph as Mermaid: repositories, who reads them, and the clusters that these deploy to, from left to right.

Ids are made of names alone, so that a changed graph is a small change of the text.
Source of the syntax: mermaid.js.org, "Flowcharts - Basic Syntax".
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from argoproject.output.graph.model import Cluster, Graph, Level, Node, Repository, Team
from argoproject.output.graph.words import counts, scale

__all__ = ["MOST_CHARACTERS", "MOST_LINES", "as_mermaid"]

MOST_LINES = 500
MOST_CHARACTERS = 50_000
"""Mermaid draws no more unless its page says so. Source: mermaid.js.org, configuration, `maxEdges`, `maxTextSize`."""

_SPECIAL = re.compile(r'["#<>&`\\|]')


def as_mermaid(graph: Graph) -> str:
    """The text of a flowchart."""
    return "\n".join([*_title(graph), "flowchart LR", *_body(graph), ""])


def _title(graph: Graph) -> Iterator[str]:
    """Titles are YAML: these are numbers and words of our own."""
    notes = [counts(graph), scale(graph), "dotted lines read without a login"]
    yield from ("---", f"title: {'; '.join(filter(None, notes))}", "---")


def _body(graph: Graph) -> Iterator[str]:
    for repository in graph.repositories:
        yield f'  {_repository(repository.key)}[("{_repository_label(repository)}")]'
    for team in graph.teams:
        yield from _team(team, graph.level)
    for cluster in graph.clusters:
        yield f'  {_id("cluster", cluster.name)}{{{{"{_cluster_label(cluster)}"}}}}'
    for node in graph.nodes():
        yield from _edges(node)


def _team(team: Team, level: Level) -> Iterator[str]:
    if level is Level.TEAM:
        yield from _boxes(team, level)
        return
    yield f'  subgraph {_id("team", team.name)}["{_text(team.name)}"]'
    yield from (f"  {line}" for line in _boxes(team, level))
    yield "  end"


def _boxes(team: Team, level: Level) -> Iterator[str]:
    for node in team.nodes:
        yield f'  {_id("env", node.key)}["{_node_label(node, level)}"]'


def _edges(node: Node) -> Iterator[str]:
    own = _id("env", node.key)
    for read in node.reads:
        yield f"  {_repository(read.repository)} {'---' if read.login else '-.-'} {own}"
    for cluster in node.clusters:
        yield f"  {own} --> {_id('cluster', cluster)}"


def _node_label(node: Node, level: Level) -> str:
    name = f"{node.product} {node.label}" if level is Level.ENVIRONMENT else node.label
    return f"{_text(name)}<br>{_text(node.note)}"


def _repository_label(repository: Repository) -> str:
    return f"{_text(repository.name)}<br>{_text(repository.address)}"


def _cluster_label(cluster: Cluster) -> str:
    return f"{_text(cluster.name)}{'<br>Argo CD' if cluster.hub else ''}"


def _id(kind: str, name: str) -> str:
    """`env.blue.shop.eu_1.prod`: names have neither dots nor underscores, so no two ids meet. `--` would be a line."""
    return f"{kind}.{name.replace('-', '_').replace('/', '.')}"


def _repository(key: str) -> str:
    return f"repo.{hashlib.sha256(key.encode()).hexdigest()[:8]}"


def _text(text: str) -> str:
    """A text in quotes: what Mermaid, Markdown or HTML would read is written as the number of its character."""
    return _SPECIAL.sub(lambda found: f"#{ord(found.group())};", " ".join(text.split()))
