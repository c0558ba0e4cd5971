"""What an auditor asks for: who may do what, and what is allowed beyond the least that an environment needs.

`access_rows` gives a row for each group in each role of each environment, `widenings` one for each `allow`. The rows
are what the plan makes: every policy of an AppProject's roles and every group of a RoleBinding that `access` leads to.
Not among them are the accounts of impersonated syncs, which are no groups, and what the platform's own manifests and
charts bind.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from argoproject.identity import Identity
from argoproject.models import AllowanceKind, Binding, Permission
from argoproject.problems import Position
from argoproject.project.access.policies import Grant
from argoproject.project.access.roles import (
    DESCRIPTIONS,
    Assignment,
    System,
    assigned,
    grants,
    lasts,
)
from argoproject.project.applications import deployed
from argoproject.project.model import Project
from argoproject.secrets.detection import masked

__all__ = ["PUSHERS", "TOKENS", "AccessRow", "Widening", "access_rows", "widenings"]

TOKENS = "(project tokens)"
"""In the place of a group: every holder of a token of the role. No group of an SSO provider is written like that."""

PUSHERS = "(who can push)"
"""In the place of a group: everybody who can push to a branch that Argo CD's source hydrator writes."""

_CLUSTER_ROLES: Mapping[str, str] = {
    "view": "see most objects, but no Secrets",
    "edit": "change most objects, read Secrets, open shells in pods",
    "admin": "change most objects, read Secrets, open shells in pods, give Roles",
    "cluster-admin": "do everything",
}
"""Kubernetes' user-facing ClusterRoles by default. Source: kubernetes.io, "Using RBAC Authorization"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessRow:
    """One group in one role of one environment.

    Attributes:
        identity: The environment.
        system: Who grants the role.
        project: Name of the AppProject.
        namespace: Name of the namespace.
        group: The group, as the SSO provider sends it; `TOKENS` for the tokens of a role.
        role: A role of the AppProject, a ClusterRole inside the namespace, or a branch.
        through: The Argo CD role that gives the ClusterRole; empty elsewhere.
        what: What the role permits, in words.
        grants: The same in Argo CD's terms; empty for a ClusterRole and a branch.
        until: Last day of the binding; None where it does not end.
        reason: Why, with secrets masked.
        position: The entry of the file that gives it.
        expired: Whether it has ended, and so is not planned.
    """

    identity: Identity
    system: System
    project: str
    namespace: str
    group: str
    role: str
    through: str
    what: str
    grants: tuple[Grant, ...]
    until: dt.date | None
    reason: str | None
    position: Position
    expired: bool

    @property
    def where(self) -> str:
        """Where the role counts."""
        if self.system is not System.KUBERNETES:
            return f"project {self.project}"
        return f"namespace {self.namespace} on {self.identity.cluster}"


def access_rows(projects: Iterable[Project], today: dt.date) -> Iterator[AccessRow]:
    """Give every group in every role, by environment and in the order of the files.

    Bindings that have expired are included and marked. A role of which only the ClusterRole counts has a row for
    Kubernetes and none for Argo CD. A role with tokens has a row for the holders of one, and a hydrated branch one for
    those who can push to it.
    """
    for project in projects:
        yield from _pushers(project)
    assigned_items = (
        (project, item)
        for project in projects
        for system in System
        for item in assigned(project, system)
    )
    for project, item in assigned_items:
        permitted = grants(project, item)
        if item.system is System.ARGO_CD and not permitted:
            continue
        held = [((*item.path, index), binding) for index, binding in enumerate(item.bindings)]
        if item.has_tokens:
            held.append(((*item.path[:-1], "tokens"), Binding(group=TOKENS)))
        for path, binding in held:
            yield AccessRow(
                identity=project.identity,
                system=item.system,
                project=project.names.project,
                namespace=project.names.namespace,
                group=binding.group,
                role=item.role,
                through=item.through,
                what=_in_words(item),
                grants=permitted,
                until=binding.until,
                reason=None if binding.reason is None else str(masked(binding.reason)),
                position=project.layers.position(path),
                expired=not lasts(binding, today),
            )


def _pushers(project: Project) -> Iterator[AccessRow]:
    """A row for each Application that is synced from a branch which Argo CD writes. Only Git knows who can push."""
    for item in deployed(project):
        if item.hydrator is not None:
            place, branch = item.hydrator.branches[0]
            yield AccessRow(
                identity=project.identity,
                system=System.GIT,
                project=project.names.project,
                namespace=project.names.namespace,
                group=PUSHERS,
                role=f"{branch} of {item.hydrator.url}",
                through="",
                what=f"deploy {item.name}, which is synced from this branch",
                grants=(),
                until=None,
                reason=None,
                position=project.layers.position((*item.path, "sourceHydrator", *place)),
                expired=False,
            )


def _in_words(item: Assignment) -> str:
    """What an assignment permits. Of a ClusterRole that is not one of Kubernetes' own, only the cluster knows it."""
    if item.system is System.KUBERNETES:
        return _CLUSTER_ROLES.get(item.role, "as the cluster defines it")
    if item.own is None:
        text = DESCRIPTIONS[item.role]
        return f"{text[0].lower()}{text[1:]}"
    return "; ".join(map(_permission, item.own.permissions))


def _permission(permission: Permission) -> str:
    """`get, sync applications (only application)`."""
    some = permission.applications if "*" not in permission.applications else ()
    only = f" (only {', '.join(some)})" if some else ""
    return f"{', '.join(permission.actions)} {permission.resource}{only}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Widening:
    """One `allow` of one environment, with secrets masked. `expired`: it has ended, and so is not planned."""

    identity: Identity
    kind: AllowanceKind
    value: str
    reason: str
    until: dt.date | None
    position: Position
    expired: bool


def widenings(projects: Iterable[Project], today: dt.date) -> Iterator[Widening]:
    """Give every `allow`, by environment and in the order of the files. Those that have expired are marked."""
    for project in projects:
        for index, item in enumerate(project.settings.allow):
            yield Widening(
                identity=project.identity,
                kind=item.kind,
                value=str(masked(item.value)),
                reason=str(masked(item.reason)),
                until=item.until,
                position=project.layers.position(("allow", index)),
                expired=not lasts(item, today),
            )
