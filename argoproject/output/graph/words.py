"""What both pictures say of themselves."""

from __future__ import annotations

from argoproject.output.graph.model import Graph, Level

__all__ = ["counted", "counts", "scale"]


def counted(number: int, one: str, many: str = "") -> str:
    """`1 repository`, `2 repositories`."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def counts(graph: Graph) -> str:
    """How much there is."""
    repositories = sum(item.number for item in graph.repositories)
    return ", ".join(
        (
            counted(graph.environments, "environment"),
            counted(graph.products, "product"),
            counted(len(graph.teams), "team"),
            counted(len(graph.clusters), "cluster"),
            counted(repositories, "repository", "repositories"),
        )
    )


def scale(graph: Graph) -> str:
    """What one node stands for, where that is not what one expects; else nothing."""
    parts = []
    if graph.level is not Level.ENVIRONMENT:
        parts.append(f"environments of one {graph.level} are drawn as one")
    if any(item.number > 1 for item in graph.repositories):
        parts.append("repositories at one address are drawn as one")
    return ", ".join(parts)
