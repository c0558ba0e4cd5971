"""Where everything of a picture stands: repositories on the left, teams in the middle, clusters on the right.

Repositories and clusters are as near to the middle of those that they are connected with as the others of their column
let them. The same graph always has the same layout.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import NamedTuple

from argoproject.output.graph.boxes import Box, Line, apart
from argoproject.output.graph.lines import lines_of
from argoproject.output.graph.model import Graph, Level, Node, Team

__all__ = ["COLUMNS", "MARGIN", "TOP", "WIDTH", "Layout", "TeamBox", "laid_out"]


class _Shape(NamedTuple):
    """What stands in a column: its place, its size, and the space below it."""

    left: float
    width: float
    height: float
    space: float

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def step(self) -> float:
        return self.height + self.space


MARGIN = 32
TOP = 132
"""Where the columns begin; above stand the title and the legend."""

_GAP = 136
_PAD = 12
_REPOSITORY = _Shape(MARGIN, 280, 44, 10)
_PANEL = _Shape(_REPOSITORY.right + _GAP, 340, 40, 20)
"""A team. The height is that of its heading; rows and a little space below them come to it."""

_ROW = _Shape(_PANEL.left + _PAD, _PANEL.width - 2 * _PAD, 28, 6)
_PRODUCT_SPACE = 8
_CLUSTER = _Shape(_PANEL.right + _GAP, 236, 64, 56)
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
    """The whole picture. `lines` are those of each node, by its key."""

    height: float
    teams: tuple[TeamBox, ...]
    repositories: Mapping[str, Box]
    clusters: Mapping[str, Box]
    lines: Mapping[str, tuple[Line, ...]]


def laid_out(graph: Graph) -> Layout:
    """The layout of a graph."""
    teams = tuple(_teams(graph, TOP))
    repositories = len(graph.repositories) * _REPOSITORY.step - _REPOSITORY.space
    clusters = len(graph.clusters) * _CLUSTER.step - _CLUSTER.space
    own = teams[-1].box.bottom - TOP
    height = max(own, repositories, clusters)
    if own < height:
        teams = tuple(_teams(graph, TOP + (height - own) / 2))
    return _connected(graph, teams, TOP + height)


def _connected(graph: Graph, teams: tuple[TeamBox, ...], bottom: float) -> Layout:
    rows = {node.key: box for team in teams for node, box in team.rows}
    readers: dict[str, list[float]] = defaultdict(list)
    deployers: dict[str, list[float]] = defaultdict(list)
    for node in graph.nodes():
        for read in node.reads:
            readers[read.repository].append(rows[node.key].middle)
        for cluster in node.clusters:
            deployers[cluster].append(rows[node.key].middle)
    repositories = _column(_REPOSITORY, readers, bottom)
    clusters = _column(_CLUSTER, deployers, bottom)
    return Layout(
        height=bottom + MARGIN,
        teams=teams,
        repositories=repositories,
        clusters=clusters,
        lines=lines_of(graph, rows, repositories, clusters),
    )


def _teams(graph: Graph, top: float) -> Iterator[TeamBox]:
    """A panel for each team; where a team is one row, the row alone."""
    alone = graph.level is Level.TEAM
    for team in graph.teams:
        rows = tuple(_rows(team, top if alone else top + _PANEL.height))
        bottom = rows[-1][1].bottom + (0 if alone else _PAD)
        yield TeamBox(team, Box(_PANEL.left, top, _PANEL.width, bottom - top), rows)
        top = bottom + (_ROW if alone else _PANEL).space


def _rows(team: Team, top: float) -> Iterator[tuple[Node, Box]]:
    """A row for each node, with a little space between products of several."""
    before = team.nodes[0].product
    grouped = len({node.product for node in team.nodes}) < len(team.nodes)
    for node in team.nodes:
        if grouped and node.product != before:
            top += _PRODUCT_SPACE
        yield node, Box(_ROW.left, top, _ROW.width, _ROW.height)
        top += _ROW.step
        before = node.product


def _column(
    shape: _Shape, partners: Mapping[str, Sequence[float]], bottom: float
) -> Mapping[str, Box]:
    """Boxes of one column, between the top and the bottom of the picture, each near its partners."""
    wanted = sorted((fmean(middles) - shape.height / 2, key) for key, middles in partners.items())
    tops = apart([top for top, _ in wanted], shape.step)
    boxes = {}
    for index, (top, (_, key)) in enumerate(zip(tops, wanted, strict=True)):
        highest = TOP + shape.step * index
        lowest = bottom - shape.height - shape.step * (len(tops) - 1 - index)
        place = min(max(top, highest), lowest)
        boxes[key] = Box(shape.left, place, shape.width, shape.height)
    return boxes
