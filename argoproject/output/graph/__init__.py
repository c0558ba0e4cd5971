"""The fleet as a picture. `graph_of` decides what is drawn; `as_mermaid` and `as_svg` draw it."""

from __future__ import annotations

from argoproject.output.graph.mermaid import as_mermaid
from argoproject.output.graph.model import Graph, Level, graph_of
from argoproject.output.graph.svg import as_svg

__all__ = ["Graph", "Level", "as_mermaid", "as_svg", "graph_of"]
