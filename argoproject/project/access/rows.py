"""Who may do what, a row for each group in each role of each environment: what an auditor asks for.

The rows tell what the plan makes: every policy of an AppProject's roles and every group of a RoleBinding that `access`
leads to. Accounts of impersonated syncs are no groups, and what the platform's own manifests and charts bind is the
platform's: neither is here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from argoproject.identity import Identity
from argoproject.problems import Position
from argoproject.project.access.assignments import Assignment, System
from argoproject.project.access.expiry import lasts
from argoproject.project.access.policies import Grant
from argoproject.project.access.roles import assigned, grants
from argoproject.project.access.words import what
from argoproject.project.model import Project
from argoproject.secrets.masking import masked

__all__ = ["AccessRow", "access_rows"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessRow:
    """One group in one role of one environment.

    `role` is a role of the AppProject `project`, or a ClusterRole inside `namespace`; `through` the role of
    Argo CD's that gives the ClusterRole. `what` says in words what it permits, `grants` in Argo CD's terms.
    """

    identity: Identity
    system: System
    project: str
    namespace: str
    group: str
    role: str
    through: str
    what: str
    grants: tuple[Grant, ...]
    until: dt.date | None
    reason: str | None
    position: Position
    """The entry that gives it."""

    expired: bool
    """It has ended, and so is not planned."""

    @property
    def where(self) -> str:
        """Where the role counts."""
        if self.system is System.ARGO_CD:
            return f"project {self.project}"
        return f"namespace {self.namespace} on {self.identity.cluster}"


def access_rows(projects: Iterable[Project], today: dt.date) -> Iterator[AccessRow]:
    """Every group in every role: by environment, as the files list them, those that have expired marked."""
    for project in projects:
        for system in System:
            for item in assigned(project, system):
                yield from _rows(project, item, today)


def _rows(project: Project, item: Assignment, today: dt.date) -> Iterator[AccessRow]:
    permitted = grants(project, item)
    if item.system is System.ARGO_CD and not permitted:
        return  # a role of which only the ClusterRole counts
    for index, binding in enumerate(item.bindings):
        yield AccessRow(
            identity=project.identity,
            system=item.system,
            project=project.names.project,
            namespace=project.names.namespace,
            group=binding.group,
            role=item.role,
            through=item.through,
            what=what(item),
            grants=permitted,
            until=binding.until,
            reason=None if binding.reason is None else str(masked(binding.reason)),
            position=project.layers.position((*item.path, index)),
            expired=not lasts(binding, today),
        )
