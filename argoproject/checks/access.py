"""Roles and permissions that Argo CD accepts and that give what their author meant, and no more.

Argo CD never validates a project that is applied declaratively, and a policy that does not parse makes all roles of
the project vanish silently. So actions come from a closed set.
Source: argo-cd v3.5, docs/operator-manual/rbac.md and types.go `validatePolicy`; `rollback` is 3.6's.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import replace

from argoproject.models import Access, Permission, PermissionResource, Role
from argoproject.models.validation import nearest
from argoproject.problems import Problem, Severity
from argoproject.project.access import (
    ADMIN,
    COMPOSED,
    DECLARABLE,
    READONLY,
    Assignment,
    System,
    assignments,
)
from argoproject.project.model import Project
from argoproject.upstream.argocd.settings import has_rollback, minor_of
from argoproject.upstream.urls import matches
from argoproject.yamlfile.reader import Path

__all__ = ["check", "check_expiry"]

_BUILT_IN = frozenset({ADMIN, READONLY})
_DANGEROUS: Mapping[tuple[PermissionResource, str], str] = {
    (PermissionResource.EXEC, "create"): "opens shells in the pods, with their accounts' rights",
    (PermissionResource.APPLICATIONS, "override"): "syncs manifests that no repository holds",
}
_NAMES_ANY_PROJECT = "could name any project in what it generates, beyond this project's guardrails"
_WIDENS_SOURCES = "goes around the guardrail `sources`: Argo CD lets a project read every repository that is made in it"
_ESCALATING: Mapping[tuple[PermissionResource, str], tuple[str, str]] = {
    (PermissionResource.APPLICATIONSETS, "create"): (_NAMES_ANY_PROJECT, "applicationSets"),
    (PermissionResource.APPLICATIONSETS, "update"): (_NAMES_ANY_PROJECT, "applicationSets"),
    (PermissionResource.REPOSITORIES, "create"): (_WIDENS_SOURCES, "repositories"),
    (PermissionResource.REPOSITORIES, "update"): (_WIDENS_SOURCES, "repositories"),
    (PermissionResource.REPOSITORIES, "delete"): (
        "takes away what the next deployment makes again",
        "repositories",
    ),
}
"""What leads out of the project, or around its files."""

_OF_APPLICATIONS = frozenset(
    {PermissionResource.APPLICATIONS, PermissionResource.LOGS, PermissionResource.EXEC}
)


def check(project: Project) -> Iterator[Problem]:
    """Roles, permissions and bindings that are wrong in themselves."""
    access = project.settings.access
    if access is None:
        return
    for item in _lists(access):
        yield from _bindings(project, item)
    yield from _redundant(project, access)
    for name, role in access.roles.items():
        yield from _role(project, name, role)


def check_expiry(project: Project, today: dt.date) -> Iterator[Problem]:
    """What has expired before `today` and so has left the plan: warnings."""
    for item in _lists(project.settings.access or Access()):
        for index, binding in enumerate(item.bindings):
            if binding.until is not None and binding.until < today:
                message = f"the binding of {binding.group} ended on {binding.until}"
                yield _warning(
                    project,
                    path=(*item.path, index),
                    code="expired-binding",
                    message=message,
                    remedy="remove it, or set a later `until`",
                )
    for index, allowance in enumerate(project.settings.allow):
        if allowance.until is not None and allowance.until < today:
            message = f"this `allow` of the kind {allowance.kind} ended on {allowance.until}"
            yield _warning(
                project,
                path=("allow", index),
                code="expired-allow",
                message=message,
                remedy="remove it, or set a later `until`",
            )


def _lists(access: Access) -> Iterator[Assignment]:
    """Every list of groups once: a role's own may give a ClusterRole as well."""
    return (item for item in assignments(access) if not item.through)


def _named(item: Assignment) -> str:
    if item.system is System.KUBERNETES:
        return f"the ClusterRole {item.role}"
    return item.role if item.own is None else f"the role {item.role}"


def _bindings(project: Project, item: Assignment) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, binding in enumerate(item.bindings):
        if binding.group in seen:
            message = f"the group {binding.group} stands twice in {_named(item)}"
            yield project.problem(
                path=(*item.path, index), code="duplicate-group", message=message, remedy="keep one"
            )
        seen.add(binding.group)
        if binding.until is not None and binding.reason is None:
            message = f"the binding of {binding.group} ends on {binding.until} and gives no reason"
            remedy = "add `reason`: a ticket, or a sentence"
            yield project.problem(
                path=(*item.path, index),
                code="until-without-reason",
                message=message,
                remedy=remedy,
            )


def _redundant(project: Project, access: Access) -> Iterator[Problem]:
    if not access.admin or not access.readonly:
        return
    admins = {item.group for item in access.admin if item.until is None}
    for index, item in enumerate(access.readonly):
        if item.group in admins:
            message = f"the group {item.group} is admin already, which includes readonly"
            path: Path = ("access", "readonly", index)
            yield _warning(
                project,
                path=path,
                code="redundant-group",
                message=message,
                remedy="remove it from one of them",
            )


