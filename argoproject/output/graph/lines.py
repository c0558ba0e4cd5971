"""The lines of a picture: from repositories to those who read them, and from these to their clusters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from argoproject.output.graph.boxes import Box, Line
from argoproject.output.graph.model import Graph, Node

__all__ = ["lines_of"]

_Pair = tuple[str, str]
"""Keys of what a line connects: a node, and a repository or a cluster."""


def lines_of(
    graph: Graph,
    rows: Mapping[str, Box],
    repositories: Mapping[str, Box],
    clusters: Mapping[str, Box],
) -> Mapping[str, tuple[Line, ...]]:
    """The lines of each node."""
    nodes = list(graph.nodes())
    reads = _Ends(
        ((it.key, read.repository) for it in nodes for read in it.reads), rows, repositories
    )
    deploys = _Ends(((it.key, name) for it in nodes for name in it.clusters), rows, clusters)
    return {node.key: (*_reads(node, reads), *_deploys(node, deploys)) for node in nodes}


def _reads(node: Node, ends: _Ends) -> Iterable[Line]:
    for read in node.reads:
        own, other = ends.of(node.key, read.repository)
        yield Line(
            (ends.others[read.repository].right, other),
            (ends.nodes[node.key].left, own),
            dashed=not read.login,
        )


def _deploys(node: Node, ends: _Ends) -> Iterable[Line]:
    for name in node.clusters:
        own, other = ends.of(node.key, name)
        yield Line((ends.nodes[node.key].right, own), (ends.others[name].left, other))


class _Ends:
    """At which height lines end.

    Those at one side of a box are spread over it in the order of where they come from, so that they do not cross there.
    """

    def __init__(
        self, pairs: Iterable[_Pair], nodes: Mapping[str, Box], others: Mapping[str, Box]
    ) -> None:
        pairs = list(pairs)
        self.nodes = nodes
        self.others = others
        self._own = _spread(pairs, nodes, others)
        self._other = _spread([(other, node) for node, other in pairs], others, nodes)

    def of(self, node: str, other: str) -> tuple[float, float]:
        """The heights of a line at its node and at the other end."""
        return self._own[node, other], self._other[other, node]


def _spread(
    pairs: Iterable[_Pair], own: Mapping[str, Box], others: Mapping[str, Box]
) -> Mapping[_Pair, float]:
    partners: dict[str, list[str]] = defaultdict(list)
    for key, other in pairs:
        partners[key].append(other)
    places: dict[_Pair, float] = {}
    for key, names in partners.items():
        names.sort(key=lambda name: (others[name].middle, name))
        for number, name in enumerate(names, 1):
            places[key, name] = own[key].top + own[key].height * number / (len(names) + 1)
    return places
