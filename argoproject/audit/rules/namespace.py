"""Guards of the namespace that a profile leaves out, and namespaces that have none of ours."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

from argoproject.audit.finding import AuditScope, Cause, Rule, Severity, is_production, rule
from argoproject.models import Limits, Namespace, NamespaceMode, PodSecurity, PodSecurityLevel
from argoproject.models.settings import TenantKinds
from argoproject.project.impersonation import impersonation
from argoproject.project.model import Project
from argoproject.yamlfile.reader import Path

__all__ = ["RULES"]

_QUOTA = (
    ("pods", ("pods", "count/pods")),
    ("requests.storage", ("requests.storage", "persistentvolumeclaims")),
    ("services.nodeports", ("services.nodeports",)),
    ("services.loadbalancers", ("services.loadbalancers",)),
)
"""What a quota should speak about, and the resources that do. Source: Kubernetes, Resource Quotas; Multi-Tenancy
Benchmark, "Block use of NodePort services", "Configure namespace object limits"."""


@rule(
    code="no-quota",
    severity=Severity.MEDIUM,
    title="A profile without a quota",
    impact="one environment takes the whole cluster, and others fail",
    remedy="add `namespace: {quota: {requests.cpu: …, requests.memory: …, limits.memory: …, pods: …}}` to the profile",
    source="Kubernetes, Resource Quotas; Multi-Tenancy Benchmark, Configure namespace resource quotas; NSA/CISA",
)
def no_quota(scope: AuditScope) -> Iterator[Cause]:
    yield from _lacking(scope, "quota", lambda it: not it.quota, "nothing bounds what it uses")


@rule(
    code="quota-gap",
    severity=Severity.LOW,
    title="A quota that leaves something out",
    impact="ports on every node, public addresses (node ports, load balancers), or storage without a limit",
    remedy='add them to the profile\'s quota; `services.nodeports: "0"` is what most environments need',
    source="Multi-Tenancy Benchmark, Block use of NodePort services; Kubernetes, Resource Quotas",
)
def quota_gap(scope: AuditScope) -> Iterator[Cause]:
    found: dict[tuple[str, tuple[str, ...]], list[Project]] = defaultdict(list)
    for profile, projects in scope.by_profile.items():
        for project in projects:
            quota = _namespace(project).quota
            missing = tuple(
                name for name, known in _QUOTA if quota and not any(it in quota for it in known)
            )
            if missing:
                found[profile, missing].append(project)
    for (profile, missing), reached in found.items():
        message = f"the quota says nothing about {', '.join(missing)}"
        path: Path = ("profiles", profile, "namespace", "quota")
        yield scope.in_platform(path=path, message=message, severity=Severity.LOW, projects=reached)


@rule(
    code="no-limits",
    severity=Severity.LOW,
    title="A profile without default limits",
    impact="a container that names no limit takes the memory of its node",
    remedy="add `namespace: {limits: {default: {memory: …}, defaultRequest: {cpu: …, memory: …}}}` to the profile",
    source="Kubernetes, Limit Ranges; NSA/CISA Kubernetes Hardening Guide",
)
def no_limits(scope: AuditScope) -> Iterator[Cause]:
    def bare(namespace: Namespace) -> bool:
        limits = namespace.limits or Limits()
        return not limits.default and not limits.extra

    yield from _lacking(
        scope, "limits", bare, "containers that name no limit have none", Severity.LOW
    )


@rule(
    code="pod-security-weak",
    severity=Severity.HIGH,
    title="Pod Security is not enforced, or enforces nothing",
    impact="a privileged pod: its node, and the secrets of every pod there",
    remedy="add `namespace: {podSecurity: {enforce: baseline, warn: restricted}}` to the profile",
    source="Kubernetes, Pod Security Standards; Multi-Tenancy Benchmark, Block privileged containers; CIS, NSA/CISA",
)
def pod_security_weak(scope: AuditScope) -> Iterator[Cause]:
    weak = (None, PodSecurityLevel.PRIVILEGED)
    yield from _lacking(
        scope,
        "podSecurity",
        lambda it: (it.pod_security or PodSecurity()).enforce in weak,
        "privileged pods are admitted",
        Severity.HIGH,
    )


@rule(
    code="tenant-kinds-standard",
    severity=Severity.MEDIUM,
    title="Charts of production may open its network and bind Roles",
    impact="a chart's NetworkPolicy opens what the profile closes, as policies add up; its RoleBinding gives rights on",
    remedy="set `tenantKinds: strict` in the profile; what a chart needs all the same is an `allow` with a last day",
    source="Kubernetes, Network Policies: policies are additive; Kubernetes, RBAC Good Practices",
)
def tenant_kinds_standard(scope: AuditScope) -> Iterator[Cause]:
    """Nonproduction may bring kinds of its own: that is what `standard` is for. So may what admission looks at."""
    for profile, projects in scope.by_profile.items():
        settings = scope.platform.profiles[profile]
        open_ones = [
            project
            for project in projects
            if is_production(project)
            and settings.admission is None
            and project.settings.tenant_kinds is not TenantKinds.STRICT
        ]
        if open_ones:
            message = "charts may bring NetworkPolicies, Roles and RoleBindings into production"
            path: Path = ("profiles", profile, "tenantKinds")
            yield scope.in_platform(
                path=path, message=message, severity=Severity.MEDIUM, projects=open_ones
            )


@rule(
    code="no-impersonation",
    severity=Severity.MEDIUM,
    title="Syncs have Argo CD's own rights",
    impact="where Argo CD lets a manifest past the project's rules, as hooks, it is applied with Argo CD's "
    "rights on the cluster",
    remedy="write `impersonation: true` for the platform or the class of environments",
    source="CVE-2026-77459; Argo CD, Application Sync using impersonation",
)
def no_impersonation(scope: AuditScope) -> Iterator[Cause]:
    for profile, projects in scope.by_profile.items():
        reached = [project for project in projects if impersonation(project) is None]
        if reached:
            message = "only Argo CD's own rules keep syncs inside the namespace"
            yield scope.in_platform(
                path=("profiles", profile),
                message=message,
                severity=Severity.MEDIUM,
                projects=reached,
            )


@rule(
    code="no-admission",
    severity=Severity.LOW,
    title="A profile without admission, where others have it",
    impact="images of any registry, and whatever else the admission of the other profiles refuses",
    remedy="add `admission` to the profile, with the `registries` that its environments pull from",
    source="NSA/CISA Kubernetes Hardening Guide; CIS Kubernetes Benchmark, Extensible admission control",
)
def no_admission(scope: AuditScope) -> Iterator[Cause]:
    profiles = scope.platform.profiles
    if all(profile.admission is None for profile in profiles.values()):
        return
    for name, projects in scope.by_profile.items():
        admission = profiles[name].admission
        if admission is None or not admission.registries:
            message = "images may come from any registry"
            yield scope.in_platform(
                path=("profiles", name), message=message, severity=Severity.LOW, projects=projects
            )


@rule(
    code="namespace-of-others",
    severity=Severity.LOW,
    title="A namespace that somebody else made",
    impact="what stood there before stays: workloads, accounts and bindings that nobody reviewed here",
    remedy="move to a namespace of its own, or take it over with `mode: adopt`",
    source="Kubernetes, Multi-tenancy: namespaces; CVE-2024-39690 (hijacked namespaces)",
)
def namespace_of_others(scope: AuditScope) -> Iterator[Cause]:
    for project in scope.projects:
        if _namespace(project).mode is NamespaceMode.EXISTING:
            message = f"the namespace {project.names.namespace} is not made here"
            path: Path = ("namespace", "mode")
            yield from scope.in_project(
                project=project, path=path, message=message, severity=Severity.LOW
            )


@rule(
    code="guards-from-a-base",
    severity=Severity.LOW,
    title="The guards of the namespace are what a repository says",
    impact="whoever can push to the repository of the `base` lifts quota, network policies and Pod Security",
    remedy="let Pulumi reach the cluster and drop `base`; else protect the repository's branch, and accept it in "
    "audit.yaml",
    source="Argo CD, Cluster bootstrapping: app of apps is for administrators",
)
def guards_from_a_base(scope: AuditScope) -> Iterator[Cause]:
    for project in scope.projects:
        if project.settings.base is not None:
            message = "the namespace and its guards come from the repository of the `base`"
            yield from scope.in_project(
                project=project, path=("base",), message=message, severity=Severity.LOW
            )


def _namespace(project: Project) -> Namespace:
    return project.settings.namespace or _NONE


_NONE = Namespace()


def _lacking(
    scope: AuditScope,
    field: str,
    lacks: Callable[[Namespace], bool],
    message: str,
    severity: Severity = Severity.MEDIUM,
) -> Iterator[Cause]:
    """Environments that lack a guard, although their files may add it, told at their profile."""
    for profile, projects in scope.by_profile.items():
        found: Sequence[Project] = [item for item in projects if lacks(_namespace(item))]
        if found:
            yield scope.in_platform(
                path=("profiles", profile, "namespace", field),
                message=message,
                severity=severity,
                projects=found,
            )


RULES: tuple[Rule, ...] = (
    no_quota,
    quota_gap,
    no_limits,
    pod_security_weak,
    tenant_kinds_standard,
    no_impersonation,
    no_admission,
    namespace_of_others,
    guards_from_a_base,
)
