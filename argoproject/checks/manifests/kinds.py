"""Shape and kind of an extra manifest: what every manifest must have, and which kinds are permitted.

Shape is judged before the content, of a tenant's manifest and of the platform's. Pulumi applies a manifest with rights
that its author lacks, and its provider does more than create objects: it patches, and installs Helm releases. So a kind
is refused unless it is listed here or in an `allow`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from argoproject.models import AllowanceKind, TenantKinds
from argoproject.problems import Mistake
from argoproject.project.kinds import (
    ALWAYS_DENIED,
    DEPLOYABLE,
    STRICTLY_DENIED,
    blacklist,
    is_listed,
    planned_kind,
    whitelist,
)
from argoproject.project.model import ExtraManifest, Found, Project
from argoproject.upstream.kinds import BUILT_IN, meant_kind, served

__all__ = ["RBAC", "group_kind", "permitted_kind", "shape_problems"]


RBAC = "rbac.authorization.k8s.io"

_API_VERSION = re.compile(r"(?:[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?/)?v[0-9]+(?:(?:alpha|beta)[0-9]+)?")
_KIND = re.compile(r"[A-Z][A-Za-z0-9]*")
_NAME = re.compile(r"[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?")
_RBAC_NAME = re.compile(r"[A-Za-z0-9:._-]+")


def group_kind(manifest: Mapping[str, Any]) -> tuple[str, str]:
    """The API group and the kind of a manifest, empty where they are missing. `v1` has the group ""."""
    version, kind = manifest.get("apiVersion", ""), manifest.get("kind", "")
    return str(version).rpartition("/")[0], str(kind)


def shape_problems(manifest: Mapping[str, Any]) -> Found:
    """Refuse manifests without a valid apiVersion, kind or name, lists of objects, and labels that are not text.

    Source: Kubernetes, apimachinery/pkg/util/validation; RBAC objects may have further characters in their names,
    pkg/apis/rbac/validation.
    """
    if not {"apiVersion", "kind", "metadata"} & manifest.keys():
        message = "the file has no object"
        remedy = "write apiVersion, kind and metadata, or remove the file"
        yield (), Mistake(code="manifest-kind", message=message, remedy=remedy)
        return
    version, kind = manifest.get("apiVersion"), manifest.get("kind")
    if not isinstance(version, str) or not _API_VERSION.fullmatch(version):
        message = "the manifest has no valid apiVersion"
        remedy = "write v1, apps/v1 or the like"
        yield ("apiVersion",), Mistake(code="manifest-api-version", message=message, remedy=remedy)
    if not isinstance(kind, str) or not _KIND.fullmatch(kind):
        message = "the manifest has no valid kind"
        remedy = "write for example ConfigMap"
        yield ("kind",), Mistake(code="manifest-kind", message=message, remedy=remedy)
    elif kind.endswith("List"):
        message, remedy = "a list of objects", "write one object into each file"
        yield ("kind",), Mistake(code="manifest-list", message=message, remedy=remedy)
    elif isinstance(version, str):
        yield from _unserved(version, kind)
    metadata = manifest.get("metadata")
    name = metadata.get("name") if isinstance(metadata, Mapping) else None
    rbac = isinstance(version, str) and version.startswith(f"{RBAC}/")
    pattern = _RBAC_NAME if rbac else _NAME
    if not isinstance(name, str) or len(name) > 253 or not pattern.fullmatch(name):
        message = "the manifest has no valid metadata.name"
        remedy = "write lower-case letters, digits, `-` and `.`, at most 253; generateName is not possible here"
        yield ("metadata", "name"), Mistake(code="manifest-name", message=message, remedy=remedy)
    if isinstance(metadata, Mapping):
        yield from _labels_and_annotations(metadata)


def _unserved(version: str, kind: str) -> Found:
    """Kinds and versions of Kubernetes' own groups that no API server has."""
    group, _, number = version.rpartition("/")
    meant = meant_kind(group, kind) if group in BUILT_IN or group == "extensions" else None
    if meant is not None:
        message, remedy = f"Kubernetes has no kind {kind} in {version}", f"did you mean {meant}?"
        yield ("kind",), Mistake(code="manifest-kind", message=message, remedy=remedy)
    elif known := served(group, number):
        message = f"Kubernetes does not serve {version}"
        remedy = f"write {'/'.join(filter(None, (group, known[0])))}"
        yield ("apiVersion",), Mistake(code="manifest-api-version", message=message, remedy=remedy)


