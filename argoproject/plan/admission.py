"""Admission policies: those of each cluster, and the labels and annotations of a Namespace that bind and configure
them."""

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
"""The user as which Argo CD reaches a cluster that was added with `argocd cluster add`. The hub may have been added in
this way, too, by its address. Source: argo-cd v3.5, util/clusterauth/clusterauth.go."""


@dataclass(frozen=True, slots=True)
class Marks:
    """Labels that bind the policies to a Namespace, and annotations that say what is permitted there."""

    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)


def namespace_marks(project: Project, objects: Iterable[PlannedObject]) -> Marks:
    """The labels and annotations for the policies; empty where the profile has no `admission`.

    Args:
        project: the environment.
        objects: what the platform plans for it, without the team's own manifests. Their ServiceAccounts in the
            namespace are closed to the team's pods; accounts of the team's own manifests are open to them.
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
    annotations = manifests.settings(admission, project.settings.hosts, accounts)
    return Marks({manifests.LABEL: admission.mode.value}, annotations)


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
    return tuple(
        ClusterPolicies(
            cluster,
            tuple(
                PlannedObject(
                    key=manifest["metadata"]["name"].removeprefix(manifests.NAME_PREFIX),
                    cluster=cluster,
                    manifest=manifest,
                )
                for manifest in manifests.policies(argocd_users(platform, cluster))
            ),
        )
        for cluster in clusters
    )


def is_enforceable(platform: Platform, cluster: str) -> bool:
    """Whether Pulumi can deploy policies on a cluster: it is known, and Pulumi has access to it."""
    return cluster in platform.clusters and not platform.clusters[cluster].base


def argocd_users(platform: Platform, cluster: str) -> tuple[str, ...]:
    """The users as which Argo CD reaches a cluster: the only difference between the policies of two clusters.

    A name that ends in `*` is a prefix.
    """
    given = platform.clusters[cluster].argocd_users
    if given is not None:
        return given
    if cluster == platform.argocd.cluster:
        return (f"system:serviceaccount:{platform.argocd.namespace}:*", _MANAGER)
    return (_MANAGER,)


def unknown_cluster(platform: Platform, cluster: str, position: Position, where: str) -> Problem:
    """The problem that a cluster is named on which Pulumi cannot deploy policies.

    Args:
        platform: knows the clusters.
        cluster: the name.
        position: where it is written.
        where: the path of the field, for the message.
    """
    known = [name for name in platform.clusters if is_enforceable(platform, name)]
    match = nearest(cluster, known)
    remedy = f"did you mean {match}?" if match else f"one of {', '.join(known) or 'none'}"
    message = f"platform.yaml has no cluster {cluster} that Pulumi reaches"
    return Problem(
        position=position, path=where, code="unknown-cluster", message=message, remedy=remedy
    )
