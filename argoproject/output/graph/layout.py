"""Where everything of a picture is: repositories on the left, teams in the middle, clusters on the right.

Repositories and clusters are as near to the middle of the nodes that they are connected with as the others of their
column allow. The same graph always has the same layout. Lengths are in the units of the SVG's view box, pixels.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from argoproject.output.graph.model import Graph, Level, Node, Team

__all__ = ["COLUMNS", "MARGIN", "TOP", "WIDTH", "Box", "Layout", "TeamBox", "apart", "laid_out"]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle. Lines end at its left and right sides."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Where its right side is."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Where its lower side is."""
        return self.top + self.height

    @property
    def middle(self) -> float:
        """The height of its centre."""
        return self.top + self.height / 2


@dataclass(frozen=True, slots=True)
class Curve:
    """A curve from left to right, from (x, y) to (x, y). It is `dashed` where something is read without a login."""

    start: tuple[float, float]
    end: tuple[float, float]
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class _Column(Box):
    """The first box of a column, and the space below each of its boxes."""

    space: float

    @property
    def step(self) -> float:
        return self.height + self.space


MARGIN = 32
TOP = 132
"""Where the columns begin, below the title and the legend."""

_GAP = 136
_PAD = 12
_REPOSITORY = _Column(MARGIN, TOP, 280, 44, 10)
_PANEL = _Column(_REPOSITORY.right + _GAP, TOP, 340, 40, 20)
"""A team. The height is that of its heading, to which rows and a little space below them are added."""

_ROW = _Column(_PANEL.left + _PAD, TOP, _PANEL.width - 2 * _PAD, 28, 6)
_PRODUCT_SPACE = 8
_CLUSTER = _Column(_PANEL.right + _GAP, TOP, 236, 64, 56)
COLUMNS = (_REPOSITORY.left, _PANEL.left, _CLUSTER.left)
WIDTH = _CLUSTER.right + MARGIN