def _labels_and_annotations(metadata: Mapping[str, Any]) -> Found:
    """Both must be mappings of texts: the program adds its own."""
    code = "manifest-metadata"
    for key in ("annotations", "labels"):
        entries = metadata.get(key, {})
        if not isinstance(entries, Mapping):
            message = f"metadata.{key} is not a mapping"
            remedy = "write keys and texts, or remove it"
            yield ("metadata", key), Mistake(code=code, message=message, remedy=remedy)
            continue
        for name, value in entries.items():
            if not isinstance(value, str):
                message, remedy = f"the value of {name} is not a text", "write it in quotes"
                yield ("metadata", key, name), Mistake(code=code, message=message, remedy=remedy)


_BY_GROUP = {
    "": "ComponentStatus Namespace Node PersistentVolume",
    "admissionregistration.k8s.io": (
        "MutatingAdmissionPolicy MutatingAdmissionPolicyBinding MutatingWebhookConfiguration "
        "ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding ValidatingWebhookConfiguration"
    ),
    "apiextensions.k8s.io": "CustomResourceDefinition",
    "apiregistration.k8s.io": "APIService",
    "argoproj.io": "ClusterAnalysisTemplate ClusterWorkflowTemplate",
    "authentication.k8s.io": "SelfSubjectReview TokenReview",
    "authorization.k8s.io": "SelfSubjectAccessReview SelfSubjectRulesReview SubjectAccessReview",
    "capsule.clastix.io": "CapsuleConfiguration GlobalTenantResource Tenant",
    "cert-manager.io": "ClusterIssuer",
    "certificates.k8s.io": "CertificateSigningRequest ClusterTrustBundle",
    "cilium.io": "CiliumClusterwideEnvoyConfig CiliumClusterwideNetworkPolicy CiliumNode",
    "crd.projectcalico.org": "GlobalNetworkPolicy GlobalNetworkSet IPPool",
    "external-secrets.io": "ClusterExternalSecret ClusterPushSecret ClusterSecretStore",
    "flowcontrol.apiserver.k8s.io": "FlowSchema PriorityLevelConfiguration",
    "gateway.networking.k8s.io": "GatewayClass",
    "karpenter.sh": "NodeClaim NodePool",
    "keda.sh": "ClusterTriggerAuthentication",
    "kyverno.io": "ClusterCleanupPolicy ClusterPolicy",
    "networking.k8s.io": "IngressClass IPAddress ServiceCIDR",
    "node.k8s.io": "RuntimeClass",
    "policy.networking.k8s.io": "AdminNetworkPolicy BaselineAdminNetworkPolicy ClusterNetworkPolicy",
    "projectcalico.org": "GlobalNetworkPolicy GlobalNetworkSet IPPool",
    "rbac.authorization.k8s.io": "ClusterRole ClusterRoleBinding",
    "resource.k8s.io": "DeviceClass ResourceSlice",
    "scheduling.k8s.io": "PriorityClass",
    "snapshot.storage.k8s.io": "VolumeSnapshotClass VolumeSnapshotContent",
    "storage.k8s.io": "CSIDriver CSINode StorageClass VolumeAttachment VolumeAttributesClass",
    "storagemigration.k8s.io": "StorageVersionMigration",
}

_OF_PLUGINS = frozenset(
    item for item in STRICTLY_DENIED if "cilium" in item[0] or "calico" in item[0]
)
"""Network policies of network plugins, which take precedence over the guards or open what these close: they need an
`allow` everywhere."""

ORDINARY = DEPLOYABLE.union(STRICTLY_DENIED) - _OF_PLUGINS
"""Namespaced kinds that need no `allow`. Some are denied where strict; Secrets have rules of their own."""

CLUSTER_SCOPED = frozenset(
    (group, kind) for group, kinds in _BY_GROUP.items() for kind in kinds.split()
)
"""Well-known kinds without a namespace, as (group, kind). Source: `kubectl api-resources --namespaced=false`."""

