"""What groups hold: more than seeing and syncing, for ever, or in environments of several teams."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from argoproject.audit.finding import AuditScope, Cause, Rule, Severity, is_production, rule
from argoproject.models import AllowanceKind, Binding, PermissionResource
from argoproject.project.access import (
    ADMIN,
    Assignment,
    System,
    assigned,
    current_allowances,
    lasts,
)
from argoproject.project.impersonation import impersonation
from argoproject.project.model import Project
from argoproject.upstream.kinds import parse_kind
from argoproject.yamlfile.reader import Path

__all__ = ["RULES"]

_BEYOND_VIEW = ("edit", "admin", "cluster-admin")
"""Kubernetes' user-facing ClusterRoles that read Secrets and open shells."""

_CHANGES = ("create", "update", "delete")


@rule(
    code="role-opens-shells",
    severity=Severity.HIGH,
    title="A role that opens shells in pods",
    impact="a shell with the pod's ServiceAccount and every secret that the pod mounts",
    remedy="remove the permission, or let the role's groups end: {group: …, until: …, reason: …}",
    source="Argo CD, Web-based terminal: security",
)
def role_opens_shells(scope: AuditScope) -> Iterator[Cause]:
    for project, role, path, resource, _ in _permissions(scope):
        if resource is PermissionResource.EXEC:
            severity = Severity.HIGH if is_production(project) else Severity.MEDIUM
            message = f"the role {role} opens shells in the pods"
            yield from scope.in_project(
                project=project, path=path, message=message, severity=severity
            )


@rule(
    code="role-overrides-sources",
    severity=Severity.HIGH,
    title="A role that syncs manifests from nowhere",
    impact="deploys manifests that no repository holds and nobody reviewed",
    remedy="remove the action `override`; let people push to the repository instead",
    source="Argo CD, RBAC: the override action",
)
def role_overrides_sources(scope: AuditScope) -> Iterator[Cause]:
    for project, role, path, _, action in _permissions(scope):
        if action == "override":
            message = f"the role {role} syncs manifests that no repository holds"
            yield from scope.in_project(
                project=project, path=path, message=message, severity=Severity.HIGH
            )


@rule(
    code="role-changes-applications",
    severity=Severity.MEDIUM,
    title="A role that changes or deletes Applications",
    impact="another source or revision than was reviewed, until the next deployment; or the workloads are gone",
    remedy="keep `get` and `sync`; what Applications are is changed by pull requests",
    source="Argo CD, RBAC: fine-grained permissions",
)
def role_changes_applications(scope: AuditScope) -> Iterator[Cause]:
    for project, role, path, resource, action in _permissions(scope):
        verb, _, below = action.partition("/")
        if verb in _CHANGES and not below:
            severity = Severity.MEDIUM if is_production(project) else Severity.LOW
            message = f"the role {role} may {verb} {resource}"
            yield from scope.in_project(
                project=project, path=path, message=message, severity=severity
            )


@rule(
    code="production-admin-for-ever",
    severity=Severity.MEDIUM,
    title="The group of every day is admin of production, for ever",
    impact="one stolen session of a developer syncs production, runs its actions and reads its logs",
    remedy="give production to a group of its own (`classes: {production: {access: …}}`), or let it end: "
    "{group: …, until: …, reason: …}",
    source="NIST SP 800-53 AC-5, AC-6 (5)",
)
def production_admin_for_ever(scope: AuditScope) -> Iterator[Cause]:
    """A group only for production is no finding: it is what on-call is made for."""
    daily: set[tuple[str, str]] = set()
    for project in scope.projects:
        if not is_production(project):
            team = project.identity.team
            daily.update((team, item.group) for _, item in _admins(scope, project))
    for project in scope.projects if daily else ():
        if is_production(project):
            for path, item in _admins(scope, project):
                if item.until is None and (project.identity.team, item.group) in daily:
                    message = f"{item.group} is admin in nonproduction, and in production for ever"
                    yield from scope.in_project(
                        project=project, path=path, message=message, severity=Severity.MEDIUM
                    )


@rule(
    code="admin-of-several-teams",
    severity=Severity.MEDIUM,
    title="A group that is admin in environments of several teams",
    impact="one account reaches every one of these teams: a boundary between them is gone",
    remedy="give each team a group of its own; name a shared one in audit.yaml if the platform wants it",
    source="Kubernetes, Multi-tenancy: access controls",
)
def admin_of_several_teams(scope: AuditScope) -> Iterator[Cause]:
    held: dict[str, dict[str, list[tuple[Project, Path]]]] = defaultdict(lambda: defaultdict(list))
    for project in scope.projects:
        for path, item in _admins(scope, project):
            held[item.group][project.identity.team].append((project, path))
    for group, teams in held.items():
        if len(teams) > 1:
            named = ", ".join(sorted(teams))
            message = f"{group} is admin in environments of {len(teams)} teams: {named}"
            for project, path in (at for places in teams.values() for at in places):
                yield from scope.in_project(
                    project=project, path=path, message=message, severity=Severity.MEDIUM
                )


