"""What network policies let through, by meaning: whether one permits everything, or more than another.

Policies add up, and so do the rules of a policy. Traffic is therefore a set of `Allowed`, each a direction, a peer and
ports. The functions take specs as the API spells them (networking.k8s.io/v1, NetworkPolicySpec), which the API server
accepts; argoproject.models.network_policies refuses others.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

__all__ = [
    "DIRECTIONS",
    "Openness",
    "isolated_directions",
    "openings",
    "permits_more",
    "selects_all",
]

Spec: TypeAlias = Mapping[str, Any]
Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network
Place: TypeAlias = tuple[str | int, ...]

DIRECTIONS = ("Ingress", "Egress")
_RULES = (("ingress", "from"), ("egress", "to"))
_PROTOCOLS = ("TCP", "UDP", "SCTP")
_LAST = 65535
_NAME = "kubernetes.io/metadata.name"
"""A label that every namespace has. Source: kubernetes.io, Well-Known Labels."""

_INSIDE = tuple(
    ipaddress.ip_network(text)
    for text in (
        "10.0.0.0/8",
        "100.64.0.0/10",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "fc00::/7",
        "fe80::/10",
    )
)
"""Addresses of pods, services, nodes and the cloud's metadata service. A range of all addresses that leaves out none of
these is everything. Source: IANA's registries of special-purpose addresses."""


def isolated_directions(spec: Spec) -> tuple[str, ...]:
    """The directions in which a network policy isolates its pods: only what its rules list may pass.

    Without `policyTypes`, that is Ingress, and Egress where the policy has rules for it. Source: kubernetes.io,
    NetworkPolicySpec.
    """
    given = spec.get("policyTypes") or ()
    return tuple(map(str, given)) or (DIRECTIONS if spec.get("egress") else ("Ingress",))


def selects_all(selector: Mapping[str, Any] | None, *, namespaces: bool = False) -> bool:
    """Whether a label selector selects everything.

    Args:
        selector: the selector; None counts as an empty one.
        namespaces: whether it selects namespaces. All of them have the label `kubernetes.io/metadata.name`.
    """
    return all(
        namespaces and key == _NAME and operator == "Exists"
        for key, operator, _ in _requirements(selector)
    )


@dataclass(frozen=True, slots=True)
class Openness:
    """A part of a policy that permits traffic with everything.

    Attributes:
        place: where it is in the spec: `("egress", 0, "to", 1)`.
        text: what it permits: `to everywhere`.
    """

    place: Place
    text: str


def openings(spec: Spec) -> Iterator[Openness]:
    """The parts of a policy that permit traffic from or to everywhere, or all namespaces.

    Example:
        `{egress: [{to: [{ipBlock: {cidr: 0.0.0.0/1}}, {ipBlock: {cidr: 128.0.0.0/1}}]}]}` gives the place `egress` and
        `to everywhere`, since both ranges together are all addresses. A rule for DNS alone may name no peer: where
        names are resolved differs from cluster to cluster.
    """
    for direction, word in _RULES:
        ranges: list[tuple[Place, Mapping[str, Any]]] = []
        for index, rule in enumerate(_rules(spec, direction)):
            place: Place = (direction, index)
            if not rule.get(word) and not _only_dns(rule.get("ports") or ()):
                yield Openness(place, f"{word} everywhere")
            for at, peer in enumerate(rule.get(word) or ()):
                here: Place = (*place, word, at)
                if block := peer.get("ipBlock"):
                    ranges.append((here, block))
                elif text := _many_namespaces(peer.get("namespaceSelector")):
                    yield Openness(here, f"{word} {text}")
        single = [place for place, block in ranges if _is_everything(_networks([block]))]
        if not single and _is_everything(_networks(block for _, block in ranges)):
            rules = {place[:2] for place, _ in ranges}
            single = [ranges[0][0][:2] if len(rules) == 1 else (direction,)]
        for place in single:
            yield Openness(place, f"{word} everywhere")


