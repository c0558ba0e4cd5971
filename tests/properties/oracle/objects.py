"""Secrets and the manifests of tenants: their owners, kinds and namespaces."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from argoproject.plan.model import DockerConfig, PlannedObject, SecretLeaf
from tests.properties.oracle.urls import inside
from tests.properties.oracle.view import View

__all__ = ["RULES"]

_ORDINARY = frozenset(
    {
        *("ConfigMap", "CronJob", "DaemonSet", "Deployment", "Endpoints", "EndpointSlice"),
        *(
            "HorizontalPodAutoscaler",
            "Ingress",
            "Job",
            "NetworkPolicy",
            "PersistentVolumeClaim",
            "Pod",
        ),
        *(
            "PodDisruptionBudget",
            "Role",
            "RoleBinding",
            "Secret",
            "Service",
            "ServiceAccount",
            "StatefulSet",
        ),
    }
)
_GROUPS = frozenset(
    {
        "",
        "apps",
        "autoscaling",
        "batch",
        "discovery.k8s.io",
        "networking.k8s.io",
        "policy",
        "rbac.authorization.k8s.io",
    }
)
_CONTROLLERS = frozenset(
    {
        "bitnami.com/SealedSecret",
        "cert-manager.io/Certificate",
        "external-secrets.io/ExternalSecret",
        "monitoring.coreos.com/ServiceMonitor",
    }
)
_STRICT = frozenset({"Endpoints", "EndpointSlice", "NetworkPolicy", "Role", "RoleBinding"})


def secrets_are_the_teams(view: View) -> None:
    """A secret is the team's own, or a platform secret for the team that goes only to its allowed targets."""
    for item in view.plan.objects():
        for key in item.secret_keys():
            assert key.owner in (view.team, "platform"), key
            if key.owner == "platform":
                _goes_where_it_may(view, item, view.platform["secrets"][key.name])


def _goes_where_it_may(view: View, item: PlannedObject, secret: Mapping[str, Any]) -> None:
    assert view.team in secret["teams"]
    data = item.manifest["stringData"]
    if item.cluster == view.plan.hub and "url" in data:
        assert inside(secret["urlPrefixes"], data["url"]), data["url"]
        return
    assert not secret.get("argocdOnly")
    assert item.manifest["type"] == "kubernetes.io/dockerconfigjson"


def registries_are_the_teams(view: View) -> None:
    allowed = [f"{item}/" for item in view.rails.get("registries", ())]
    for item in view.of_kind("Secret"):
        config = item.manifest.get("stringData", {}).get(".dockerconfigjson")
        for login in config.logins if isinstance(config, DockerConfig) else ():
            assert inside(allowed, f"{login.server}/"), login.server


def objects_are_in_the_namespace(view: View) -> None:
    for item in view.plan.namespace.objects:
        cluster_wide = item.kind in ("ClusterRole", "ClusterRoleBinding")
        assert cluster_wide or item.namespace == view.plan.namespace_name, item.name
        assert item.cluster == view.plan.identity.cluster


def manifests_are_ordinary(view: View) -> None:
    for item in view.plan.namespace.objects:
        if not item.as_written:
            continue
        group = str(item.manifest["apiVersion"]).rpartition("/")[0]
        shown = f"{group}/{item.kind}" if group else item.kind
        permitted = {entry.value for entry in view.allows("namespaceResource", ended=True)}
        ordinary = shown in _CONTROLLERS or (item.kind in _ORDINARY and group in _GROUPS)
        if not ordinary:
            # An `allow` that has ended leads to a warning: no date removes an object that workloads use.
            assert shown in permitted, shown
            assert view.may_have_kind(shown), shown
        assert not view.strict or item.kind not in _STRICT or shown in permitted, item.kind
        _marks_are_harmless(item.manifest["metadata"])
        _in_kind(view, item)


def _marks_are_harmless(metadata: Mapping[str, Any]) -> None:
    assert not {"finalizers", "ownerReferences", "generateName", "uid"} & set(metadata)
    for key in (*metadata.get("annotations", {}), *metadata.get("labels", {})):
        assert not key.startswith(("pulumi.com/", "argocd.argoproj.io/")), key


def _in_kind(view: View, item: PlannedObject) -> None:
    manifest = item.manifest
    if item.kind == "Secret":
        values = [*manifest.get("data", {}).values(), *manifest.get("stringData", {}).values()]
        assert all(isinstance(value, SecretLeaf) or value == "" for value in values)
        assert manifest.get("type") != "kubernetes.io/service-account-token"
    if item.kind == "Service":
        assert manifest["spec"].get("type") != "ExternalName"
        assert not manifest["spec"].get("externalIPs")
    if item.kind == "ServiceAccount":
        assert item.name != "default"
        assert item.name != "argocd-sync" or not view.project.get("destinationServiceAccounts")


RULES = (
    secrets_are_the_teams,
    registries_are_the_teams,
    objects_are_in_the_namespace,
    manifests_are_ordinary,
)
