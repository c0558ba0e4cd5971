"""What network policies let through, by meaning: whether one permits everything, or more than another.

Policies add up, and so do the rules of a policy. Traffic is therefore a set of `Allowed`, each a direction, a peer and
ports. The functions take specs as the API spells them (networking.k8s.io/v1, NetworkPolicySpec), which the API server
accepts; argoproject.models.network_policies refuses others.
"""

from __future__ import annotations

import ipaddress
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, TypeAlias

__all__ = ["DIRECTIONS", "Openness", "isolated_directions", "openings", "selects_all", "widening"]

Spec: TypeAlias = Mapping[str, Any]
Interval: TypeAlias = tuple[int, int, int]
"""Addresses: the version of IP, the first and the last as numbers."""

Place: TypeAlias = tuple[str | int, ...]

DIRECTIONS = ("Ingress", "Egress")
_RULES = (("ingress", "from"), ("egress", "to"))
_PROTOCOLS = ("TCP", "UDP", "SCTP")
_LAST = 65535
_NAME = "kubernetes.io/metadata.name"
"""A label that every namespace has. Source: kubernetes.io, Well-Known Labels."""

_INSIDE = ("10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
"""Addresses that pods, services and nodes have. A range of all addresses that leaves out nearly none of these is
everything. Source: IANA's registries of special-purpose addresses."""

_NEARLY_NONE = 256


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
        ranges: dict[str, list[tuple[Place, Mapping[str, Any]]]] = defaultdict(list)
        for index, rule in enumerate(_rules(spec, direction)):
            place: Place = (direction, index)
            if not rule.get(word) and not _only_dns(rule.get("ports") or ()):
                yield Openness(place, f"{word} everywhere")
            for at, peer in enumerate(rule.get(word) or ()):
                here: Place = (*place, word, at)
                if block := peer.get("ipBlock"):
                    ranges[str(rule.get("ports") or ())].append((here, block))
                elif text := _many_namespaces(peer.get("namespaceSelector")):
                    yield Openness(here, f"{word} {text}")
        for place in chain.from_iterable(map(_everywhere, ranges.values())):
            yield Openness(place, f"{word} everywhere")


def _everywhere(ranges: Sequence[tuple[Place, Mapping[str, Any]]]) -> list[Place]:
    """Where ranges of addresses, of the same ports, are all addresses: one by one, or together."""
    single = [place for place, block in ranges if _is_everything(_intervals([block]))]
    if single or not _is_everything(_intervals(block for _, block in ranges)):
        return single
    rules = {place[:2] for place, _ in ranges}
    return [ranges[0][0][:2] if len(rules) == 1 else ranges[0][0][:1]]


def _many_namespaces(selector: Mapping[str, Any] | None) -> str:
    """The words for a selector of all namespaces, or of all but some; empty for any other."""
    if selector is None:
        return ""
    if selects_all(selector, namespaces=True):
        return "all namespaces"
    excludes = all(
        operator in ("NotIn", "DoesNotExist") or (key, operator) == (_NAME, "Exists")
        for key, operator, _ in _requirements(selector)
    )
    return "all namespaces that a label does not exclude" if excludes else ""


def widening(old: Spec, new: Spec) -> str:
    """Why `new` permits traffic that `old` keeps out; empty where it permits no more.

    Other policies may isolate the same pods, and then each rule opens: so a rule is judged in a direction that its own
    policy has not limited before, and a policy with rules that selects more pods opens these.

    Example:
        A rule for port 443 in place of one for all ports, or two halves of a range of addresses in place of the whole,
        permit no more.
    """
    lost = [it.lower() for it in isolated_directions(old) if it not in isolated_directions(new)]
    if lost:
        return f"{' and '.join(lost)} is no longer limited"
    before, after = (
        [it for direction, word in _RULES for it in _allowed(spec, direction, word)]
        for spec in (old, new)
    )
    pods, selected = old.get("podSelector"), new.get("podSelector")
    if not _implies(pods, selected):
        return "fewer or other pods are limited"
    if after and not _implies(selected, pods):
        return "its rules are for more pods"
    permitted = _Permitted(before)
    return "" if all(map(permitted.covers, after)) else "more is let through"


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


class _Permitted:
    """What a policy permits, asked for the traffic of another. Peers are looked up once for each range of ports."""

    def __init__(self, allowed: Sequence[Allowed]) -> None:
        self._allowed = allowed
        self._known = {str(it) for it in allowed}
        self._limits = sorted({it.first for it in allowed} | {it.last + 1 for it in allowed})
        self._peers: dict[tuple[str, str, str, int], _Peers] = {}

    def covers(self, item: Allowed) -> bool:
        """Whether all of `item` is permitted: on each range of ports between two limits, its whole peer."""
        if str(item) in self._known:
            return True
        ports = {item.first, *(it for it in self._limits if item.first < it <= item.last)}
        return all(self._at(item, port).cover(item.peer) for port in ports)

    def _at(self, item: Allowed, port: int) -> _Peers:
        key = (item.direction, item.protocol, item.name, port)
        if key not in self._peers:
            self._peers[key] = _Peers(
                it.peer
                for it in self._allowed
                if it.direction == item.direction and it.has_port(item, port)
            )
        return self._peers[key]


class _Peers:
    """Peers together. Pods and addresses are not compared with each other."""

    def __init__(self, peers: Iterable[Mapping[str, Any]]) -> None:
        found = list(peers)
        self._all = any(not peer for peer in found)
        self._pods = [peer for peer in found if peer and not peer.get("ipBlock")]
        self._addresses = _intervals(peer["ipBlock"] for peer in found if peer.get("ipBlock"))

    def cover(self, new: Mapping[str, Any]) -> bool:
        """Whether all of the peer `new` is among them."""
        if self._all or not new:
            return self._all
        if block := new.get("ipBlock"):
            return not _without(_intervals([block]), self._addresses)
        return any(_covers_pods(peer, new) for peer in self._pods)


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
    """The rules of a direction that the policy limits; Kubernetes ignores others.

    The API server stores a null among them as an empty rule, which permits everything.
    """
    if direction.capitalize() not in isolated_directions(spec):
        return []
    return [rule or {} for rule in spec.get(direction) or ()]


def _only_dns(ports: Sequence[Mapping[str, Any]]) -> bool:
    """Whether ports are those of DNS alone."""
    return bool(ports) and all(
        str(it.get("port")) in ("53", "dns") and it.get("endPort") in (None, 53) for it in ports
    )


def _interval(cidr: str) -> Interval:
    network = ipaddress.ip_network(cidr, strict=False)
    return network.version, int(network.network_address), int(network.broadcast_address)


def _intervals(blocks: Iterable[Mapping[str, Any]]) -> list[Interval]:
    """The addresses of `ipBlock`s, sorted, as intervals that do not touch each other."""
    found: list[Interval] = []
    for block in blocks:
        left_out = map(_interval, block.get("except") or ())
        found += _without([_interval(str(block.get("cidr")))], _joined(left_out))
    return _joined(found)


def _joined(intervals: Iterable[Interval]) -> list[Interval]:
    joined: list[Interval] = []
    for version, first, last in sorted(intervals):
        if joined and joined[-1][0] == version and first <= joined[-1][2] + 1:
            joined[-1] = (version, joined[-1][1], max(last, joined[-1][2]))
        else:
            joined.append((version, first, last))
    return joined


def _without(intervals: Iterable[Interval], removed: Sequence[Interval]) -> list[Interval]:
    """The addresses of `intervals` that are not in `removed`, which are sorted and do not touch each other."""
    ends = [(version, last) for version, _, last in removed]
    left: list[Interval] = []
    for version, start, last in intervals:
        first = start
        at = bisect_left(ends, (version, first))
        while first <= last and at < len(removed) and removed[at][:2] <= (version, last):
            if removed[at][1] > first:
                left.append((version, first, removed[at][1] - 1))
            first = removed[at][2] + 1
            at += 1
        if first <= last:
            left.append((version, first, last))
    return left


def _is_everything(intervals: Sequence[Interval]) -> bool:
    """Whether ranges are all addresses of IPv4 or of IPv6, apart from some of the internet.

    Example:
        0.0.0.0/0 without 8.8.8.8 is everything. Without 10.42.0.0/16 it is not, nor is 10.0.0.0/8 alone.
    """
    for version, bits in ((4, 32), (6, 128)):
        same = [it for it in intervals if it[0] == version]
        inside = [it for it in map(_interval, _INSIDE) if it[0] == version]
        left_out = sum(last - first + 1 for _, first, last in _without(inside, same))
        size = sum(last - first + 1 for _, first, last in same)
        if 2 * size > 2**bits and left_out < _NEARLY_NONE:
            return True
    return False