def _many_namespaces(selector: Mapping[str, Any] | None) -> str:
    """The words for a selector of all namespaces, or of all but some; empty for any other."""
    if selector is None:
        return ""
    if selects_all(selector, namespaces=True):
        return "all namespaces"
    excludes = all(it in ("NotIn", "DoesNotExist") for _, it, _ in _requirements(selector))
    return "all namespaces that a label does not exclude" if excludes else ""


def permits_more(old: Spec, new: Spec) -> bool:
    """Whether `new` permits traffic that `old` keeps out, or isolates other pods than `old`.

    Example:
        A rule for port 443 in place of one for all ports, or two halves of a range of addresses in place of the whole,
        permit no more. Another `podSelector` counts as more: pods that it does not select any longer are open.
    """
    if set(isolated_directions(old)).difference(isolated_directions(new)):
        return True
    if not _implies(old.get("podSelector"), new.get("podSelector")):
        return True
    # What an old policy did not isolate passed already, as far as this policy is concerned.
    before = [it for direction, word in _RULES for it in _allowed(old, direction, word)]
    return any(
        not _is_covered(item, before)
        for direction, word in _RULES
        if direction.capitalize() in isolated_directions(old)
        for item in _allowed(new, direction, word)
    )


@dataclass(frozen=True, slots=True)
class Allowed:
    """Traffic that a rule permits: one direction, one peer, one range of ports.

    Attributes:
        direction: `ingress` or `egress`.
        peer: the peer, as the API spells it; empty for everybody.
        protocol: `TCP` for example; empty for all traffic, ICMP included.
        first: the first port.
        last: the last port.
        name: the name of a port, which takes the place of the numbers.
    """

    direction: str
    peer: Mapping[str, Any]
    protocol: str = ""
    first: int = 0
    last: int = _LAST
    name: str = ""

    def has_port(self, other: Allowed, port: int) -> bool:
        """Whether it permits what `other` does on one of its ports."""
        if self.protocol not in ("", other.protocol):
            return False
        if other.name and self.name == other.name:
            return True
        if other.name:
            return not self.name and (self.first, self.last) in ((0, _LAST), (1, _LAST))
        return not self.name and self.first <= port <= self.last


def _allowed(spec: Spec, direction: str, word: str) -> Iterator[Allowed]:
    for rule in _rules(spec, direction):
        peers: Sequence[Mapping[str, Any]] = rule.get(word) or ({},)
        for peer in peers:
            if not rule.get("ports"):
                yield Allowed(direction, peer)
            for item in rule.get("ports") or ():
                protocol, port = item.get("protocol") or "TCP", item.get("port")
                if port is None:
                    yield Allowed(direction, peer, protocol)
                elif isinstance(port, str):
                    yield Allowed(direction, peer, protocol, name=port)
                else:
                    yield Allowed(direction, peer, protocol, port, item.get("endPort") or port)


def _is_covered(item: Allowed, before: Sequence[Allowed]) -> bool:
    """Whether `before` permits all of `item`: on each range of ports between two limits of `before`, its whole peer."""
    same = [it for it in before if it.direction == item.direction]
    limits = {item.first, *(it.first for it in same), *(it.last + 1 for it in same)}
    return all(
        _covers_peer([it.peer for it in same if it.has_port(item, port)], item.peer)
        for port in limits
        if item.first <= port <= item.last
    )


def _covers_peer(old: Sequence[Mapping[str, Any]], new: Mapping[str, Any]) -> bool:
    """Whether the peers of `old` together are all of `new`. Pods and addresses are not compared with each other."""
    if any(not peer for peer in old):
        return True
    if not new:
        return False
    if block := new.get("ipBlock"):
        before = _networks(peer["ipBlock"] for peer in old if peer.get("ipBlock"))
        return not _without(_networks([block]), before)
    return any(_covers_pods(peer, new) for peer in old if not peer.get("ipBlock"))


