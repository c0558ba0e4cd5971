"""Attacks on the Namespace itself, and beyond it: other environments, the cluster, and by people who may only look."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.attacks.arena import ADMISSION, NAMESPACE, OTHER, RBAC, Request, of
from tests.attacks.asking import (
    apply,
    create,
    delete,
    manifest,
    patch,
    pod,
    role_binding,
)
from tests.attacks.table import Attack

__all__ = ["CLUSTER", "HOME", "NAMESPACES", "VIEWER"]

POLICY = of(ADMISSION, "validatingadmissionpolicies", "argo-projects-guards", None)
DEPLOYMENT = of("apps/v1", "deployments", "web")
HOME = of("v1", "namespaces", NAMESPACE, None)
LEVEL = "pod-security.kubernetes.io/enforce"
OWNED = {
    "metadata": {
        "ownerReferences": [
            {"apiVersion": "v1", "kind": "PersistentVolume", "name": "gone", "uid": "1-2"}
        ]
    }
}


def namespace(**labels: str) -> dict[str, Any]:
    return manifest("v1", "Namespace", NAMESPACE, metadata={"labels": labels})


def noted(**annotations: str) -> dict[str, Any]:
    return {"metadata": {"annotations": annotations}}


NAMESPACES: Mapping[str, Attack] = {
    "Pod Security lifted": Attack(
        "namespaces", patch("argocd", HOME, {"metadata": {"labels": {LEVEL: "privileged"}}}),
        patch("platform", HOME, {"metadata": {"labels": {LEVEL: "restricted"}}}),
    ),
    "Pod Security lifted by apply": Attack(
        "namespaces", apply("argocd", namespace(**{LEVEL: "privileged"}), None),
        apply("argocd", namespace(), None),
    ),
    "Pod Security's version set back": Attack(
        "namespaces", patch("argocd", HOME, {"metadata": {"labels": {f"{LEVEL}-version": "v1.20"}}}),
        patch("operator", HOME, {"metadata": {"labels": {"example.org/a": "b"}}}),
    ),
    "Pod Security lifted by way of the status": Attack(
        "namespaces", patch("argocd", f"{HOME}/status", {"metadata": {"labels": {LEVEL: "privileged"}}}),
        patch("platform", f"{HOME}/status", {"metadata": {"labels": {LEVEL: "restricted"}}}),
    ),
    "the mark taken away": Attack(
        "namespaces", patch("argocd", HOME, {"metadata": {"labels": {"argo-projects/admission": None}}}),
        patch("platform", HOME, {"metadata": {"labels": {"argo-projects/admission": None}}}),
    ),
    "only warned about from now on": Attack(
        "namespaces", patch("argocd", HOME, {"metadata": {"labels": {"argo-projects/admission": "warn"}}}),
        patch("platform", HOME, {"metadata": {"labels": {"argo-projects/admission": "warn"}}}),
    ),
    "more registries": Attack(
        "namespaces", patch("argocd", HOME, noted(**{"argo-projects/admission-registries": "docker.io"})),
        patch("operator", HOME, noted(**{"example.org/note": "x"})),
    ),
    "a setting taken away": Attack(
        "namespaces", patch("argocd", HOME, {"metadata": {"annotations": {"argo-projects/admission-hosts": None}}}),
        patch("platform", HOME, {"metadata": {"annotations": {"argo-projects/admission-hosts": None}}}),
    ),
    "an owner that is gone, so that Kubernetes collects it as garbage": Attack(
        "namespaces", patch("argocd", HOME, OWNED), patch("platform", HOME, OWNED)
    ),
    "an owner, by an operator that labels namespaces": Attack(
        "namespaces", patch("operator", HOME, OWNED),
        patch("operator", HOME, {"metadata": {"labels": {"mesh.example.org/injected": "true"}}}),
    ),
    "a finalizer against its deletion": Attack(
        "namespaces", patch("argocd", HOME, {"metadata": {"finalizers": ["evil.tld/x"]}}),
        patch("operator", HOME, {"metadata": {"finalizers": ["mesh.example.org/x"]}}),
    ),
    "a label by which others choose whom they let in": Attack(
        "namespaces", patch("argocd", HOME, {"metadata": {"labels": {"example.org/reaches-billing": "true"}}}),
        apply("argocd", namespace(), None),
    ),
    "a node pool of others, by annotation": Attack(
        "namespaces", patch("argocd", HOME, noted(**{"scheduler.alpha.kubernetes.io/node-selector": "pool=billing"})),
        patch("operator", HOME, noted(**{"mesh.example.org/note": "x"})),
    ),
    "Pod Security lifted by an operator": Attack(
        "namespaces", patch("operator", HOME, {"metadata": {"labels": {LEVEL: "privileged"}}}),
        patch("operator", HOME, {"metadata": {"labels": {"mesh.example.org/injected": "true"}}}),
    ),
    "the namespace deleted": Attack("namespaces", delete("argocd", HOME), delete("platform", HOME)),
    "labels by a person": Attack(
        "rbac", patch("tenant", HOME, {"metadata": {"labels": {LEVEL: "privileged"}}}),
        patch("platform", HOME, {"metadata": {"labels": {LEVEL: "restricted"}}}),
    ),
    "a privileged pod": Attack(
        "psa", create("tenant", pod(hostNetwork=True)), create("tenant", pod())
    ),
}  # fmt: skip

BEYOND = "/api/v1/namespaces/" + OTHER
CLUSTER: Mapping[str, Attack] = {
    f"{who}: {name}": Attack("rbac", Request(who, method, path, body), Request("platform", method, path, body))
    for who in ("tenant", "sync", "pod")
    for name, method, path, body in (
        ("the secrets of others", "GET", f"{BEYOND}/secrets", None),
        ("a pod in another environment", "POST", f"{BEYOND}/pods", pod("harbor.example.org/x:1")),
        ("the workloads of others deleted", "DELETE", f"{BEYOND}/configmaps", None),
        ("a namespace made", "POST", "/api/v1/namespaces", manifest("v1", "Namespace", "blue-extra")),
        ("the policy deleted", "DELETE", POLICY, None),
        ("its binding deleted", "DELETE", POLICY.replace("policies/", "policybindings/") + "-deny", None),
        ("rights for oneself", "POST", of(RBAC, "clusterrolebindings", "", None),
         manifest(RBAC, "ClusterRoleBinding", roleRef=role_binding("ClusterRole", "view")["roleRef"])),
        ("a storage class", "POST", of("storage.k8s.io/v1", "storageclasses", "", None),
         manifest("storage.k8s.io/v1", "StorageClass", provisioner="x.example.org")),
        ("the nodes", "GET", "/api/v1/nodes", None),
        ("an Application in Argo CD's namespace", "GET",
         of("argoproj.io/v1alpha1", "applications", namespace="argocd"), None),
    )
}  # fmt: skip

VIEWER: Mapping[str, Attack] = {
    "a change by a viewer": Attack(
        "rbac", patch("viewer", DEPLOYMENT, {"spec": {"replicas": 2}}),
        patch("tenant", DEPLOYMENT, {"spec": {"replicas": 2}}),
    ),
    "a secret read by a viewer": Attack(
        "rbac", Request("viewer", "GET", of("v1", "secrets")), Request("viewer", "GET", of("v1", "configmaps"))
    ),
    "a shell by a viewer": Attack(
        "rbac", Request("viewer", "POST", of("v1", "pods", "web/exec")),
        Request("viewer", "GET", of("v1", "pods", "web")),
    ),
}  # fmt: skip
