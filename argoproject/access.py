"""Who may do what in an environment on a given day: roles of the AppProject and groups inside the namespace."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from argoproject.applications import deployed
from argoproject.manifests.app_project import (
    ADMIN_PERMISSIONS,
    READONLY_PERMISSIONS,
    Grant,
    ProjectRole,
)
from argoproject.models import (
    Access,
    Allowance,
    AllowanceKind,
    Binding,
    Permission,
    PermissionResource,
    Role,
)
from argoproject.names import application_name
from argoproject.project import Project
from argoproject.urls import matches

__all__ = [
    "application_names",
    "current",
    "current_allowances",
    "kubernetes_groups",
    "lasts",
    "project_roles",
]


def current(bindings: Iterable[Binding], today: dt.date) -> tuple[str, ...]:
    """The groups whose binding has not expired; the last day counts."""
    return tuple(dict.fromkeys(item.group for item in bindings if lasts(item, today)))


def lasts(item: Binding | Allowance, today: dt.date) -> bool:
    """Whether a binding or a widening has not expired."""
    return item.until is None or item.until >= today


def current_allowances(
    project: Project, kind: AllowanceKind, today: dt.date
) -> tuple[Allowance, ...]:
    """The widenings of one kind that have not expired."""
    return tuple(
        item for item in project.settings.allow if item.kind is kind and lasts(item, today)
    )


def project_roles(project: Project, today: dt.date) -> tuple[ProjectRole, ...]:
    """The roles that somebody has: `admin`, `readonly`, then the others by name."""
    access = project.settings.access or Access()
    built_in = (
        ProjectRole(
            "admin", "Sync Applications, run their actions, read logs",
            current(access.admin, today), ADMIN_PERMISSIONS,
        ),
        ProjectRole(
            "readonly", "See Applications, read logs",
            current(access.readonly, today), READONLY_PERMISSIONS,
        ),
    )  # fmt: skip
    own = (
        ProjectRole(
            name, role.description or "", current(role.groups, today), _grants(project, role)
        )
        for name, role in sorted(access.roles.items())
    )
    return tuple(role for role in (*built_in, *own) if role.groups)


def kubernetes_groups(project: Project, today: dt.date) -> Mapping[str, tuple[str, ...]]:
    """Groups by the ClusterRole that they have inside the namespace."""
    access = project.settings.access or Access()
    groups: dict[str, list[str]] = {}
    for cluster_role, bindings in sorted(access.kubernetes.items()):
        groups.setdefault(cluster_role, []).extend(current(bindings, today))
    for _, role in sorted(access.roles.items()):
        if role.kubernetes is not None:
            groups.setdefault(role.kubernetes, []).extend(current(role.groups, today))
    return {role: tuple(dict.fromkeys(items)) for role, items in groups.items() if items}


def _grants(project: Project, role: Role) -> tuple[Grant, ...]:
    return tuple(
        Grant(str(permission.resource), action, _objects(project, permission))
        for permission in role.permissions
        for action in permission.actions
    )


def _objects(project: Project, permission: Permission) -> tuple[str, ...]:
    """Keys of Applications, or of ApplicationSets where the permission is about those, as Argo CD's names."""
    if permission.resource is not PermissionResource.APPLICATIONSETS:
        return application_names(project, permission.applications)
    sets = project.settings.application_sets.items()
    named = {key: item.name or application_name(project.names.project, key) for key, item in sets}
    return _matching(permission.applications, named)


def application_names(project: Project, patterns: Iterable[str]) -> tuple[str, ...]:
    """The names of the Applications whose keys match; `*` stays, for those that come later too."""
    return _matching(patterns, {item.key: item.name for item in deployed(project)})


def _matching(patterns: Iterable[str], named: Mapping[str, str]) -> tuple[str, ...]:
    patterns = tuple(patterns)
    if "*" in patterns:
        return ("*",)
    return tuple(
        name for key, name in named.items() if any(matches(pattern, key) for pattern in patterns)
    )
