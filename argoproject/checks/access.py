"""Roles and permissions that Argo CD accepts and that give what their author meant, and no more.

Argo CD does not validate a project that is applied declaratively, and one policy that does not parse makes all roles
of the project vanish silently. So actions come from a closed set.

Source: argo-cd v3.5, docs/operator-manual/rbac.md and types.go `validatePolicy`; `rollback` is of 3.6.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

from argoproject.checks.applications.sync import check_set_patterns
from argoproject.models import Access, Permission, PermissionResource
from argoproject.models.validation import did_you_mean
from argoproject.problems import Caution, Lack, Mistake, Problem
from argoproject.project.access import (
    ADMIN,
    COMPOSED,
    DECLARABLE,
    READONLY,
    Assignment,
    System,
    assignments,
    lasts,
)
from argoproject.project.model import Found, Project
from argoproject.upstream.argocd.settings import has_rollback, minor_of
from argoproject.upstream.urls import matches
from argoproject.yamlfile.reader import DataPath

__all__ = ["check", "check_expiry", "group_lists"]

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
        "removes what the next deployment creates again",
        "repositories",
    ),
}
"""Actions that lead out of the project or around its files, the reason, and the field that declares such objects."""

_OF_APPLICATIONS = frozenset(
    {PermissionResource.APPLICATIONS, PermissionResource.LOGS, PermissionResource.EXEC}
)


def check(project: Project) -> Iterator[Problem]:
    """All rules about `access` that do not depend on the day."""
    access = project.settings.access
    if access is not None:
        yield from project.problems(
            bindings(project),
            actions(project, access),
            readonly_admins(access),
            roles(access),
            named_applications(project, access),
            dangers(access),
        )


def check_expiry(project: Project, today: dt.date) -> Found:
    """Warn about bindings and entries of `allow` that have expired before `today` and so have left the plan."""
    remedy = "remove it, or set a later `until`"
    for item in group_lists(project):
        for index, binding in enumerate(item.bindings):
            if not lasts(binding, today):
                path: DataPath = (*item.path, index)
                message = f"the binding of {binding.group} ended on {binding.until}"
                yield path, Caution(code="expired-binding", message=message, remedy=remedy)
    for index, allowance in enumerate(project.settings.allow):
        if not lasts(allowance, today):
            message = f"this `allow` of the kind {allowance.kind} ended on {allowance.until}"
            yield ("allow", index), Caution(code="expired-allow", message=message, remedy=remedy)


def group_lists(project: Project) -> Iterator[Assignment]:
    """Every list of groups once: the list of a role may give a ClusterRole as well."""
    return (item for item in assignments(project) if not item.through)


def bindings(project: Project) -> Found:
    """Refuse a group that is listed twice for one role, and an end without a reason.

    A group may be in several roles. Twice in one list, the entry with the later end would count, and reviewers may read
    the other:

        admin: [blue-admins, {group: blue-admins, until: 2030-12-31, reason: CHG-1}]   # refused: without end
    """
    for item in group_lists(project):
        seen: set[str] = set()
        for index, binding in enumerate(item.bindings):
            path: DataPath = (*item.path, index)
            if binding.group in seen:
                own = item.role if item.own is None else f"the role {item.role}"
                role = f"the ClusterRole {item.role}" if item.system is System.KUBERNETES else own
                message = f"the group {binding.group} is listed twice in {role}"
                yield path, Mistake(code="duplicate-group", message=message, remedy="keep one")
            seen.add(binding.group)
            if binding.until is not None and binding.reason is None:
                message = (
                    f"the binding of {binding.group} ends on {binding.until} and gives no reason"
                )
                remedy = "add `reason`: a ticket, or a sentence"
                yield path, Mistake(code="until-without-reason", message=message, remedy=remedy)


def readonly_admins(access: Access) -> Found:
    """Warn about groups of `readonly` that are `admin` without end: that role includes the other.

    A group that is `admin` until a day may be in `readonly` for the time after it.
    """
    admins = {item.group for item in access.admin if item.until is None}
    for index, item in enumerate(access.readonly):
        if item.group in admins:
            message = f"the group {item.group} is admin already, which includes readonly"
            remedy = "remove it from one of them"
            path: DataPath = ("access", READONLY, index)
            yield path, Caution(code="redundant-group", message=message, remedy=remedy)


def roles(access: Access) -> Found:
    """Refuse roles of `access.roles` that have the name of a built-in one, give nothing, or that nobody has.

    Tokens carry only what the role may do in Argo CD.
    """
    for name, role in access.roles.items():
        path: DataPath = ("access", "roles", name)
        if name in (ADMIN, READONLY):
            message = f"{name} is the name of a built-in role"
            remedy = f"put the groups into access.{name}, or choose another name"
            yield path, Mistake(code="role-reserved", message=message, remedy=remedy)
        if not role.permissions and role.kubernetes is None:
            message = f"the role {name} gives nothing"
            remedy = "add `permissions` or `kubernetes`, or remove the role"
            yield path, Mistake(code="role-empty", message=message, remedy=remedy)
        elif not role.groups and not role.tokens:
            message = f"no group has the role {name}"
            remedy = "add `groups`, or `tokens: true` for project tokens alone, or remove the role"
            yield path, Lack(code="role-without-groups", message=message, remedy=remedy)
        elif not role.groups and role.kubernetes is not None:
            message = f"no group gets the ClusterRole {role.kubernetes}: tokens are Argo CD's only"
            remedy = "add `groups`, or remove `kubernetes`"
            yield path, Lack(code="role-without-groups", message=message, remedy=remedy)
        if role.tokens and not role.permissions:
            message = f"tokens of the role {name} permit nothing"
            remedy = "add `permissions`, or remove `tokens`"
            yield (*path, "tokens"), Mistake(code="tokens-empty", message=message, remedy=remedy)


def actions(project: Project, access: Access) -> Found:
    """Refuse permissions without actions, and actions that Argo CD does not have or that lead out of the project.

    Example:
        On `applications`:

            sync                             accepted
            action/apps/Deployment/restart   accepted; each part may be a pattern
            rollback                         accepted since Argo CD 3.6
            action/*                         refused: group, kind and name are missing
            *                                refused: reviewers must see the actions

        On `repositories`, `create` is refused: it goes around the guardrail `sources`.
    """
    for path, permission in _permissions(access):
        known = _known_actions(project, permission.resource)
        if not permission.actions:
            message = f"permits nothing with {permission.resource}"
            remedy = f"name actions: {', '.join(known)}"
            mistake = Mistake(code="permission-empty", message=message, remedy=remedy)
            yield (*path, "actions"), mistake
        for index, action in enumerate(permission.actions):
            if refused := _action_mistake(project, permission.resource, action, known):
                yield (*path, "actions", index), refused


def _permissions(access: Access) -> Iterator[tuple[DataPath, Permission]]:
    for name, role in access.roles.items():
        for index, permission in enumerate(role.permissions):
            yield ("access", "roles", name, "permissions", index), permission


def _known_actions(project: Project, resource: PermissionResource) -> tuple[str, ...]:
    """The actions that the platform's version of Argo CD has. All, if that version cannot be read."""
    minor = minor_of(project.platform.argocd.version)
    without_rollback = minor is not None and not has_rollback(minor)
    return tuple(it for it in DECLARABLE[resource] if it != "rollback" or not without_rollback)


def _action_mistake(
    project: Project, resource: PermissionResource, action: str, known: tuple[str, ...]
) -> Mistake | None:
    """Why an action is refused; None where it is allowed."""
    if (resource, action) in _ESCALATING:
        reason, field = _ESCALATING[resource, action]
        remedy = f"remove it; `{field}` of the environment's files declares them"
        message = f"{action} on {resource} {reason}"
        return Mistake(code="action-refused", message=message, remedy=remedy)
    composed = resource is PermissionResource.APPLICATIONS and COMPOSED.fullmatch(action)
    if action in known or composed:
        return None
    if action in DECLARABLE[resource]:
        message = f"Argo CD {project.platform.argocd.version} has no action {action}"
        remedy = "write sync, which includes it before Argo CD 3.6"
        return Mistake(code="unknown-action", message=message, remedy=remedy)
    if action == "*":
        message = f"permits everything with {resource}"
        remedy = f"name the actions: {', '.join(known)}"
        return Mistake(code="action-wildcard", message=message, remedy=remedy)
    remedy = did_you_mean(action, known, f"one of {', '.join(known)}")
    message = f"{action} is not an action on {resource}"
    return Mistake(code="unknown-action", message=message, remedy=remedy)


def named_applications(project: Project, access: Access) -> Found:
    """Refuse `applications` of a permission that match no key, and those of resources that have none.

    Keys are those of the environment's files: `application`, `requirements`, and so on, not names in Argo CD.
    """
    for path, permission in _permissions(access):
        resource = permission.resource
        known = _keys(project, resource)
        exact: tuple[str, ...] = ()
        if resource in _OF_APPLICATIONS:
            exact = tuple(
                key for key in project.settings.application_sets if key not in (known or ())
            )
            yield from check_set_patterns(project, path, permission.applications)
        for index, pattern in enumerate(permission.applications):
            place: DataPath = (*path, "applications", index)
            if pattern == "*":
                continue
            if known is None:
                message = f"a permission on {resource} is not about single Applications"
                remedy = "remove `applications`"
                yield place, Mistake(code="permission-applications", message=message, remedy=remedy)
            elif pattern not in exact and not any(matches(pattern, key) for key in known):
                words = [*known, *exact]
                remedy = did_you_mean(pattern, words, f"one of {', '.join((*words, '*'))}")
                kind = "Application" if resource in _OF_APPLICATIONS else "ApplicationSet"
                message = f"the environment has no {kind} {pattern}"
                yield place, Lack(code="unknown-application", message=message, remedy=remedy)


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


def dangers(access: Access) -> Found:
    """Warn about permissions that go around the declarations, unless the role's `description` explains them."""
    for path, permission in _permissions(access):
        if access.roles[str(path[2])].description is not None:
            continue
        for index, action in enumerate(permission.actions):
            danger = _DANGEROUS.get((permission.resource, action))
            if danger is not None:
                message = f"{action} on {permission.resource} {danger}"
                remedy = "say in the role's `description` what it is for"
                place: DataPath = (*path, "actions", index)
                yield place, Caution(code="dangerous-permission", message=message, remedy=remedy)
