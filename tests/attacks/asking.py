"""Objects and requests, in the words of the tables of attacks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.attacks.arena import NAMESPACE, RBAC, Request, of

__all__ = [
    "IMAGE",
    "apply",
    "claim",
    "create",
    "cron_job",
    "delete",
    "ephemeral",
    "ingress",
    "manifest",
    "merge",
    "patch",
    "pod",
    "replace",
    "role",
    "role_binding",
    "route",
    "service",
    "stateful_set",
    "workload",
]

IMAGE = "harbor.example.org/store:1"
_PLURALS = {
    "CiliumNetworkPolicy": "ciliumnetworkpolicies",
    "Ingress": "ingresses",
    "NetworkPolicy": "networkpolicies",
    "StorageClass": "storageclasses",
}


def _path(manifest: Mapping[str, Any], namespace: str | None, name: str = "") -> str:
    kind = manifest["kind"]
    return of(manifest["apiVersion"], _PLURALS.get(kind, f"{kind.lower()}s"), name, namespace)


def create(who: str, manifest: Mapping[str, Any], namespace: str | None = NAMESPACE) -> Request:
    return Request(who, "POST", _path(manifest, namespace), manifest)


def apply(who: str, manifest: Mapping[str, Any], namespace: str | None = NAMESPACE) -> Request:
    """Server-side apply, taking over the fields of others."""
    query = {"fieldManager": "argocd-controller", "force": "true"}
    path = _path(manifest, namespace, manifest["metadata"]["name"])
    return Request(who, "PATCH", path, manifest, query, "application/apply-patch+yaml")


def replace(who: str, manifest: Mapping[str, Any], namespace: str | None = NAMESPACE) -> Request:
    return Request(who, "PUT", _path(manifest, namespace, manifest["metadata"]["name"]), manifest)


def patch(who: str, path: str, changes: Mapping[str, Any]) -> Request:
    return Request(who, "PATCH", path, changes, content="application/merge-patch+json")


def merge(who: str, path: str, changes: Mapping[str, Any]) -> Request:
    """A patch that finds the items of a list by their keys, as `kubectl` sends it."""
    return Request(who, "PATCH", path, changes, content="application/strategic-merge-patch+json")


def delete(who: str, path: str) -> Request:
    return Request(who, "DELETE", path)


def manifest(version: str, kind: str, name: str = "x", **rest: Any) -> dict[str, Any]:
    metadata = {"name": name, **rest.pop("metadata", {})}
    return {"apiVersion": version, "kind": kind, "metadata": metadata, **rest}


def _spec(image: str = IMAGE, **rest: Any) -> dict[str, Any]:
    return {"containers": [{"name": "x", "image": image}], **rest}


def pod(image: str = IMAGE, name: str = "x", **rest: Any) -> dict[str, Any]:
    return manifest("v1", "Pod", name, spec=_spec(image, **rest))


def workload(kind: str, image: str = IMAGE, name: str = "x", **rest: Any) -> dict[str, Any]:
    """A workload of `apps`, a Job, or a Rollout."""
    versions = {"Job": "batch/v1", "Rollout": "argoproj.io/v1alpha1"}
    template: dict[str, Any] = {"metadata": {"labels": {"app": "x"}}, "spec": _spec(image, **rest)}
    if kind == "Job":
        template["spec"]["restartPolicy"] = "Never"
        return manifest("batch/v1", "Job", name, spec={"template": template})
    spec = {"selector": {"matchLabels": {"app": "x"}}, "template": template}
    return manifest(versions.get(kind, "apps/v1"), kind, name, spec=spec)


def cron_job(image: str = IMAGE) -> dict[str, Any]:
    template = {"spec": {**_spec(image), "restartPolicy": "Never"}}
    job = {"spec": {"template": template}}
    return manifest("batch/v1", "CronJob", spec={"schedule": "0 3 * * *", "jobTemplate": job})


def _claim_spec(storage_class: str | None) -> dict[str, Any]:
    named = {} if storage_class is None else {"storageClassName": storage_class}
    size = {"requests": {"storage": "1Gi"}}
    return {"accessModes": ["ReadWriteOnce"], "resources": size, **named}


def claim(storage_class: str | None, name: str = "x", **metadata: Any) -> dict[str, Any]:
    spec = _claim_spec(storage_class)
    return manifest("v1", "PersistentVolumeClaim", name, metadata=metadata, spec=spec)


def ephemeral(storage_class: str) -> dict[str, Any]:
    """A pod with a volume of its own."""
    template = {"spec": _claim_spec(storage_class)}
    return pod(volumes=[{"name": "x", "ephemeral": {"volumeClaimTemplate": template}}])


def stateful_set(storage_class: str) -> dict[str, Any]:
    made = workload("StatefulSet")
    template = {"metadata": {"name": "data"}, "spec": _claim_spec(storage_class)}
    made["spec"] |= {"serviceName": "x", "volumeClaimTemplates": [template]}
    return made


def ingress(
    *hosts: str | None, kind: str | None = "public", name: str = "x", **rest: Any
) -> dict[str, Any]:
    """An Ingress with a rule for each host; None is a rule without one."""
    backend = {"service": {"name": "x", "port": {"number": 80}}}
    path = {"path": "/", "pathType": "Prefix", "backend": backend}
    rules = [
        {**({} if host is None else {"host": host}), "http": {"paths": [path]}} for host in hosts
    ]
    metadata = rest.pop("metadata", {})
    if rest.pop("default_backend", False):
        rest["defaultBackend"] = backend
    named = {} if kind is None else {"ingressClassName": kind}
    spec = {**({"rules": rules} if rules else {}), **named, **rest}
    return manifest("networking.k8s.io/v1", "Ingress", name, metadata=metadata, spec=spec)


def route(*hosts: str) -> dict[str, Any]:
    spec = {"hostnames": list(hosts)} if hosts else {}
    return manifest("gateway.networking.k8s.io/v1", "HTTPRoute", spec=spec)


def service(**rest: Any) -> dict[str, Any]:
    metadata = rest.pop("metadata", {})
    return manifest("v1", "Service", metadata=metadata, spec={"ports": [{"port": 80}], **rest})


def role(group: str, resource: str, *verbs: str) -> dict[str, Any]:
    rule = {"apiGroups": [group], "resources": [resource], "verbs": list(verbs)}
    return manifest(RBAC, "Role", rules=[rule])


def role_binding(kind: str, name: str) -> dict[str, Any]:
    reference = {"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": name}
    subject = {"kind": "ServiceAccount", "name": "default", "namespace": NAMESPACE}
    return manifest(RBAC, "RoleBinding", roleRef=reference, subjects=[subject])
