"""A graph as SVG: one file that needs no other, with text that is text, in light and in dark."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from itertools import accumulate
from xml.etree import ElementTree as ET

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

__all__ = ["COLOURS", "Drawing", "as_svg", "fitted", "width"]

_NAME = "argoproject-graph"

_SIZES = {"title": 21.0, "name": 13.0}
_SIZE = 12.0 * 0.9
"""Sizes of fonts, as the style has them; the others are not bold, and so narrower."""

COLOURS = 8
"""How many colours of teams style.css has, in light and in dark; teams beyond that begin again with the first.

Against the page marks differ by more than 4.5 to 1, and lines, which are translucent, by more than 3 to 1. Source:
WCAG 2.2, 1.4.11. Colours only help: every line can be followed without."""

_NARROW, _BROAD, _CAPITAL, _OTHER = 0.5, 1.12, 0.85, 0.72
"""Widths of letters in parts of the font's size. Fonts differ: these are of a broad one (DejaVu Sans Bold), so that no
text leaves its box."""

_WIDTHS = {
    **dict.fromkeys(" !'(),-./:;I[]fijlrt|", _NARROW),
    **dict.fromkeys("%@MWmw…", _BROAD),
}


def width(text: str, size: float) -> float:
    """Return the width of a text in a font of a size."""
    return size * sum(map(_letter, text))


def fitted(text: str, size: float, room: float) -> str:
    """Return as much of a text as there is room for; an ellipsis marks what is cut."""
    if width(text, size) <= room:
        return text
    ends = accumulate(map(_letter, text), initial=_letter("…"))
    fitting = sum(end * size <= room for end in ends)
    return f"{text[: max(fitting - 1, 0)]}…"


def _letter(letter: str) -> float:
    return _WIDTHS.get(letter, _CAPITAL if letter.isupper() else _OTHER)


class Drawing:
    """An SVG document. Shapes are added to the group that is open, in the order in which they are drawn.

    Args:
        broad: The width of the picture.
        high: The height of the picture.
        title: Its title for screen readers.
        description: Its description for screen readers.
    """

    def __init__(self, broad: float, high: float, title: str, description: str) -> None:
        self._root = ET.Element(
            "svg",
            {
                "xmlns": "http://www.w3.org/2000/svg",
                "viewBox": f"0 0 {broad:g} {high:g}",
                "width": f"{broad:g}",
                "height": f"{high:g}",
                "class": _NAME,
                "role": "graphics-document document",
                "aria-labelledby": f"{_NAME}-title {_NAME}-description",
            },
        )
        self._open = self._root
        ET.SubElement(self._root, "title", id=f"{_NAME}-title").text = title
        ET.SubElement(self._root, "desc", id=f"{_NAME}-description").text = description
        style = files(__package__).joinpath("style.css").read_text(encoding="utf-8")
        ET.SubElement(self._root, "style").text = style.strip()
        self.box(Box(0, 0, broad, high), "page", 0)

    def text(self) -> str:
        """Return the document."""
        ET.indent(self._root, " ")
        return ET.tostring(self._root, encoding="unicode") + "\n"

    @contextmanager
    def group(self, name: str, title: str) -> Iterator[None]:
        """Open a group of the class `name`. Screen readers read its `title`; the pointer shows it."""
        before = self._open
        self._open = ET.SubElement(before, "g", {"class": name})
        ET.SubElement(self._open, "title").text = title
        yield
        self._open = before

    def box(self, box: Box, name: str, radius: float) -> None:
        """Add a rectangle."""
        self._add(
            "rect", name, x=box.left, y=box.top, width=box.width, height=box.height, rx=radius
        )

    def label(
        self, x: float, y: float, text: str, name: str, room: float, *, end: bool = False
    ) -> float:
        """Add a line of text, cut where there is no room for it.

        Args:
            x: Where it begins; with `end`, where it ends.
            y: Its base line.
            text: The text.
            name: The class of the style.
            room: The width that it may have.
            end: Whether it ends at `x`.

        Returns:
            The width that it has.
        """
        size = _SIZES.get(name, _SIZE)
        shown = fitted(text, size, room)
        element = self._add("text", name, x=x, y=y)
        element.text = shown
        if end:
            element.set("text-anchor", "end")
        return width(shown, size)

    def badge(self, right: float, top: float, text: str) -> None:
        """Add a word in a frame that ends at `right`."""
        broad = 16 + width(text, _SIZE)
        self.box(Box(right - broad, top, broad, 20), "badge", 10)
        self._add("text", "soft", x=right - broad / 2, y=top + 14).text = text
        self._open[-1].set("text-anchor", "middle")

    def curve(self, start: tuple[float, float], end: tuple[float, float], *, dashed: bool) -> None:
        """Add a curve between two points, horizontal at both ends."""
        (left, top), (right, bottom) = start, end
        bend = (right - left) / 2
        path = (
            f"M{left:g} {top:.1f}C{left + bend:g} {top:.1f} "
            f"{right - bend:g} {bottom:.1f} {right:g} {bottom:.1f}"
        )
        self._add("path", "line dashed" if dashed else "line").set("d", path)

    def sample(self, left: float, middle: float, text: str, *, dashed: bool = False) -> None:
        """Add an entry of the legend."""
        path = self._add("path", "sample dashed" if dashed else "sample")
        path.set("d", f"M{left:g} {middle:g}h26")
        self.label(left + 34, middle + 4, text, "soft", 200)

    def _add(self, tag: str, name: str, **places: float) -> ET.Element:
        attributes = {key: f"{value:g}" for key, value in places.items()}
        return ET.SubElement(self._open, tag, {"class": name, **attributes})


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
        drawing.box(Box(box.left + _PAD, box.top + 13, 4, 16), "mark", 2)
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
