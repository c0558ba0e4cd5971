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

__all__ = [
    "DIRECTIONS",
    "RULES",
    "Openness",
    "Requirement",
    "Spec",
    "implies",
    "intervals",
    "isolated_directions",
    "joint_openings",
    "openings",
    "requirements",
    "rules",
    "selects_all",
    "without",
]

Spec: TypeAlias = Mapping[str, Any]
Interval: TypeAlias = tuple[int, int, int]
"""Addresses: the version of IP, the first and the last as numbers."""

Place: TypeAlias = tuple[str | int, ...]

DIRECTIONS = ("Ingress", "Egress")
RULES = (("ingress", "from"), ("egress", "to"))
_NAME = "kubernetes.io/metadata.name"
"""A label that every namespace has. Source: kubernetes.io, Well-Known Labels."""

_OF_ENVIRONMENTS = ("pod-security.kubernetes.io/", "app.kubernetes.io/managed-by")
"""How labels begin that the namespaces of environments have."""

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
        for key, operator, _ in requirements(selector)
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
    for direction, word in RULES:
        for index, rule in enumerate(rules(spec, direction)):
            place: Place = (direction, index)
            if not rule.get(word) and not _only_dns(rule.get("ports") or ()):
                yield Openness(place, f"{word} everywhere")
            for at, peer in enumerate(rule.get(word) or ()):
                if text := _many_namespaces(peer.get("namespaceSelector")):
                    yield Openness((*place, word, at), f"{word} {text}")
        for place in chain.from_iterable(map(_everywhere, _ranges(spec, direction, word))):
            yield Openness(place, f"{word} everywhere")


def joint_openings(specs: Sequence[Spec]) -> Iterator[tuple[tuple[int, ...], Openness]]:
    """Policies that together permit traffic with everything, though none of them does so by itself.

    Policies add up for the pods that all of them select.

    Yields:
        The indexes of the policies, and what they permit; the place is that of a direction.
    """
    for direction, word in RULES:
        parts = [_ranges(spec, direction, word) for spec in specs]
        found = [at for at, part in enumerate(parts) if part and not any(map(_everywhere, part))]
        done: set[tuple[int, ...]] = set()
        for at in found:
            pods = requirements(specs[at].get("podSelector"))
            same = tuple(it for it in found if implies(pods, specs[it].get("podSelector")))
            joined = [rule for it in same for rule in rules(specs[it], direction)]
            every = {"policyTypes": [direction.capitalize()], direction: joined}
            if same not in done and any(map(_everywhere, _ranges(every, direction, word))):
                yield same, Openness((direction,), f"{word} everywhere")
            done.add(same)


_Ranges: TypeAlias = list[tuple[Place, Mapping[str, Any]]]
"""The `ipBlock`s of rules, each with its place."""


def _ranges(spec: Spec, direction: str, word: str) -> list[_Ranges]:
    """The ranges of addresses of each set of ports. What is for all ports is for each of them, too."""
    found: dict[str, _Ranges] = defaultdict(list)
    for index, rule in enumerate(rules(spec, direction)):
        for at, peer in enumerate(rule.get(word) or ()):
            if block := peer.get("ipBlock"):
                place = (direction, index, word, at)
                found[str(rule.get("ports") or "")].append((place, block))
    every = found.pop("", [])
    return [*([every] if every else ()), *(it + every for it in found.values() if every or it)]


def _everywhere(ranges: Sequence[tuple[Place, Mapping[str, Any]]]) -> list[Place]:
    """Where ranges of addresses, of the same ports, are all addresses: one by one, or together."""
    single = [place for place, block in ranges if _is_everything(intervals([block]))]
    if single or not _is_everything(intervals(block for _, block in ranges)):
        return single
    rules = {place[:2] for place, _ in ranges}
    return [ranges[0][0][:2] if len(rules) == 1 else ranges[0][0][:1]]


def _many_namespaces(selector: Mapping[str, Any] | None) -> str:
    """The words for a selector of all namespaces, or of all but some; empty for any other."""
    if selector is None:
        return ""
    if selects_all(selector, namespaces=True):
        return "all namespaces"
    given = [it for it in requirements(selector) if it[:2] != (_NAME, "Exists")]
    left = [it for it in given if it[1] not in ("NotIn", "DoesNotExist")]
    if not left:
        return "all namespaces that a label does not exclude"
    common = all(
        key.startswith(_OF_ENVIRONMENTS) and (operator == "Exists" or "managed-by" in key)
        for key, operator, _ in left
    )
    return "all namespaces of environments" if common else ""


def implies(narrow: Iterable[Requirement], wide: Mapping[str, Any] | None) -> bool:
    """Whether everything that meets the requirements `narrow` is selected by `wide`.

    It is where each requirement of `wide` follows from one of them.
    """
    given = tuple(narrow)
    return all(any(_follows(needed, it) for it in given) for needed in requirements(wide))


Requirement: TypeAlias = tuple[str, str, frozenset[str]]
"""Key, operator and values of a requirement of a label selector."""


def requirements(selector: Mapping[str, Any] | None) -> tuple[Requirement, ...]:
    """What a label selector requires; `matchLabels` are requirements of one value."""
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


def rules(spec: Spec, direction: str) -> list[Mapping[str, Any]]:
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


def intervals(blocks: Iterable[Mapping[str, Any]]) -> list[Interval]:
    """The addresses of `ipBlock`s, sorted, as intervals that do not touch each other."""
    found: list[Interval] = []
    for block in blocks:
        left_out = map(_interval, block.get("except") or ())
        found += without([_interval(str(block.get("cidr")))], _joined(left_out))
    return _joined(found)


def _joined(intervals: Iterable[Interval]) -> list[Interval]:
    joined: list[Interval] = []
    for version, first, last in sorted(intervals):
        if joined and joined[-1][0] == version and first <= joined[-1][2] + 1:
            joined[-1] = (version, joined[-1][1], max(last, joined[-1][2]))
        else:
            joined.append((version, first, last))
    return joined


def without(intervals: Iterable[Interval], removed: Sequence[Interval]) -> list[Interval]:
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
        left_out = sum(last - first + 1 for _, first, last in without(inside, same))
        size = sum(last - first + 1 for _, first, last in same)
        if 2 * size > 2**bits and left_out < _NEARLY_NONE:
            return True
    return False
