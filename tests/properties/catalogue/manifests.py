"""Manifests and secret files next to product.yaml and project.yaml. Pulumi applies them with its own rights."""

from __future__ import annotations

from typing import Any

from tests.properties.moves import Move, file

__all__ = ["MOVES"]

_RBAC = "rbac.authorization.k8s.io/v1"
_EXTRA = "manifests/extra.yaml"


def _object(
    version: str,
    kind: str,
    name: str = "extra",
    metadata: dict[str, Any] | None = None,
    **rest: Any,
) -> dict[str, Any]:
    return {
        "apiVersion": version,
        "kind": kind,
        "metadata": {"name": name, **(metadata or {})},
        **rest,
    }


def _role(**rule: Any) -> dict[str, Any]:
    return _object(
        _RBAC, "Role", rules=[{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"], **rule}]
    )


def _binding(role: str, kind: str = "ClusterRole", **subject: Any) -> dict[str, Any]:
    reference = {"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": role}
    return _object(
        _RBAC,
        "RoleBinding",
        roleRef=reference,
        subjects=[{"kind": "ServiceAccount", "name": "default", **subject}],
    )


def _service(**spec: Any) -> dict[str, Any]:
    return _object("v1", "Service", spec={"ports": [{"port": 80}], **spec})


def _account(key: str, value: str) -> dict[str, Any]:
    return _object("v1", "ServiceAccount", metadata={"annotations": {key: value}})


_DATA: dict[str, Any] = {"data": {"greeting": "hello"}}
_ORDINARY = (
    _object("v1", "ConfigMap", **_DATA),
    _object("v1", "ConfigMap", metadata={"namespace": "${namespace}"}, **_DATA),
    _service(selector={"app": "shop"}),
    _object("v1", "ServiceAccount"),
    _object("v1", "PersistentVolumeClaim", spec={}),
    _object("batch/v1", "CronJob", spec={"schedule": "@daily"}),
    _object("v1", "ConfigMap", metadata={"labels": {"a": "b"}}, **_DATA),
    _object(
        "external-secrets.io/v1",
        "ExternalSecret",
        spec={"data": [{"secretKey": "password", "remoteRef": {"key": "shop/db"}}]},
    ),
    _object("cert-manager.io/v1", "Certificate", spec={"secretName": "shop-tls"}),
    _object("monitoring.coreos.com/v1", "ServiceMonitor", spec={"endpoints": []}),
)
_SOMETIMES = (
    _object("networking.k8s.io/v1", "NetworkPolicy", spec={"podSelector": {}}),
    _role(),
    _binding("view"),
    _binding("extra", "Role"),
    _object("acid.zalan.do/v1", "postgresql"),
    _object("monitoring.coreos.com/v1", "Probe"),
    _object("v1", "Endpoints"),
    _object("cilium.io/v2", "CiliumNetworkPolicy", spec={"endpointSelector": {}}),
    _object("projectcalico.org/v3", "NetworkPolicy", spec={"selector": "all()"}),
    _object(
        "networking.k8s.io/v1", "Ingress", spec={"rules": [{"host": "shop.<own>.example.org"}]}
    ),
    _object("v1", "Secret", type="Opaque"),
    _role(resources=["networkpolicies"], apiGroups=["networking.k8s.io"]),
)

MOVES: tuple[Move, ...] = (
    Move(
        "ordinary manifest",
        (),
        _ORDINARY,
        file=_EXTRA,
        accepted=True,
        levels=("product", "project"),
    ),
    Move(
        "manifest with a name of the plan",
        (),
        (
            _object("v1", "ServiceAccount", "argocd-sync"),
            _object(
                _RBAC,
                "RoleBinding",
                "argocd-sync",
                roleRef={"kind": "Role", "name": "argocd-sync"},
            ),
            _object(_RBAC, "Role", "argocd-sync", rules=[]),
            _object("networking.k8s.io/v1", "NetworkPolicy", "default-deny", spec={}),
            _object("v1", "Secret", "db", type="Opaque"),
            _object("v1", "Secret", "pull-harbor", type="Opaque"),
            _object("v1", "ConfigMap", "kube-root-ca.crt", **_DATA),
        ),
        file=_EXTRA,
        levels=("product", "project"),
    ),
    Move("manifest of a kind for some", (), _SOMETIMES, file=_EXTRA, levels=("product", "project")),
    file(
        "manifest for the cluster",
        _EXTRA,
        _object(_RBAC, "ClusterRole", rules=[]),
        _object(_RBAC, "ClusterRoleBinding"),
        _object("v1", "Namespace", "<victim>-shop-dev"),
        _object("v1", "PersistentVolume"),
        _object("v1", "Node"),
        _object("apiextensions.k8s.io/v1", "CustomResourceDefinition"),
        _object("cert-manager.io/v1", "ClusterIssuer"),
        _object("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicyBinding"),
    ),
    file(
        "manifest of Argo CD's",
        _EXTRA,
        *(
            _object("argoproj.io/v1alpha1", kind)
            for kind in ("Application", "AppProject", "ApplicationSet")
        ),
    ),
    file(
        "guard as a manifest",
        _EXTRA,
        _object("v1", "ResourceQuota", "quota"),
        _object("v1", "LimitRange"),
        _object("v1", "ResourceQuota"),
    ),
    file(
        "manifest elsewhere",
        _EXTRA,
        *(
            _object("v1", "ConfigMap", metadata={"namespace": name}, **_DATA)
            for name in ("<victim>-shop-dev", "kube-system", "argocd", "*")
        ),
    ),
    file(
        "manifest of programs",
        _EXTRA,
        _object("helm.sh/v3", "Release"),
        _object("v1", "NamespacePatch"),
        _object("core/v1", "ConfigMap"),
        _object("v1", "List", items=[]),
        _object("v1", "ConfigMapList", items=[]),
        _object("v1", "configmap", **_DATA),
    ),
    file(
        "manifest with steering marks",
        _EXTRA,
        *(
            _object("v1", "ConfigMap", metadata={"annotations": {key: "x"}}, **_DATA)
            for key in (
                "pulumi.com/patchForce",
                "argocd.argoproj.io/sync-options",
                "argocd.argoproj.io/tracking-id",
            )
        ),
        _object(
            "v1",
            "ConfigMap",
            metadata={"labels": {"argocd.argoproj.io/secret-type": "cluster"}},
            **_DATA,
        ),
        _object("v1", "ConfigMap", metadata={"finalizers": ["a/b"]}, **_DATA),
        _object("v1", "ConfigMap", metadata={"ownerReferences": []}, **_DATA),
        _object("v1", "ConfigMap", metadata={"uid": "1"}, **_DATA),
    ),
    file(
        "Role for everything",
        _EXTRA,
        _role(verbs=["*"]),
        _role(resources=["*"]),
        _role(apiGroups=["*"]),
        _role(verbs=["escalate"]),
        _role(verbs=["bind"], resources=["roles"]),
        _role(verbs=["impersonate"], resources=["serviceaccounts"]),
        _role(verbs=["delete"], resources=["resourcequotas"]),
        _role(verbs=["patch"], resources=["limitranges"]),
        _role(verbs=["patch"], resources=["ResourceQuotas/status"]),
    ),
    file(
        "binding to others",
        _EXTRA,
        _binding("cluster-admin"),
        _binding("admin"),
        _binding("view", namespace="<victim>-shop-dev"),
        _binding("view", kind="ClusterRole", namespace="argocd"),
        _object(
            _RBAC,
            "RoleBinding",
            roleRef={"kind": "ClusterRole", "name": "view"},
            subjects=[{"kind": "Group", "name": "system:authenticated"}],
        ),
        _object(
            _RBAC,
            "RoleBinding",
            roleRef={"kind": "ClusterRole", "name": "view"},
            subjects=[{"kind": "User", "name": "admin"}],
        ),
    ),
    file(
        "Secret in clear",
        _EXTRA,
        _object("v1", "Secret", stringData={"a": "b"}),
        _object("v1", "Secret", data={"a": "Yg=="}),
        _object(
            "v1",
            "Secret",
            type="kubernetes.io/service-account-token",
            metadata={"annotations": {"kubernetes.io/service-account.name": "argocd-sync"}},
        ),
    ),
    file("name that is taken", _EXTRA, _object("v1", "ServiceAccount", "default")),
    # A cloud gives rights to an account by namespace and name, which are the team's own; charts can set them as well.
    Move(
        "account with a cloud identity",
        (),
        (
            _account("eks.amazonaws.com/role-arn", "arn:aws:iam::1:role/<own>"),
            _account("iam.gke.io/gcp-service-account", "<own>@x.iam.gserviceaccount.com"),
        ),
        file=_EXTRA,
        levels=("product", "project"),
    ),
    file(
        "Service for elsewhere",
        _EXTRA,
        _service(type="ExternalName", externalName="db.<victim>-shop-dev.svc.cluster.local"),
        _service(externalIPs=["10.0.0.1"], selector={"app": "x"}),
    ),
    file(
        "secret in clear",
        "secrets/token.yaml",
        {"value": "s3cr3t-in-clear"},
        {"value": "x", "other": "y"},
        {},
        levels=("team", "product", "project"),
    ),
)
