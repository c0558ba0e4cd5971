"""What the cluster's admission policies would refuse of an extra manifest, told before anything is deployed.

They make no exception for Pulumi, so that an `up` would stop in the middle. Every rule here stands in
`argoproject.plan.manifests` as an expression, too; `tests/attacks` holds the two against each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from argoproject.checks.manifests.shape import Found
from argoproject.models import AdmissionMode
from argoproject.problems import Mistake
from argoproject.project.impersonation import impersonation
from argoproject.project.model import Project
from argoproject.tree.documents import data_at, list_at
from argoproject.upstream.images import is_from
from argoproject.yamlfile.reader import Path

__all__ = ["Admitted", "admitted", "not_admitted"]

Names = tuple[str, ...] | None
Used = Iterator[tuple[Path, str]]
"""What a manifest uses, with the place that says so."""

_TEMPLATE: Path = ("spec", "template", "spec")
_PODS: Mapping[tuple[str, str], Path] = {
    ("", "Pod"): ("spec",),
    ("", "PodTemplate"): ("template", "spec"),
    ("", "ReplicationController"): _TEMPLATE,
    ("apps", "DaemonSet"): _TEMPLATE,
    ("apps", "Deployment"): _TEMPLATE,
    ("apps", "ReplicaSet"): _TEMPLATE,
    ("apps", "StatefulSet"): _TEMPLATE,
    ("argoproj.io", "Rollout"): _TEMPLATE,
    ("batch", "CronJob"): ("spec", "jobTemplate", *_TEMPLATE),
    ("batch", "Job"): _TEMPLATE,
}
"""Where the pod stands in each kind that has one."""

_ROUTES = ("GRPCRoute", "HTTPRoute", "TLSRoute")
_DNS = "external-dns.alpha.kubernetes.io/"
_DNS_HOSTS = (f"{_DNS}hostname", f"{_DNS}internal-hostname")
_ALIAS = "nginx.ingress.kubernetes.io/server-alias"
_INGRESS_CLASS = "kubernetes.io/ingress.class"
_STORAGE_CLASS = "volume.beta.kubernetes.io/storage-class"
_ANY = "any"
_PLAIN = re.compile(r"[-_.*A-Za-z0-9]+")
"""One name and no more: nginx takes regular expressions for aliases, which end as they like."""

_LISTENERS = {
    "gateway.networking.k8s.io": "ListenerSet",
    "gateway.networking.x-k8s.io": "XListenerSet",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Admitted:
    """What is permitted in a namespace. None restricts nothing. `accounts` are the platform's, and nobody's else."""

    profile: str
    registries: Names = None
    storage_classes: Names = None
    ingress_classes: Names = None
    priority_classes: Names = None
    service_types: Names = None
    hosts: Names = None
    accounts: tuple[str, ...] = ()


def admitted(project: Project) -> Admitted | None:
    """What the policies permit in an environment; None where they refuse nothing."""
    admission = project.profile.admission
    if admission is None or admission.mode is not AdmissionMode.DENY:
        return None
    hosts = tuple(project.settings.hosts)
    account = impersonation(project)
    return Admitted(
        profile=project.profile_name,
        registries=admission.registries,
        storage_classes=admission.storage_classes,
        ingress_classes=admission.ingress_classes,
        priority_classes=admission.priority_classes,
        service_types=admission.service_types,
        hosts=hosts if hosts or admission.hosts is not None else None,
        accounts=() if account is None else (account.service_account,),
    )


def not_admitted(limits: Admitted, group: str, manifest: Mapping[str, Any]) -> Found:
    """What of a manifest they would refuse."""
    kind = str(manifest["kind"])
    pod = _PODS.get((group, kind))
    if pod is not None:
        yield from _in_pod(limits, manifest, pod)
    if (group, kind) == ("apps", "StatefulSet"):
        found = _claims(manifest, ("spec", "volumeClaimTemplates"), ())
        yield from _classes(limits, "storage class", limits.storage_classes, found)
    if (group, kind) == ("", "PersistentVolumeClaim"):
        yield from _classes(limits, "storage class", limits.storage_classes, _claim_class(manifest))
    if (group, kind) == ("networking.k8s.io", "Ingress"):
        yield from _hosts(limits, [*_ingress_hosts(manifest), *_annotated(manifest, _ALIAS)])
        classes = list(_ingress_classes(manifest)) or [(("spec",), "none")]
        yield from _classes(limits, "ingress class", limits.ingress_classes, classes)
    if group == "gateway.networking.k8s.io" and kind in _ROUTES:
        hosts = list(_items(manifest, ("spec", "hostnames"))) or [(("spec",), _ANY)]
        yield from _hosts(limits, [*hosts, *_annotated(manifest, _ALIAS)])
    if _LISTENERS.get(group) == kind:
        yield from _hosts(limits, [*_listeners(manifest), *_annotated(manifest, _ALIAS)])
    if (group, kind) == ("", "Service"):
        yield from _hosts(limits, _annotated(manifest))
        of_type: Path = ("spec", "type")
        types = [(of_type, str(data_at(manifest, of_type) or "ClusterIP"))]
        yield from _classes(limits, "Service type", limits.service_types, types)


def _in_pod(limits: Admitted, manifest: Mapping[str, Any], pod: Path) -> Found:
    if limits.registries is not None:
        for path, image in _images(manifest, pod):
            if not is_from(limits.registries, image):
                yield path, _words(limits, "image", image, limits.registries)
    priority = data_at(manifest, (*pod, "priorityClassName"))
    if priority:
        used = [((*pod, "priorityClassName"), str(priority))]
        yield from _classes(limits, "priority class", limits.priority_classes, used)
    ephemeral = _claims(manifest, (*pod, "volumes"), ("ephemeral", "volumeClaimTemplate"))
    yield from _classes(limits, "storage class", limits.storage_classes, ephemeral)
    for key in ("serviceAccountName", "serviceAccount"):
        account = data_at(manifest, (*pod, key))
        if account is not None:
            if account in limits.accounts:
                message = f"the ServiceAccount {account} is the platform's: no pod runs as it"
                yield (
                    (*pod, key),
                    Mistake(code="manifest-not-admitted", message=message, remedy="name another"),
                )
            return


def _images(manifest: Mapping[str, Any], pod: Path) -> Used:
    for kind in ("containers", "initContainers", "ephemeralContainers"):
        for path, container in _objects(manifest, (*pod, kind)):
            yield (*path, "image"), str(container.get("image") or "")
    for path, volume in _objects(manifest, (*pod, "volumes")):
        if volume.get("image") is not None:
            place: Path = (*path, "image", "reference")
            yield place, str(data_at(volume, ("image", "reference")) or "")


def _claims(manifest: Mapping[str, Any], where: Path, inner: Path) -> Used:
    """The classes that claims in a list name; one that names none gets the cluster's."""
    for path, item in _objects(manifest, where):
        name = data_at(item, (*inner, "spec", "storageClassName"))
        if name is not None:
            yield (*path, *inner, "spec", "storageClassName"), str(name)


