"""What the account of an environment's syncs may do, where the platform names no ClusterRole.

Roles only add, so this is a list of what is permitted: the kinds that a tenant's charts bring. It never reaches the
guards, Argo CD's own kinds, other namespaces and the cluster. Whoever can run a pod in the namespace can run one as
this account, so its rights are the tenant's, behind whatever the AppProject says.

What Argo CD does as the account (argo-cd v3.5, with gitops-engine beside it):
- syncs, hooks and pruning: get, create, patch (apply, on either side), update (replace), delete; `replace --force`
  lists and watches until the object is gone. controller/sync.go, pkg/sync/sync_context.go, kubectl's own commands.
- Roles and RoleBindings: `kubectl auth reconcile` with the same verbs, after a get of the Namespace, without which the
  sync fails. Kubernetes lets the account grant nothing beyond its own rights. pkg/utils/kube/resource_ops.go,
  rbacReconcile.
- a CustomResourceDefinition: a get, until it is established. sync_context.go, ensureCRDReady.
- deletion by an Application's finalizer: delete. controller/appcontroller.go, finalizeApplicationDeletion (since 3.3).
- what people do in the UI and over the API, since 3.5: get, patch and delete of any object of the Application, those
  that controllers made too, its logs and its events. server/application/application.go, getApplicationClusterConfig.
Comparing, caching and the terminal are Argo CD's own. Discovery is everybody's (`system:discovery`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from argoproject.identity import Identity
from argoproject.plan.leaves import Manifest
from argoproject.plan.manifests.common import manifest
from argoproject.project.kinds import STRICTLY_DENIED, denied_kinds, only_kinds

__all__ = [
    "DEPLOYABLE",
    "cluster_role",
    "cluster_role_binding",
    "cluster_rules",
    "namespace_rules",
    "plural",
    "role",
]

_RBAC = "rbac.authorization.k8s.io"
_ALL = ("create", "delete", "get", "list", "patch", "update", "watch")
_READ = ("get", "list", "watch")

_KUBERNETES = {
    "": "ConfigMap PersistentVolumeClaim Pod PodTemplate ReplicationController Secret Service ServiceAccount",
    "apps": "DaemonSet Deployment ReplicaSet StatefulSet",
    "autoscaling": "HorizontalPodAutoscaler",
    "batch": "CronJob Job",
    "coordination.k8s.io": "Lease",
    "networking.k8s.io": "Ingress",
    "policy": "PodDisruptionBudget",
}

# Not here, since they lead out of the namespace or into it: cert-manager's ClusterIssuer and the like (cluster-scoped);
# PushSecret (writes into somebody's store); Probe and ScrapeConfig (Prometheus calls any address), AlertmanagerConfig;
# Gateway and ReferenceGrant (take addresses, open the namespace to others' routes); KEDA's ScaledObject and
# TriggerAuthentication (the operator's identity). The platform adds what is safe in its clusters: `kinds`, or `allow`.
_CONTROLLERS = {
    "argoproj.io": (
        "AnalysisRun AnalysisTemplate CronWorkflow EventBus EventSource Experiment Rollout Sensor Workflow "
        "WorkflowArtifactGCTask WorkflowEventBinding WorkflowTaskResult WorkflowTaskSet WorkflowTemplate"
    ),
    "autoscaling.k8s.io": "VerticalPodAutoscaler",
    "bitnami.com": "SealedSecret",  # opens in the namespace for which it was sealed
    "cert-manager.io": "Certificate CertificateRequest Issuer",
    # A ClusterSecretStore says in `conditions` which namespaces read from it: the platform's decision.
    "external-secrets.io": "ExternalSecret SecretStore",
    # Attach to what a Gateway's listeners admit, and reach Services elsewhere only by a grant of theirs.
    "gateway.networking.k8s.io": "GRPCRoute HTTPRoute",
    # What they find goes into the platform's Prometheus, not to the tenant.
    "monitoring.coreos.com": "PodMonitor PrometheusRule ServiceMonitor",
    "snapshot.storage.k8s.io": "VolumeSnapshot",
}

DEPLOYABLE = frozenset(
    (group, kind)
    for table in (_KUBERNETES, _CONTROLLERS)
    for group, kinds in table.items()
    for kind in kinds.split()
)
"""Kinds that every tenant may deploy, as (group, kind). `standard` adds those that only `strict` denies."""

_SCALED = (
    ("apps", "deployments/scale"),
    ("apps", "replicasets/scale"),
    ("apps", "statefulsets/scale"),
)
_LOOKED_AT = (
    ("", "endpoints"),
    ("", "events"),
    ("", "limitranges"),
    ("", "pods/log"),
    ("", "pods/status"),
    ("", "resourcequotas"),
    ("acme.cert-manager.io", "challenges"),
    ("acme.cert-manager.io", "orders"),
    ("apps", "controllerrevisions"),
    ("discovery.k8s.io", "endpointslices"),
    ("events.k8s.io", "events"),
    ("networking.k8s.io", "networkpolicies"),
    ("rbac.authorization.k8s.io", "rolebindings"),
    ("rbac.authorization.k8s.io", "roles"),
)
"""What people see in Argo CD beside what they deploy: the work of controllers, and the guards."""

_GRANTED = (("", "events"), ("events.k8s.io", "events"))
"""What charts' own Roles give to controllers that they bring, besides the kinds above."""

