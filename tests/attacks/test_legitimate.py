"""What tenants and Kubernetes itself do every day goes through."""

from __future__ import annotations

from typing import Any

import pytest

from tests.attacks.arena import DOOMED, NAMESPACE, RBAC, TRYING, Arena, Request, of
from tests.attacks.asking import (
    IMAGE,
    claim,
    create,
    delete,
    manifest,
    merge,
    patch,
    pod,
    replace,
    role,
    role_binding,
    workload,
)
from tests.attacks.guards import token_of
from tests.support.api import eventually

pytestmark = pytest.mark.cluster

DEPLOYMENT = of("apps/v1", "deployments", "web")
POLICY: dict[str, Any] = {"podSelector": {}, "policyTypes": ["Ingress"], "ingress": [{}]}
HOOK = {"helm.sh/hook": "pre-upgrade", "helm.sh/hook-delete-policy": "before-hook-creation"}


def kept(arena: Arena, *requests: Request) -> None:
    """Send them one after the other, for real."""
    for request in requests:
        answer = arena.send(request, dry_run=False)
        assert answer.let, answer.words


@pytest.mark.parametrize("who", ["sync", "argocd"])
def test_a_chart_brings_its_own_network_policy_and_role(arena: Arena, who: str) -> None:
    """Argo CD's account has the role `edit` here, which holds no roles: those it applies with Argo CD's own rights."""
    policy = manifest("networking.k8s.io/v1", "NetworkPolicy", "of-the-chart", spec=POLICY)
    opened = {**policy, "spec": {**POLICY, "policyTypes": ["Ingress", "Egress"]}}
    path = of("networking.k8s.io/v1", "networkpolicies", "of-the-chart")
    kept(arena, create(who, policy), replace(who, opened), delete(who, path))
    if who == "argocd":
        kept(
            arena,
            create(who, role("", "configmaps", "get", "list", "watch")),
            create(who, role_binding("Role", "x")),
            patch(who, of(RBAC, "roles", "x"), {"metadata": {"labels": {"a": "b"}}}),
            delete(who, of(RBAC, "rolebindings", "x")),
            delete(who, of(RBAC, "roles", "x")),
        )


def test_rollouts_and_workflows(arena: Arena) -> None:
    rollout = workload("Rollout")
    by_reference = manifest(
        "argoproj.io/v1alpha1", "Rollout", "ref", spec={"workloadRef": {"name": "web"}}
    )
    workflow = manifest("argoproj.io/v1alpha1", "Workflow", spec={"templates": []})
    path = of("argoproj.io/v1alpha1", "rollouts", "x")
    kept(
        arena,
        create("argocd", rollout),
        patch("argocd", path, {"spec": {"replicas": 3}}),
        delete("argocd", path),
    )
    assert arena.send(create("argocd", by_reference)).let
    assert arena.send(create("argocd", workflow)).let


def test_a_helm_hook_is_deleted_and_made_again(arena: Arena) -> None:
    job = workload("Job", name="migrate")
    job["metadata"]["annotations"] = HOOK
    path = of("batch/v1", "jobs", "migrate")
    gone = Request("sync", "DELETE", path, {"propagationPolicy": "Background"})
    for _ in range(2):
        kept(arena, create("sync", job), gone)
        assert eventually(lambda: arena.api.get(path) is None)


def test_scaling_and_restarting(arena: Arena) -> None:
    restarted = {
        "spec": {
            "template": {"metadata": {"annotations": {"kubectl.kubernetes.io/restartedAt": "now"}}}
        }
    }
    kept(
        arena,
        patch("tenant", f"{DEPLOYMENT}/scale", {"spec": {"replicas": 3}}),
        patch("tenant", DEPLOYMENT, restarted),
        patch("tenant", DEPLOYMENT, {"spec": {"replicas": 1}}),
    )


def test_what_is_older_than_a_tighter_setting(arena: Arena) -> None:
    """It can be scaled, labelled, finalised and deleted; only what is new is held to the setting."""
    note = "argo-projects/admission-registries"
    home = of("v1", "namespaces", NAMESPACE, None)
    before = arena.api.get(home)["metadata"]["annotations"][note]
    old, path = (
        workload("Deployment", "old.example.org/x:1", "old"),
        of("apps/v1", "deployments", "old"),
    )
    kept(arena, patch("platform", home, {"metadata": {"annotations": {note: "old.example.org"}}}))
    assert eventually(lambda: arena.send(create("tenant", old)).let)
    kept(arena, create("tenant", old))
    kept(arena, create("tenant", pod("old.example.org/x:1", "old")))
    kept(arena, patch("platform", home, {"metadata": {"annotations": {note: before}}}))
    assert eventually(lambda: not arena.send(create("tenant", pod("old.example.org/x:1"))).let)

    sidecar = {"spec": {"template": {"spec": {"containers": [{"name": "proxy", "image": IMAGE}]}}}}
    kept(
        arena,
        patch("tenant", path, {"spec": {"replicas": 0}}),
        merge("tenant", path, sidecar),
        patch("tenant", of("v1", "pods", "old"), {"metadata": {"finalizers": ["example.org/x"]}}),
        patch("tenant", of("v1", "pods", "old"), {"metadata": {"finalizers": None}}),
        delete("tenant", path),
        delete("tenant", of("v1", "pods", "old")),
    )


