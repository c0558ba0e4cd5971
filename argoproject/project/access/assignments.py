"""Which groups have which role, as the files list them: the one place that knows the shape of `access`.

Everything else of this folder starts from `assignments`. Bindings that have expired are part of them, so that reports
can show them; `current` gives the groups that still count on a day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from argoproject.models import Access, Allowance, AllowanceKind, Binding, Role
from argoproject.project.model import Project
from argoproject.yamlfile.reader import Path

__all__ = [
    "ADMIN",
    "READONLY",
    "Assignment",
    "System",
    "assigned",
    "assignments",
    "current",
    "current_allowances",
    "lasts",
]

ADMIN = "admin"
READONLY = "readonly"


class System(StrEnum):
    """Who grants what a role permits."""

    ARGO_CD = "Argo CD"
    KUBERNETES = "Kubernetes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """The groups that have a role, including those whose binding has expired.

    Attributes:
        system: Who grants the role.
        role: A role of the AppProject, or a ClusterRole.
        path: Leads to the list of groups in the environment's files.
        bindings: The groups, each with the day on which it ends.
        own: The role of `access.roles` that gives it; None for `admin`, `readonly` and `access.kubernetes`.
        through: Name of the Argo CD role whose groups get the ClusterRole; empty for roles of Argo CD, and where
            the files give the ClusterRole directly.
    """

    system: System
    role: str
    path: Path
    bindings: tuple[Binding, ...]
    own: Role | None = None
    through: str = ""


def assignments(access: Access) -> Iterator[Assignment]:
    """Read all lists of groups.

    Returns:
        Argo CD's roles first: `admin`, `readonly`, the others by name. Then ClusterRoles: those of
        `access.kubernetes`, and last those that come with a role. A list of groups that gives both, as
        `{groups: [blue-ci], permissions: [...], kubernetes: view}` does, is two assignments with the same path.
    """
    argo_cd = [
        _assignment(ADMIN, ("access", ADMIN), access.admin),
        _assignment(READONLY, ("access", READONLY), access.readonly),
    ]
    cluster_roles = [access.cluster_roles.admin, access.cluster_roles.readonly]
    for name, role in sorted(access.roles.items()):
        argo_cd.append(_assignment(name, ("access", "roles", name, "groups"), role.groups, role))
        cluster_roles.append(role.kubernetes)
    yield from argo_cd
    for name, bindings in sorted(access.kubernetes.items()):
        path = ("access", "kubernetes", name)
        yield Assignment(system=System.KUBERNETES, role=name, path=path, bindings=bindings)
    for item, cluster_role in zip(argo_cd, cluster_roles, strict=True):
        if cluster_role is not None:
            yield Assignment(
                system=System.KUBERNETES,
                role=cluster_role,
                path=item.path,
                bindings=item.bindings,
                own=item.own,
                through=item.role,
            )


def _assignment(
    role: str, path: Path, bindings: tuple[Binding, ...], own: Role | None = None
) -> Assignment:
    return Assignment(system=System.ARGO_CD, role=role, path=path, bindings=bindings, own=own)


def assigned(project: Project, system: System) -> Iterator[Assignment]:
    """The assignments of one system that the plan carries out.

    An environment with a `base` Application gets no RoleBindings: `base` makes the namespace and all that is in it.
    """
    if system is System.KUBERNETES and project.settings.base is not None:
        return
    access = project.settings.access or Access()
    yield from (item for item in assignments(access) if item.system is system)


def lasts(item: Binding | Allowance, today: dt.date) -> bool:
    """Whether a binding or an `allow` has not expired. The last day counts."""
    return item.until is None or item.until >= today


def current(bindings: Iterable[Binding], today: dt.date) -> tuple[str, ...]:
    """The groups whose binding has not expired, each once."""
    return tuple(dict.fromkeys(item.group for item in bindings if lasts(item, today)))


def current_allowances(
    project: Project, kind: AllowanceKind, today: dt.date
) -> tuple[Allowance, ...]:
    """The entries of `allow` of one kind that have not expired."""
    return tuple(
        item for item in project.settings.allow if item.kind is kind and lasts(item, today)
    )