_GROUPS_OF_KUBERNETES = frozenset({"", "apps", "autoscaling", "batch", "extensions", "policy"})
"""API groups without a dot. Every other group has one: a CustomResourceDefinition's must."""

_ASK_PLATFORM = "ask the platform team, who can add it as one of a profile's platformManifests"


def permitted_kind(project: Project, item: ExtraManifest) -> Found:
    """Refuse kinds without a namespace, guards, kinds of Argo CD, and kinds that are neither ordinary nor allowed."""
    found = _kind_mistake(project, *group_kind(item.data))
    if found is not None:
        yield ("kind",), found


def _kind_mistake(project: Project, group: str, kind: str) -> Mistake | None:
    """Why a kind is refused; None where it is accepted."""
    shown = f"{group}/{kind}" if group else kind
    if _is_of_programs(group, kind):
        return Mistake(
            code="manifest-kind-reserved",
            message=f"{shown} is not a kind of Kubernetes: programs like Pulumi act on it themselves",
            remedy="deploy it with an Application",
        )
    if (group, kind) in CLUSTER_SCOPED:
        message = f"{shown} is in no namespace: it would concern the whole cluster"
        return Mistake(code="manifest-cluster-scoped", message=message, remedy=_ASK_PLATFORM)
    if (group, kind) in ALWAYS_DENIED:
        message = f"{shown} is a guard, or a kind of Argo CD's own: tenants never make it"
        remedy = "use the settings of project.yaml (namespace, applications), or remove the file"
        return Mistake(code="manifest-denied", message=message, remedy=remedy)
    strict = project.settings.tenant_kinds is not TenantKinds.STANDARD
    denied = strict and (group, kind) in STRICTLY_DENIED
    only = whitelist(project)
    usual = (group, kind) in ORDINARY or _is_of_profile(project, group, kind)
    listed = not only or (group, kind) in only
    blocked = is_listed(blacklist(project), group, kind)
    if not blocked and ((usual and listed and not denied) or _is_allowed(project, shown)):
        return None
    instead, code = "deploy it with an Application", "manifest-kind-not-allowed"
    message = f"{shown} is none of the kinds that every tenant may have as an extra manifest"
    if blocked:
        message = f"{shown} is denied by namespaceResourceBlacklist"
        return Mistake(code="manifest-denied", message=message, remedy="remove it, or the entry")
    if not listed:
        message = f"{shown} is not in namespaceResourceWhitelist"
        instead = "add it there"
    if denied:
        code = "manifest-denied"
        message = f"{shown} is denied where tenantKinds is strict"
        instead = (
            "let a Service select its pods"
            if kind in ("Endpoints", "EndpointSlice")
            else "use namespace.networkPolicies or access.kubernetes"
        )
    allow = f"add {{kind: namespaceResource, value: {shown}, reason: …}} to `allow`"
    return Mistake(code=code, message=message, remedy=f"{instead}, {allow}, or {_ASK_PLATFORM}")


def _is_of_profile(project: Project, group: str, kind: str) -> bool:
    """Whether the profile lets syncs deploy the kind: an extra manifest of it gives its author no further right."""
    account = project.profile.impersonation
    return account is not None and (group, kind) in {
        (item.group, item.kind) for item in map(planned_kind, account.kinds)
    }


def _is_of_programs(group: str, kind: str) -> bool:
    """Whether Pulumi's provider means something else by a kind than the API server does.

    `helm.sh/v3 Release` installs a chart, `v1 NamespacePatch` changes any namespace, `core/v1` is another spelling of
    `v1`. Source: pulumi-kubernetes 4, `helm.v3.Release` and the classes of `core.v1`.
    """
    if group == "helm.sh" or group.endswith(".helm.sh"):
        return True
    if "." not in group and group not in _GROUPS_OF_KUBERNETES:
        return True
    return kind.endswith(("Patch", "List"))


def _is_allowed(project: Project, shown: str) -> bool:
    """Whether `allow` names the kind. An expired `allow` counts, too: it warns and never removes an object."""
    return any(
        item.kind is AllowanceKind.NAMESPACE_RESOURCE and item.value.removeprefix("/") == shown
        for item in project.settings.allow
    )
