"""Kinds that tenants of an environment may or may not deploy, and the extra manifests that it has.

Allowances open further kinds on a given day. Manifests come from the files of product and environment, and their
placeholders are filled here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from pydantic_core import PydanticCustomError

from argoproject.models import AllowanceKind
from argoproject.models.values import free_form
from argoproject.problems import Problem
from argoproject.project.access import current_allowances
from argoproject.project.model import ExtraManifest, Project
from argoproject.secrets.file import METADATA
from argoproject.tree.model import Folder
from argoproject.tree.placeholders import fill_placeholders
from argoproject.upstream.kinds import Kind, parse_kind
from argoproject.yamlfile.reader import Document

__all__ = [
    "ALWAYS_DENIED",
    "APPLICATION",
    "DEPLOYABLE",
    "STRICTLY_DENIED",
    "blacklist",
    "cluster_objects",
    "denied_kinds",
    "fill_manifest",
    "is_listed",
    "kinds_in",
    "manifests_of",
    "namespaced_kinds",
    "only_kinds",
    "planned_kind",
    "whitelist",
]

ALWAYS_DENIED = (
    ("", "LimitRange"),
    ("", "ResourceQuota"),
    ("argoproj.io", "AppProject"),
    ("argoproj.io", "Application"),
    ("argoproj.io", "ApplicationSet"),
)
"""The guards of the namespace, and Argo CD's own kinds: who creates Applications is limited by no AppProject."""

APPLICATION = ("argoproj.io", "Application")
"""The only one of `ALWAYS_DENIED` that an `allow` can lift, for the parent of an app-of-apps. The Applications that
it creates have an effect only where another project lists its namespace in `sourceNamespaces`."""

STRICTLY_DENIED = (
    ("", "Endpoints"),
    ("cilium.io", "CiliumNetworkPolicy"),
    ("crd.projectcalico.org", "NetworkPolicy"),
    ("discovery.k8s.io", "EndpointSlice"),
    ("networking.k8s.io", "NetworkPolicy"),
    ("projectcalico.org", "NetworkPolicy"),
    ("rbac.authorization.k8s.io", "Role"),
    ("rbac.authorization.k8s.io", "RoleBinding"),
)
"""Kinds that decide who reaches whom: network policies of Kubernetes and of network plugins, which take precedence
over them or open what they close; addresses behind a Service, which lead traffic into other namespaces; and roles.
The plugins' cluster-scoped kinds need no entry: no project permits one unless an `allow` names it."""


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
# PushSecret (writes into a store outside); Probe and ScrapeConfig (Prometheus calls any address), AlertmanagerConfig;
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


def kinds_in(*tables: Mapping[str, str]) -> frozenset[tuple[str, str]]:
    """The (group, kind) of tables with the kinds of each group, or the (group, resource)."""
    return frozenset(
        (group, name)
        for table in tables
        for group, names in table.items()
        for name in names.split()
    )


DEPLOYABLE = kinds_in(_KUBERNETES, _CONTROLLERS)
"""Kinds that every tenant may deploy, as (group, kind). `standard` adds those that only `strict` denies."""


@lru_cache(maxsize=1 << 10)
def denied_kinds(
    *,
    strict: bool,
    permitted: tuple[tuple[str, str], ...],
    further: tuple[tuple[str, str], ...] = (),
) -> tuple[tuple[str, str], ...]:
    """The namespaced kinds that tenants may not deploy.

    Args:
        strict: whether `STRICTLY_DENIED` is denied, too.
        permitted: kinds that allowances open, as (group, kind); the guards stay denied nevertheless.
        further: kinds that the blacklist denies, which no allowance lifts; `*` for any.

    Returns:
        Sorted pairs of (group, kind).
    """
    liftable = (APPLICATION, *STRICTLY_DENIED)
    lifted = set(permitted).intersection(liftable)
    denied = (*ALWAYS_DENIED, *(STRICTLY_DENIED if strict else ()))
    return tuple(sorted({*(item for item in denied if item not in lifted), *further}))


