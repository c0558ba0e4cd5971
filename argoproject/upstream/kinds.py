"""Kinds of Kubernetes objects: how configurations write them, and which of their fields can never change.

A kind is written `Kind` or `group/Kind`, and one object of the cluster `[group/]Kind/name`. Allowances, the rights
of the account of syncs, and the manifests that follow from both are read in this one way.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from typing import NamedTuple

__all__ = ["BUILT_IN", "FIXED", "KIND_FORM", "Kind", "meant_kind", "parse_kind", "served"]

KIND_FORM = "write `<group>/<Kind>`, or `<Kind>` alone for the core group, without patterns"
"""The remedy of a text that is not a kind."""

_GROUP = r"[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?"
_NAME = r"[a-z0-9](?:[-a-z0-9.:]{0,251}[a-z0-9])?"
_KIND = re.compile(
    rf"(?:(?P<group>{_GROUP})?/)?(?P<kind>[A-Z][A-Za-z0-9]{{0,62}})(?:/(?P<name>{_NAME}))?"
)
"""A kind begins with a capital letter, which no group and no name does: so `Kind/name` differs from `group/Kind`."""

_NO_GROUP = re.compile(r"core|v[0-9]+(?:(?:alpha|beta)[0-9]+)?")
"""What people write before a kind of the core group, `core` or `v1`: Kubernetes has no group of such a name."""


FIXED: Mapping[str, tuple[str, ...]] = {
    "DaemonSet": ("spec.selector",),
    "Deployment": ("spec.selector",),
    "Job": ("spec.completions", "spec.parallelism", "spec.selector", "spec.template"),
    "PersistentVolumeClaim": (
        "spec.accessModes",
        "spec.selector",
        "spec.storageClassName",
        "spec.volumeName",
    ),
    "Pod": ("spec",),
    "ResourceQuota": ("spec.scopes",),
    "RoleBinding": ("roleRef",),
    "Secret": ("type",),
    "Service": ("spec.clusterIP",),
    "StatefulSet": (
        "spec.podManagementPolicy",
        "spec.revisionHistoryLimit",
        "spec.selector",
        "spec.serviceName",
        "spec.volumeClaimTemplates",
    ),
    "StorageClass": ("parameters", "provisioner"),
}
"""Fields that Kubernetes does not allow to change, by kind: with another value Pulumi replaces the object. Name and
namespace are such fields of every kind. Nearly the whole spec of a Pod is: the exceptions are not listed.

Source: pulumi-kubernetes 4.34, provider/pkg/provider/diff.go `forceNew`."""


class Kind(NamedTuple):
    """A kind; with a name, one object of the cluster."""

    group: str
    """Empty for the core group."""

    kind: str
    name: str = ""

    @property
    def whole(self) -> Kind:
        """The kind without the name."""
        return self._replace(name="")

    def __str__(self) -> str:
        return "/".join(part for part in self if part)


def parse_kind(text: str, *, named: bool = False) -> Kind | None:
    """The kind that a text names; None if it names none, as a pattern.

    Args:
        text: `ConfigMap`, `apps/Deployment` or, where `named`, `ClusterRole/edit`.
        named: Whether an object of the cluster is allowed.
    """
    found = _KIND.fullmatch(text)
    if found is None or _NO_GROUP.fullmatch(found["group"] or ""):
        return None
    if found["name"] and not named:
        return None
    return Kind(found["group"] or "", found["kind"], found["name"] or "")


BUILT_IN: Mapping[str, tuple[str, ...]] = {
    group: tuple(kinds.split())
    for group, kinds in {
        "": (
            "Binding ConfigMap Endpoints Event LimitRange Namespace Node PersistentVolume PersistentVolumeClaim Pod "
            "PodTemplate ReplicationController ResourceQuota Secret Service ServiceAccount"
        ),
        "admissionregistration.k8s.io": (
            "MutatingAdmissionPolicy MutatingAdmissionPolicyBinding MutatingWebhookConfiguration "
            "ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding ValidatingWebhookConfiguration"
        ),
        "apiextensions.k8s.io": "CustomResourceDefinition",
        "apiregistration.k8s.io": "APIService",
        "apps": "ControllerRevision DaemonSet Deployment ReplicaSet StatefulSet",
        "autoscaling": "HorizontalPodAutoscaler",
        "batch": "CronJob Job",
        "coordination.k8s.io": "Lease",
        "discovery.k8s.io": "EndpointSlice",
        "networking.k8s.io": "IPAddress Ingress IngressClass NetworkPolicy ServiceCIDR",
        "policy": "PodDisruptionBudget",
        "rbac.authorization.k8s.io": "ClusterRole ClusterRoleBinding Role RoleBinding",
        "scheduling.k8s.io": "PriorityClass",
        "storage.k8s.io": (
            "CSIDriver CSINode CSIStorageCapacity StorageClass VolumeAttachment VolumeAttributesClass"
        ),
    }.items()
}
"""Kinds of Kubernetes 1.36 by group, as far as anybody deploys them."""

_VERSIONS = {"autoscaling": ("v2", "v1")}
"""Versions of the groups above that a server of Kubernetes 1.36 has, the best first. Default: v1 alone, and any
other of a group with a dot, whose alpha and beta kinds come and go."""


def served(group: str, version: str) -> tuple[str, ...]:
    """The versions that a group of Kubernetes has instead of one; empty where that one may be served.

    Example:
        `apps` and `v1beta1` give `("v1",)`.
    """
    known = _VERSIONS.get(group, ("v1",))
    judged = group in BUILT_IN and "." not in group
    return known if judged and version not in known else ()


_BY_WORD = {
    word.lower(): Kind(group, kind)
    for group, kinds in reversed(tuple(BUILT_IN.items()))
    for kind in kinds
    for word in (kind, f"{kind}s", f"{kind}es", f"{kind.removesuffix('y')}ies")
}
"""Kinds of Kubernetes by what people write for them in small letters: singular and plurals."""


def meant_kind(group: str, kind: str) -> Kind | None:
    """The kind of Kubernetes that was probably meant; None for one that may exist.

    Example:
        `Configmap`, `Deployments` of any group and `Deployment` of the core group are meant as others. A kind of a
        CustomResourceDefinition may have the name of one of Kubernetes, and its group has a dot.
    """
    kinds = () if group == "extensions" else BUILT_IN.get(group)
    if kind.endswith(("List", "Patch")):
        return None  # meant as something else: `kubectl get -o yaml` prints lists
    if kinds is None or kind in kinds:
        found = _BY_WORD.get(kind.lower())
        wrong = kinds is None and "." not in group
        same = difflib.get_close_matches(group, (found.group,), 1, 0.85) if found else []
        return found if found and kinds is None and (wrong or same) else None
    if kind.lower() in _BY_WORD:
        own = [it for it in kinds if _BY_WORD[kind.lower()].kind == it]
        return Kind(group, own[0]) if own else _BY_WORD[kind.lower()]
    near = difflib.get_close_matches(kind.lower(), [it.lower() for it in kinds], 1, 0.75)
    return next((Kind(group, it) for it in kinds if it.lower() in near), None)
