"""The environments, those included that cannot be read, with everything that the page shows of each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from argoproject.fleet.inventory import EnvironmentRow, inventory
from argoproject.fleet.pipeline import Judged
from argoproject.identity import Identity
from argoproject.models import Namespace
from argoproject.problems import Position
from argoproject.project.access import AccessRow, Widening, access_rows, widenings
from argoproject.project.applications import Version, deployed, versions
from argoproject.project.model import Project
from argoproject.secrets.detection import masked
from argoproject.tree.stacks import StackFile

__all__ = ["Environment", "Limit", "Revision", "environments"]


@dataclass(frozen=True, slots=True)
class Revision:
    """A version, the URL of its repository, and the place that decides it."""

    version: Version
    url: str
    position: Position


@dataclass(frozen=True, slots=True)
class Limit:
    """One resource of the quota, and the place that decides it."""

    resource: str
    quantity: str
    position: Position


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """One environment. Of one that cannot be read only `row` and `problems` are known.

    Attributes:
        row: The environment as `list` shows it.
        problems: Indexes into the problems of the fleet.
        project: The resolved environment, or None where it cannot be read.
        description: Its description, without what may be a secret.
        revisions: The versions of its sources.
        quota: Its quota.
        access: The roles that groups have in it.
        allowed: Its entries of `allow`.
    """

    row: EnvironmentRow
    problems: tuple[int, ...]
    project: Project | None = field(default=None, repr=False)
    description: str = ""
    revisions: tuple[Revision, ...] = ()
    quota: tuple[Limit, ...] = ()
    access: tuple[AccessRow, ...] = ()
    allowed: tuple[Widening, ...] = ()

    @property
    def identity(self) -> Identity:
        """Its identity, which its folder gives."""
        return self.row.identity

    @property
    def lifecycle(self) -> str:
        """`active`, `retiring`, or `unreadable`."""
        if not self.row.readable:
            return "unreadable"
        return "retiring" if self.row.retiring else "active"

    @property
    def ends(self) -> dt.date | None:
        """The next day on which access or an `allow` expires, or None."""
        days = [row.until for row in self.access if not row.expired]
        days += [item.until for item in self.allowed if not item.expired]
        return min(filter(None, days), default=None)


def environments(
    judged: Judged, stacks: Iterable[StackFile], today: dt.date
) -> tuple[Environment, ...]:
    """Return every environment that has a folder, sorted.

    Args:
        judged: The tree with its problems.
        stacks: The stack files, for the stacks that deploy an environment.
        today: The day on which access and `allow` expire.
    """
    projects = {project.identity: project for project in judged.projects}
    indexes = {problem: index for index, problem in enumerate(judged.problems)}
    found = []
    for row in inventory(judged, stacks):
        problems = tuple(indexes[problem] for problem in row.problems)
        project = projects.get(row.identity)
        if project is None:
            found.append(Environment(row=row, problems=problems))
            continue
        position = project.layers.position
        sources = (at.source for item in deployed(project) for at in item.sources)
        versioned = zip(versions(project), sources, strict=True)
        quota = (project.settings.namespace or Namespace()).quota
        found.append(
            Environment(
                row=row,
                problems=problems,
                project=project,
                description=masked(project.settings.description or ""),
                revisions=tuple(
                    Revision(it, at.repo_url, position(it.path)) for it, at in versioned
                ),
                quota=tuple(
                    Limit(resource, quantity, position(("namespace", "quota", resource)))
                    for resource, quantity in quota.items()
                ),
                access=tuple(access_rows([project], today)),
                allowed=tuple(widenings([project], today)),
            )
        )
    return tuple(found)
