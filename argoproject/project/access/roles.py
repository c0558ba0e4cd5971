"""What is planned of `access`: roles of the AppProject, and groups by ClusterRole inside the namespace.

Every environment has the roles `admin` and `readonly`. They leave out on purpose what goes around the files: `exec`
opens shells with the pods' rights, `override` syncs what no repository holds, and Applications are created, changed
and deleted by the files. A role of `access.roles` may name what of this is wanted. docs/adr/0011 gives the reason for
each permission.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from argoproject.identity import application_name
from argoproject.models import PermissionResource
from argoproject.project.access.assignments import (
    ADMIN,
    READONLY,
    Assignment,
    System,
    assigned,
    current,
)
from argoproject.project.access.policies import Grant, ProjectRole
from argoproject.project.applications import deployed
from argoproject.project.model import Project
from argoproject.upstream.argocd.settings import has_rollback, minor_of
from argoproject.upstream.urls import matches

__all__ = ["DESCRIPTIONS", "application_names", "grants", "kubernetes_groups", "project_roles"]

DESCRIPTIONS: Mapping[str, str] = {
    ADMIN: "Sync Applications, run their actions, read logs",
    READONLY: "See Applications, read logs",
}

_SEE = Grant("applications", "get")
_SYNC = Grant("applications", "sync")
_ROLL_BACK = Grant("applications", "rollback")
_RUN_ACTIONS = Grant("applications", "action/*")
_READ = (Grant("applicationsets", "get"), Grant("logs", "get"), Grant("repositories", "get"))
"""What else the pages of an Application show. Logs are a permission of their own since 3.0. Without `repositories`,
Argo CD refuses an Application's parameters and the details of its history (server/repository/repository.go
`GetAppDetails`)."""


def project_roles(project: Project, today: dt.date) -> tuple[ProjectRole, ...]:
    """The roles of the AppProject that have a group: `admin`, `readonly`, then the others by name.

    A role that only gives a ClusterRole is not among them: in Argo CD it would still show the project to its groups.
    """
    roles = (
        ProjectRole(
            item.role,
            DESCRIPTIONS[item.role] if item.own is None else item.own.description or "",
            current(item.bindings, today),
            grants(project, item),
        )
        for item in assigned(project, System.ARGO_CD)
    )
    return tuple(role for role in roles if role.groups and role.grants)


def kubernetes_groups(project: Project, today: dt.date) -> Mapping[str, tuple[str, ...]]:
    """Groups by the ClusterRole that they have inside the namespace, each group once."""
    groups: dict[str, list[str]] = {}
    for item in assigned(project, System.KUBERNETES):
        groups.setdefault(item.role, []).extend(current(item.bindings, today))
    return {role: tuple(dict.fromkeys(items)) for role, items in groups.items() if items}


def grants(project: Project, item: Assignment) -> tuple[Grant, ...]:
    """What an assignment permits in Argo CD. Nothing for a ClusterRole: only the cluster knows what that permits."""
    if item.system is System.KUBERNETES:
        return ()
    if item.own is None:
        return _built_in(item.role, project.platform.argocd.version)
    sets = {
        key: settings.name or application_name(project.names.project, key)
        for key, settings in project.settings.application_sets.items()
    }
    return tuple(
        Grant(str(permission.resource), action, objects)
        for permission in item.own.permissions
        if (
            objects := _names(permission.applications, sets)
            if permission.resource is PermissionResource.APPLICATIONSETS
            else application_names(project, permission.applications)
        )
        for action in permission.actions
    )


def _built_in(role: str, version: str) -> tuple[Grant, ...]:
    """What `admin` or `readonly` permits in a version of Argo CD, as platform.yaml writes it."""
    if role == READONLY:
        return (_SEE, *_READ)
    minor = minor_of(version)
    rolls_back = minor is not None and has_rollback(minor)
    return (_SEE, _SYNC, *((_ROLL_BACK,) if rolls_back else ()), _RUN_ACTIONS, *_READ)


def application_names(project: Project, patterns: Iterable[str]) -> tuple[str, ...]:
    """The names of the Applications whose keys match. `*` stays `*`, so that it includes Applications added later."""
    return _names(patterns, {item.key: item.name for item in deployed(project)})


def _names(patterns: Iterable[str], by_key: Mapping[str, str]) -> tuple[str, ...]:
    patterns = tuple(patterns)
    if "*" in patterns:
        return ("*",)
    return tuple(
        name for key, name in by_key.items() if any(matches(pattern, key) for pattern in patterns)
    )
