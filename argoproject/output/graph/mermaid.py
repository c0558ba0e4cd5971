"""A graph as a Mermaid flowchart: repositories, the nodes that read them, and their clusters, from left to right.

Ids are made of names only, so that a small change of the graph is a small change of the text.
Source of the syntax: mermaid.js.org, "Flowcharts - Basic Syntax".
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from argoproject.output.graph.model import Graph, Level

__all__ = ["MOST_CHARACTERS", "MOST_LINES", "as_mermaid"]

MOST_LINES = 500
MOST_CHARACTERS = 50_000
"""Mermaid draws no more by default. Source: mermaid.js.org, configuration, `maxEdges`, `maxTextSize`."""

_SPECIAL = re.compile(r'["#<>&`\\|]')


def as_mermaid(graph: Graph) -> str:
    """Return the text of a flowchart.

    The title is YAML. It needs no quotes, as it consists of numbers and fixed words.
    """
    notes = [graph.counts(), graph.scale(), "dotted lines read without a login"]
    title = ["---", f"title: {'; '.join(filter(None, notes))}", "---"]
    return "\n".join([*title, "flowchart LR", *_boxes(graph), *_edges(graph), ""])


def _boxes(graph: Graph) -> Iterator[str]:
    for repository in graph.repositories:
        label = f"{_text(repository.name)}<br>{_text(repository.address)}"
        yield f'  {_repository(repository.key)}[("{label}")]'
    for team in graph.teams:
        nodes = [
            f'  {_id("env", node.key)}["{_text(graph.title(node))}<br>{_text(node.note)}"]'
            for node in team.nodes
        ]
        if graph.level is Level.TEAM:
            yield from nodes
        else:
            yield f'  subgraph {_id("team", team.name)}["{_text(team.name)}"]'
            yield from (f"  {line}" for line in nodes)
            yield "  end"
    for cluster in graph.clusters:
        label = f"{_text(cluster.name)}{'<br>Argo CD' if cluster.hub else ''}"
        yield f'  {_id("cluster", cluster.name)}{{{{"{label}"}}}}'


def _edges(graph: Graph) -> Iterator[str]:
    for node in graph.nodes():
        own = _id("env", node.key)
        for read in node.reads:
            yield f"  {_repository(read.repository)} {'---' if read.login else '-.-'} {own}"
        for cluster in node.clusters:
            yield f"  {own} --> {_id('cluster', cluster)}"


def _id(kind: str, name: str) -> str:
    """`env.blue.shop.eu_1.prod`. Names have neither dots nor underscores, so that ids are unique; `--` is a line."""
    return f"{kind}.{name.replace('-', '_').replace('/', '.')}"


def _repository(key: str) -> str:
    return f"repo.{hashlib.sha256(key.encode()).hexdigest()[:8]}"


def _text(text: str) -> str:
    """A text for a quoted label: characters that Mermaid, Markdown or HTML would interpret become `#35;`."""
    return _SPECIAL.sub(lambda found: f"#{ord(found.group())};", " ".join(text.split()))
