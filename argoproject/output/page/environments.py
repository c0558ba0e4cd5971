"""The environments, those included that cannot be read, with all that a page tells of one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from argoproject.fleet.inventory import EnvironmentRow, inventory
from argoproject.fleet.pipeline import Judged
from argoproject.identity import Identity
from argoproject.models import Namespace
from argoproject.problems import Position, Problem
from argoproject.project.access import AccessRow, Widening, access_rows, widenings
from argoproject.project.applications import deployed
from argoproject.project.model import Project
from argoproject.project.versions import Version, versions
from argoproject.secrets.masking import masked
from argoproject.tree.stacks import StackFile

__all__ = ["Environment", "Limit", "Revision", "environments"]


@dataclass(frozen=True, slots=True)
class Revision:
    """A version, the repository that it is of, and the place that decides it."""

    version: Version
    url: str
    position: Position


@dataclass(frozen=True, slots=True)
class Limit:
    """One line of the quota."""

    resource: str
    quantity: str
    position: Position


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """One environment. Of one that cannot be read (`project` is None) only the row and the problems are known."""

    row: EnvironmentRow
    problems: tuple[int, ...]
    """Indexes into the problems of the fleet."""

    project: Project | None = field(default=None, repr=False)
    description: str = ""
    revisions: tuple[Revision, ...] = ()
    quota: tuple[Limit, ...] = ()
    access: tuple[AccessRow, ...] = ()
    allowed: tuple[Widening, ...] = ()

    @property
    def identity(self) -> Identity:
        return self.row.identity

    @property
    def lifecycle(self) -> str:
        """`active`, `retiring`, or `unreadable`."""
        if not self.row.readable:
            return "unreadable"
        return "retiring" if self.row.retiring else "active"

    @property
    def ends(self) -> dt.date | None:
        """The next last day of access or of an `allow`."""
        days = [row.until for row in self.access if not row.expired]
        days += [item.until for item in self.allowed if not item.expired]
        return min(filter(None, days), default=None)


def environments(
    judged: Judged, stacks: Iterable[StackFile], today: dt.date
) -> tuple[Environment, ...]:
    """Every environment that has a folder, sorted."""
    projects = {project.identity: project for project in judged.projects}
    indexes = {problem: index for index, problem in enumerate(judged.problems)}
    return tuple(
        _environment(row, projects.get(row.identity), indexes, today)
        for row in inventory(judged, stacks)
    )


def _environment(
    row: EnvironmentRow, project: Project | None, indexes: Mapping[Problem, int], today: dt.date
) -> Environment:
    problems = tuple(indexes[problem] for problem in row.problems)
    if project is None:
        return Environment(row=row, problems=problems)
    return Environment(
        row=row,
        problems=problems,
        project=project,
        description=masked(project.settings.description or ""),
        revisions=tuple(_revisions(project)),
        quota=tuple(_quota(project)),
        access=tuple(access_rows([project], today)),
        allowed=tuple(widenings([project], today)),
    )


def _revisions(project: Project) -> Iterator[Revision]:
    sources = (at.source for item in deployed(project) for at in item.sources)
    for version, source in zip(versions(project), sources, strict=True):
        yield Revision(version, source.repo_url, project.layers.position(version.path))


def _quota(project: Project) -> Iterator[Limit]:
    for resource, quantity in (project.settings.namespace or Namespace()).quota.items():
        position = project.layers.position(("namespace", "quota", resource))
        yield Limit(resource, quantity, position)
