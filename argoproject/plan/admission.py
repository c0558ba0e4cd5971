"""Admission policies: those that a cluster's environments share, and what an environment's Namespace tells them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from argoproject.models import Platform
from argoproject.models.validation import nearest
from argoproject.plan.manifests import admission as manifests
from argoproject.plan.model import ClusterPolicies, Ownership, PlannedObject
from argoproject.problems import ConfigError, Position, Problem
from argoproject.project.model import Project
from argoproject.tree.stacks import PROJECT

__all__ = [
    "Marks",
    "argocd_users",
    "cluster_policies",
    "is_enforceable",
    "namespace_marks",
    "unknown_cluster",
]

_MANAGER = "system:serviceaccount:kube-system:argocd-manager"
"""As whom Argo CD reaches a cluster that was added with `argocd cluster add`. Source: argo-cd v3.5,
util/clusterauth/clusterauth.go. The hub may have been added so as well, by its address."""


@dataclass(frozen=True, slots=True)
class Marks:
    """What binds the policies to a Namespace and tells them what is permitted there."""

    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)


def namespace_marks(project: Project, objects: Iterable[PlannedObject]) -> Marks:
    """The marks of an environment whose profile has `admission`; `objects` are what the platform plans for it.

    What the team's own manifests bring is the team's to use, and an account of another namespace is another account.
    """
    admission = project.profile.admission
    if admission is None:
        return Marks()
    accounts = [
        item.name
        for item in objects
        if item.kind == "ServiceAccount"
        and item.ownership is Ownership.CREATE
        and item.namespace == project.names.namespace
    ]
    notes = manifests.settings(admission, project.settings.hosts, accounts)
    return Marks({manifests.LABEL: admission.mode.value}, notes)


def cluster_policies(platform: Platform, clusters: Iterable[str]) -> tuple[ClusterPolicies, ...]:
    """The policies of these clusters.

    Raises:
        ConfigError: for clusters that platform.yaml does not know, or that Pulumi cannot reach.
    """
    clusters = dict.fromkeys(clusters)
    position = Position(f"{PROJECT}:admissionPolicies")
    unknown = [
        unknown_cluster(platform, name, position, name)
        for name in clusters
        if not is_enforceable(platform, name)
    ]
    if unknown:
        raise ConfigError(unknown)
    return tuple(ClusterPolicies(name, tuple(_objects(platform, name))) for name in clusters)


def is_enforceable(platform: Platform, cluster: str) -> bool:
    """Whether Pulumi can deploy policies on a cluster."""
    return cluster in platform.clusters and not platform.clusters[cluster].base


def _objects(platform: Platform, cluster: str) -> Iterable[PlannedObject]:
    for manifest in manifests.policies(argocd_users(platform, cluster)):
        key = manifest["metadata"]["name"].removeprefix(manifests.NAME_PREFIX)
        yield PlannedObject(key=key, cluster=cluster, manifest=manifest)


def argocd_users(platform: Platform, cluster: str) -> tuple[str, ...]:
    """As whom Argo CD reaches a cluster: all that tells one cluster's policies from another's."""
    given = platform.clusters[cluster].argocd_users
    if given is not None:
        return given
    if cluster == platform.argocd.cluster:
        return (f"system:serviceaccount:{platform.argocd.namespace}:*", _MANAGER)
    return (_MANAGER,)


def unknown_cluster(platform: Platform, cluster: str, position: Position, where: str) -> Problem:
    """That a place names a cluster on which Pulumi cannot deploy policies."""
    known = [name for name in platform.clusters if is_enforceable(platform, name)]
    match = nearest(cluster, known)
    remedy = f"did you mean {match}?" if match else f"one of {', '.join(known) or 'none'}"
    message = f"platform.yaml has no cluster {cluster} that Pulumi reaches"
    return Problem(
        position=position, path=where, code="unknown-cluster", message=message, remedy=remedy
    )
