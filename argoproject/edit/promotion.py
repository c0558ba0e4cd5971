"""Revisions that one environment takes from another of the same product: promoted ones, and those of a new environment.

An environment's revision of a source is the effective one, whichever file contains it. It is written to the target's
own project.yaml, below `versions`, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from argoproject.identity import Identity
from argoproject.problems import Lack, Problem
from argoproject.project.applications import Deployed, SourceAt, deployed, is_fixed, source_name
from argoproject.project.model import Project
from argoproject.yamlfile.reader import DataPath

__all__ = [
    "Change",
    "Promotion",
    "Revisions",
    "label",
    "labels",
    "place",
    "promotable",
    "promotion",
    "revisions",
    "sources",
]

_PLATFORMS = "base"
"""The Application whose revision only the profile contains."""


@dataclass(frozen=True, slots=True)
class Change:
    """A revision that the target gets.

    Attributes:
        label: The source, as `label` returns it.
        before: The target's revision, or None where it has none yet.
        after: The source's revision.
        path: The revision's key in the target's project.yaml.
    """

    label: str
    before: str | None
    after: str
    path: DataPath

    def __str__(self) -> str:
        return f"{self.label}: {self.before or '(none)'} → {self.after}"


@dataclass(frozen=True, slots=True)
class Promotion:
    """The revisions that change, and the problems that prevent others from it."""

    changes: tuple[Change, ...]
    problems: tuple[Problem, ...]

    @property
    def values(self) -> Mapping[DataPath, str]:
        """The revisions by their keys in the target's project.yaml."""
        return {change.path: change.after for change in self.changes}


def promotable(project: Project) -> tuple[Deployed, ...]:
    """Return the Applications whose revisions an environment may contain itself."""
    return tuple(item for item in deployed(project) if item.key != _PLATFORMS)


def label(item: Deployed, at: SourceAt) -> str:
    """Return how `promote --only` and `new --version` name a source.

    That is the Application, followed by the source as `list` shows it where there are several: `requirements`,
    `application.shop`.
    """
    return ".".join(filter(None, (item.key, source_name(item, at))))


def labels(project: Project) -> tuple[str, ...]:
    """Return the names of all Applications and sources whose revisions can be promoted."""
    items = promotable(project)
    names = [(item.key, *(label(item, at) for at in item.sources)) for item in items]
    return tuple(dict.fromkeys(name for group in names for name in group))


def promotion(source: Project, target: Project, only: Collection[str] = ()) -> Promotion:
    """Compare the revisions of two environments of one product.

    Args:
        source: The environment whose revisions are promoted.
        target: The environment that gets them.
        only: Names of Applications and sources, as `labels` returns them; empty for all.

    Returns:
        The revisions that the target does not have yet, and a problem for each that it cannot have.
    """
    items = {item.key: item for item in promotable(target)}
    changes, problems = [], []
    for item in promotable(source):
        for at in item.sources:
            if only and item.key not in only and label(item, at) not in only:
                continue
            found = _judged(item, at, target, items.get(item.key))
            if isinstance(found, Lack):
                # At the place that decides the revision.
                path = at.version_path or (*at.path, "targetRevision")
                problems.append(source.placed(path, found))
            elif found.before != found.after:
                changes.append(found)
    return Promotion(tuple(changes), tuple(problems))


def _judged(item: Deployed, at: SourceAt, target: Project, own: Deployed | None) -> Change | Lack:
    """Return the revision that an environment gets, or why it cannot have it.

    Args:
        item: The Application of the other environment.
        at: The source of that Application whose revision is promoted.
        target: The environment that gets the revision.
        own: The Application with the same key in the target, or None.
    """
    identity, revision, chart = target.identity, at.revision, at.source.chart is not None
    if own is None:
        message = f"{identity} has no such Application"
        remedy = "add it there first, or choose what is promoted with --only"
        return Lack("promotion-no-application", message, remedy)
    there = _counterpart(item, at, own)
    if there is None or (len(own.sources) > 1 and not there.keys):
        message = f"no source of this Application has this name in {identity}"
        return Lack("promotion-no-source", message, "give both the same `name`")
    if chart != (there.source.chart is not None):
        message = (
            f"only one of this source and that of {identity} is a chart: they share no revisions"
        )
        return Lack("promotion-other-source", message, "choose what is promoted with --only")
    if not revision:
        return Lack("promotion-no-revision", "the source has no revision", "give it one")
    if target.fixed_revisions and not is_fixed(revision, chart=chart):
        message = (
            f"{revision!r} is not exact: {identity} is of the class {target.environment_class}, which takes "
            "versions, full commit hashes or digests only"
        )
        remedy = "write an exact one here first, and see it run"
        return Lack("promotion-not-fixed", message, remedy)
    return Change(label(item, at), there.revision, revision, place(target, own, there))


def _counterpart(item: Deployed, at: SourceAt, own: Deployed) -> SourceAt | None:
    """The same source in another environment: the only one of each, else the one with a name in common."""
    if len(own.sources) == len(item.sources) == 1:
        return own.sources[0]
    names = set(at.keys)
    alike = [there for there in own.sources if not names.isdisjoint(there.keys)]
    return alike[0] if len(alike) == 1 else None


def place(target: Project, item: Deployed, at: SourceAt) -> DataPath:
    """Return the key of a source's revision in an environment's project.yaml, whether it is there yet or not.

    That is the key that decides the revision today where it is in this file, also below `classes`; else a key below
    `versions`.
    """
    path: DataPath = at.version_path or ("versions", item.key)
    if at.version_path is None and len(item.sources) > 1:
        path = (*path, at.keys[0])
    layers = target.layers
    layer, held = layers.origin(path)
    here = layer is not None and layer.document is layers.items[-1].document and held == path
    return (*layer.prefix, *path) if layer is not None and here else path


@dataclass(frozen=True, slots=True)
class Revisions:
    """The revisions of a new environment."""

    values: Mapping[DataPath, str]
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
