"""What groups may do and what is allowed: more than viewing and syncing, without a last day, or across teams."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from argoproject.audit.finding import (
    AuditScope,
    Cause,
    Setting,
    Severity,
    cause,
    in_settings,
    is_production,
    rule,
    severity_by_class,
)
from argoproject.models import AllowanceKind, Binding, PermissionResource
from argoproject.project.access import ADMIN, System, assigned, grants, lasts, project_roles
from argoproject.project.model import Project
from argoproject.tree.stacks import lacks_policies
from argoproject.yamlfile.reader import DataPath

__all__ = ["beyond_view"]

_BEYOND_VIEW = ("edit", "admin", "cluster-admin")
"""ClusterRoles that read Secrets, open shells and act as any ServiceAccount of the namespace.

Source: Kubernetes, Using RBAC Authorization: user-facing roles.
"""

_CHANGES = ("create", "update", "delete")

_BEYOND_NAMESPACE: Mapping[AllowanceKind, Severity] = {
    AllowanceKind.CLUSTER_RESOURCE: Severity.HIGH,
    AllowanceKind.SOURCE_NAMESPACE: Severity.HIGH,
}
"""Kinds of `allow` that reach beyond the namespace: objects of the cluster, and Applications that others create."""


@rule(
    code="allow-for-ever",
    severity=Severity.MEDIUM,
    title="An `allow` without a last day",
    impact="anyone who can push to the environment's repositories can use it, long after its reason is gone",
    remedy="add `until: <year-month-day>`: it expires by itself, and can be renewed while it is needed",
    source="Argo CD, Declarative setup: projects; NIST SP 800-53 AC-2 (3), AC-6 (7)",
)
@in_settings
def allow_for_ever(project: Project) -> Iterator[Setting]:
    """Reports each `allow` without `until`."""
    for index, item in enumerate(project.settings.allow):
        if item.until is None:
            message = f"{item.kind} {item.value} is allowed without a last day"
            severity = _BEYOND_NAMESPACE.get(item.kind, Severity.MEDIUM)
            yield Setting(("allow", index), message, severity)


@rule(
    code="allow-ended",
    severity=Severity.INFO,
    title="An `allow` that has expired",
    impact="nothing: it has no effect any more",
    remedy="remove it",
    source="NIST SP 800-53 AC-6 (7)",
)
def allow_ended(scope: AuditScope) -> Iterator[Cause]:
    """Reports each `allow` whose last day is past."""
    for project in scope.projects:
        for index, item in enumerate(project.settings.allow):
            if not lasts(item, scope.today):
                message = f"{item.kind} {item.value} expired on {item.until}"
                yield from cause(project, Setting(("allow", index), message))


@rule(
    code="role-opens-shells",
    severity=Severity.HIGH,
    title="A role that opens shells in pods",
    impact="a shell with the pod's ServiceAccount and every secret that the pod mounts",
    remedy="remove the permission, or let the role's groups expire: {group: …, until: …, reason: …}",
    source="Argo CD, Web-based terminal: security",
)
@in_settings
def role_opens_shells(project: Project) -> Iterator[Setting]:
    """Reports permissions on `exec`."""
    severity = Severity.HIGH if is_production(project) else Severity.MEDIUM
    for role, path, resource, _ in _permissions(project):
        if resource is PermissionResource.EXEC:
            yield Setting(path, f"the role {role} opens shells in the pods", severity)


@rule(
    code="role-overrides-sources",
    severity=Severity.HIGH,
    title="A role that syncs manifests that are in no repository",
    impact="deploys manifests that are in no repository and that nobody reviewed",
    remedy="remove the action `override`; changes go through the repository instead",
    source="Argo CD, RBAC: the override action",
)
@in_settings
def role_overrides_sources(project: Project) -> Iterator[Setting]:
    """Reports permissions with the action `override`: it syncs manifests from the user's computer (`--local`)."""
    for role, path, _, action in _permissions(project):
        if action == "override":
            yield Setting(path, f"the role {role} syncs manifests that are in no repository")


@rule(
    code="role-changes-applications",
    severity=Severity.MEDIUM,
    title="A role that changes or deletes Applications",
    impact="another source or revision than the reviewed one, until the next deployment; or deleted workloads",
    remedy="keep `get` and `sync`; change Applications by pull requests",
    source="Argo CD, RBAC: fine-grained permissions",
)
@in_settings
def role_changes_applications(project: Project) -> Iterator[Setting]:
    """Reports permissions to create, update or delete, but not those for single kinds (`delete/*/Pod/*`)."""
    for role, path, resource, action in _permissions(project):
        verb, _, below = action.partition("/")
        if verb in _CHANGES and not below:
            yield Setting(
                path, f"the role {role} may {verb} {resource}", severity_by_class(project)
            )


def _permissions(project: Project) -> Iterator[tuple[str, DataPath, PermissionResource, str]]:
    """The permissions of custom roles that a group has without a last day.

    Yields:
        The role, the place of the permission, its resource, and one of its actions.
    """
    access = project.settings.access
    for name, role in ({} if access is None else access.roles).items():
        if all(binding.until is not None for binding in role.groups):
            continue
        for index, permission in enumerate(role.permissions):
            path: DataPath = ("access", "roles", name, "permissions", index)
            for action in permission.actions:
                yield name, path, permission.resource, action


