"""Which lists of groups the files hold, and which role each gives: the one place that knows the shape of `access`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from argoproject.models import Access, Binding, Role
from argoproject.yamlfile.reader import Path

__all__ = ["ADMIN", "READONLY", "Assignment", "System", "assignments"]

ADMIN = "admin"
READONLY = "readonly"


class System(StrEnum):
    """Who grants what a role permits."""

    ARGO_CD = "Argo CD"
    KUBERNETES = "Kubernetes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """The groups that have a role, those whose binding has expired included.

    `role` is a role of the AppProject, or a ClusterRole; `path` leads to the list of groups. `own` is the role of the
    environment's own that gives it: Argo CD's of this name, or a ClusterRole through its `kubernetes`.
    """

    system: System
    role: str
    path: Path
    bindings: tuple[Binding, ...]
    own: Role | None = None
    through: str = ""
    """Name of the role of Argo CD's that gives the ClusterRole."""


def assignments(access: Access) -> Iterator[Assignment]:
    """Argo CD's roles first: `admin`, `readonly`, the others by name; then ClusterRoles, those through roles last."""
    built_in = ((ADMIN, access.admin), (READONLY, access.readonly))
    for name, bindings in built_in:
        yield _assignment(System.ARGO_CD, name, ("access", name), bindings)
    for name, role in sorted(access.roles.items()):
        yield _own(System.ARGO_CD, name, name, role)
    for name, bindings in sorted(access.kubernetes.items()):
        yield _assignment(System.KUBERNETES, name, ("access", "kubernetes", name), bindings)
    for name, bindings in built_in:
        cluster_role = getattr(access.cluster_roles, name)
        if cluster_role is not None:
            given = _assignment(System.KUBERNETES, cluster_role, ("access", name), bindings)
            yield replace(given, through=name)
    for name, role in sorted(access.roles.items()):
        if role.kubernetes is not None:
            yield _own(System.KUBERNETES, role.kubernetes, name, role)


def _assignment(system: System, role: str, path: Path, bindings: tuple[Binding, ...]) -> Assignment:
    return Assignment(system=system, role=role, path=path, bindings=bindings)


def _own(system: System, role: str, name: str, own: Role) -> Assignment:
    """What a role of one's own gives: itself in Argo CD, or its ClusterRole."""
    through = "" if system is System.ARGO_CD else name
    path: Path = ("access", "roles", name, "groups")
    return Assignment(
        system=system, role=role, path=path, bindings=own.groups, own=own, through=through
    )