@dataclass(frozen=True, slots=True)
class TeamBox:
    """A team's panel with a row for each of its nodes."""

    team: Team
    box: Box
    rows: tuple[tuple[Node, Box], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The whole picture.

    Attributes:
        height: Its height, margins included.
        teams: The panels of the teams, from top to bottom.
        repositories: The boxes of the repositories, by their keys.
        clusters: The boxes of the clusters, by their names.
        lines: The lines of each node, by its key.
    """

    height: float
    teams: tuple[TeamBox, ...]
    repositories: Mapping[str, Box]
    clusters: Mapping[str, Box]
    lines: Mapping[str, tuple[Curve, ...]]


def laid_out(graph: Graph) -> Layout:
    """Return the layout of a graph. The highest column decides the height; the teams are in the middle of it."""
    teams = tuple(_teams(graph, TOP))
    own = teams[-1].box.bottom - TOP
    height = max(
        own,
        len(graph.repositories) * _REPOSITORY.step - _REPOSITORY.space,
        len(graph.clusters) * _CLUSTER.step - _CLUSTER.space,
    )
    if own < height:
        teams = tuple(_teams(graph, TOP + (height - own) / 2))
    bottom = TOP + height
    rows = {node.key: box for team in teams for node, box in team.rows}
    reads, deploys = _pairs(graph)
    repositories = _column(_REPOSITORY, reads, rows, bottom)
    clusters = _column(_CLUSTER, deploys, rows, bottom)
    return Layout(
        height=bottom + MARGIN,
        teams=teams,
        repositories=repositories,
        clusters=clusters,
        lines=_lines(graph, rows, repositories, clusters),
    )


def _pairs(graph: Graph) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """The keys of what the lines connect: a node and a repository, a node and a cluster."""
    reads = [(node.key, read.repository) for node in graph.nodes() for read in node.reads]
    return reads, [(node.key, name) for node in graph.nodes() for name in node.clusters]


def _teams(graph: Graph, top: float) -> Iterator[TeamBox]:
    """A panel for each team, without heading and padding where each team is one row."""
    alone = graph.level is Level.TEAM
    for team in graph.teams:
        rows = tuple(_rows(team, top if alone else top + _PANEL.height))
        bottom = rows[-1][1].bottom + (0 if alone else _PAD)
        yield TeamBox(team, Box(_PANEL.left, top, _PANEL.width, bottom - top), rows)
        top = bottom + (_ROW if alone else _PANEL).space


def _rows(team: Team, top: float) -> Iterator[tuple[Node, Box]]:
    """A row for each node, with a little space between products that have several nodes."""
    before = team.nodes[0].product
    grouped = len({node.product for node in team.nodes}) < len(team.nodes)
    for node in team.nodes:
        if grouped and node.product != before:
            top += _PRODUCT_SPACE
        yield node, Box(_ROW.left, top, _ROW.width, _ROW.height)
        top += _ROW.step
        before = node.product


def _column(
    column: _Column, pairs: Iterable[tuple[str, str]], rows: Mapping[str, Box], bottom: float
) -> Mapping[str, Box]:
    """The boxes of one column by their keys, each near the rows that it is connected with.

    Args:
        column: The column.
        pairs: The keys of a node and of the box that it is connected with.
        rows: The rows of the nodes.
        bottom: Where the picture ends.
    """
    partners: dict[str, list[float]] = defaultdict(list)
    for node, key in pairs:
        partners[key].append(rows[node].middle)
    wanted = sorted((fmean(middles) - column.height / 2, key) for key, middles in partners.items())
    tops = apart([top for top, _ in wanted], column.step)
    boxes = {}
    for index, (top, (_, key)) in enumerate(zip(tops, wanted, strict=True)):
        highest = TOP + column.step * index
        lowest = bottom - column.height - column.step * (len(tops) - 1 - index)
        boxes[key] = Box(column.left, min(max(top, highest), lowest), column.width, column.height)
    return boxes


def apart(wanted: Sequence[float], step: float) -> list[float]:
    """Return places that are at least a step apart, as near as possible to those that are wanted.

    Neighbours that would overlap move together to the middle of what they want (isotonic regression by pooling
    adjacent violators).

    Args:
        wanted: The wanted places, sorted.
        step: The least distance of two places.

    Example:
        >>> apart([10, 12, 40], 10)
        [6.0, 16.0, 40]
    """
    pools: list[tuple[float, int]] = []
    for index, place in enumerate(wanted):
        mean, size = place - index * step, 1
        while pools and pools[-1][0] > mean:
            other, count = pools.pop()
            mean = (mean * size + other * count) / (size + count)
            size += count
        pools.append((mean, size))
    flat = [mean for mean, size in pools for _ in range(size)]
    return [place + index * step for index, place in enumerate(flat)]


def _lines(
    graph: Graph,
    rows: Mapping[str, Box],
    repositories: Mapping[str, Box],
    clusters: Mapping[str, Box],
) -> Mapping[str, tuple[Curve, ...]]:
    """The lines of each node: from repositories to the nodes that read them, and from these to their clusters."""
    reads, deploys = _pairs(graph)
    left, right = _spread(reads, rows, repositories), _spread(deploys, rows, clusters)
    arriving = _spread([(name, key) for key, name in deploys], clusters, rows)
    leaving = _spread([(name, key) for key, name in reads], repositories, rows)
    lines: dict[str, tuple[Curve, ...]] = {}
    for node in graph.nodes():
        key, box = node.key, rows[node.key]
        lines[key] = (
            *(
                Curve(
                    (repositories[read.repository].right, leaving[read.repository, key]),
                    (box.left, left[key, read.repository]),
                    dashed=not read.login,
                )
                for read in node.reads
            ),
            *(
                Curve((box.right, right[key, name]), (clusters[name].left, arriving[name, key]))
                for name in node.clusters
            ),
        )
    return lines


def _spread(
    pairs: Iterable[tuple[str, str]], own: Mapping[str, Box], others: Mapping[str, Box]
) -> Mapping[tuple[str, str], float]:
    """The heights at which lines end at one side of boxes.

    The lines of a box are spread over its side in the order of their other ends, so that they do not cross there.

    Args:
        pairs: What each line connects: the key of a box, and the key of the box at the other end.
        own: The boxes at whose side the lines end.
        others: The boxes at the other ends.
    """
    partners: dict[str, list[str]] = defaultdict(list)
    for key, other in pairs:
        partners[key].append(other)
    places: dict[tuple[str, str], float] = {}
    for key, names in partners.items():
        names.sort(key=lambda name: (others[name].middle, name))
        for number, name in enumerate(names, 1):
            places[key, name] = own[key].top + own[key].height * number / (len(names) + 1)
    return places
