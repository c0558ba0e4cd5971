"""With whose rights syncs run: Argo CD's own, or an account that people may act as."""

from __future__ import annotations

from collections.abc import Iterator

from argoproject.audit.finding import AuditScope, Cause, Setting, Severity, cause, in_profiles, rule
from argoproject.audit.rules.access import beyond_view
from argoproject.models import AllowanceKind
from argoproject.project.access import current_allowances
from argoproject.project.impersonation import impersonation
from argoproject.project.model import Project
from argoproject.upstream.kinds import parse_kind


@rule(
    code="no-impersonation",
    severity=Severity.MEDIUM,
    title="Syncs run with Argo CD's own rights",
    impact="a manifest that bypasses the project's rules, for example as a hook, is applied with Argo CD's rights "
    "on the cluster",
    remedy="write `impersonation: true` for the platform or the class of environments",
    source="CVE-2026-77459; Argo CD, Application Sync using impersonation",
)
@in_profiles()
def no_impersonation(project: Project) -> str:
    """Reports profiles with environments whose syncs have no account of their own."""
    message = "only Argo CD's own rules keep syncs inside the namespace"
    return message if impersonation(project) is None else ""


@rule(
    code="people-act-as-sync-account",
    severity=Severity.HIGH,
    title="A group that may act as the account of syncs, which has rights beyond the namespace",
    impact="creates and changes what the account's ClusterRole permits, regardless of the AppProject",
    remedy="give `view`, or let the group's role or the `allow` expire",
    source="Kubernetes, Using RBAC Authorization: user-facing roles; User impersonation",
)
def people_act_as_sync_account(scope: AuditScope) -> Iterator[Cause]:
    """Reports groups with `edit` or more, without a last day, where the account has cluster-scoped kinds.

    `edit` may impersonate every ServiceAccount of the namespace. A ClusterRole permits a kind, not the one name that an
    `allow` may contain: RBAC cannot restrict `create` by name.
    """
    for project in scope.projects:
        account = impersonation(project)
        kinds: set[str] = set()
        for item in current_allowances(project, AllowanceKind.CLUSTER_RESOURCE, scope.today):
            kind = parse_kind(item.value, named=True)
            if item.until is None and kind is not None:
                kinds.add(kind.kind)
        if account is None or not kinds:
            continue
        rights = f"{account.service_account}, which creates any {', '.join(sorted(kinds))}"
        for path, group, _ in beyond_view(project):
            yield from cause(project, Setting(path, f"{group} may act as {rights}"))
