"""Kinds of Kubernetes objects: how configurations write them, and which of their fields can never change.

A kind is written `Kind` or `group/Kind`, and one object of the cluster `[group/]Kind/name`. Allowances, the rights
of the account of syncs, and the manifests that follow from both are read in this one way.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

__all__ = ["FIXED", "KIND_FORM", "Kind", "parse_kind"]

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
