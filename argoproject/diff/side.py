"""One side of a comparison that has files: the working tree, or a revision of it."""

from __future__ import annotations

from dataclasses import dataclass

from argoproject.diff.states import EnvironmentState
from argoproject.identity import Identity
from argoproject.load import Tree

__all__ = ["Side"]


@dataclass(frozen=True, slots=True)
class Side:
    """The environments of one side, and those that the side has and nobody can build."""

    tree: Tree
    states: tuple[EnvironmentState, ...]
    broken: frozenset[Identity] = frozenset()
