"""Which environments a command is about: SELECT on its command line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from argoproject.identity import Identity
from argoproject.project import Project
from argoproject.urls import matches

__all__ = ["selected", "takes"]


def selected(projects: Iterable[Project], patterns: Sequence[str]) -> tuple[Project, ...]:
    """The environments that any pattern takes; without patterns, all."""
    return tuple(
        project
        for project in projects
        if not patterns
        or any(takes(pattern, project.identity, project.names.project) for pattern in patterns)
    )


def takes(pattern: str, identity: Identity, name: str) -> bool:
    """Whether a pattern takes an environment: a folder below projects/ takes all below it, `*` any text of one
    folder's name; else it is the name of a project, or a pattern of it."""
    steps = pattern.strip("/").split("/")
    own = (identity.team, identity.product, identity.cluster, identity.environment)
    below = len(steps) <= len(own) and all(map(matches, steps, own))
    return below or (len(steps) == 1 and matches(pattern, name))
