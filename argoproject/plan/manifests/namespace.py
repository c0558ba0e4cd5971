"""The destination cluster's side: the namespace, its guards and its accounts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from argoproject.identity import Identity
from argoproject.models import Limits, PodSecurity
from argoproject.plan.leaves import Manifest, SecretLeaf
from argoproject.plan.manifests.common import compact, manifest, spelled

__all__ = [
    "account_subject",
    "attached_account",
    "group_subject",
    "limit_range",
    "namespace",
    "network_policy",
    "opaque_secret",
    "pull_secret",
    "resource_quota",
    "role_binding",
    "service_account",
]

RBAC_GROUP = "rbac.authorization.k8s.io"


def namespace(
    identity: Identity,
    name: str,
    labels: Mapping[str, str],
    annotations: Mapping[str, str],
    pod_security: PodSecurity | None,
) -> Manifest:
    """The namespace. Pod Security labels come last: nothing overrides them."""
    metadata = {
        "name": name,
        "labels": {**labels, **_pod_security_labels(pod_security)},
        "annotations": dict(annotations),
    }
    return manifest("v1", "Namespace", metadata, identity)


def _pod_security_labels(pod_security: PodSecurity | None) -> dict[str, str]:
    """Source: kubernetes.io, "Pod Security Admission", labels of namespaces."""
    if pod_security is None:
        return {}
    labels: dict[str, str] = {}
    for mode in ("enforce", "audit", "warn"):
        level = getattr(pod_security, mode)
        if level is not None:
            labels[f"pod-security.kubernetes.io/{mode}"] = str(level)
            if pod_security.version:
                labels[f"pod-security.kubernetes.io/{mode}-version"] = pod_security.version
    return labels


def resource_quota(identity: Identity, namespace: str, hard: Mapping[str, str]) -> Manifest:
    """What all pods of the namespace may ask for together."""
    metadata = {"name": "quota", "namespace": namespace}
    return manifest("v1", "ResourceQuota", metadata, identity, spec={"hard": dict(hard)})


def limit_range(identity: Identity, namespace: str, limits: Limits) -> Manifest:
    """Defaults and bounds of a container."""
    container = {"type": "Container", **spelled(limits.model_copy(update={"extra": ()}))}
    items = [container] if len(container) > 1 else []
    metadata = {"name": "limits", "namespace": namespace}
    spec = {"limits": [*items, *(dict(item) for item in limits.extra)]}
    return manifest("v1", "LimitRange", metadata, identity, spec=spec)


def network_policy(
    identity: Identity, namespace: str, name: str, spec: Mapping[str, Any]
) -> Manifest:
    """A network policy of platform.yaml."""
    metadata = {"name": name, "namespace": namespace}
    return manifest("networking.k8s.io/v1", "NetworkPolicy", metadata, identity, spec=dict(spec))


def pull_secret(identity: Identity, namespace: str, name: str, config: SecretLeaf) -> Manifest:
    """A Docker configuration with which pods pull images."""
    metadata = {"name": name, "namespace": namespace}
    return manifest(
        "v1",
        "Secret",
        metadata,
        identity,
        type="kubernetes.io/dockerconfigjson",
        stringData={".dockerconfigjson": config},
    )


def opaque_secret(
    identity: Identity, namespace: str, name: str, data: Mapping[str, SecretLeaf]
) -> Manifest:
    """A secret for the workloads."""
    metadata = {"name": name, "namespace": namespace}
    return manifest("v1", "Secret", metadata, identity, type="Opaque", stringData=dict(data))


def attached_account(namespace: str, name: str, pull_secrets: Iterable[str]) -> Manifest:
    """The pull Secrets that the pods of an account use. The account is somebody else's: nothing else is set."""
    return {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {"name": name, "namespace": namespace},
        "imagePullSecrets": [{"name": secret} for secret in pull_secrets],
    }


def service_account(identity: Identity, namespace: str, name: str) -> Manifest:
    """An account of our own. Its token is not mounted into pods."""
    metadata = {"name": name, "namespace": namespace}
    return manifest("v1", "ServiceAccount", metadata, identity, automountServiceAccountToken=False)


def role_binding(
    identity: Identity,
    namespace: str,
    name: str,
    role: str,
    subjects: Iterable[Mapping[str, str]],
    kind: Literal["ClusterRole", "Role"] = "ClusterRole",
) -> Manifest:
    """A ClusterRole, or a Role of the namespace, inside the namespace only."""
    return manifest(
        f"{RBAC_GROUP}/v1",
        "RoleBinding",
        {"name": name, "namespace": namespace},
        identity,
        roleRef={"apiGroup": RBAC_GROUP, "kind": kind, "name": role},
        subjects=[dict(subject) for subject in subjects],
    )


def group_subject(group: str) -> dict[str, str]:
    """An SSO group as a subject."""
    return {"apiGroup": RBAC_GROUP, "kind": "Group", "name": group}


def account_subject(namespace: str, name: str) -> dict[str, str]:
    """A ServiceAccount as a subject."""
    return compact({"kind": "ServiceAccount", "name": name, "namespace": namespace})
