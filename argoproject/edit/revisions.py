"""The revisions that a new environment must set itself: given ones, or those of a sibling environment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from argoproject.edit.promotion import label, place, promotable
from argoproject.identity import Identity
from argoproject.project.applications import Deployed, SourceAt, is_fixed
from argoproject.project.model import Project
from argoproject.yamlfile.reader import Path

__all__ = ["Revisions", "revisions", "sources"]


@dataclass(frozen=True, slots=True)
class Revisions:
    """The revisions of a new environment."""

    values: Mapping[Path, str]
    """Each revision by its place in project.yaml."""

    sibling: Identity | None
    """The environment from which those that were not given are taken."""

    missing: tuple[str, ...]
    """The labels of the sources that remain without a revision."""


def sources(project: Project) -> Mapping[str, tuple[Deployed, SourceAt]]:
    """Every source whose revision the environment may set, by its label. One of several without a name has no label."""
    return {
        label(item, at): (item, at)
        for item in promotable(project)
        for at in item.sources
        if at.keys or len(item.sources) == 1
    }


def revisions(project: Project, given: Mapping[str, str], siblings: Iterable[Project]) -> Revisions:
    """The given revisions, and one of a sibling for each other source that has none.

    All come from one sibling: the one that has most of them, and of several the nearest. Where the environment's class
    requires exact revisions, others are not taken.

    Args:
        project: The new environment.
        given: Revisions by the label of their source.
        siblings: Environments to take revisions from, in any order.
    """
    known = sources(project)
    needed = [name for name, (_, at) in known.items() if not at.revision and name not in given]
    found: Mapping[str, str] = {}
    sibling = None
    for candidate in _nearest_first(project, siblings):
        theirs = sources(candidate)
        offered = {name: theirs[name][1].revision for name in needed if name in theirs}
        suitable = {
            name: revision
            for name, revision in offered.items()
            if revision
            and (
                not project.fixed_revisions
                or is_fixed(revision, chart=known[name][1].source.chart is not None)
            )
        }
        if len(suitable) > len(found):
            found, sibling = suitable, candidate.identity
    chosen = {**found, **given}
    return Revisions(
        {place(project, *known[name]): chosen[name] for name in known if name in chosen},
        sibling,
        tuple(name for name in needed if name not in found),
    )


def _nearest_first(project: Project, siblings: Iterable[Project]) -> list[Project]:
    """The other environments of the same product: first those of the same name, then those of the same class."""
    own = project.identity

    def distance(other: Project) -> tuple[bool, bool, Identity]:
        name = other.identity.environment
        of_class = other.environment_class == project.environment_class
        return name != own.environment, not of_class, other.identity

    alike = [
        other
        for other in siblings
        if (other.identity.team, other.identity.product) == (own.team, own.product)
        and other.identity != own
    ]
    return sorted(alike, key=distance)
