"""Argo CD's permissions: which actions there are, how a permission is written as a policy, and what it permits.

Policies are made from structured permissions. Text of users becomes part of one only after it was checked against
Argo CD's grammar; `argoproject.upstream.argocd.projects` knows which policies Argo CD would load.

Sources: argo-cd v3.5, docs/operator-manual/rbac.md, pkg/apis/application/v1alpha1/types.go `validatePolicy`,
assets/model.conf, util/glob/glob.go, server/rbacpolicy/rbacpolicy.go `EnforceClaims`. `rollback` is of 3.6.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from argoproject.models import PermissionResource
from argoproject.upstream.urls import matches

__all__ = [
    "ASKABLE",
    "COMPOSED",
    "DECLARABLE",
    "EXACT",
    "Grant",
    "Permit",
    "Policy",
    "ProjectRole",
    "Request",
    "covers",
    "decide",
    "policies",
    "read_policy",
]

# --- Actions. A role names patterns (`action/*`), a question names one thing. A role must not be given what leads
# out of a project, but one may well ask who can do it. So there are two tables.

DECLARABLE: Mapping[PermissionResource, tuple[str, ...]] = {
    PermissionResource.APPLICATIONS: (
        "get", "create", "update", "delete", "sync", "rollback", "override",
        "action/<group>/<kind>/<name>", "update/*", "update/<group>/<kind>/<namespace>/<name>",
        "delete/*", "delete/<group>/<kind>/<namespace>/<name>",
    ),
    PermissionResource.APPLICATIONSETS: ("get", "delete"),
    PermissionResource.REPOSITORIES: ("get",),
    PermissionResource.LOGS: ("get",),
    PermissionResource.EXEC: ("create",),
}  # fmt: skip
"""What a role of `access.roles` may be given. Narrower than Argo CD: creating a cluster inside a project, for example,
adds the destination `*` to it, and seeing one is possible only inside a project."""

_PART = r"[A-Za-z0-9.*?-]"
COMPOSED = re.compile(
    rf"action/{_PART}*/{_PART}+/[A-Za-z0-9._*?-]+|(?:update|delete)/(?:\*|{_PART}*/{_PART}+/{_PART}+/{_PART}+)"
)
"""Actions on kinds, and on what an Application has made, each part a pattern: `action/apps/*/restart`."""

_OF_EVERY = ("get", "create", "update", "delete")
ASKABLE: Mapping[str, tuple[str, ...]] = {
    "applications": (*_OF_EVERY, "sync", "rollback", "override"),
    "applicationsets": _OF_EVERY,
    "clusters": _OF_EVERY,
    "exec": ("create",),
    "logs": ("get",),
    "repositories": _OF_EVERY,
}
"""What Argo CD asks about a project's objects."""

EXACT = re.compile(
    r"action/[^/*?]*/[^/*?]+/[^/*?]+|(?:update|delete)/[^/*?]*/[^/*?]+/[^/*?]+/[^/*?]+"
)
"""One thing, without patterns: `action/apps/Deployment/restart`, `delete//Pod/<namespace>/<name>`."""


# --- Permissions, and the policies that say them.


@dataclass(frozen=True, slots=True)
class Grant:
    """A permission in Argo CD's terms. `objects` are Application names or patterns, without the project."""

    resource: str
    action: str
    objects: tuple[str, ...] = ("*",)


@dataclass(frozen=True, slots=True)
class ProjectRole:
    """A role of an AppProject, with the SSO groups that have it."""

    name: str
    description: str
    groups: tuple[str, ...]
    grants: tuple[Grant, ...]
    tokens: bool = False
    """Whether project tokens may be created for it."""


@dataclass(frozen=True, slots=True)
class Policy:
    """A line of a role. `subject` is `proj:<project>:<role>`, `object` is `<project>/<object>`."""

    subject: str
    resource: str
    action: str
    object: str
    effect: str


