"""Network policies: a direction that none closes, and policies that open to everybody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from argoproject.audit.finding import AuditScope, Cause, Rule, Severity, rule
from argoproject.project.model import Project
from argoproject.yamlfile.reader import Path

__all__ = ["RULES"]

_DIRECTIONS = ("Ingress", "Egress")
_EVERYWHERE = frozenset({"0.0.0.0/0", "::/0"})
_DNS = frozenset({"53", "dns"})

_Spec = Mapping[str, Any]


@rule(
    code="network-open-by-default",
    severity=Severity.MEDIUM,
    title="Nothing closes the network of the pods",
    impact="from one pod to every other pod of the cluster, to the cloud's metadata service and the outside world",
    remedy="add a policy like `default-deny: {podSelector: {}, policyTypes: [Ingress, Egress]}` to the profile",
    source="Kubernetes, Multi-tenancy: network isolation; CIS Kubernetes Benchmark, Network policies and CNI; NSA/CISA",
)
def network_open_by_default(scope: AuditScope) -> Iterator[Cause]:
    for profile, projects in scope.by_profile.items():
        found: dict[tuple[str, ...], list[Project]] = defaultdict(list)
        for project in projects:
            closed = {
                direction
                for spec in _specs(scope, project).values()
                if not _is_selective(spec)
                for direction in _types(spec)
            }
            if missing := tuple(it for it in _DIRECTIONS if it not in closed):
                found[missing].append(project)
        for missing, open_ones in found.items():
            message = f"no network policy closes {' and '.join(missing).lower()} for all pods"
            path: Path = ("profiles", profile, "namespace", "networkPolicies")
            yield scope.in_platform(
                path=path, message=message, severity=Severity.MEDIUM, projects=open_ones
            )


@rule(
    code="network-policy-open",
    severity=Severity.MEDIUM,
    title="A network policy that opens to everybody",
    impact="from any namespace into these pods, or from them to the cloud's metadata service and the outside world",
    remedy="name namespaces by `kubernetes.io/metadata.name`, and addresses; beside 0.0.0.0/0 write an `except` with "
    "those of pods, services and 169.254.169.254/32",
    source="Kubernetes, Multi-tenancy: no empty namespaceSelector; Kubernetes, Network Policies: policies are additive",
)
def network_policy_open(scope: AuditScope) -> Iterator[Cause]:
    users: dict[str, list[Project]] = defaultdict(list)
    for projects in scope.by_profile.values():
        for project in projects:
            for name in _specs(scope, project):
                users[name].append(project)
    for name, spec in scope.platform.network_policies.items():
        if not isinstance(spec, Mapping):
            continue
        for path, what in _openings(spec):
            # What nobody has yet, a team may still add where its guardrail `networkPolicies` lets it.
            severity = Severity.MEDIUM if users[name] else Severity.LOW
            where: Path = ("networkPolicies", name, *path)
            yield scope.in_platform(
                path=where, message=f"{name} opens {what}", severity=severity, projects=users[name]
            )


def _specs(scope: AuditScope, project: Project) -> Mapping[str, _Spec]:
    """The policies of an environment by name; a name that platform.yaml does not know is `validate`'s to tell."""
    namespace = project.settings.namespace
    names = () if namespace is None else namespace.network_policies
    known = scope.platform.network_policies
    return {name: known[name] for name in names if isinstance(known.get(name), Mapping)}


def _is_selective(spec: _Spec) -> bool:
    """Whether a policy is about some of the pods only."""
    selector = spec.get("podSelector") or {}
    return any(selector.values()) if isinstance(selector, Mapping) else True


def _types(spec: _Spec) -> tuple[str, ...]:
    """The directions that a policy closes. Source: networking.k8s.io/v1, `policyTypes`."""
    given = spec.get("policyTypes")
    if isinstance(given, list | tuple) and given:
        return tuple(map(str, given))
    return _DIRECTIONS if spec.get("egress") else ("Ingress",)


def _openings(spec: _Spec) -> Iterator[tuple[Path, str]]:
    """The rules of a policy that let everybody in or out, with their places."""
    for direction, peers, words in (
        ("ingress", "from", ("to everywhere", "to all namespaces")),
        ("egress", "to", ("the way to everywhere", "the way to all namespaces")),
    ):
        rules = spec.get(direction)
        for index, item in enumerate(rules if isinstance(rules, list | tuple) else ()):
            if isinstance(item, Mapping):
                yield from _opened(item, (direction, index), peers, words)


def _opened(
    item: _Spec, path: Path, peers: str, words: tuple[str, str]
) -> Iterator[tuple[Path, str]]:
    named = item.get(peers)
    if not named:
        if not _is_dns(item):
            yield path, words[0]
        return
    for index, peer in enumerate(named if isinstance(named, list | tuple) else ()):
        if not isinstance(peer, Mapping):
            continue
        block, namespaces = peer.get("ipBlock"), peer.get("namespaceSelector")
        if (
            isinstance(block, Mapping)
            and block.get("cidr") in _EVERYWHERE
            and not block.get("except")
        ):
            yield (*path, peers, index), words[0]
        elif isinstance(namespaces, Mapping) and not any(namespaces.values()):
            yield (*path, peers, index), words[1]


def _is_dns(item: _Spec) -> bool:
    """Whether a rule is for names alone: where they are resolved differs from cluster to cluster."""
    ports = item.get("ports")
    listed = ports if isinstance(ports, list | tuple) else ()
    named = [isinstance(port, Mapping) and str(port.get("port")) in _DNS for port in listed]
    return bool(named) and all(named)


RULES: tuple[Rule, ...] = (network_open_by_default, network_policy_open)