_PLURALS = {"EventBus": "eventbus", "Gateway": "gateways"}
"""Kinds whose CustomResourceDefinition names the plural otherwise than the rule."""


def plural(kind: str) -> str:
    """The resource of a kind, `networkpolicies` for NetworkPolicy.

    Source: k8s.io/apimachinery v0.36, pkg/api/meta/restmapper.go, UnsafeGuessKindToResource, which is right but for
    the kinds of a few CustomResourceDefinitions.
    """
    if kind in _PLURALS:
        return _PLURALS[kind]
    name = kind.lower()
    if name.endswith("endpoints"):
        return name
    if name.endswith("s"):
        return f"{name}es"
    return f"{name[:-1]}ies" if name.endswith("y") else f"{name}s"


@lru_cache(maxsize=1 << 10)
def namespace_rules(
    *, strict: bool, permitted: tuple[tuple[str, str], ...]
) -> tuple[dict[str, Any], ...]:
    """The rules inside the namespace. `permitted` are further kinds as (group, kind).

    What is denied is taken out by its resource, not by its kind: `Resourcequota` would be `resourcequotas` as well.
    """
    verbs: dict[tuple[str, str], set[str]] = defaultdict(set)
    for resource in _resources(strict=strict, permitted=permitted):
        verbs[resource] |= set(_ALL)
    for resource in _LOOKED_AT:
        verbs[resource] |= set(_READ)
    if not only_kinds(permitted):
        for resource in _SCALED:
            verbs[resource] |= {"get", "patch", "update"}
        for resource in () if strict else _GRANTED:
            verbs[resource] |= {"create", "patch", "update"}
    verbs["", "namespaces"] = {"get"}  # its own alone: in a Role, that is the namespace's
    return tuple(_together(verbs))


def _resources(*, strict: bool, permitted: tuple[tuple[str, str], ...]) -> set[tuple[str, str]]:
    """What is deployed. The parent of an app-of-apps deploys what its `allow` names, and nothing else."""
    usual = {*DEPLOYABLE, *permitted, *(() if strict else STRICTLY_DENIED)}
    kinds = only_kinds(permitted) or usual
    denied = denied_kinds(strict=strict, permitted=permitted)
    return {(group, plural(kind)) for group, kind in kinds} - {
        (group, plural(kind)) for group, kind in denied
    }


def _together(verbs: Mapping[tuple[str, str], Iterable[str]]) -> Iterable[dict[str, Any]]:
    """One rule for the resources of a group that have the same verbs."""
    rules: dict[tuple[str, tuple[str, ...]], list[str]] = defaultdict(list)
    for (group, resource), allowed in verbs.items():
        rules[group, tuple(sorted(allowed))].append(resource)
    for (group, allowed_verbs), resources in sorted(rules.items()):
        yield {
            "apiGroups": [group],
            "resources": sorted(resources),
            "verbs": list(allowed_verbs),
        }


def cluster_rules(kinds: Iterable[tuple[str, str, str]]) -> list[dict[str, Any]]:
    """The rules for cluster-scoped objects, as (group, kind, name); without a name, all of the kind.

    A create has no name that a Role could know: it is permitted for the kind, and the AppProject holds it to the name.
    Source: kubernetes.io, "Using RBAC Authorization", Referring to resources.
    """
    names: dict[tuple[str, str], set[str]] = defaultdict(set)
    for group, kind, name in kinds:
        names[group, plural(kind)].add(name)
    rules = []
    for (group, resource), named in sorted(names.items()):
        rule = {"apiGroups": [group], "resources": [resource]}
        if "" in named:
            rules.append({**rule, "verbs": list(_ALL)})
            continue
        rules.append({**rule, "verbs": ["create"]})
        verbs = [verb for verb in _ALL if verb != "create"]
        rules.append({**rule, "resourceNames": sorted(named), "verbs": verbs})
    return rules


def role(
    identity: Identity, namespace: str, name: str, rules: Iterable[Mapping[str, Any]]
) -> Manifest:
    """A Role of the environment's own."""
    metadata = {"name": name, "namespace": namespace}
    return manifest(f"{_RBAC}/v1", "Role", metadata, identity, rules=[dict(item) for item in rules])


def cluster_role(identity: Identity, name: str, rules: Iterable[Mapping[str, Any]]) -> Manifest:
    """A ClusterRole of the environment's own, for what `allow` opens beyond the namespace."""
    metadata = {"name": name}
    return manifest(
        f"{_RBAC}/v1", "ClusterRole", metadata, identity, rules=[dict(item) for item in rules]
    )


def cluster_role_binding(identity: Identity, name: str, subject: Mapping[str, str]) -> Manifest:
    """The ClusterRole of the same name, for one account."""
    return manifest(
        f"{_RBAC}/v1",
        "ClusterRoleBinding",
        {"name": name},
        identity,
        roleRef={"apiGroup": _RBAC, "kind": "ClusterRole", "name": name},
        subjects=[dict(subject)],
    )
