"""The environments, those included that cannot be read, with everything that the page shows of each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from argoproject.fleet.inventory import EnvironmentRow, inventory
from argoproject.fleet.pipeline import Judged
from argoproject.identity import Identity
from argoproject.project.access import AccessRow, Widening, access_rows, widenings
from argoproject.project.model import Project
from argoproject.secrets.detection import masked
from argoproject.tree.stacks import StackFile

__all__ = ["Environment", "environments"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """One environment. Of one that cannot be read only `row` and `problems` are known.

    Attributes:
        row: The environment as `list` shows it.
        problems: Indexes into the problems of the fleet.
        project: The resolved environment, or None where it cannot be read.
        access: The roles that groups have in it.
        allowed: Its entries of `allow`.
    """

    row: EnvironmentRow
    problems: tuple[int, ...]
    project: Project | None = field(default=None, repr=False)
    access: tuple[AccessRow, ...] = ()
    allowed: tuple[Widening, ...] = ()

    @property
    def identity(self) -> Identity:
        """Its identity, which its folder gives."""
        return self.row.identity

    @property
    def description(self) -> str:
        """Its description, without what may be a secret."""
        text = None if self.project is None else self.project.settings.description
        return str(masked(text or ""))

    @property
    def quota(self) -> Mapping[str, str]:
        """The quantities of its quota, by resource."""
        own = None if self.project is None else self.project.settings.namespace
        if own is None:
            return {}
        return own.limited() if own.quotas else own.quota

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
        readable = () if project is None else (project,)
        found.append(
            Environment(
                row=row,
                problems=problems,
                project=project,
                access=tuple(access_rows(readable, today)),
                allowed=tuple(widenings(readable, today)),
            )
        )
    return tuple(found)
