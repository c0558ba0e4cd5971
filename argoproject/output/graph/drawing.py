"""An SVG document and the few shapes that pictures are made of. The XML library escapes what stands in them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from xml.etree import ElementTree as ET

from argoproject.output.graph.boxes import Box
from argoproject.output.graph.letters import cut, width
from argoproject.output.graph.style import CSS

__all__ = ["Drawing"]

_NAME = "argoproject-graph"

_SIZES = {"title": 21.0, "name": 13.0}
_SIZE = 12.0 * 0.9
"""Sizes of fonts, as the style has them; the others are not bold, and so narrower."""


class Drawing:
    """Shapes in the order in which they are drawn, in the group that is open."""

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
        ET.SubElement(self._root, "style").text = CSS
        self.box(Box(0, 0, broad, high), "page", 0)

    def text(self) -> str:
        """The document."""
        ET.indent(self._root, " ")
        return ET.tostring(self._root, encoding="unicode") + "\n"

    @contextmanager
    def group(self, name: str, title: str) -> Iterator[None]:
        """What is drawn inside belongs together; `title` is told by screen readers and under the pointer."""
        before = self._open
        self._open = ET.SubElement(before, "g", {"class": name})
        ET.SubElement(self._open, "title").text = title
        yield
        self._open = before

    def box(self, box: Box, name: str, radius: float) -> None:
        """A rectangle."""
        self._add(
            "rect", name, x=box.left, y=box.top, width=box.width, height=box.height, rx=radius
        )

    def bar(self, left: float, top: float, width: float, height: float) -> None:
        """A mark in the team's colour."""
        self._add("rect", "mark", x=left, y=top, width=width, height=height, rx=2)

    def label(
        self, x: float, y: float, text: str, name: str, room: float, *, end: bool = False
    ) -> float:
        """A line of text, cut where there is no room for it; from `x` on, or up to it. Returns how much it takes up."""
        size = _SIZES.get(name, _SIZE)
        shown = cut(text, size, room)
        element = self._add("text", name, x=x, y=y)
        element.text = shown
        if end:
            element.set("text-anchor", "end")
        return width(shown, size)

    def badge(self, right: float, top: float, text: str) -> None:
        """A word in a frame."""
        broad = 16 + width(text, _SIZE)
        self._add("rect", "badge", x=right - broad, y=top, width=broad, height=20, rx=10)
        self._add("text", "soft", x=right - broad / 2, y=top + 14).text = text
        self._open[-1].set("text-anchor", "middle")

    def curve(self, start: tuple[float, float], end: tuple[float, float], *, dashed: bool) -> None:
        """A line that leaves and arrives level."""
        (left, top), (right, bottom) = start, end
        bend = (right - left) / 2
        path = (
            f"M{left:g} {top:.1f}C{left + bend:g} {top:.1f} "
            f"{right - bend:g} {bottom:.1f} {right:g} {bottom:.1f}"
        )
        self._add("path", "line dashed" if dashed else "line").set("d", path)

    def sample(self, left: float, middle: float, text: str, *, dashed: bool = False) -> None:
        """An entry of the legend."""
        path = self._add("path", "sample dashed" if dashed else "sample")
        path.set("d", f"M{left:g} {middle:g}h26")
        self.label(left + 34, middle + 4, text, "soft", 200)

    def _add(self, tag: str, name: str, **places: float) -> ET.Element:
        attributes = {key: f"{value:g}" for key, value in places.items()}
        return ET.SubElement(self._open, tag, {"class": name, **attributes})
