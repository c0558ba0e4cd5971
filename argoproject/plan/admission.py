"""Admission policies: those of each cluster, and the labels and annotations of a Namespace that bind and configure
them.

The policies themselves are in manifests/admission.yaml, as kubectl would apply them. Only the names under which Argo CD
reaches the cluster differ between clusters, and are filled in here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from functools import cache
from importlib.resources import files

import yaml

from argoproject.models import Admission, Platform
from argoproject.models.validation import did_you_mean
from argoproject.plan.model import ClusterPolicies, Manifest, Ownership, PlannedObject
from argoproject.problems import ConfigError, Position, Problem
from argoproject.project.model import Project
from argoproject.tree.stacks import STACK_CONFIG
from argoproject.upstream.urls import registry_entry

__all__ = [
    "LABEL",
    "NAME_PREFIX",
    "PREFIX",
    "TOKEN_ROLES",
    "argocd_users",
    "cluster_policies",
    "is_enforceable",
    "namespace_marks",
    "policies",
    "settings",
    "unknown_cluster",
]

NAME_PREFIX = "argo-projects-"
"""The names of all policies begin with it."""

LABEL = "argo-projects/admission"
"""Label that binds a Namespace to the policies. Its value is the mode: `deny` or `warn`."""

PREFIX = "argo-projects/"
"""Prefix of the platform's own labels and annotations."""

TOKEN_ROLES = f"{PREFIX}token-roles"
"""Annotation of an AppProject: the roles for which project tokens may be created, separated by commas."""

_ARGOCD_USERS = '(request.userInfo.username == "ARGOCD_USERS")'
"""The placeholder in admission.yaml. It is valid CEL, so that the file is, too."""

_MANAGER = "system:serviceaccount:kube-system:argocd-manager"
"""The user as which Argo CD reaches a cluster that was added with `argocd cluster add`. The hub may have been added in
this way, too, by its address. Source: argo-cd v3.5, util/clusterauth/clusterauth.go."""

_LISTS = {
    "registries": "admission-registries",
    "storage_classes": "admission-storage-classes",
    "ingress_classes": "admission-ingress-classes",
    "priority_classes": "admission-priority-classes",
    "service_types": "admission-service-types",
}


def settings(admission: Admission, hosts: Iterable[str], accounts: Iterable[str]) -> dict[str, str]:
    """The annotations of a Namespace that the policies read.

    Args:
        admission: what the profile permits. A list that is not set restricts nothing; an empty one permits nothing.
        hosts: the host names that the project declares. They are restricted as soon as there are any, or the profile
            says which may be declared.
        accounts: the platform's ServiceAccounts in the namespace.

    Returns:
        Annotations; each value is a list, separated by commas.
    """
    lists: dict[str, Iterable[str]] = {
        name: map(registry_entry, values) if field == "registries" else values
        for field, name in _LISTS.items()
        if (values := getattr(admission, field)) is not None
    }
    hosts = tuple(hosts)
    if hosts or admission.hosts is not None:
        lists["admission-hosts"] = hosts
    lists["admission-accounts"] = accounts
    return {f"{PREFIX}{name}": ",".join(values) for name, values in lists.items()}


def policies(argocd_users: Sequence[str]) -> list[Manifest]:
    """The policies of a cluster, each followed by its bindings.

    Args:
        argocd_users: names under which Argo CD reaches the cluster; one that ends in `*` is a prefix. They never count
            as the platform, whatever their rights are, because tenants deploy through them.

    Example:
        `["argo", "system:argo-*"]` becomes in every expression
        `(request.userInfo.username == "argo" || request.userInfo.username.startsWith("system:argo-"))`.
    """
    user = "request.userInfo.username"
    tests = [
        # A JSON string is a CEL string, too.
        f"{user}.startsWith({json.dumps(name[:-1])})"
        if name.endswith("*")
        else f"{user} == {json.dumps(name)}"
        for name in argocd_users
    ]
    is_argocd = f"({' || '.join(tests)})" if tests else "false"
    manifests = deepcopy(_manifests())
    for manifest in manifests:
        for variable in manifest["spec"].get("variables", ()):
            variable["expression"] = variable["expression"].replace(_ARGOCD_USERS, is_argocd)
    return manifests


@cache
def _manifests() -> list[Manifest]:
    text = (
        files("argoproject.plan.manifests").joinpath("admission.yaml").read_text(encoding="utf-8")
    )
    return list(yaml.load_all(text, Loader=yaml.CSafeLoader))


def namespace_marks(
    project: Project, objects: Iterable[PlannedObject]
) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """The labels that bind the policies to the Namespace, and the annotations that say what is permitted there.

    Both are empty where the profile has no `admission`.

    Args:
        project: the environment.
        objects: what the platform plans for it, without the team's own manifests. Their ServiceAccounts in the
            namespace are closed to the team's pods; accounts of the team's own manifests are open to them.
    """
    admission = project.profile.admission
    if admission is None:
        return {}, {}
    accounts = [
        item.name
        for item in objects
        if item.kind == "ServiceAccount"
        and item.ownership is Ownership.CREATE
        and item.namespace == project.names.namespace
    ]
    return {LABEL: admission.mode.value}, settings(admission, project.settings.hosts, accounts)


def cluster_policies(platform: Platform, clusters: Iterable[str]) -> tuple[ClusterPolicies, ...]:
    """The policies of these clusters.

    Raises:
        ConfigError: for clusters that platform.yaml does not know, or that Pulumi cannot reach.
    """
    clusters = dict.fromkeys(clusters)
    position = Position(STACK_CONFIG)
    unknown = [
        unknown_cluster(platform, name, position, f"admissionPolicies.{name}")
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
                    key=manifest["metadata"]["name"].removeprefix(NAME_PREFIX),
                    cluster=cluster,
                    manifest=manifest,
                )
                for manifest in policies(argocd_users(platform, cluster))
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
    remedy = did_you_mean(cluster, known, otherwise=f"one of {', '.join(known) or 'none'}")
    message = f"platform.yaml has no cluster {cluster} that Pulumi reaches"
    return Problem(
        position=position, path=where, code="unknown-cluster", message=message, remedy=remedy
    )