def only_kinds(
    permitted: Iterable[tuple[str, str]], whitelist: Iterable[tuple[str, str]] = ()
) -> tuple[tuple[str, str], ...]:
    """The only kinds that an environment may deploy; empty where it may deploy all that nothing denies.

    An app-of-apps, which may create Applications, deploys nothing but what its allowances name.

    Args:
        permitted: kinds that allowances open, as (group, kind).
        whitelist: those of the environment's `namespaceResourceWhitelist`.
    """
    kinds, listed = tuple(permitted), tuple(whitelist)
    if APPLICATION in kinds:
        return kinds
    return (*listed, *kinds) if listed else ()


def whitelist(project: Project) -> tuple[tuple[str, str], ...]:
    """The kinds of the environment's `namespaceResourceWhitelist`, as (group, kind)."""
    return tuple((it.group, it.kind) for it in project.settings.namespace_resource_whitelist)


def blacklist(project: Project) -> tuple[tuple[str, str], ...]:
    """The kinds of the environment's `namespaceResourceBlacklist`, as (group, kind) with `*` for any."""
    return tuple((it.group, it.kind) for it in project.settings.namespace_resource_blacklist)


def is_listed(kinds: Iterable[tuple[str, str]], group: str, kind: str) -> bool:
    """Whether one of the kinds, which may have `*` for any group or kind, is or includes a kind."""
    return any(it[0] in ("*", group) and it[1] in ("*", kind) for it in kinds)


def namespaced_kinds(project: Project, today: dt.date) -> tuple[tuple[str, str], ...]:
    """The namespaced kinds that allowances open today, as (group, kind)."""
    allowed = _allowed(project, AllowanceKind.NAMESPACE_RESOURCE, today)
    return tuple((item.group, item.kind) for item in allowed)


def cluster_objects(project: Project, today: dt.date) -> tuple[Kind, ...]:
    """The cluster-scoped objects that allowances open today; without a name, all objects of the kind."""
    return tuple(_allowed(project, AllowanceKind.CLUSTER_RESOURCE, today))


def _allowed(project: Project, sort: AllowanceKind, today: dt.date) -> Iterator[Kind]:
    named = sort is AllowanceKind.CLUSTER_RESOURCE
    for item in current_allowances(project, sort, today):
        yield planned_kind(item.value, named=named)


def planned_kind(text: str, *, named: bool = False) -> Kind:
    """Parse a kind that the checks have accepted.

    Raises:
        ValueError: if it is not a kind, which a check should have refused.
    """
    kind = parse_kind(text, named=named)
    if kind is None:
        message = f"{text!r} is not a kind of resource, and no check refused it"
        raise ValueError(message)
    return kind


def manifests_of(
    folders: Iterable[Folder | None], values: Mapping[str, str]
) -> tuple[tuple[ExtraManifest, ...], list[Problem]]:
    """Collect the extra manifests of an environment.

    Args:
        folders: The folders of product and environment. A file of the environment replaces one of the same name of the
            product.
        values: The value of each placeholder, by name.

    Returns:
        The manifests, without what sops adds to an encrypted file, and the problems of those that cannot be filled.
    """
    chosen = {
        document.file.rsplit("/", 1)[1]: (folder, document)
        for folder in folders
        if folder
        for document in folder.manifests
    }
    problems: list[Problem] = []
    manifests = []
    for folder, document in chosen.values():
        filled, refused = fill_manifest(document, values)
        problems += refused
        secret = folder.encrypted.get(document.file)
        data = {key: item for key, item in filled.items() if secret is None or key != METADATA}
        manifests.append(ExtraManifest(document, data, secret))
    return tuple(manifests), problems


def fill_manifest(
    document: Document, values: Mapping[str, str]
) -> tuple[Mapping[str, Any], list[Problem]]:
    """Fill the placeholders of a manifest, and read its scalars as Kubernetes does.

    Returns:
        The content and no problem, or nothing and the problem: a scalar that YAML parsers read differently.
    """
    try:
        return free_form(fill_placeholders(document.data, values)), []
    except PydanticCustomError as error:
        context = error.context or {}
        problem = document.problem(
            path=context["path"],
            code=context["code"],
            message=context["message"],
            remedy=context["remedy"],
        )
        return {}, [problem]
