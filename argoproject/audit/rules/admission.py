"""What may enter a namespace: kinds that charts may contain, and images, where admission policies do not look."""

from __future__ import annotations

from argoproject.audit.finding import Severity, in_profiles, is_production, rule
from argoproject.models import TenantKinds
from argoproject.models.platform import AdmissionMode
from argoproject.project.kinds import blacklist, is_listed, whitelist
from argoproject.project.model import Project


@rule(
    code="no-admission",
    severity=Severity.LOW,
    title="A profile whose images may come from any registry",
    impact="code that nobody reviewed or scanned runs in the namespace",
    remedy="add `admission: {registries: […]}` to the profile, with those that its environments pull from, and no "
    "`mode: warn`",
    source="NSA/CISA Kubernetes Hardening Guide; CIS Kubernetes Benchmark, Extensible admission control",
)
@in_profiles()
def no_admission(project: Project) -> str:
    """Reports profiles that do not restrict registries, if the platform has admission policies at all.

    An empty list restricts: it permits no image. `mode: warn` does not.
    """
    admission = project.profile.admission
    if admission is None:
        is_used = any(item.admission is not None for item in project.platform.profiles.values())
        return "the profile has no `admission`, so images may come from any registry" * is_used
    if admission.registries is None:
        return "`admission` has no `registries`, so images may come from any registry"
    if admission.mode is AdmissionMode.WARN:
        return "`admission` only warns, so images may come from any registry"
    return ""


_ADDING_UP = (
    ("networking.k8s.io", "NetworkPolicy"),
    ("rbac.authorization.k8s.io", "Role"),
    ("rbac.authorization.k8s.io", "RoleBinding"),
)


def _permits(project: Project, kind: tuple[str, str]) -> bool:
    """Whether the lists of kinds permit a kind where `tenantKinds` is `standard`."""
    only = whitelist(project)
    return (not only or kind in only) and not is_listed(blacklist(project), *kind)


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
        or not any(_permits(project, kind) for kind in _ADDING_UP)
    )
    message = "charts may contain NetworkPolicies, Roles and RoleBindings in production"
    return "" if restricted else message