def _role(project: Project, name: str, role: Role) -> Iterator[Problem]:
    path: Path = ("access", "roles", name)
    if name in _BUILT_IN:
        message = f"{name} is the name of a built-in role"
        remedy = f"put the groups into access.{name}, or choose another name"
        yield project.problem(path=path, code="role-reserved", message=message, remedy=remedy)
    if not role.permissions and role.kubernetes is None:
        message = f"the role {name} gives nothing"
        remedy = "add `permissions` or `kubernetes`, or remove the role"
        yield project.problem(path=path, code="role-empty", message=message, remedy=remedy)
    elif not role.groups:
        message = f"nobody has the role {name}"
        remedy = "add `groups`, or remove the role"
        yield project.lack(path=path, code="role-without-groups", message=message, remedy=remedy)
    for index, permission in enumerate(role.permissions):
        yield from _permission(project, (*path, "permissions", index), permission)
        yield from _dangers(project, (*path, "permissions", index), role, permission)


def _permission(project: Project, path: Path, permission: Permission) -> Iterator[Problem]:
    if not permission.actions:
        message = f"permits nothing with {permission.resource}"
        remedy = f"name actions: {', '.join(_known(project, permission.resource))}"
        yield project.problem(
            path=(*path, "actions"), code="permission-empty", message=message, remedy=remedy
        )
    for index, action in enumerate(permission.actions):
        yield from _action(project, (*path, "actions", index), permission.resource, action)
    yield from _applications(project, path, permission)


def _known(project: Project, resource: PermissionResource) -> tuple[str, ...]:
    """The actions that the platform's version of Argo CD knows. Of a version that cannot be read, all."""
    minor = minor_of(project.platform.argocd.version)
    without_rollback = minor is not None and not has_rollback(minor)
    return tuple(it for it in DECLARABLE[resource] if it != "rollback" or not without_rollback)


def _action(
    project: Project, path: Path, resource: PermissionResource, action: str
) -> Iterator[Problem]:
    known = _known(project, resource)
    if (resource, action) in _ESCALATING:
        message, field = _ESCALATING[resource, action]
        remedy = f"remove it; `{field}` of the environment's files declares them"
        message = f"{action} on {resource} {message}"
        yield project.problem(path=path, code="action-refused", message=message, remedy=remedy)
    elif action in known or (
        resource is PermissionResource.APPLICATIONS and COMPOSED.fullmatch(action)
    ):
        return
    elif action in DECLARABLE[resource]:
        message = f"Argo CD {project.platform.argocd.version} has no action {action}"
        remedy = "write sync, which includes it before Argo CD 3.6"
        yield project.problem(path=path, code="unknown-action", message=message, remedy=remedy)
    elif action == "*":
        message = f"permits everything with {resource}"
        remedy = f"name the actions: {', '.join(known)}"
        yield project.problem(path=path, code="action-wildcard", message=message, remedy=remedy)
    else:
        match = nearest(action, known)
        remedy = f"did you mean {match}?" if match else f"one of {', '.join(known)}"
        message = f"{action} is no action on {resource}"
        yield project.problem(path=path, code="unknown-action", message=message, remedy=remedy)


def _applications(project: Project, path: Path, permission: Permission) -> Iterator[Problem]:
    resource = permission.resource
    known = _keys(project, resource)
    for index, pattern in enumerate(permission.applications):
        if pattern == "*":
            continue
        place = (*path, "applications", index)
        if known is None:
            message = f"a permission on {resource} is not about single Applications"
            yield project.problem(
                path=place,
                code="permission-applications",
                message=message,
                remedy="remove `applications`",
            )
        elif not any(matches(pattern, key) for key in known):
            match = nearest(pattern, known)
            remedy = f"did you mean {match}?" if match else f"one of {', '.join((*known, '*'))}"
            what = "ApplicationSet" if resource not in _OF_APPLICATIONS else "Application"
            message = f"the environment has no {what} {pattern}"
            yield project.lack(
                path=place, code="unknown-application", message=message, remedy=remedy
            )


def _keys(project: Project, resource: PermissionResource) -> tuple[str, ...] | None:
    """The keys that a permission may name; None where it cannot name any."""
    settings = project.settings
    if resource is PermissionResource.APPLICATIONSETS:
        return tuple(settings.application_sets)
    if resource not in _OF_APPLICATIONS:
        return None
    fields = ("base", "requirements", "application")
    present = tuple(key for key in fields if getattr(settings, key) is not None)
    return (*present, *settings.applications)


def _dangers(project: Project, path: Path, role: Role, permission: Permission) -> Iterator[Problem]:
    """A permission that goes around the declarations wants a word of explanation."""
    if role.description is not None:
        return
    for index, action in enumerate(permission.actions):
        danger = _DANGEROUS.get((permission.resource, action))
        if danger is not None:
            message = f"{action} on {permission.resource} {danger}"
            remedy = "say in the role's `description` what it is for"
            yield _warning(
                project,
                path=(*path, "actions", index),
                code="dangerous-permission",
                message=message,
                remedy=remedy,
            )


def _warning(project: Project, *, path: Path, code: str, message: str, remedy: str) -> Problem:
    return replace(
        project.problem(path=path, code=code, message=message, remedy=remedy),
        severity=Severity.WARNING,
    )
