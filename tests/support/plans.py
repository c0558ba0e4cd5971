"""Plans made by hand, for tests of the layers after planning.

`shop` is an environment with one object of every kind; its parts are functions, so that a test can replace a part.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from argoproject.identity import Identity
from argoproject.plan.model import (
    ApplicationPlan,
    DockerConfig,
    NamespacePlan,
    Ownership,
    PlannedObject,
    ProjectPlan,
    RegistryLogin,
    SecretRef,
)
from argoproject.secrets.file import SecretKey

__all__ = [
    "CLUSTER",
    "HELM_KEY",
    "HUB",
    "SECRETS",
    "application",
    "guards",
    "namespace_object",
    "on_cluster",
    "on_hub",
    "shop",
]

HUB = "hub"
CLUSTER = "eu-1"

SECRETS = {
    SecretKey("blue", "gitlab-token"): "glpat-s3cr3t",
    SecretKey("blue", "harbor-password"): "hunter2-s3cr3t",
}
"""Values that must not be anywhere except in a secret leaf."""

HELM_KEY = PlannedObject(
    key="blue",
    cluster=HUB,
    manifest={
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "helm-secrets-blue", "namespace": "argocd"},
        "type": "Opaque",
        "stringData": {"key.txt": SecretRef(SecretKey("blue", "gitlab-token"))},
    },
    protect=True,
)
"""A key with which Argo CD decrypts value files."""

_ARGO_CD = "argoproj.io/v1alpha1"


def on_cluster(
    key: str, kind: str, namespace: str, api_version: str = "v1", **fields: Any
) -> PlannedObject:
    """An object in the environment's namespace, named like its key."""
    return PlannedObject(
        key=key,
        cluster=CLUSTER,
        manifest={
            "apiVersion": api_version,
            "kind": kind,
            "metadata": {"name": key, "namespace": namespace},
            **fields,
        },
    )


def on_hub(
    key: str, kind: str, name: str, api_version: str, *, protect: bool = False, **fields: Any
) -> PlannedObject:
    """An object in Argo CD's namespace."""
    return PlannedObject(
        key=key,
        cluster=HUB,
        manifest={
            "apiVersion": api_version,
            "kind": kind,
            "metadata": {"name": name, "namespace": "argocd"},
            **fields,
        },
        protect=protect,
    )


def namespace_object(
    name: str,
    ownership: Ownership = Ownership.CREATE,
    *,
    keep: bool = False,
    labels: Mapping[str, str] | None = None,
) -> PlannedObject:
    """The namespace itself."""
    labels = labels or {"pod-security.kubernetes.io/enforce": "baseline"}
    return PlannedObject(
        key="namespace",
        cluster=CLUSTER,
        manifest={
            "apiVersion": "v1",
            "kind": "Namespace",
            "metadata": {"name": name, "labels": labels},
        },
        ownership=ownership,
        protect=True,
        keep=keep,
    )


def guards(namespace: str) -> tuple[PlannedObject, ...]:
    """One object of every kind of guard in a namespace."""
    rbac = "rbac.authorization.k8s.io/v1"
    role = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "view"}
    group = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": "blue-ci"}
    login = RegistryLogin(
        "harbor.example.org", "robot", SecretRef(SecretKey("blue", "harbor-password"))
    )
    limits = {"limits": [{"type": "Container", "default": {"memory": "512Mi"}}]}
    return (
        on_cluster("quota", "ResourceQuota", namespace, spec={"hard": {"pods": "20"}}),
        on_cluster("limits", "LimitRange", namespace, spec=limits),
        on_cluster(
            "network-policy-default-deny",
            "NetworkPolicy",
            namespace,
            "networking.k8s.io/v1",
            spec={"podSelector": {}, "policyTypes": ["Ingress", "Egress"]},
        ),
        on_cluster(
            "pull-secret-harbor",
            "Secret",
            namespace,
            type="kubernetes.io/dockerconfigjson",
            stringData={".dockerconfigjson": DockerConfig((login,))},
        ),
        _default_account(namespace),
        on_cluster("sync", "ServiceAccount", namespace, automountServiceAccountToken=False),
        on_cluster("role", "Role", namespace, rbac, rules=[{"verbs": ["get"], "apiGroups": [""]}]),
        on_cluster("access", "RoleBinding", namespace, rbac, roleRef=role, subjects=[group]),
        on_cluster("settings", "ConfigMap", namespace, data={"snake_key": "1", "camelKey": "2"}),
        _backup(),
    )


def _default_account(namespace: str) -> PlannedObject:
    return PlannedObject(
        key="account-default",
        cluster=CLUSTER,
        ownership=Ownership.PATCH,
        manifest={
            "apiVersion": "v1",
            "kind": "ServiceAccount",
            "metadata": {"name": "default", "namespace": namespace},
            "imagePullSecrets": [{"name": "pull-secret-harbor"}],
        },
    )


def _backup() -> PlannedObject:
    """A manifest of the platform, of a custom kind, outside the namespace."""
    return on_cluster("backup", "Schedule", "velero", "velero.io/v1", spec={"schedule": "@daily"})


def application(
    key: str, project: str, after: str | None = None, **changes: Any
) -> ApplicationPlan:
    """An Application. `changes` are fields of its `PlannedObject`."""
    planned = on_hub(
        key,
        "Application",
        f"{project}-{key}",
        _ARGO_CD,
        spec={
            "project": project,
            "source": {"repoURL": "https://charts.example.org", "targetRevision": "1.0.0"},
        },
    )
    fields = {name: getattr(planned, name) for name in ("key", "cluster", "manifest")}
    return ApplicationPlan(
        object=PlannedObject(**{**fields, "protect": True, "force": False, **changes}),
        after=() if after is None else (after,),
    )


def shop(environment: str = "dev", **changes: Any) -> ProjectPlan:
    """An environment with one object of every kind. `changes` are fields of the plan."""
    namespace = f"blue-shop-{environment}"
    name = f"{namespace}-{CLUSTER}"
    fields: dict[str, Any] = {
        "name": name,
        "identity": Identity("blue", "shop", CLUSTER, environment),
        "hub": HUB,
        "namespace_name": namespace,
        "namespace": NamespacePlan(
            namespace=namespace_object(namespace), objects=guards(namespace)
        ),
        "app_project": on_hub(
            "project", "AppProject", name, _ARGO_CD, protect=True, spec={"sourceRepos": ["x"]}
        ),
        "repositories": (_repository(name, "charts"), _repository(name, "values")),
        "applications": (
            application("reqs", name, wait_until_healthy=True),
            application(
                "app", name, "reqs", ignore_changes=("spec.source.targetRevision",), force=True
            ),
        ),
    }
    return ProjectPlan(**{**fields, **changes})


def _repository(project: str, repository: str) -> PlannedObject:
    return on_hub(
        f"repository-{repository}",
        "Secret",
        f"{project}-{repository}",
        "v1",
        stringData={
            "project": project,
            "url": f"https://gitlab.example.org/blue/{repository}",
            "password": SecretRef(SecretKey("blue", "gitlab-token")),
        },
    )
