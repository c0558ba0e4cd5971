"""Policies about what is reached from outside: hosts, ingress classes, addresses."""

from __future__ import annotations

from collections.abc import Sequence

from argoproject.plan.manifests.admission_text import (
    HOSTS,
    PROFILE,
    Text,
    given,
    in_all_namespaces,
    only,
    refusal,
    setting,
)

__all__ = ["routes", "services"]

_ANY = "any"
"""In the place of a host that is left out: the object would answer for every name. No host is called so."""

_DNS = (
    "external-dns.alpha.kubernetes.io/hostname",
    "external-dns.alpha.kubernetes.io/internal-hostname",
)
_ALIAS = "nginx.ingress.kubernetes.io/server-alias"
_CLASS = "kubernetes.io/ingress.class"


def _annotated_hosts(of: str, *keys: str) -> str:
    """Host names that controllers take from annotations, however they are spaced."""
    lists = " + ".join(
        f"dyn({of}).metadata.?annotations['{key}'].orValue('').split(',')" for key in keys
    )
    return f"({lists}).map(it, it.trim()).filter(it, it != '')"


def _hosts(of: str) -> str:
    """What an Ingress, a route or a set of listeners answers for."""
    ingress = (
        f"dyn({of}).spec.?rules.orValue([]).map(it, it.?host.orValue('') == '' ? '{_ANY}' : it.host) + "
        f"(has(dyn({of}).spec.defaultBackend) ? ['{_ANY}'] : []) + "
        f"dyn({of}).spec.?tls.orValue([]).map(it, it.?hosts.orValue([]).join(',')).join(',').split(',')"
        ".filter(it, it != '')"
    )
    route = f"(size(dyn({of}).?spec.?hostnames.orValue([])) == 0 ? ['{_ANY}'] : dyn({of}).spec.hostnames)"
    # Ports of TCP and UDP have no names.
    listeners = (
        f"dyn({of}).?spec.?listeners.orValue([]).filter(it, !(it.?protocol.orValue('') in ['TCP', 'UDP']))"
        f".map(it, it.?hostname.orValue('') == '' ? '{_ANY}' : it.hostname)"
    )
    return (
        f"{of} == null ? [] : (dyn({of}).kind == 'Ingress' ? {ingress} : "
        f"dyn({of}).kind in ['ListenerSet', 'XListenerSet'] ? {listeners} : {route}) + "
        f"{_annotated_hosts(of, *_DNS, _ALIAS)}"
    )


_PLAIN = "host.matches('^[-_.*A-Za-z0-9]+$')"
"""One name and no more: nginx takes regular expressions for aliases, which end as they like. Source: ingress-nginx,
internal/ingress/annotations/parser/validators.go, ValidateServerName."""

_DECLARED = (
    f"{setting(HOSTS)}.exists(it, it == host || "
    f"(it.startsWith('*.') && host.endsWith(it.substring(1)) && {_PLAIN}))"
)


def _undeclared(used: str, before: str) -> str:
    return f"!({given(HOSTS)}) ? [] : {used}.filter(host, !(host in {before}) && !({_DECLARED}))"


def _ingress_class(of: str) -> str:
    """The classes of an Ingress: of its field, and of the annotation that came before it. `none` if it has none."""
    return (
        f"{of} == null || dyn({of}).kind != 'Ingress' ? [] : "
        f"([dyn({of}).metadata.?annotations['{_CLASS}'].orValue('')] + [dyn({of}).spec.?ingressClassName.orValue('')])"
        ".filter(it, it != '')"
    )


_HOST_REMEDY = "declare them in `hosts` of project.yaml; a rule without a host answers for any"


def routes() -> Text:
    return Text(
        name="routes",
        rules=[
            # A write of the status may change annotations as well.
            ("networking.k8s.io", "ingresses ingresses/status"),
            # A ListenerSet adds listeners to somebody else's Gateway, with certificates of its own.
            ("gateway.networking.k8s.io", "httproutes grpcroutes tlsroutes listenersets"),
            ("gateway.networking.x-k8s.io", "xlistenersets"),
        ],
        variables={
            "hosts": _hosts("object"),
            "hostsBefore": _hosts("oldObject"),
            "undeclared": _undeclared("variables.hosts", "variables.hostsBefore"),
            "classes": _ingress_class("object"),
            "classesBefore": _ingress_class("oldObject"),
            "foreign": only(
                "admission-ingress-classes",
                "(object.kind == 'Ingress' && size(variables.classes) == 0 ? ['none'] : variables.classes)",
                "(oldObject != null && size(variables.classesBefore) == 0 ? ['none'] : variables.classesBefore)",
            ),
        },
        validations=[
            (
                "size(variables.undeclared) == 0",
                refusal("host", "variables.undeclared", HOSTS, _HOST_REMEDY),
            ),
            (
                "size(variables.foreign) == 0",
                refusal(
                    "ingress class",
                    "variables.foreign",
                    "admission-ingress-classes",
                    f"name one of these, or {PROFILE.format('admission.ingressClasses')}",
                ),
            ),
        ],
    )


def services(argocd_users: Sequence[str]) -> Text:
    def names(of: str) -> str:
        return f"({of} == null ? [] : {_annotated_hosts(of, *_DNS)})"

    def addresses(of: str) -> str:
        return f"({of} == null ? [] : dyn({of}).spec.?externalIPs.orValue([]))"

    def balanced(of: str) -> str:
        ingress = f"dyn({of}).?status.?loadBalancer.?ingress.orValue([])"
        return f"({of} == null ? [] : {ingress}.map(it, it.?ip.orValue('')).filter(it, it != ''))"

    def types(of: str) -> str:
        return f"({of} == null ? [] : [dyn({of}).spec.?type.orValue('ClusterIP')])"

    return Text(
        name="services",
        rules=[("", "services services/status")],
        variables={
            "addresses": f"{addresses('object')}.filter(it, !(it in {addresses('oldObject')}))",
            "balanced": f"{balanced('object')}.filter(it, !(it in {balanced('oldObject')}))",
            "balancer": in_all_namespaces(argocd_users, "services", "status"),
            "undeclared": _undeclared(names("object"), names("oldObject")),
            "types": only("admission-service-types", types("object"), types("oldObject")),
        },
        validations=[
            (
                "size(variables.addresses) == 0",
                "'externalIPs ' + variables.addresses.join(', ') + ' refused: a Service with them takes the traffic of "
                "others (CVE-2020-8554); remove them, or use an Ingress'",
            ),
            (
                "size(variables.balanced) == 0 || variables.balancer",
                "'addresses ' + variables.balanced.join(', ') + ' in the status refused: a Service with them takes the "
                "traffic of others (CVE-2020-8554); leave them to the controller of load balancers'",
            ),
            (
                "size(variables.undeclared) == 0",
                refusal("host", "variables.undeclared", HOSTS, _HOST_REMEDY),
            ),
            (
                "size(variables.types) == 0",
                refusal(
                    "Service type",
                    "variables.types",
                    "admission-service-types",
                    PROFILE.format("admission.serviceTypes"),
                ),
            ),
        ],
    )
