"""What may enter a namespace: kinds that charts may contain, and images, where admission policies do not look."""

from __future__ import annotations

from argoproject.audit.finding import Severity, in_profiles, is_production, rule
from argoproject.models import TenantKinds
from argoproject.project.model import Project


@rule(
    code="no-admission",
    severity=Severity.LOW,
    title="A profile without admission, where others have it",
    impact="images of any registry, and whatever else the admission policies of the other profiles refuse",
    remedy="add `admission` to the profile, with the `registries` that its environments pull from",
    source="NSA/CISA Kubernetes Hardening Guide; CIS Kubernetes Benchmark, Extensible admission control",
)
@in_profiles()
def no_admission(project: Project) -> str:
    """Reports profiles that do not restrict registries, if any profile has admission policies at all."""
    admission = project.profile.admission
    is_used = any(item.admission is not None for item in project.platform.profiles.values())
    is_restricted = admission is not None and admission.registries
    return "images may come from any registry" if is_used and not is_restricted else ""


@rule(
    code="tenant-kinds-standard",
    severity=Severity.MEDIUM,
    title="Charts of production may contain network policies and RoleBindings",
    impact="a chart's NetworkPolicy allows what the profile's do not: policies add up; its RoleBinding grants rights",
    remedy="set `tenantKinds: strict` in the profile; what a chart needs nevertheless is an `allow` with a last day",
    source="Kubernetes, Network Policies: policies are additive; Kubernetes, RBAC Good Practices",
)
@in_profiles("tenantKinds")
def tenant_kinds_standard(project: Project) -> str:
    """Reports profiles with production environments that have neither `tenantKinds: strict` nor admission policies.

    Nonproduction is not reported: `standard` is meant for it.
    """
    restricted = (
        not is_production(project)
        or project.profile.admission is not None
        or project.settings.tenant_kinds is TenantKinds.STRICT
    )
    message = "charts may contain NetworkPolicies, Roles and RoleBindings in production"
    return "" if restricted else message
