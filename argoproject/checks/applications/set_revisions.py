"""Revisions in ApplicationSets, of sources and of generators that read Git."""

from __future__ import annotations

from typing import Any

from argoproject.problems import Problem
from argoproject.project.model import Project
from argoproject.project.versions import is_fixed
from argoproject.yamlfile.reader import Path

__all__ = ["fixed", "moving"]


def fixed(revision: Any, *, chart: bool) -> bool:
    """Whether a revision is exact. A templated one is not: what generates it is not reviewed here."""
    return isinstance(revision, str) and is_fixed(revision, chart=chart)


def moving(project: Project, path: Path, revision: Any) -> Problem:
    """That a revision is not exact, in a class where it has to be."""
    shown = "HEAD, the default," if revision is None else repr(revision)
    message = (
        f"{shown} is not exact: environments of the class {project.environment_class} take versions, "
        "full commit hashes or digests only"
    )
    remedy = "write a full commit hash, or a version of three numbers"
    return project.problem(path=path, code="revision-not-fixed", message=message, remedy=remedy)
