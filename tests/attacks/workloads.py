"""Attacks with what is deployed: images, and classes of storage, priority and ingress."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.attacks.arena import of
from tests.attacks.asking import (
    IMAGE,
    apply,
    claim,
    create,
    cron_job,
    ephemeral,
    ingress,
    manifest,
    merge,
    patch,
    pod,
    stateful_set,
    workload,
)
from tests.attacks.table import Attack

__all__ = ["CLASSES", "IMAGES"]

EVIL = "docker.io/evil/miner:1"
DEPLOYMENT = of("apps/v1", "deployments", "web")
CLAIM = of("v1", "persistentvolumeclaims", "data")
INGRESS = of("networking.k8s.io/v1", "ingresses", "web")


def debug(image: str) -> dict[str, Any]:
    return {"spec": {"ephemeralContainers": [{"name": "debug", "image": image}]}}


def images(image: str) -> dict[str, Any]:
    return {"spec": {"template": containers(image)}}


def containers(image: str) -> dict[str, Any]:
    return {"spec": {"containers": [{"name": "x", "image": image}]}}


def pod_template(image: str) -> dict[str, Any]:
    return manifest("v1", "PodTemplate", template=containers(image))


def replication_controller(image: str) -> dict[str, Any]:
    template = {"metadata": {"labels": {"app": "x"}}, **containers(image)}
    spec = {"selector": {"app": "x"}, "template": template}
    return manifest("v1", "ReplicationController", spec=spec)


def old_class(name: str) -> dict[str, Any]:
    return {"annotations": {"kubernetes.io/ingress.class": name}}


def noted(storage_class: str) -> dict[str, Any]:
    return {"metadata": {"annotations": {"volume.beta.kubernetes.io/storage-class": storage_class}}}


GOOD_POD = create("tenant", pod())
GOOD_INGRESS = create("tenant", ingress("store.example.org"))
GOOD_CLAIM = create("tenant", claim("fast"))

IMAGES: Mapping[str, Attack] = {
    "an image of another registry": Attack("workloads", create("tenant", pod(EVIL)), GOOD_POD),
    "by the account of syncs": Attack(
        "workloads", create("sync", pod(EVIL)), create("sync", pod())
    ),
    "by Argo CD itself": Attack("workloads", create("argocd", pod(EVIL)), create("argocd", pod())),
    "by the platform, for whom images are no exception": Attack(
        "workloads", create("platform", pod(EVIL)), create("platform", pod())
    ),
    "an image without a registry": Attack("workloads", create("tenant", pod("nginx")), GOOD_POD),
    "a registry that only begins so": Attack(
        "workloads", create("tenant", pod("harbor.example.org.evil.tld/store:1")), GOOD_POD
    ),
    "the registry as a name with a digest": Attack(
        "workloads", create("tenant", pod(f"harbor.example.org@sha256:{'0' * 64}")),
        create("tenant", pod(f"harbor.example.org/store@sha256:{'0' * 64}")),
    ),
    "the registry as a folder of others": Attack(
        "workloads", create("tenant", pod("evil.tld/harbor.example.org/store")), GOOD_POD
    ),
    "another port of the registry": Attack(
        "workloads", create("tenant", pod("harbor.example.org:8443/store:1")), GOOD_POD
    ),
    "a neighbour's folder of a shared registry": Attack(
        "workloads", create("tenant", pod("registry.example.org/green/wiki:1")),
        create("tenant", pod("registry.example.org/blue/store:1")),
    ),
    "a folder that only begins so": Attack(
        "workloads", create("tenant", pod("registry.example.org/blue-evil/store:1")),
        create("tenant", pod("registry.example.org/blue/store:1")),
    ),
    "an init container": Attack(
        "workloads", create("tenant", pod(initContainers=[{"name": "i", "image": EVIL}])),
        create("tenant", pod(initContainers=[{"name": "i", "image": IMAGE}])),
    ),
    "a mounted image": Attack(
        "workloads", create("tenant", pod(volumes=[{"name": "i", "image": {"reference": EVIL}}])),
        create("tenant", pod(volumes=[{"name": "i", "image": {"reference": IMAGE}}])),
    ),
    "a debug container": Attack(
        "workloads", patch("argocd", of("v1", "pods", "web/ephemeralcontainers"), debug(EVIL)),
        patch("argocd", of("v1", "pods", "web/ephemeralcontainers"), debug(IMAGE)),
    ),
    **{
        f"a {kind}": Attack(
            "workloads", create("argocd", workload(kind, EVIL)), create("argocd", workload(kind))
        )
        for kind in ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "Rollout")
    },
    "a CronJob": Attack(
        "workloads", create("tenant", cron_job(EVIL)), create("tenant", cron_job())
    ),
    "a PodTemplate": Attack(
        "workloads", create("argocd", pod_template(EVIL)), create("argocd", pod_template(IMAGE))
    ),
    "a ReplicationController": Attack(
        "workloads", create("tenant", replication_controller(EVIL)), create("tenant", replication_controller(IMAGE))
    ),
    "a workload patched later": Attack(
        "workloads", patch("tenant", DEPLOYMENT, images(EVIL)),
        patch("tenant", DEPLOYMENT, images("harbor.example.org/store:2")),
    ),
    "a workload applied later": Attack(
        "workloads", apply("sync", workload("Deployment", EVIL, "web")),
        apply("sync", workload("Deployment", "harbor.example.org/store:3", "web")),
    ),
    "a pod patched later": Attack(
        "workloads",
        merge("tenant", of("v1", "pods", "web"), containers(EVIL)),
        merge("tenant", of("v1", "pods", "web"), containers("harbor.example.org/store:2")),
    ),
}  # fmt: skip

CLASSES: Mapping[str, Attack] = {
    "a storage class of the platform": Attack(
        "claims", create("tenant", claim("local-root")), GOOD_CLAIM
    ),
    "a claim of any free volume": Attack(
        "claims", create("tenant", claim("")), GOOD_CLAIM
    ),
    "the annotation that goes before the class": Attack(
        "claims",
        create("tenant", claim("fast", annotations={"volume.beta.kubernetes.io/storage-class": "local-root"})),
        create("tenant", claim("fast", annotations={"volume.beta.kubernetes.io/storage-class": "fast"})),
    ),
    "the annotation, by way of the status": Attack(
        "claims", patch("argocd", f"{CLAIM}/status", noted("local-root")),
        patch("argocd", f"{CLAIM}/status", noted("fast"))
    ),
    "a StatefulSet's claims": Attack(
        "workloads", create("tenant", stateful_set("local-root")), create("tenant", stateful_set("fast"))
    ),
    "a pod's own volume": Attack(
        "workloads", create("tenant", ephemeral("local-root")), create("tenant", ephemeral("fast"))
    ),
    "a priority above the platform's": Attack(
        "workloads", create("tenant", pod(priorityClassName="system-cluster-critical")),
        create("tenant", pod(priorityClassName="normal")),
    ),
    "a priority in a template": Attack(
        "workloads", create("argocd", workload("DaemonSet", priorityClassName="system-node-critical")),
        create("argocd", workload("DaemonSet", priorityClassName="normal")),
    ),
    "an ingress class of the platform": Attack(
        "routes", create("tenant", ingress("store.example.org", kind="internal")), GOOD_INGRESS
    ),
    "an ingress class by its old annotation": Attack(
        "routes",
        create("tenant", ingress("store.example.org", metadata=old_class("internal"), kind=None)),
        create("tenant", ingress("store.example.org", metadata=old_class("public"), kind=None)),
    ),
    "no ingress class, for controllers that take all": Attack(
        "routes", create("tenant", ingress("store.example.org", kind=None)), GOOD_INGRESS
    ),
    "a class switched later": Attack(
        "routes", patch("tenant", INGRESS, {"spec": {"ingressClassName": "internal"}}),
        patch("tenant", INGRESS, {"metadata": {"labels": {"a": "b"}}}),
    ),
}  # fmt: skip