def test_an_account_that_is_older_than_its_reservation(arena: Arena) -> None:
    """Kubernetes fills only its own kinds in: a Rollout keeps the former field `serviceAccount` as its only one."""
    note = "argo-projects/admission-accounts"
    home = of("v1", "namespaces", NAMESPACE, None)
    before = arena.api.get(home)["metadata"]["annotations"][note]
    rollout = workload("Rollout", name="former", serviceAccount="agent")
    other = workload("Rollout", name="other", serviceAccount="agent")
    path = of("argoproj.io/v1alpha1", "rollouts", "former")
    kept(arena, create("argocd", rollout))
    kept(arena, patch("platform", home, {"metadata": {"annotations": {note: f"{before},agent"}}}))
    assert eventually(lambda: not arena.send(create("argocd", other)).let)
    kept(arena, patch("argocd", path, {"spec": {"replicas": 3}}), delete("argocd", path))
    kept(arena, patch("platform", home, {"metadata": {"annotations": {note: before}}}))


def test_a_claim_grows(arena: Arena) -> None:
    path = of("v1", "persistentvolumeclaims", "data")
    answer = arena.send(
        patch("tenant", path, {"spec": {"resources": {"requests": {"storage": "2Gi"}}}})
    )
    # Kubernetes' own word: no claim is bound here. The policy came before it, and let it pass.
    assert "ValidatingAdmissionPolicy" not in answer.words
    assert "bound" in answer.words or "resize" in answer.words, answer.words
    assert arena.send(patch("tenant", path, {"metadata": {"labels": {"a": "b"}}})).let


def test_a_claim_without_a_class_waits_for_one(arena: Arena) -> None:
    assert arena.send(create("tenant", claim(None))).let


def test_applications_in_a_hub_namespace_of_their_own(arena: Arena) -> None:
    """As an app of apps makes them: the policies look at none of Argo CD's kinds."""
    spec = {
        "project": "x",
        "destination": {"server": "https://kubernetes.default.svc", "namespace": "x"},
        "source": {"repoURL": "https://gitlab.example.org/blue/x.git", "path": "x"},
    }
    application = manifest("argoproj.io/v1alpha1", "Application", spec=spec)
    assert arena.send(create("argocd", application)).let


def test_a_cluster_scoped_kind(arena: Arena) -> None:
    name = {"plural": "gadgets", "singular": "gadget", "kind": "Gadget", "listKind": "GadgetList"}
    schema = {"openAPIV3Schema": {"type": "object"}}
    version = {"name": "v1", "served": True, "storage": True, "schema": schema}
    spec = {
        "group": "shop.example.org",
        "scope": "Namespaced",
        "names": name,
        "versions": [version],
    }
    crd = manifest(
        "apiextensions.k8s.io/v1", "CustomResourceDefinition", "gadgets.shop.example.org", spec=spec
    )
    assert arena.send(create("argocd", crd, None)).let


def test_an_environment_that_tries_the_profile_out_is_warned_only(arena: Arena) -> None:
    path = of("v1", "pods", "", TRYING)
    assert arena.send(Request("argocd", "POST", path, pod("docker.io/evil/miner:1"))).let
    assert arena.send(delete("argocd", of("v1", "resourcequotas", "quota", TRYING))).let


def test_other_namespaces_are_left_alone(arena: Arena) -> None:
    home = of("v1", "namespaces", "default", None)
    assert arena.send(patch("argocd", home, {"metadata": {"labels": {"a": "b"}}})).let
    quota = manifest("v1", "ResourceQuota", spec={"hard": {"pods": "1"}})
    assert arena.send(create("argocd", quota, "default")).let


def test_kubernetes_own_controllers_count_the_quota(arena: Arena) -> None:
    path = of("v1", "resourcequotas", "quota")
    assert eventually(lambda: arena.api.get(path)["status"]["used"]["pods"] >= "1")


CONTROLLERS = {
    "storage-version-migrator-controller": patch(
        "storage-version-migrator-controller",
        of("v1", "resourcequotas", "quota"),
        {"metadata": {"labels": {"a": "b"}}},
    ),
    "generic-garbage-collector": delete(
        "generic-garbage-collector", of("networking.k8s.io/v1", "networkpolicies", "default-deny")
    ),
    "legacy-service-account-token-cleaner": patch(
        "legacy-service-account-token-cleaner",
        of("v1", "secrets", "legacy"),
        {"metadata": {"labels": {"kubernetes.io/legacy-token-invalid-since": "2026-11-20"}}},
    ),
}


@pytest.mark.parametrize("name", CONTROLLERS)
def test_kubernetes_own_controllers_reach_what_they_must(arena: Arena, name: str) -> None:
    """As themselves, with the rights that Kubernetes gives them; others in kube-system with these do not."""
    legacy = token_of("argocd-sync")
    legacy["metadata"]["name"] = "legacy"
    kept(arena, create("platform", legacy))
    answer = arena.send(CONTROLLERS[name])
    kept(arena, delete("platform", of("v1", "secrets", "legacy")))
    assert answer.let, answer.words


def test_a_namespace_is_emptied_and_deleted(arena: Arena) -> None:
    """With every guard in it, by Kubernetes' controllers."""
    path = of("v1", "namespaces", DOOMED, None)
    kept(arena, delete("platform", path))
    assert eventually(lambda: arena.api.get(path) is None, 60)