@rule(
    code="project-tokens",
    severity=Severity.MEDIUM,
    title="A role that project tokens carry",
    impact="everybody who finds a token has the role, from anywhere, until it expires; most are created without an end",
    remedy="let the pipeline log in with an identity of its own, in a group of the role; or create tokens with "
    "`--expires-in`, and accept it in audit.yaml with the place where they are kept",
    source="Argo CD, Projects: project roles; NIST SP 800-53 IA-5 (1), AC-2 (3); CWE-613",
)
@in_settings
def project_tokens(project: Project) -> Iterator[Setting]:
    """Reports roles with `tokens`. More severe in production, and where the role does more than see."""
    for item in assigned(project, System.ARGO_CD):
        if item.has_tokens:
            changes = any(it.action != "get" for it in grants(project, item))
            severe = Severity.HIGH if changes and is_production(project) else Severity.MEDIUM
            severity = severe if changes else severity_by_class(project)
            message = f"a project token carries the role {item.role}"
            yield Setting((*item.path[:-1], "tokens"), message, severity)


@rule(
    code="project-tokens-of-anyone",
    severity=Severity.HIGH,
    title="Every member of a role can create project tokens of it",
    impact="a token without an end, which keeps the role after `until` and after its maker has left the group",
    remedy="name Argo CD's cluster in `argo-projects:admissionPolicies` of one stack; then delete existing tokens "
    "(docs/operations.md, Project tokens)",
    source="Argo CD, server/project/project.go: createToken; NIST SP 800-53 AC-2 (3); CWE-613",
)
def project_tokens_of_anyone(scope: AuditScope) -> Iterator[Cause]:
    """Reports a hub whose admission policies no stack deploys, if any group has a role in Argo CD."""
    argocd = scope.platform.argocd
    affected = [it for it in scope.projects if project_roles(it, scope.today)]
    if affected and lacks_policies(scope.stacks, argocd.cluster):
        yield scope.in_platform(
            path=("argocd", "cluster"),
            message=f"no stack deploys the admission policies of {argocd.cluster}, which refuse tokens",
            severity=Severity.HIGH if any(map(is_production, affected)) else Severity.MEDIUM,
            projects=affected,
        )


@rule(
    code="production-admin-for-ever",
    severity=Severity.MEDIUM,
    title="A group of nonproduction is admin of production, without a last day",
    impact="one stolen session of a developer syncs production, runs its actions and reads its logs",
    remedy="give production to a group of its own (`classes: {production: {access: …}}`), or let it expire: "
    "{group: …, until: …, reason: …}",
    source="NIST SP 800-53 AC-5, AC-6 (5)",
)
def production_admin_for_ever(scope: AuditScope) -> Iterator[Cause]:
    """Reports groups that are admin in production and in the same team's nonproduction.

    A group that is admin only in production is not reported: it is meant for on-call duty.
    """
    daily = {
        (project.identity.team, binding.group)
        for project in scope.projects
        if not is_production(project)
        for _, binding in _admins(scope, project)
    }
    for project in filter(is_production, scope.projects if daily else ()):
        for path, binding in _admins(scope, project):
            if binding.until is None and (project.identity.team, binding.group) in daily:
                message = f"{binding.group} is admin in nonproduction, and in production without a last day"
                yield from cause(project, Setting(path, message))


@rule(
    code="admin-of-several-teams",
    severity=Severity.MEDIUM,
    title="A group that is admin in environments of several teams",
    impact="one account reaches all of these teams: there is no boundary between them",
    remedy="give each team a group of its own; accept a shared one in audit.yaml if the platform wants it",
    source="Kubernetes, Multi-tenancy: access controls",
)
def admin_of_several_teams(scope: AuditScope) -> Iterator[Cause]:
    """Reports each place that makes such a group admin.

    Example:
        `admin: [ops]` in the team.yaml of blue and of green gives two findings, one in each file, both of which name
        both teams.
    """
    held: dict[str, list[tuple[Project, DataPath]]] = defaultdict(list)
    for project in scope.projects:
        for path, binding in _admins(scope, project):
            held[binding.group].append((project, path))
    for group, places in held.items():
        teams = sorted({project.identity.team for project, _ in places})
        if len(teams) == 1:
            continue
        message = f"{group} is admin in environments of {len(teams)} teams: {', '.join(teams)}"
        for project, path in places:
            yield from cause(project, Setting(path, message))


def _admins(scope: AuditScope, project: Project) -> Iterator[tuple[DataPath, Binding]]:
    """The groups that are admin in Argo CD, with their places."""
    for item in assigned(project, System.ARGO_CD):
        for index, binding in enumerate(item.bindings):
            if item.role == ADMIN and item.own is None and lasts(binding, scope.today):
                yield (*item.path, index), binding


@rule(
    code="cluster-role-beyond-view",
    severity=Severity.MEDIUM,
    title="A group with a ClusterRole that reads Secrets",
    impact="every Secret of the namespace, a shell in every pod, and changes that are in no repository",
    remedy="give `view`, or let it expire: {group: …, until: …, reason: …}",
    source="Kubernetes, Using RBAC Authorization: user-facing roles; CIS Kubernetes Benchmark, RBAC",
)
@in_settings
def cluster_role_beyond_view(project: Project) -> Iterator[Setting]:
    """Reports groups that have `edit`, `admin` or `cluster-admin` without a last day.

    Unlike `view`, these roles read Secrets, and `edit` opens shells. Their severity depends on the environment, except
    that of `cluster-admin`, which reaches beyond the namespace.
    """
    for path, group, role in beyond_view(project):
        severity = Severity.HIGH if role == "cluster-admin" else severity_by_class(project)
        yield Setting(path, f"{group} has the ClusterRole {role} without a last day", severity)


def beyond_view(project: Project) -> Iterator[tuple[DataPath, str, str]]:
    """The groups that have `edit` or more in the namespace without a last day: the place, the group and its role."""
    for item in assigned(project, System.KUBERNETES):
        for index, binding in enumerate(item.bindings):
            if item.role in _BEYOND_VIEW and binding.until is None:
                yield (*item.path, index), binding.group, item.role
