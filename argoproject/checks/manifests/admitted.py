"""What the cluster's admission policies would refuse of an extra manifest, reported before anything is deployed.

The policies make no exception for Pulumi, so that `pulumi up` would stop halfway. Every rule here is an expression of
plan/manifests/admission.yaml, too; tests/attacks compares the two.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from argoproject.models import AdmissionMode
from argoproject.models.base import key_of
from argoproject.models.platform import Admission
from argoproject.problems import Mistake
from argoproject.project.impersonation import impersonation
from argoproject.project.model import Found, Project
from argoproject.tree.documents import data_at, list_at
from argoproject.upstream.urls import is_from
from argoproject.yamlfile.reader import DataPath

__all__ = ["Admitted", "admitted", "not_admitted"]

_Names: TypeAlias = tuple[str, ...] | None
_Uses: TypeAlias = Iterator[tuple[str, DataPath, str]]
"""What a manifest uses: a key of `_REMEDIES` or "account", the path of the field, and the value."""

_REMEDIES = {
    "image": ("push it there", "registries"),
    "host": ("declare it in `hosts` of project.yaml; a rule without a host answers for any", ""),
    "storage class": ("choose from these", "storage_classes"),
    "ingress class": ("choose from these", "ingress_classes"),
    "priority class": ("choose from these", "priority_classes"),
    "Service type": ("choose from these", "service_types"),
}
"""For each kind of value the remedy, and the list of `admission` that the platform could add to."""

_TEMPLATE: DataPath = ("spec", "template", "spec")
_PODS: Mapping[tuple[str, str], DataPath] = {
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
"""The path of the pod spec in each kind that has one."""

_DNS_HOSTS = (
    "external-dns.alpha.kubernetes.io/hostname",
    "external-dns.alpha.kubernetes.io/internal-hostname",
)
_ALIAS = "nginx.ingress.kubernetes.io/server-alias"
_ANY = "any"
"""In the place of a host that is left out: the object answers for every name."""

_PLAIN = re.compile(r"[-_.*A-Za-z0-9]+")
"""One host name: nginx takes regular expressions for aliases, which can end as they like."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Admitted:
    """What is permitted in a namespace. None restricts nothing, an empty list permits nothing."""

    profile: str
    """Name of the profile that decides."""

    permitted: Mapping[str, _Names]
    """The values that are permitted, by the keys of `_REMEDIES`."""

    accounts: tuple[str, ...] = ()
    """ServiceAccounts of the platform, as which no pod may run."""


def admitted(project: Project) -> Admitted | None:
    """What the policies permit in an environment; None where they refuse nothing."""
    admission = project.profile.admission
    if admission is None or admission.mode is not AdmissionMode.DENY:
        return None
    hosts = tuple(project.settings.hosts)
    permitted: dict[str, _Names] = {
        what: getattr(admission, field) for what, (_, field) in _REMEDIES.items() if field
    }
    permitted["host"] = hosts if hosts or admission.hosts is not None else None
    account = impersonation(project)
    accounts = () if account is None else (account.service_account,)
    return Admitted(profile=project.profile_name, permitted=permitted, accounts=accounts)


def not_admitted(limits: Admitted, group: str, manifest: Mapping[str, Any]) -> Found:
    """What the policies would refuse of a manifest.

    Args:
        limits: what is permitted in its namespace.
        group: its API group, empty for the core group.
        manifest: a manifest with a valid kind.
    """
    for what, path, value in _uses(group, manifest):
        if what == "account":
            if value in limits.accounts:
                message = f"the ServiceAccount {value} is the platform's: no pod runs as it"
                remedy = "name another"
                yield path, Mistake(code="manifest-not-admitted", message=message, remedy=remedy)
            continue
        permitted = limits.permitted.get(what)
        if permitted is None or _is_permitted(what, value, permitted):
            continue
        shown = ", ".join(permitted) or "none"
        message = f"the cluster would refuse the {what} {value or '(none)'}, permitted: {shown}"
        remedy, field = _REMEDIES[what]
        if field:
            remedy += (
                f", or ask the platform team for admission.{key_of(Admission, field)} of the profile {limits.profile} "
                "in platform.yaml"
            )
        yield path, Mistake(code="manifest-not-admitted", message=message, remedy=remedy)


def _is_permitted(what: str, value: str, permitted: tuple[str, ...]) -> bool:
    if what == "image":
        return is_from(permitted, value)
    if value in permitted or what != "host":
        return value in permitted
    below = any(item.startswith("*.") and value.endswith(item[1:]) for item in permitted)
    return below and _PLAIN.fullmatch(value) is not None


def _uses(group: str, manifest: Mapping[str, Any]) -> _Uses:
    """All values that the policies judge, by the kind of the manifest."""
    key = (group, str(manifest["kind"]))
    if key in _PODS:
        yield from _of_pod(manifest, _PODS[key])
    if key in KINDS:
        yield from KINDS[key](manifest)