def _claim_class(manifest: Mapping[str, Any]) -> Used:
    """The class of a claim: its old annotation goes before the field."""
    places: Sequence[Path] = (
        ("metadata", "annotations", _STORAGE_CLASS),
        ("spec", "storageClassName"),
    )
    for path in places:
        name = data_at(manifest, path)
        if name is not None:
            yield path, str(name)
            return


def _ingress_hosts(manifest: Mapping[str, Any]) -> Used:
    for path, rule in _objects(manifest, ("spec", "rules")):
        yield (*path, "host"), str(rule.get("host") or _ANY)
    if data_at(manifest, ("spec", "defaultBackend")) is not None:
        yield ("spec", "defaultBackend"), _ANY
    for path, entry in _objects(manifest, ("spec", "tls")):
        for place, host in _items(entry, ("hosts",)):
            yield (*path, *place), host


def _listeners(manifest: Mapping[str, Any]) -> Used:
    """Ports of TCP and UDP have no names."""
    for path, listener in _objects(manifest, ("spec", "listeners")):
        if listener.get("protocol") not in ("TCP", "UDP"):
            yield (*path, "hostname"), str(listener.get("hostname") or _ANY)


def _ingress_classes(manifest: Mapping[str, Any]) -> Used:
    places: Sequence[Path] = (
        ("metadata", "annotations", _INGRESS_CLASS),
        ("spec", "ingressClassName"),
    )
    for path in places:
        name = data_at(manifest, path)
        if name:
            yield path, str(name)


def _annotated(manifest: Mapping[str, Any], *more: str) -> Used:
    """Host names that controllers take from annotations."""
    for key in (*_DNS_HOSTS, *more):
        path: Path = ("metadata", "annotations", key)
        for host in str(data_at(manifest, path) or "").split(","):
            if host.strip():
                yield path, host.strip()


def _hosts(limits: Admitted, used: Sequence[tuple[Path, str]] | Used) -> Found:
    for path, host in used if limits.hosts is not None else ():
        if not any(_declares(item, host) for item in limits.hosts or ()):
            yield path, _words(limits, "host", host, limits.hosts or ())


def _declares(declared: str, host: str) -> bool:
    below = declared.startswith("*.") and host.endswith(declared[1:])
    return host == declared or (below and _PLAIN.fullmatch(host) is not None)


def _classes(
    limits: Admitted, what: str, permitted: Names, used: Sequence[tuple[Path, str]] | Used
) -> Found:
    for path, name in used if permitted is not None else ():
        if name not in (permitted or ()):
            yield path, _words(limits, what, name, permitted or ())


_REMEDIES = {
    "image": ("push it there", "registries"),
    "host": ("declare it in `hosts` of project.yaml; a rule without a host answers for any", ""),
    "storage class": ("choose from these", "storageClasses"),
    "ingress class": ("choose from these", "ingressClasses"),
    "priority class": ("choose from these", "priorityClasses"),
    "Service type": ("choose from these", "serviceTypes"),
}
"""What to do, and the list of the profile that the platform could add to."""


def _words(limits: Admitted, what: str, name: str, permitted: Sequence[str]) -> Mistake:
    remedy, field = _REMEDIES[what]
    if field:
        remedy += f", or ask the platform team for admission.{field} of the profile {limits.profile} in platform.yaml"
    shown = ", ".join(permitted) or "none"
    message = f"the cluster would refuse the {what} {name or '(none)'}, permitted: {shown}"
    return Mistake(code="manifest-not-admitted", message=message, remedy=remedy)


def _objects(data: Any, where: Path) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    for index, item in enumerate(list_at(data, where)):
        if isinstance(item, Mapping):
            yield (*where, index), item


def _items(data: Any, where: Path) -> Used:
    for index, item in enumerate(list_at(data, where)):
        yield (*where, index), str(item)
