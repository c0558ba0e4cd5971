"""Attacks on the host names and addresses of others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.attacks.arena import EXEMPT, Request, of
from tests.attacks.asking import (
    create,
    ingress,
    manifest,
    patch,
    route,
    service,
)
from tests.attacks.table import Attack

__all__ = ["HOSTS", "balanced"]

INGRESS = of("networking.k8s.io/v1", "ingresses", "web")
GOOD_INGRESS = create("tenant", ingress("store.example.org"))
_ALIAS = {
    "annotations": {"nginx.ingress.kubernetes.io/server-alias": "x.example.org, wiki.example.org"}
}
_OWN_ALIAS = {
    "annotations": {
        "nginx.ingress.kubernetes.io/server-alias": "a.store.example.org, store.example.org"
    }
}
_DNS = {"annotations": {"external-dns.alpha.kubernetes.io/hostname": "wiki.example.org"}}
_INNER_DNS = {
    "annotations": {"external-dns.alpha.kubernetes.io/internal-hostname": "wiki.example.org"}
}
_OWN_DNS = {"annotations": {"external-dns.alpha.kubernetes.io/hostname": "store.example.org"}}
BALANCED = of("v1", "services", "balanced/status", EXEMPT)


def alias(names: str) -> dict[str, Any]:
    note = {"annotations": {"nginx.ingress.kubernetes.io/server-alias": names}}
    return ingress("store.example.org", metadata=note)


def listeners(*items: Mapping[str, str]) -> dict[str, Any]:
    spec = {"parentRef": {"name": "shared", "namespace": "mesh"}, "listeners": list(items)}
    return manifest("gateway.networking.k8s.io/v1", "ListenerSet", spec=spec)


def balanced(who: str) -> Request:
    """The other half of CVE-2020-8554: nodes lead whatever goes to such an address to the Service."""
    address = {"ip": "10.1.2.3", "ipMode": "VIP"}
    return patch(who, BALANCED, {"status": {"loadBalancer": {"ingress": [address]}}})


HOSTS: Mapping[str, Attack] = {
    "the host of another environment": Attack(
        "routes", create("tenant", ingress("wiki.example.org")), GOOD_INGRESS
    ),
    "together with a declared one": Attack(
        "routes", create("tenant", ingress("store.example.org", "wiki.example.org")),
        create("tenant", ingress("store.example.org", "a.store.example.org")),
    ),
    "every host of the domain": Attack(
        "routes", create("tenant", ingress("*.example.org")), create("tenant", ingress("*.store.example.org"))
    ),
    "a host that only ends so": Attack(
        "routes", create("tenant", ingress("evilstore.example.org")),
        create("tenant", ingress("evil.store.example.org")),
    ),
    "a rule without a host": Attack("routes", create("tenant", ingress(None)), GOOD_INGRESS),
    "a default backend": Attack(
        "routes", create("tenant", ingress("store.example.org", default_backend=True)), GOOD_INGRESS
    ),
    "the certificate of another host": Attack(
        "routes", create("tenant", ingress("store.example.org", tls=[{"hosts": ["wiki.example.org"]}])),
        create("tenant", ingress("store.example.org", tls=[{"hosts": ["store.example.org"]}])),
    ),
    "another case": Attack(
        "api", create("tenant", ingress("Wiki.example.org")), GOOD_INGRESS, 422
    ),
    "an alias by annotation": Attack(
        "routes", create("tenant", ingress("store.example.org", metadata=_ALIAS)),
        create("tenant", ingress("store.example.org", metadata=_OWN_ALIAS)),
    ),
    "an alias that is a pattern with a declared end": Attack(
        "routes", create("tenant", alias("~^wiki.example.org|x.store.example.org")),
        create("tenant", alias("x.store.example.org")),
    ),
    "two names as one alias": Attack(
        "routes", create("tenant", alias("wiki.example.org x.store.example.org")),
        create("tenant", alias("*.x.store.example.org")),
    ),
    "a DNS record by annotation": Attack(
        "routes", create("tenant", ingress("store.example.org", metadata=_DNS)),
        create("tenant", ingress("store.example.org", metadata=_OWN_DNS)),
    ),
    "an annotation by way of the status": Attack(
        "routes", patch("argocd", f"{INGRESS}/status", {"metadata": _ALIAS}),
        patch("argocd", f"{INGRESS}/status", {"metadata": _OWN_ALIAS}),
    ),
    "a route with another host": Attack(
        "routes", create("argocd", route("wiki.example.org")), create("argocd", route("store.example.org"))
    ),
    "a route with every host": Attack(
        "routes", create("argocd", route()), create("argocd", route("store.example.org"))
    ),
    "a listener for another host at the platform's Gateway": Attack(
        "routes", create("argocd", listeners({"protocol": "HTTPS", "hostname": "wiki.example.org"})),
        create("argocd", listeners({"protocol": "HTTPS", "hostname": "store.example.org"})),
    ),
    "a listener for every host": Attack(
        "routes", create("argocd", listeners({"protocol": "TLS"})), create("argocd", listeners({"protocol": "TCP"})),
    ),
    "a DNS record of a Service": Attack(
        "services", create("tenant", service(metadata=_DNS)), create("tenant", service(metadata=_OWN_DNS))
    ),
    "a DNS record inside the network": Attack(
        "services", create("tenant", service(metadata=_INNER_DNS)), create("tenant", service(metadata=_OWN_DNS))
    ),
    "a DNS record inside the network, of an Ingress": Attack(
        "routes", create("tenant", ingress("store.example.org", metadata=_INNER_DNS)),
        create("tenant", ingress("store.example.org", metadata=_OWN_DNS)),
    ),
    "the addresses of others": Attack(
        "services", create("tenant", service(externalIPs=["10.1.2.3"])), create("tenant", service())
    ),
    "addresses given later": Attack(
        "services", patch("tenant", of("v1", "services", "web"), {"spec": {"externalIPs": ["10.1.2.3"]}}),
        patch("tenant", of("v1", "services", "web"), {"spec": {"selector": {"app": "y"}}}),
    ),
    "addresses given by way of the status": Attack(
        "services", balanced("argocd"), balanced("service-controller")
    ),
    "a port on every node": Attack(
        "services", create("tenant", service(type="NodePort")), create("tenant", service(type="ClusterIP"))
    ),
    "a name for a Service of others": Attack(
        "services", create("tenant", service(type="ExternalName", externalName="x.kube-system.svc")),
        create("tenant", service()),
    ),
}  # fmt: skip
