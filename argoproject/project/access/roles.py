"""Which groups have which role: `assignments` reads the files, and is the one place that knows the shape of `access`.

What is planned of it are roles of the AppProject, and groups by ClusterRole inside the namespace. Bindings that have
expired are among the assignments, so that reports can show them; `current` gives the groups that still count on a day.

Every environment has the roles `admin` and `readonly`. They leave out on purpose what goes around the files: `exec`
opens shells with the pods' rights, `override` syncs what no repository holds, and Applications are created, changed
and deleted by the files. A role of `access.roles` may name what of this is wanted. docs/adr/0011 gives the reason for
each permission.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from argoproject.identity import application_name
from argoproject.models import Access, Allowance, AllowanceKind, Binding, PermissionResource, Role
from argoproject.project.access.policies import Grant, ProjectRole
from argoproject.project.applications import deployed, generated_names
from argoproject.project.model import Project, once
from argoproject.upstream.argocd.settings import has_rollback, minor_of
from argoproject.upstream.urls import matches
from argoproject.yamlfile.reader import DataPath

__all__ = [
    "ADMIN",
    "DESCRIPTIONS",
    "READONLY",
    "Assignment",
    "System",
    "application_names",
    "assigned",
    "assignments",
    "current",
    "current_allowances",
    "grants",
    "kubernetes_groups",
    "lasts",
    "project_roles",
]

ADMIN = "admin"
READONLY = "readonly"


class System(StrEnum):
    """Who grants what a role permits."""

    ARGO_CD = "Argo CD"
    KUBERNETES = "Kubernetes"
    GIT = "Git"


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
    path: DataPath
    bindings: tuple[Binding, ...]
    own: Role | None = None
    through: str = ""

    @property
    def has_tokens(self) -> bool:
        """Whether project tokens may be created for the role; never for `admin`, `readonly` and ClusterRoles."""
        return self.system is System.ARGO_CD and self.own is not None and self.own.tokens


@once
def assignments(project: Project) -> tuple[Assignment, ...]:
    """Read all lists of groups.

    Returns:
        Argo CD's roles first: `admin`, `readonly`, the others by name. Then ClusterRoles: those of
        `access.kubernetes`, and last those that come with a role. A list of groups that gives both, as
        `{groups: [blue-ci], permissions: [...], kubernetes: view}` does, is two assignments with the same path.
    """
    access = project.settings.access or Access()
    argo_cd = [
        _assignment(ADMIN, ("access", ADMIN), access.admin),
        _assignment(READONLY, ("access", READONLY), access.readonly),
    ]
    cluster_roles = [access.cluster_roles.admin, access.cluster_roles.readonly]
    for name, role in sorted(access.roles.items()):
        argo_cd.append(_assignment(name, ("access", "roles", name, "groups"), role.groups, role))
        cluster_roles.append(role.kubernetes)
    found = [*argo_cd]
    for name, bindings in sorted(access.kubernetes.items()):
        path = ("access", "kubernetes", name)
        found.append(Assignment(system=System.KUBERNETES, role=name, path=path, bindings=bindings))
    for item, cluster_role in zip(argo_cd, cluster_roles, strict=True):
        if cluster_role is not None:
            through = Assignment(
                system=System.KUBERNETES,
                role=cluster_role,
                path=item.path,
                bindings=item.bindings,
                own=item.own,
                through=item.role,
            )
            found.append(through)
    return tuple(found)


def _assignment(
    role: str, path: DataPath, bindings: tuple[Binding, ...], own: Role | None = None
) -> Assignment:
    return Assignment(system=System.ARGO_CD, role=role, path=path, bindings=bindings, own=own)


def assigned(project: Project, system: System) -> Iterator[Assignment]:
    """The assignments of one system that the plan carries out.

    An environment with a `base` Application gets no RoleBindings: `base` makes the namespace and all that is in it.
    """
    if system is System.KUBERNETES and project.settings.base is not None:
        return
    yield from (item for item in assignments(project) if item.system is system)


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
    """The roles of the AppProject that have a group or tokens: `admin`, `readonly`, then the others by name.

    A role that only gives a ClusterRole is not among them: in Argo CD it would still show the project to its groups.
    """
    roles = (
        ProjectRole(
            item.role,
            DESCRIPTIONS[item.role] if item.own is None else item.own.description or "",
            current(item.bindings, today),
            grants(project, item),
            item.has_tokens,
        )
        for item in assigned(project, System.ARGO_CD)
    )
    return tuple(role for role in roles if (role.groups or role.tokens) and role.grants)


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
    sets = [
        (key, settings.name or application_name(project.names.project, key))
        for key, settings in project.settings.application_sets.items()
    ]
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


@cache
def _built_in(role: str, version: str) -> tuple[Grant, ...]:
    """What `admin` or `readonly` permits in a version of Argo CD, as platform.yaml writes it."""
    if role == READONLY:
        return (_SEE, *_READ)
    minor = minor_of(version)
    rolls_back = minor is not None and has_rollback(minor)
    return (_SEE, _SYNC, *((_ROLL_BACK,) if rolls_back else ()), _RUN_ACTIONS, *_READ)


def application_names(project: Project, patterns: Iterable[str]) -> tuple[str, ...]:
    """The names of the Applications whose keys match. `*` stays `*`, so that it includes Applications added later.

    The key of an ApplicationSet, written out, is all that it generates; an Application of the same key goes before it.
    """
    patterns = tuple(patterns)
    found = _names(patterns, ((item.key, item.name) for item in deployed(project)))
    sets = project.settings.application_sets.keys() - {item.key for item in deployed(project)}
    named = [key for key in patterns if key in sets and "*" not in patterns]
    return (*found, *(name for key in named for name in generated_names(project, key)))


def _names(patterns: Iterable[str], named: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    patterns = tuple(patterns)
    if "*" in patterns:
        return ("*",)
    return tuple(name for key, name in named if any(matches(pattern, key) for pattern in patterns))
