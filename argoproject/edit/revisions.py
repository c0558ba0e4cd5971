"""The revisions that a new environment must say itself: given, or those of a sibling."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from argoproject.edit.promotion import label, place, promotable
from argoproject.identity import Identity
from argoproject.project.applications import Deployed, SourceAt
from argoproject.project.model import Project
from argoproject.project.versions import is_fixed
from argoproject.yamlfile.reader import Path

__all__ = ["Revisions", "revisions", "sources"]


@dataclass(frozen=True, slots=True)
class Revisions:
    """Revisions by their place in project.yaml, the sibling that has them, and the sources that nobody has one for."""

    values: Mapping[Path, str]
    sibling: Identity | None
    missing: tuple[str, ...]


def sources(project: Project) -> Mapping[str, tuple[Deployed, SourceAt]]:
    """Every source whose revision the environment may say, by its label. One of several without a name has none."""
    return {
        label(item, at): (item, at)
        for item in promotable(project)
        for at in item.sources
        if at.keys or len(item.sources) == 1
    }


def revisions(project: Project, given: Mapping[str, str], siblings: Iterable[Project]) -> Revisions:
    """The given ones, and for every other source without a revision that of the nearest sibling that has them all."""
    known = sources(project)
    needed = [name for name, (_, at) in known.items() if not at.revision and name not in given]
    found: Mapping[str, str] = {}
    sibling = None
    for candidate in _nearest_first(project, siblings):
        has = dict(_suitable(project, candidate, needed))
        if len(has) > len(found):
            found, sibling = has, candidate.identity
    chosen = {**found, **given}
    return Revisions(
        {place(project, *known[name]): chosen[name] for name in known if name in chosen},
        sibling,
        tuple(name for name in needed if name not in found),
    )


def _suitable(
    project: Project, sibling: Project, needed: Sequence[str]
) -> Iterator[tuple[str, str]]:
    """A sibling's revisions that the environment may have: where only exact ones are taken, those."""
    theirs = sources(sibling)
    for name in needed:
        revision = theirs[name][1].revision if name in theirs else None
        chart = sources(project)[name][1].source.chart is not None
        if revision and (not project.fixed_revisions or is_fixed(revision, chart=chart)):
            yield name, revision


def _nearest_first(project: Project, siblings: Iterable[Project]) -> list[Project]:
    """Those of the same product: of the same name first, then of the same class."""
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