def policies(app_project: str, role: str, grants: Iterable[Grant]) -> tuple[str, ...]:
    """Write the lines of a role, each once.

    Example:
        >>> policies("shop", "ci", [Grant("applications", "sync", ("shop-app",))])
        ('p, proj:shop:ci, applications, sync, shop/shop-app, allow',)
    """
    lines = (
        f"p, proj:{app_project}:{role}, {grant.resource}, {grant.action}, {app_project}/{item}, allow"
        for grant in grants
        for item in grant.objects
    )
    return tuple(dict.fromkeys(lines))


def read_policy(line: str) -> Policy | None:
    """Read a line of a role as Argo CD's own check does, split at commas; None for a line that it would refuse."""
    kind, *fields = (part.strip(" ") for part in line.split(","))
    return Policy(*fields) if kind == "p" and len(fields) == 5 else None


# --- What they permit. The answer is that of Argo CD's enforcer for the AppProject that is planned from the same roles;
# tests/project/access compares the two.

_SEE_PROJECT = Grant("projects", "get")
"""Every role may see its own project, and no other: Argo CD adds it. Source: argo-cd v3.5, app_project_types.go
`ProjectPoliciesString`."""

_WILD = re.compile(r"[*?]")


@dataclass(frozen=True, slots=True)
class Request:
    """What Argo CD asks its enforcer.

    Attributes:
        resource: `applications`, `logs`, and so on.
        action: `get`, `sync`, or `action/<group>/<kind>/<action>`. For the resources that an Application has made,
            Argo CD asks `update/<group>/<kind>/<namespace>/<name>` and `delete/…`: permission to delete an Application
            does not include its pods (since 3.0; a setting of argocd-cm reverts it, on which nothing here relies).
        object: `<project>/<Application>`, or `<project>/<namespace>/<Application>` where the Application is in another
            namespace than Argo CD's; `<project>/<URL>` of a repository or cluster that belongs to the project, the
            bare URL of one that belongs to none; the name of a project.
    """

    resource: str
    action: str
    object: str


@dataclass(frozen=True, slots=True)
class Permit:
    """Why something is permitted: a role, and the grant of it that matches."""

    role: str
    grant: Grant


def decide(
    app_project: str, roles: Iterable[ProjectRole], groups: Collection[str], request: Request
) -> tuple[Permit, ...]:
    """Find what permits a request to a user who is in `groups`.

    A grant counts where its resource, action and object all match; a user has each role that lists one of the groups.
    What Argo CD's own roles give (`role:admin`, `role:readonly`, `policy.default`) is configured by the platform and
    is not considered.

    Args:
        app_project: Name of the AppProject.
        roles: Its roles.
        groups: Groups that the SSO provider sends for the user.
        request: What is asked.

    Returns:
        Each role and grant that permits it. Empty: Argo CD refuses the request.
    """
    return tuple(
        Permit(role.name, grant)
        for role in roles
        if any(group in role.groups for group in groups)
        for grant in (_SEE_PROJECT, *role.grants)
        if covers(grant, request.resource, request.action)
        and _concerns(grant, app_project, request.object)
    )


def covers(grant: Grant, resource: str, action: str) -> bool:
    """Whether a grant permits an action on some object of the project.

    `*` matches any text and `?` any character, `/` included: `action/*` is every action on every kind, and
    `delete/*/Pod/*/*` also covers a kind of another name in a namespace called `Pod`, which Kubernetes does not have.
    """
    return _matches(grant.resource, resource) and _matches(grant.action, action)


def _concerns(grant: Grant, app_project: str, name: str) -> bool:
    """Whether the object is one of the grant's. As `*` matches `/` too, `*` also reaches Applications in other
    namespaces: `<project>/<namespace>/<name>`."""
    if grant is _SEE_PROJECT:
        return name == app_project
    return any(_matches(f"{app_project}/{item}", name) for item in grant.objects)


def _matches(pattern: str, text: str) -> bool:
    """Match as Argo CD's globs do. A pattern with a single run of `*` only compares how a text begins and ends, and
    the two may overlap: `ab*b` matches `ab`. Source: github.com/gobwas/glob v0.2.3, match/prefix_suffix.go.
    """
    first, star, last = pattern.partition("*")
    last = last.lstrip("*")
    if star and first and last and not _WILD.search(first + last):
        return text.startswith(first) and text.endswith(last)
    return matches(pattern, text)
