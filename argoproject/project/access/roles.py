"""What is planned of `access`: roles of the AppProject, and groups by ClusterRole inside the namespace."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping

from argoproject.identity import application_name
from argoproject.models import Access, Permission, PermissionResource
from argoproject.project.access.assignments import Assignment, System, assignments
from argoproject.project.access.built_in import DESCRIPTIONS, built_in
from argoproject.project.access.expiry import current
from argoproject.project.access.policies import Grant, ProjectRole
from argoproject.project.applications import deployed
from argoproject.project.model import Project
from argoproject.upstream.urls import matches

__all__ = [
    "application_names",
    "assigned",
    "grants",
    "kubernetes_groups",
    "project_roles",
]


def assigned(project: Project, system: System) -> Iterator[Assignment]:
    """The assignments that the plan carries out: a `base` Application makes the namespace and all that is in it."""
    if system is System.KUBERNETES and project.settings.base is not None:
        return
    access = project.settings.access or Access()
    yield from (item for item in assignments(access) if item.system is system)


def project_roles(project: Project, today: dt.date) -> tuple[ProjectRole, ...]:
    """The roles that somebody has: `admin`, `readonly`, then the others by name.

    One that only gives a ClusterRole is not among them: in Argo CD it would still show the project to its groups.
    """
    roles = (_role(project, item, today) for item in assigned(project, System.ARGO_CD))
    return tuple(role for role in roles if role.groups and role.grants)


def kubernetes_groups(project: Project, today: dt.date) -> Mapping[str, tuple[str, ...]]:
    """Groups by the ClusterRole that they have inside the namespace."""
    groups: dict[str, list[str]] = {}
    for item in assigned(project, System.KUBERNETES):
        groups.setdefault(item.role, []).extend(current(item.bindings, today))
    return {role: tuple(dict.fromkeys(items)) for role, items in groups.items() if items}


def grants(project: Project, item: Assignment) -> tuple[Grant, ...]:
    """What an assignment permits in Argo CD; of a ClusterRole only the cluster knows."""
    if item.system is System.KUBERNETES:
        return ()
    if item.own is None:
        return built_in(item.role, project.platform.argocd.version)
    return tuple(
        Grant(str(permission.resource), action, objects)
        for permission in item.own.permissions
        if (objects := _objects(project, permission))
        for action in permission.actions
    )


def _role(project: Project, item: Assignment, today: dt.date) -> ProjectRole:
    description = DESCRIPTIONS[item.role] if item.own is None else item.own.description or ""
    groups = current(item.bindings, today)
    return ProjectRole(item.role, description, groups, grants(project, item))


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
