"""One side of a comparison that has files: the working tree, or a revision of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from argoproject.audit.baseline import BASELINE
from argoproject.diff.states import EnvironmentState
from argoproject.identity import Identity
from argoproject.tree.documents import parse_mapping
from argoproject.tree.files import read_file
from argoproject.tree.model import Tree

__all__ = ["Side", "acceptances_of"]


@dataclass(frozen=True, slots=True)
class Side:
    """The environments of one side, and those that the side has and nobody can build."""

    tree: Tree
    states: tuple[EnvironmentState, ...]
    broken: frozenset[Identity] = frozenset()
    acceptances: Mapping[str, Any] = field(default_factory=dict)
    """The data of audit.yaml."""


def acceptances_of(tree: Tree) -> Mapping[str, Any]:
    """The data of audit.yaml; none where it cannot be read, which `validate` tells."""
    file = tree.root / BASELINE
    if not file.is_file():
        return {}
    document, broken = parse_mapping(BASELINE, read_file(str(file)))
    return {} if broken else document.data
