"""A graph as SVG: one file without any other, text that is text, in light and in dark."""

from __future__ import annotations

from argoproject.output.graph.boxes import Box
from argoproject.output.graph.drawing import Drawing
from argoproject.output.graph.layout import COLUMNS, MARGIN, TOP, WIDTH, Layout, TeamBox, laid_out
from argoproject.output.graph.model import Cluster, Graph, Level, Node, Repository
from argoproject.output.graph.style import COLOURS
from argoproject.output.graph.words import counted, counts, scale

__all__ = ["as_svg"]

_TITLE = "Environments, what they read, and where they run"
_HEADS = ("Repositories", "Teams", "Clusters")
_PAD = 12


def as_svg(graph: Graph) -> str:
    """The text of an SVG file."""
    layout = laid_out(graph)
    drawing = Drawing(WIDTH, layout.height, _TITLE, " ".join(_sentences(graph)))
    _heading(drawing, graph)
    for index, team in enumerate(layout.teams):
        _team(drawing, team, layout, graph, index % COLOURS)
    for repository in graph.repositories:
        _repository(drawing, repository, layout.repositories[repository.key])
    for cluster in graph.clusters:
        _cluster(drawing, cluster, layout.clusters[cluster.name])
    return drawing.text()


def _sentences(graph: Graph) -> list[str]:
    notes = (counts(graph), scale(graph))
    return [f"{note[0].upper()}{note[1:]}." for note in notes if note]


def _heading(drawing: Drawing, graph: Graph) -> None:
    drawing.label(MARGIN, 46, _TITLE, "title", WIDTH)
    for at, sentence in enumerate(_sentences(graph)):
        drawing.label(MARGIN, 72 + 18 * at, sentence, "soft", WIDTH - 2 * MARGIN)
    for left, head in zip(COLUMNS, _HEADS, strict=True):
        drawing.label(left, TOP - 14, head, "head", WIDTH)
    drawing.sample(COLUMNS[2], 42, "reads with a login")
    drawing.sample(COLUMNS[2], 62, "reads without", dashed=True)


def _team(drawing: Drawing, panel: TeamBox, layout: Layout, graph: Graph, colour: int) -> None:
    with drawing.group(f"t{colour}", panel.team.name):
        if graph.level is not Level.TEAM:
            _panel(drawing, panel)
        for node, row in panel.rows:
            _node(drawing, node, row, layout, graph)


def _panel(drawing: Drawing, panel: TeamBox) -> None:
    team, box = panel.team, panel.box
    drawing.box(box, "panel", 10)
    drawing.bar(box.left + _PAD, box.top + 13, 4, 16)
    inner = Box(box.left + _PAD, box.top, box.width - _PAD, box.height)
    _beside(drawing, inner, _PAD, 26, (team.name, counted(team.environments, "environment")))


def _node(drawing: Drawing, node: Node, box: Box, layout: Layout, graph: Graph) -> None:
    with drawing.group("node", _told(node, graph)):
        for line in layout.lines[node.key]:
            drawing.curve(line.start, line.end, dashed=line.dashed)
        drawing.box(box, "box", 6)
        _beside(drawing, box, 10, 18, (_name(node, graph.level), node.note))


def _beside(drawing: Drawing, box: Box, pad: float, down: float, texts: tuple[str, str]) -> None:
    """A name and, at the other end of its box, what else is said: the name may take up most of it."""
    name, note = texts
    room = box.width - 2 * pad
    used = drawing.label(box.left + pad, box.top + down, name, "name", room * 0.7)
    drawing.label(box.right - pad, box.top + down, note, "soft", room - used - pad, end=True)


def _name(node: Node, level: Level) -> str:
    return f"{node.product} {node.label}" if level is Level.ENVIRONMENT else node.label


def _told(node: Node, graph: Graph) -> str:
    """A node and its lines in words: for who hears the picture, or rests the pointer on it."""
    names = {item.key: f"{item.address}/{item.name}" for item in graph.repositories}
    reads = (names[it.repository] + ("" if it.login else " (no login)") for it in node.reads)
    return "; ".join(
        filter(
            None,
            (
                f"{node.key}: {node.note}",
                f"deploys to {', '.join(node.clusters)}",
                f"reads {', '.join(reads)}" if node.reads else "reads nothing",
            ),
        )
    )


def _repository(drawing: Drawing, repository: Repository, box: Box) -> None:
    with drawing.group("repository", f"{repository.address}/{repository.name}"):
        drawing.box(box, "box", 6)
        room = box.width - 2 * _PAD
        drawing.label(box.left + _PAD, box.top + 18, repository.name, "name", room)
        drawing.label(box.left + _PAD, box.top + 35, repository.address, "soft", room)


def _cluster(drawing: Drawing, cluster: Cluster, box: Box) -> None:
    with drawing.group("cluster", f"{cluster.name}: {cluster.server}"):
        drawing.box(box, "box", 6)
        drawing.label(box.left + _PAD, box.top + 27, cluster.name, "name", 140)
        if cluster.hub:
            drawing.badge(box.right - _PAD, box.top + 13, "Argo CD")
        number = counted(cluster.environments, "environment")
        drawing.label(box.left + _PAD, box.top + 47, number, "soft", box.width - 2 * _PAD)
