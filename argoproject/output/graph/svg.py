"""A graph as SVG: one file that needs no other, with text that is text, in light and in dark."""

from __future__ import annotations

from argoproject.output.graph.drawing import COLOURS, Drawing
from argoproject.output.graph.layout import (
    COLUMNS,
    MARGIN,
    TOP,
    WIDTH,
    Box,
    Layout,
    TeamBox,
    laid_out,
)
from argoproject.output.graph.model import Graph, Level, Node
from argoproject.problems import counted

__all__ = ["as_svg"]

_TITLE = "Environments, what they read, and where they run"
_HEADS = ("Repositories", "Teams", "Clusters")
_PAD = 12


def as_svg(graph: Graph) -> str:
    """Return the text of an SVG file."""
    layout = laid_out(graph)
    notes = (graph.counts(), graph.scale())
    sentences = [f"{note[0].upper()}{note[1:]}." for note in notes if note]
    drawing = Drawing(WIDTH, layout.height, _TITLE, " ".join(sentences))
    drawing.label(MARGIN, 46, _TITLE, "title", WIDTH)
    for at, sentence in enumerate(sentences):
        drawing.label(MARGIN, 72 + 18 * at, sentence, "soft", WIDTH - 2 * MARGIN)
    for left, head in zip(COLUMNS, _HEADS, strict=True):
        drawing.label(left, TOP - 14, head, "head", WIDTH)
    drawing.sample(COLUMNS[2], 42, "reads with a login")
    drawing.sample(COLUMNS[2], 62, "reads without", dashed=True)
    for index, panel in enumerate(layout.teams):
        with drawing.group(f"t{index % COLOURS}", panel.team.name):
            _team(drawing, panel, layout, graph)
    _repositories(drawing, layout, graph)
    _clusters(drawing, layout, graph)
    return drawing.text()


def _team(drawing: Drawing, panel: TeamBox, layout: Layout, graph: Graph) -> None:
    """A team's panel with its nodes and their lines. Where each node is a team, there are no panels around them."""
    if graph.level is not Level.TEAM:
        team, box = panel.team, panel.box
        drawing.box(box, "panel", 10)
        drawing.bar(box.left + _PAD, box.top + 13, 4, 16)
        inner = Box(box.left + _PAD, box.top, box.width - _PAD, box.height)
        note = counted(team.environments, "environment")
        _name_and_note(drawing, inner, _PAD, 26, (team.name, note))
    for node, row in panel.rows:
        with drawing.group("node", _description(node, graph)):
            for line in layout.lines[node.key]:
                drawing.curve(line.start, line.end, dashed=line.dashed)
            drawing.box(row, "box", 6)
            _name_and_note(drawing, row, 10, 18, (graph.title(node), node.note))


def _name_and_note(
    drawing: Drawing, box: Box, pad: float, down: float, texts: tuple[str, str]
) -> None:
    """A name at the left and a note at the right of a box. The name may have up to 70 % of the room."""
    name, note = texts
    room = box.width - 2 * pad
    used = drawing.label(box.left + pad, box.top + down, name, "name", room * 0.7)
    drawing.label(box.right - pad, box.top + down, note, "soft", room - used - pad, end=True)


def _description(node: Node, graph: Graph) -> str:
    """A node and its lines as text, for screen readers and under the pointer."""
    names = {item.key: f"{item.address}/{item.name}" for item in graph.repositories}
    reads = (names[it.repository] + ("" if it.login else " (no login)") for it in node.reads)
    parts = (
        f"{node.key}: {node.note}",
        f"deploys to {', '.join(node.clusters)}",
        f"reads {', '.join(reads)}" if node.reads else "reads nothing",
    )
    return "; ".join(parts)


def _repositories(drawing: Drawing, layout: Layout, graph: Graph) -> None:
    for repository in graph.repositories:
        box = layout.repositories[repository.key]
        with drawing.group("repository", f"{repository.address}/{repository.name}"):
            drawing.box(box, "box", 6)
            room = box.width - 2 * _PAD
            drawing.label(box.left + _PAD, box.top + 18, repository.name, "name", room)
            drawing.label(box.left + _PAD, box.top + 35, repository.address, "soft", room)


def _clusters(drawing: Drawing, layout: Layout, graph: Graph) -> None:
    for cluster in graph.clusters:
        box = layout.clusters[cluster.name]
        with drawing.group("cluster", f"{cluster.name}: {cluster.server}"):
            drawing.box(box, "box", 6)
            drawing.label(box.left + _PAD, box.top + 27, cluster.name, "name", 140)
            if cluster.hub:
                drawing.badge(box.right - _PAD, box.top + 13, "Argo CD")
            number = counted(cluster.environments, "environment")
            drawing.label(box.left + _PAD, box.top + 47, number, "soft", box.width - 2 * _PAD)
