"""Attacks on what guards the namespace, and on the account of syncs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.attacks.arena import EXEMPT, RBAC, Request, of
from tests.attacks.asking import (
    apply,
    create,
    delete,
    manifest,
    patch,
    pod,
    replace,
    role,
    role_binding,
    workload,
)
from tests.attacks.table import Attack

__all__ = ["GUARDS", "QUOTA", "token_of"]

QUOTA = of("v1", "resourcequotas", "quota")
LIMITS = of("v1", "limitranges", "limits")
DENY = of("networking.k8s.io/v1", "networkpolicies", "default-deny")
ACCESS = of(RBAC, "rolebindings", "access-view")
SYNC = of("v1", "serviceaccounts", "argocd-sync")
MANAGED = {"app.kubernetes.io/managed-by": "argo-projects"}
OPEN = {"podSelector": {}, "policyTypes": ["Ingress"], "ingress": [{}]}
LIMIT_RANGE = manifest("v1", "LimitRange", spec={"limits": [{"type": "Pod", "max": {"cpu": "9"}}]})


def labelled(**labels: str | None) -> dict[str, Any]:
    return {"metadata": {"labels": labels}}


def token_of(account: str) -> dict[str, Any]:
    named = {"annotations": {"kubernetes.io/service-account.name": account}}
    kind = "kubernetes.io/service-account-token"
    return manifest("v1", "Secret", metadata=named, type=kind)


def policy(**metadata: Any) -> dict[str, Any]:
    return manifest("networking.k8s.io/v1", "NetworkPolicy", metadata=metadata, spec=OPEN)


def quota(name: str) -> dict[str, Any]:
    return manifest("v1", "ResourceQuota", name, spec={"hard": {"pods": "1000"}})


GUARDS: Mapping[str, Attack] = {
    "the quota raised": Attack(
        "guards", patch("argocd", QUOTA, {"spec": {"hard": {"pods": "1000"}}}),
        patch("platform", QUOTA, {"spec": {"hard": {"pods": "60"}}}),
    ),
    "the quota applied over": Attack(
        "guards", apply("argocd", quota("quota")), apply("platform", quota("quota"))
    ),
    "the quota replaced": Attack(
        "guards", replace("argocd", quota("quota")), replace("platform", quota("quota"))
    ),
    "the quota deleted": Attack("guards", delete("argocd", QUOTA), delete("platform", QUOTA)),
    "the quota deleted by a person": Attack("rbac", delete("tenant", QUOTA), delete("platform", QUOTA)),
    "all quotas deleted together": Attack(
        "guards", delete("argocd", of("v1", "resourcequotas")), delete("platform", of("v1", "resourcequotas"))
    ),
    "the quota's use forgotten": Attack(
        "guards", patch("argocd", f"{QUOTA}/status", {"status": {"used": {"pods": "0"}}}),
        Request("controller", "PUT", f"{QUOTA}/status", {**quota("quota"), "status": {"used": {"pods": "1"}}}),
    ),
    "a quota of one's own, which stops the platform": Attack(
        "guards", create("argocd", quota("mine")), create("platform", quota("mine"))
    ),
    "the limits widened": Attack(
        "guards", patch("argocd", LIMITS, {"spec": {"limits": []}}),
        patch("platform", LIMITS, {"metadata": {"labels": {"a": "b"}}}),
    ),
    "limits of one's own": Attack(
        "guards", create("argocd", LIMIT_RANGE), create("platform", LIMIT_RANGE),
    ),
    "a network policy deleted": Attack("guards", delete("argocd", DENY), delete("platform", DENY)),
    "a network policy opened": Attack(
        "guards", patch("argocd", DENY, {"spec": OPEN}), patch("platform", DENY, {"spec": OPEN})
    ),
    "a network policy opened by a person": Attack(
        "guards", patch("tenant", DENY, {"spec": OPEN}), create("tenant", policy())
    ),
    "all network policies deleted together": Attack(
        "guards", delete("argocd", of("networking.k8s.io/v1", "networkpolicies")),
        delete("platform", of("networking.k8s.io/v1", "networkpolicies")),
    ),
    "a guard's mark taken away, so that it is none": Attack(
        "guards", patch("argocd", DENY, labelled(**dict.fromkeys(MANAGED))),
        patch("platform", DENY, labelled(**dict.fromkeys(MANAGED))),
    ),
    "a guard given an owner that is soon deleted": Attack(
        "guards", patch("argocd", DENY, {"metadata": {"ownerReferences": [
            {"apiVersion": "v1", "kind": "ConfigMap", "name": "x", "uid": "1-2"}]}}),
        patch("platform", DENY, {"metadata": {"labels": {"a": "b"}}}),
    ),
    "a finalizer that would keep a guard from being deleted": Attack(
        "guards", patch("argocd", DENY, {"metadata": {"finalizers": ["evil.tld/x"]}}),
        patch("platform", DENY, {"metadata": {"finalizers": ["example.org/x"]}}),
    ),
    "a guard that looks like the platform's": Attack(
        "guards", create("tenant", policy(labels=MANAGED)), create("tenant", policy())
    ),
    "access for others": Attack(
        "guards", patch("argocd", ACCESS, {"subjects": []}), patch("platform", ACCESS, {"subjects": []})
    ),
    "access taken away": Attack("guards", delete("argocd", ACCESS), delete("platform", ACCESS)),
    "the account of syncs deleted": Attack("guards", delete("argocd", SYNC), delete("platform", SYNC)),
    "a token of the account of syncs": Attack(
        "guards", Request("tenant", "POST", f"{SYNC}/token", {"spec": {}}),
        Request("tenant", "POST", of("v1", "serviceaccounts", "default/token"), {"spec": {}}),
    ),
    "a Secret that Kubernetes fills with its token": Attack(
        "guards", create("tenant", token_of("argocd-sync")), create("tenant", token_of("default")),
    ),
    "its token, by way of a controller that creates any Secret": Attack(
        "guards", create("unsealer", token_of("argocd-sync")), create("unsealer", token_of("default")),
    ),
    "its token, by way of a controller that logs in for others": Attack(
        "guards", Request("unsealer", "POST", f"{SYNC}/token", {"spec": {}}),
        Request("unsealer", "POST", of("v1", "serviceaccounts", "default/token"), {"spec": {}}),
    ),
    "a guard deleted by an account next to Kubernetes' controllers": Attack(
        "guards", delete("unsealer", DENY), delete("namespace-controller", DENY)
    ),
    "a pod as the account of syncs": Attack(
        "workloads", create("tenant", pod(serviceAccountName="argocd-sync")),
        create("tenant", pod(serviceAccountName="default")),
    ),
    "a workload as the account of syncs": Attack(
        "workloads", create("argocd", workload("Deployment", serviceAccountName="argocd-sync")),
        create("argocd", workload("Deployment", serviceAccountName="default")),
    ),
    "all rights in the namespace": Attack(
        "guards", create("argocd", role_binding("ClusterRole", "cluster-admin")),
        create("argocd", role_binding("ClusterRole", "view")),
    ),
    "a Role that widens itself": Attack(
        "guards", create("argocd", role("rbac.authorization.k8s.io", "roles", "escalate")),
        create("argocd", role("", "configmaps", "get", "update")),
    ),
    "a Role for everything": Attack(
        "guards", create("argocd", role("*", "*", "*")), create("argocd", role("apps", "*", "*"))
    ),
    "a Role for every verb on every account, to be one of them": Attack(
        "guards", create("argocd", role("", "serviceaccounts", "*")), create("argocd", role("", "configmaps", "*"))
    ),
    "a Role for everything that is Kubernetes' own": Attack(
        "guards", create("argocd", role("", "*", "*")), create("argocd", role("", "*", "get", "list"))
    ),
    "a Role to be an account, in the words of Kubernetes 1.36": Attack(
        "guards", create("argocd", role("authentication.k8s.io", "serviceaccounts", "impersonate:serviceaccount")),
        create("argocd", role("authentication.k8s.io", "serviceaccounts", "get")),
    ),
    "a Role for what may be done as an account": Attack(
        "guards", create("argocd", role("", "pods", "impersonate-on:serviceaccount:create")),
        create("argocd", role("", "pods", "create")),
    ),
    "edit, which may be every account of the namespace": Attack(
        "guards", create("argocd", role_binding("ClusterRole", "edit")),
        create("argocd", role_binding("ClusterRole", "edit"), EXEMPT),
    ),
    "a network policy of Cilium deleted": Attack(
        "guards", delete("argocd", of("cilium.io/v2", "ciliumnetworkpolicies", "egress")),
        delete("argocd", of("cilium.io/v2", "ciliumnetworkpolicies", "own")),
    ),
    "a network policy of Cilium opened": Attack(
        "guards", patch("argocd", of("cilium.io/v2", "ciliumnetworkpolicies", "egress"), {"spec": {}}),
        patch("argocd", of("cilium.io/v2", "ciliumnetworkpolicies", "own"), {"spec": {}}),
    ),
    "a Role to impersonate others": Attack(
        "guards", create("argocd", role("", "serviceaccounts", "impersonate")),
        create("argocd", role("", "serviceaccounts", "get")),
    ),
}  # fmt: skip
