"""Guards of the namespace that a profile lacks, and namespaces whose guards are not managed here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from argoproject.audit.finding import (
    AuditScope,
    Cause,
    Setting,
    Severity,
    in_profiles,
    in_settings,
    rule,
)
from argoproject.checks.manifests.guards import guard_mistakes
from argoproject.checks.manifests.kinds import group_kind, shape_problems
from argoproject.models import Limits, Namespace, NamespaceMode, PodSecurity, PodSecurityLevel
from argoproject.problems import Caution, listed
from argoproject.project.kinds import fill_manifest
from argoproject.project.model import Project, placeholder_values
from argoproject.tree.model import Tree
from argoproject.upstream.network_policies import (
    DIRECTIONS,
    isolated_directions,
    joint_openings,
    openings,
    selects_all,
)
from argoproject.yamlfile.reader import DataPath, Document

_QUOTA = (
    ("pods", ("pods", "count/pods")),
    ("requests.storage", ("requests.storage", "persistentvolumeclaims")),
    ("services.nodeports", ("services.nodeports",)),
    ("services.loadbalancers", ("services.loadbalancers",)),
)
"""What a quota should limit, and the resources of which one does so.

Source: Kubernetes, Resource Quotas; Multi-Tenancy Benchmark, "Block use of NodePort services", "Configure namespace
object limits".
"""


@rule(
    code="no-quota",
    severity=Severity.MEDIUM,
    title="A profile without a quota",
    impact="one environment can use up the whole cluster, and others fail",
    remedy="add `namespace: {quota: {requests.cpu: …, requests.memory: …, limits.memory: …, pods: …}}` to the profile",
    source="Kubernetes, Resource Quotas; Multi-Tenancy Benchmark, Configure namespace resource quotas; NSA/CISA",
)
@in_profiles("namespace", "quota")
def no_quota(project: Project) -> str:
    """Reports profiles with environments that have no quota."""
    return (
        ""
        if _namespace(project).limited()
        else "no quota limits what an environment of this profile uses"
    )


@rule(
    code="quota-gap",
    severity=Severity.LOW,
    title="A quota with gaps",
    impact="ports on every node, public addresses (node ports, load balancers), or storage without a limit",
    remedy='add them to the profile\'s quota; `services.nodeports: "0"` is what most environments need',
    source="Multi-Tenancy Benchmark, Block use of NodePort services; Kubernetes, Resource Quotas",
)
@in_profiles("namespace", "quota")
def quota_gap(project: Project) -> str:
    """Reports quotas that do not limit pods, storage, node ports or load balancers.

    Example:
        `{pods: "20", services: "5"}` has the gaps requests.storage, services.nodeports and services.loadbalancers.
        Environments of one profile with different gaps are different findings.
    """
    quota = _namespace(project).limited()
    missing = [name for name, known in _QUOTA if not any(it in quota for it in known)]
    return f"the quota does not limit {', '.join(missing)}" if quota and missing else ""


@rule(
    code="no-limits",
    severity=Severity.LOW,
    title="A profile without default limits",
    impact="a container without a limit can use up the memory of its node",
    remedy="add `namespace: {limits: {default: {memory: …}, defaultRequest: {cpu: …, memory: …}}}` to the profile",
    source="Kubernetes, Limit Ranges; NSA/CISA Kubernetes Hardening Guide",
)
@in_profiles("namespace", "limits")
def no_limits(project: Project) -> str:
    """Reports profiles with environments whose LimitRange sets no default for containers. `extra` cannot set one."""
    limits = _namespace(project).limits or Limits()
    return "" if limits.default else "containers without a limit get none"


@rule(
    code="pod-security-weak",
    severity=Severity.HIGH,
    title="Pod Security is not enforced, or enforces nothing",
    impact="a privileged pod: its node, and the secrets of every pod there",
    remedy="add `namespace: {podSecurity: {enforce: baseline, warn: restricted}}` to the profile",
    source="Kubernetes, Pod Security Standards; Multi-Tenancy Benchmark, Block privileged containers; CIS, NSA/CISA",
)
@in_profiles("namespace", "podSecurity")
def pod_security_weak(project: Project) -> str:
    """Reports profiles with environments that enforce no level, or `privileged`."""
    level = (_namespace(project).pod_security or PodSecurity()).enforce
    is_weak = level in (None, PodSecurityLevel.PRIVILEGED)
    return "privileged pods are admitted" if is_weak else ""


@rule(
    code="network-open-by-default",
    severity=Severity.MEDIUM,
    title="No network policy isolates the pods",
    impact="from one pod to every other pod of the cluster, to the cloud's metadata service and to the internet",
    remedy="add a policy like `default-deny: {podSelector: {}, policyTypes: [Ingress, Egress]}` to the profile",
    source="Kubernetes, Multi-tenancy: network isolation; CIS Kubernetes Benchmark, Network policies and CNI; NSA/CISA",
)
@in_profiles("namespace", "networkPolicies")
def network_open_by_default(project: Project) -> str:
    """Reports profiles with environments where no policy for all pods has the type Ingress, or none has Egress.

    A policy that selects some pods isolates only these: the others still accept and send everything.
    """
    isolated: set[str] = set()
    for spec in _network_policies(project).values():
        if selects_all(spec["podSelector"]):
            isolated.update(isolated_directions(spec))
    missing = " and ".join(it.lower() for it in DIRECTIONS if it not in isolated)
    return f"no network policy isolates all pods for {missing}" if missing else ""


@rule(
    code="network-policy-open",
    severity=Severity.MEDIUM,
    title="A network policy that allows traffic from or to everywhere",
    impact="from any namespace to these pods, or from them to the cloud's metadata service and to the internet",
    remedy="select namespaces by `kubernetes.io/metadata.name`, or name addresses; 0.0.0.0/0 needs an `except` with "
    "those of pods, services and 169.254.169.254/32",
    source="Kubernetes, Multi-tenancy: no empty namespaceSelector; Kubernetes, Network Policies: policies are additive",
)
def network_policy_open(scope: AuditScope) -> Iterator[Cause]:
    """Reports each such rule of a policy in platform.yaml, among the extra manifests or the platform's manifests.

    A policy that no environment has is less severe: a team can still add it within its guardrail `networkPolicies`.
    """
    users: dict[str, list[Project]] = defaultdict(list)
    for projects in scope.by_profile.values():
        for project in projects:
            for name in _network_policies(project):
                users[name].append(project)
    for name, policy in scope.platform.network_policies.items():
        for opening in openings(policy.spec):
            yield scope.in_platform(
                path=("networkPolicies", name, *opening.place),
                message=f"{name} allows traffic {opening.text}",
                severity=Severity.MEDIUM if users[name] else Severity.LOW,
                projects=users[name],
            )
    for project in scope.projects:
        policies = list(_extra_policies(scope.tree, project))
        for document, manifest in policies:
            for opening in openings(manifest["spec"]):
                yield Cause(
                    document=document,
                    path=("spec", *opening.place),
                    message=f"{manifest['metadata']['name']} allows traffic {opening.text}",
                    environments=(project.identity,),
                )
        here = (None, project.names.namespace)
        own = [it for it in policies if it[1]["metadata"].get("namespace") in here]
        yield from _together(scope, project, own)


def _together(
    scope: AuditScope, project: Project, policies: Sequence[tuple[Document, Mapping[str, Any]]]
) -> Iterator[Cause]:
    """Policies of one environment that are open together, at the first of them."""
    given = list(_network_policies(project).items()) if project.settings.base is None else []
    specs = [*(spec for _, spec in given), *(manifest["spec"] for _, manifest in policies)]
    names = [name for name, _ in given]
    names += [str(manifest["metadata"]["name"]) for _, manifest in policies]
    for together, opening in joint_openings(specs):
        first = together[0]
        path: DataPath = ("networkPolicies", names[first], *opening.place)
        document = scope.tree.platform_document
        if first >= len(given):
            document, path = policies[first - len(given)][0], ("spec", *opening.place)
        yield Cause(
            document=document,
            path=path,
            message=f"{listed([names[it] for it in together])} together allow traffic {opening.text}",
            environments=(project.identity,),
        )


def _extra_policies(tree: Tree, project: Project) -> Iterator[tuple[Document, Mapping[str, Any]]]:
    """The network policies among the manifests of an environment, then among those that the platform adds to it.

    Files that cannot be read and policies that are not valid are left out: `validate` reports them.
    """
    for extra in project.manifests:
        if _is_valid_policy(extra.data):
            yield extra.document, extra.data
    values = placeholder_values(project.identity, project.names)
    for item in project.profile.platform_manifests if project.settings.base is None else ():
        document = tree.platform_files.get(item.file)
        # Only policies are filled in: others cost time, and are not judged here.
        if document is None or group_kind(document.data) != _POLICY:
            continue
        filled = fill_manifest(document, values)[0]
        if _is_valid_policy(filled):
            namespace = item.namespace or project.names.namespace
            yield document, {**filled, "metadata": {"namespace": namespace, **filled["metadata"]}}


_POLICY = ("networking.k8s.io", "NetworkPolicy")


def _is_valid_policy(manifest: Mapping[str, Any]) -> bool:
    if group_kind(manifest) != _POLICY:
        return False
    found = chain(shape_problems(manifest), guard_mistakes(manifest))
    return all(isinstance(mistake, Caution) for _, mistake in found)


def _network_policies(project: Project) -> Mapping[str, Mapping[str, Any]]:
    """The specs of an environment's network policies by name. `validate` reports names that do not exist."""
    known = project.platform.network_policies
    names = _namespace(project).network_policies
    return {name: known[name].spec for name in names if name in known}