def _of_pod(manifest: Mapping[str, Any], pod: DataPath) -> _Uses:
    for kind in ("containers", "initContainers", "ephemeralContainers"):
        for path, container in _objects(manifest, (*pod, kind)):
            yield "image", (*path, "image"), str(container.get("image") or "")
    for path, volume in _objects(manifest, (*pod, "volumes")):
        if volume.get("image") is not None:
            reference = data_at(volume, ("image", "reference"))
            yield "image", (*path, "image", "reference"), str(reference or "")
    priority = data_at(manifest, (*pod, "priorityClassName"))
    if priority:
        yield "priority class", (*pod, "priorityClassName"), str(priority)
    yield from _of_claims(manifest, (*pod, "volumes"), ("ephemeral", "volumeClaimTemplate"))
    # The second is the older name of the first, which takes precedence.
    for key in ("serviceAccountName", "serviceAccount"):
        account = data_at(manifest, (*pod, key))
        if account is not None:
            yield "account", (*pod, key), str(account)
            return


def _of_claims(manifest: Mapping[str, Any], where: DataPath, inner: DataPath) -> _Uses:
    """The storage classes that claims in a list name; a claim that names none gets the cluster's default."""
    for path, item in _objects(manifest, where):
        name = data_at(item, (*inner, "spec", "storageClassName"))
        if name is not None:
            yield "storage class", (*path, *inner, "spec", "storageClassName"), str(name)


def _of_annotations(manifest: Mapping[str, Any], *keys: str) -> _Uses:
    """The host names that controllers take from annotations, which separate them by commas."""
    for key in keys:
        path: DataPath = ("metadata", "annotations", key)
        for host in str(data_at(manifest, path) or "").split(","):
            if host.strip():
                yield "host", path, host.strip()


def _objects(data: Any, where: DataPath) -> Iterator[tuple[DataPath, Mapping[str, Any]]]:
    """The mappings of a list, with their paths."""
    for index, item in enumerate(list_at(data, where)):
        if isinstance(item, Mapping):
            yield (*where, index), item


def stateful_set(manifest: Mapping[str, Any]) -> _Uses:
    """Storage classes of the claims that it creates."""
    yield from _of_claims(manifest, ("spec", "volumeClaimTemplates"), ())


def claim(manifest: Mapping[str, Any]) -> _Uses:
    """The storage class of a PersistentVolumeClaim. Its old annotation takes precedence over the field."""
    old: DataPath = ("metadata", "annotations", "volume.beta.kubernetes.io/storage-class")
    path = ("spec", "storageClassName") if data_at(manifest, old) is None else old
    name = data_at(manifest, path)
    if name is not None:
        yield "storage class", path, str(name)


def ingress(manifest: Mapping[str, Any]) -> _Uses:
    """Hosts and class of an Ingress. Without a class, it is the class `none`."""
    for path, rule in _objects(manifest, ("spec", "rules")):
        yield "host", (*path, "host"), str(rule.get("host") or _ANY)
    if data_at(manifest, ("spec", "defaultBackend")) is not None:
        yield "host", ("spec", "defaultBackend"), _ANY
    for path, entry in _objects(manifest, ("spec", "tls")):
        for index, host in enumerate(list_at(entry, ("hosts",))):
            yield "host", (*path, "hosts", index), str(host)
    yield from _of_annotations(manifest, *_DNS_HOSTS, _ALIAS)
    places: tuple[DataPath, ...] = (
        ("metadata", "annotations", "kubernetes.io/ingress.class"),
        ("spec", "ingressClassName"),
    )
    classes = [(path, str(name)) for path in places if (name := data_at(manifest, path))]
    for path, name in classes or [(("spec",), "none")]:
        yield "ingress class", path, name


def route(manifest: Mapping[str, Any]) -> _Uses:
    """Hosts of a route of the Gateway API."""
    hosts = list_at(manifest, ("spec", "hostnames"))
    for index, host in enumerate(hosts):
        yield "host", ("spec", "hostnames", index), str(host)
    if not hosts:
        yield "host", ("spec",), _ANY
    yield from _of_annotations(manifest, *_DNS_HOSTS, _ALIAS)


def listeners(manifest: Mapping[str, Any]) -> _Uses:
    """Hosts of listeners that are added to a Gateway; those of TCP and UDP have none."""
    for path, listener in _objects(manifest, ("spec", "listeners")):
        if listener.get("protocol") not in ("TCP", "UDP"):
            yield "host", (*path, "hostname"), str(listener.get("hostname") or _ANY)
    yield from _of_annotations(manifest, *_DNS_HOSTS, _ALIAS)


def service(manifest: Mapping[str, Any]) -> _Uses:
    """Hosts and type of a Service."""
    yield from _of_annotations(manifest, *_DNS_HOSTS)
    path: DataPath = ("spec", "type")
    yield "Service type", path, str(data_at(manifest, path) or "ClusterIP")


KINDS: Mapping[tuple[str, str], Callable[[Mapping[str, Any]], _Uses]] = {
    ("", "PersistentVolumeClaim"): claim,
    ("", "Service"): service,
    ("apps", "StatefulSet"): stateful_set,
    ("gateway.networking.k8s.io", "GRPCRoute"): route,
    ("gateway.networking.k8s.io", "HTTPRoute"): route,
    ("gateway.networking.k8s.io", "ListenerSet"): listeners,
    ("gateway.networking.k8s.io", "TLSRoute"): route,
    ("gateway.networking.x-k8s.io", "XListenerSet"): listeners,
    ("networking.k8s.io", "Ingress"): ingress,
}
"""What of each kind is judged besides its pods."""