@rule(
    code="cluster-role-beyond-view",
    severity=Severity.MEDIUM,
    title="A group with a ClusterRole that reads Secrets",
    impact="every Secret of the namespace, a shell in every pod, and changes that no repository holds",
    remedy="give `view`, or let it end: {group: …, until: …, reason: …}",
    source="Kubernetes, Using RBAC Authorization: user-facing roles; CIS Kubernetes Benchmark, RBAC",
)
def cluster_role_beyond_view(scope: AuditScope) -> Iterator[Cause]:
    for project in scope.projects:
        for item in assigned(project, System.KUBERNETES):
            if item.role in _BEYOND_VIEW:
                for path, binding in _lasting(scope, item):
                    if binding.until is None:
                        message = f"{binding.group} has the ClusterRole {item.role} for ever"
                        severity = _of_cluster_role(item.role, project)
                        yield from scope.in_project(
                            project=project, path=path, message=message, severity=severity
                        )


@rule(
    code="people-act-as-sync-account",
    severity=Severity.HIGH,
    title="A group that may act as the account of syncs, which reaches beyond the namespace",
    impact="creates and changes what the account's ClusterRole permits, whatever the AppProject holds it to",
    remedy="give `view`, or let the group's role or the `allow` end",
    source="Kubernetes, Using RBAC Authorization: user-facing roles; User impersonation",
)
def people_act_as_sync_account(scope: AuditScope) -> Iterator[Cause]:
    """`edit` and what is above it may impersonate every ServiceAccount of the namespace."""
    for project in scope.projects:
        account = impersonation(project)
        kinds = sorted(set(_lasting_cluster_kinds(scope, project)))
        if account is None or not kinds:
            continue
        for item in assigned(project, System.KUBERNETES):
            if item.role in _BEYOND_VIEW:
                for path, binding in _lasting(scope, item):
                    if binding.until is None:
                        message = (
                            f"{binding.group} may act as {account.service_account}, which creates any "
                            f"{', '.join(kinds)}"
                        )
                        yield from scope.in_project(
                            project=project, path=path, message=message, severity=Severity.HIGH
                        )


def _lasting_cluster_kinds(scope: AuditScope, project: Project) -> Iterator[str]:
    """The cluster-scoped kinds that are allowed for ever. A Role knows no name of what is created."""
    for item in current_allowances(project, AllowanceKind.CLUSTER_RESOURCE, scope.today):
        kind = parse_kind(item.value, named=True)
        if item.until is None and kind is not None:
            yield kind.kind


def _of_cluster_role(role: str, project: Project) -> Severity:
    if role == "cluster-admin":
        return Severity.HIGH
    return Severity.MEDIUM if is_production(project) else Severity.LOW


def _lasting(scope: AuditScope, item: Assignment) -> Iterator[tuple[Path, Binding]]:
    for index, binding in enumerate(item.bindings):
        if lasts(binding, scope.today):
            yield (*item.path, index), binding


def _admins(scope: AuditScope, project: Project) -> Iterator[tuple[Path, Binding]]:
    """The groups that are admin in Argo CD, with their places."""
    for item in assigned(project, System.ARGO_CD):
        if item.role == ADMIN and item.own is None:
            yield from _lasting(scope, item)


def _permissions(
    scope: AuditScope,
) -> Iterator[tuple[Project, str, Path, PermissionResource, str]]:
    """What roles of one's own permit, if a group has them for ever: project, role, place, resource and action."""
    for project in scope.projects:
        access = project.settings.access
        roles = {} if access is None else access.roles
        for name, role in roles.items():
            if not _standing(role.groups):
                continue
            for index, permission in enumerate(role.permissions):
                path: Path = ("access", "roles", name, "permissions", index)
                for action in permission.actions:
                    yield project, name, path, permission.resource, action


def _standing(bindings: Iterable[Binding]) -> bool:
    """Whether a group has a role for ever: one that ends is what the remedies ask for."""
    return any(item.until is None for item in bindings)


RULES: tuple[Rule, ...] = (
    role_opens_shells,
    role_overrides_sources,
    role_changes_applications,
    production_admin_for_ever,
    admin_of_several_teams,
    cluster_role_beyond_view,
    people_act_as_sync_account,
)