def _covers_pods(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Whether all pods that the selectors of `new` select are selected by those of `old`."""
    where, here = old.get("namespaceSelector"), new.get("namespaceSelector")
    if where is None and here is not None:
        return False
    everywhere = where is None or selects_all(where, namespaces=True)
    in_namespaces = everywhere or (here is not None and _implies(here, where))
    return in_namespaces and _implies(new.get("podSelector"), old.get("podSelector"))


def _implies(narrow: Mapping[str, Any] | None, wide: Mapping[str, Any] | None) -> bool:
    """Whether everything that `narrow` selects is selected by `wide`: each requirement of `wide` follows from one."""
    return all(
        any(_follows(needed, given) for given in _requirements(narrow))
        for needed in _requirements(wide)
    )


Requirement: TypeAlias = tuple[str, str, frozenset[str]]
"""Key, operator and values of a requirement of a label selector."""


def _requirements(selector: Mapping[str, Any] | None) -> tuple[Requirement, ...]:
    selector = selector or {}
    labels = (selector.get("matchLabels") or {}).items()
    expressions = selector.get("matchExpressions") or ()
    return (
        *((key, "In", frozenset([value])) for key, value in labels),
        *((it["key"], it["operator"], frozenset(it.get("values") or ())) for it in expressions),
    )


def _follows(needed: Requirement, given: Requirement) -> bool:
    """Whether what meets the requirement `given` always meets `needed`."""
    key, operator, values = needed
    other, given_operator, given_values = given
    if key != other:
        return False
    match operator, given_operator:
        case ("In", "In"):
            return given_values <= values
        case ("NotIn", "NotIn"):
            return given_values >= values
        case ("NotIn", "In"):
            return not given_values & values
        case ("Exists", "In") | ("NotIn", "DoesNotExist"):
            return True
        case _:
            return operator == given_operator and values == given_values


def _rules(spec: Spec, direction: str) -> list[Mapping[str, Any]]:
    """The rules of a direction. The API server stores a null among them as an empty rule, which permits everything."""
    return [rule or {} for rule in spec.get(direction) or ()]


def _only_dns(ports: Sequence[Mapping[str, Any]]) -> bool:
    """Whether ports are those of DNS alone."""
    return bool(ports) and all(
        str(it.get("port")) in ("53", "dns") and it.get("endPort") in (None, 53) for it in ports
    )


def _networks(blocks: Iterable[Mapping[str, Any]]) -> list[Network]:
    """The addresses of `ipBlock`s, as ranges that do not touch each other."""
    found: list[Network] = []
    for block in blocks:
        whole = ipaddress.ip_network(str(block.get("cidr")), strict=False)
        left_out = (ipaddress.ip_network(it, strict=False) for it in block.get("except") or ())
        found += _without([whole], left_out)
    return _joined(found)


def _joined(networks: Iterable[Network]) -> list[Network]:
    kept = list(networks)
    four = [it for it in kept if isinstance(it, ipaddress.IPv4Network)]
    six = [it for it in kept if isinstance(it, ipaddress.IPv6Network)]
    return [*ipaddress.collapse_addresses(four), *ipaddress.collapse_addresses(six)]


def _without(networks: Iterable[Network], removed: Iterable[Network]) -> list[Network]:
    """The addresses of `networks` that are not in `removed`."""
    left = list(networks)
    for gone in removed:
        kept: list[Network] = []
        for item in left:
            if item.version != gone.version or not item.overlaps(gone):
                kept.append(item)
            elif item.prefixlen < gone.prefixlen:
                kept += item.address_exclude(gone)  # type: ignore[arg-type]  # of the same version
        left = kept
    return left


def _is_everything(networks: Sequence[Network]) -> bool:
    """Whether ranges are all addresses of IPv4 or of IPv6, apart from some of the internet.

    Example:
        0.0.0.0/0 without 8.8.8.8 is everything. Without 10.0.0.0/8 it is not, nor is 10.0.0.0/8 alone.
    """
    for whole in (ipaddress.ip_network("0.0.0.0/0"), ipaddress.ip_network("::/0")):
        same = [it for it in networks if it.version == whole.version]
        inside = [it for it in _INSIDE if it.version == whole.version]
        size = sum(it.num_addresses for it in same)
        if 2 * size > whole.num_addresses and not _without(inside, same):
            return True
    return False