@rule(
    code="namespace-of-others",
    severity=Severity.LOW,
    title="A namespace that is not created here",
    impact="what it contained before stays: workloads, accounts and bindings that nobody reviewed here",
    remedy="move to a namespace of its own, or adopt it with `mode: adopt`",
    source="Kubernetes, Multi-tenancy: namespaces; CVE-2024-39690 (hijacked namespaces)",
)
@in_settings
def namespace_of_others(project: Project) -> Iterator[Setting]:
    """Reports environments with `mode: existing`."""
    if _namespace(project).mode is NamespaceMode.EXISTING:
        message = f"the namespace {project.names.namespace} is not created here"
        yield Setting(("namespace", "mode"), message)


@rule(
    code="guards-from-a-base",
    severity=Severity.LOW,
    title="The guards of the namespace come from a repository",
    impact="anyone who can push to the repository of the `base` removes quota, network policies and Pod Security",
    remedy="give Pulumi access to the cluster and remove `base`; or protect the repository's branch, and accept it in "
    "audit.yaml",
    source="Argo CD, Cluster bootstrapping: app of apps is for administrators",
)
@in_settings
def guards_from_a_base(project: Project) -> Iterator[Setting]:
    """Reports environments with a `base`."""
    if project.settings.base is not None:
        message = "the namespace and its guards come from the repository of the `base`"
        yield Setting(("base",), message)


def _namespace(project: Project) -> Namespace:
    return project.settings.namespace or _NONE


_NONE = Namespace()
