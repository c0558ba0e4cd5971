"""Who may do what: SSO groups, roles and their permissions."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, TypeAlias

from pydantic import BeforeValidator, Field

from argoproject.models.base import Model, shorthand
from argoproject.models.scalars import DnsName, Glob, Group, Key, Text, refuse
from argoproject.models.values import Date, Flag

__all__ = [
    "Access",
    "Action",
    "Binding",
    "ClusterRoles",
    "Permission",
    "PermissionResource",
    "Role",
]


class PermissionResource(StrEnum):
    """What a permission is about. Source: Argo CD's `validatePolicy` of project roles."""

    APPLICATIONS = "applications"
    APPLICATIONSETS = "applicationsets"
    REPOSITORIES = "repositories"
    LOGS = "logs"
    EXEC = "exec"


Action: TypeAlias = Glob
"""`get`, `create`, `update`, `delete`, `sync`, `override`, or an action on a kind, `action/<group>/<kind>/<name>`.
`rollback` exists since Argo CD 3.6; before, `sync` includes it."""


def _no_clusters(value: object) -> object:
    """Refuse `clusters`: the enforcer is asked for `<server>`, and a role of a project permits `<project>/<server>`.

    Source: argo-cd v3.5, server/cluster/cluster.go, CreateClusterRBACObject.
    """
    if value == "clusters":
        message = "a cluster belongs to no project, so Argo CD shows it to no role of one"
        remedy = "remove the permission; Applications show the name of their cluster without it"
        refuse(code="permission-clusters", message=message, remedy=remedy)
    return value


class Binding(Model):
    """A group in a role, without end or until a day."""

    group: Group
    """The group as the SSO provider sends it."""

    until: Date | None = None
    """Last day of the binding. Afterwards it leaves the plan and `validate` warns."""

    reason: Text | None = None
    """Why, for reviewers and auditors: a ticket, a sentence."""


GroupBinding: TypeAlias = Annotated[Binding, shorthand("group", Binding)]
"""A group, as a bare name or with `until` and `reason`."""


class Permission(Model):
    """What a role may do. Becomes policy lines of the AppProject; never free text."""

    resource: Annotated[PermissionResource, BeforeValidator(_no_clusters)]
    """What it is about."""

    actions: tuple[Action, ...]
    """What may be done with it. `*` is not allowed: name the actions."""

    applications: tuple[Glob, ...] = ("*",)
    """Applications of this environment that it is about, by key (`application`, `requirements`, …). The key of an
    ApplicationSet is all that it generates.
    Default: all of them."""


class Role(Model):
    """A role in addition to `admin` and `readonly`."""

    description: Text | None = None
    """What the role is for."""

    groups: tuple[GroupBinding, ...] = ()
    """SSO groups that have the role."""

    permissions: tuple[Permission, ...] = ()
    """What the role may do in Argo CD."""

    tokens: Flag = False
    """Whether project tokens may be created for the role (`argocd proj role create-token`): each holder has the
    role until the token expires or is deleted. Without it, the hub's admission policies refuse new ones. Such a role
    needs no groups."""

    kubernetes: DnsName | None = None
    """ClusterRole that the role's groups get inside the namespace, for example `view` (guardrail `clusterRoles`)."""


class ClusterRoles(Model):
    """ClusterRoles for the groups of the built-in roles, given inside the namespace (guardrail `clusterRoles`)."""

    admin: DnsName | None = None
    """For the groups of `admin`, for example `edit`."""

    readonly: DnsName | None = None
    """For the groups of `readonly`, for example `view`."""


class Access(Model):
    """Who may do what with the environment. Without groups, only Argo CD's own administrators may."""

    admin: tuple[GroupBinding, ...] = ()
    """Groups that see, sync and roll back Applications, run their actions and read logs."""

    readonly: tuple[GroupBinding, ...] = ()
    """Groups that see Applications and read logs."""

    roles: Mapping[Key, Role] = Field(default_factory=dict)
    """Further roles by name."""

    cluster_roles: ClusterRoles = ClusterRoles()
    """ClusterRoles that the groups of `admin` and `readonly` also get inside the namespace, for as long as they have
    the role. Default: none. In a profile it applies to every team that uses the profile."""

    kubernetes: Mapping[DnsName, tuple[GroupBinding, ...]] = Field(default_factory=dict)
    """Other groups by the ClusterRole that they get inside the namespace, for example `view: [blue-auditors]`
    (guardrail `clusterRoles`)."""
