"""Whether a change of network policies lets more through. Policies add up, so all those of a namespace are compared.

Without any policy that limits a direction, everything passes; with one, what the rules of all policies list that select
the pod.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from argoproject.upstream.network_policies import (
    RULES,
    Requirement,
    Spec,
    implies,
    intervals,
    isolated_directions,
    requirements,
    rules,
    selects_all,
    without,
)

__all__ = ["widening"]

_LAST = 65535


def widening(
    old: Spec | None,
    new: Spec | None,
    before: Sequence[Spec] = (),
    after: Sequence[Spec] = (),
) -> str:
    """Why the change of one policy permits traffic that was kept out; empty where it permits no more.

    Args:
        old: the policy as it was; None where it is new.
        new: the policy as it is; None where it is deleted.
        before: all policies of the namespace as they were, `old` among them. Default: `old` alone.
        after: all policies of the namespace as they are. Default: `new` alone.

    Example:
        Next to a policy that limits everything, a new one with a rule opens. A rule that moves from one policy for all
        pods to another permits no more, and neither does one for port 443 in place of one for all ports.
    """
    before = before or [it for it in (old,) if it is not None]
    after = after or [it for it in (new,) if it is not None]
    lost = (
        []
        if old is None
        else [it for it in isolated_directions(old) if _is_lost(it, old, before, after)]
    )
    if lost and new is not None and set(lost) <= set(isolated_directions(new)):
        return "fewer or other pods are limited"
    if lost:
        return f"{' and '.join(map(str.lower, lost))} is no longer limited"
    if new is None or not any(_opens(new, before, *it) for it in RULES):
        return ""
    pods = requirements(new.get("podSelector"))
    more_pods = old is not None and not implies(pods, old.get("podSelector"))
    return "its rules are for more pods" if more_pods else "more is let through"


def _is_lost(direction: str, old: Spec, before: Sequence[Spec], after: Sequence[Spec]) -> bool:
    """Whether pods of a policy are no longer limited in a direction in which they were."""
    pods = requirements(old.get("podSelector"))
    if any(direction in isolated_directions(it) for it in _selecting(pods, after)):
        return False
    word = dict(RULES)[direction.lower()]
    passed = [
        it for spec in _selecting(pods, before) for it in _allowed(spec, direction.lower(), word)
    ]
    return not _Permitted(passed).covers(Allowed(direction.lower(), {}))


def _opens(new: Spec, before: Sequence[Spec], direction: str, word: str) -> bool:
    """Whether rules of a policy permit, for pods that another one had limited, what none had permitted."""
    given = list(_allowed(new, direction, word))
    own = requirements(new.get("podSelector"))
    known: set[tuple[int, ...]] = set()
    for spec in before if given else ():
        pods = (*own, *requirements(spec.get("podSelector")))
        if direction.capitalize() not in isolated_directions(spec) or _nothing(pods):
            continue
        passed = _selecting(pods, before)
        key = tuple(map(id, passed))
        if key not in known:
            known.add(key)
            permitted = _Permitted(
                [it for other in passed for it in _allowed(other, direction, word)]
            )
            if not all(map(permitted.covers, given)):
                return True
    return False


def _selecting(pods: Sequence[Requirement], specs: Sequence[Spec]) -> list[Spec]:
    """The policies that select all pods that meet some requirements."""
    return [spec for spec in specs if implies(pods, spec.get("podSelector"))]


def _nothing(pods: Sequence[Requirement]) -> bool:
    """Whether no pod can meet all requirements: two of them contradict each other."""
    wanted = [(key, values) for key, operator, values in pods if operator == "In"]
    present = {key for key, operator, _ in pods if operator in ("In", "Exists")}
    return any(
        (operator == "In" and any(key == it and not values & others for it, others in wanted))
        or (operator == "NotIn" and any(key == it and others <= values for it, others in wanted))
        or (operator == "DoesNotExist" and key in present)
        for key, operator, values in pods
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
    for rule in rules(spec, direction):
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
        self._addresses = intervals(peer["ipBlock"] for peer in found if peer.get("ipBlock"))

    def cover(self, new: Mapping[str, Any]) -> bool:
        """Whether all of the peer `new` is among them."""
        if self._all or not new:
            return self._all
        if block := new.get("ipBlock"):
            return not without(intervals([block]), self._addresses)
        return any(_covers_pods(peer, new) for peer in self._pods)


def _covers_pods(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Whether all pods that the selectors of `new` select are selected by those of `old`."""
    where, here = old.get("namespaceSelector"), new.get("namespaceSelector")
    if where is None and here is not None:
        return False
    everywhere = where is None or selects_all(where, namespaces=True)
    in_namespaces = everywhere or (here is not None and implies(requirements(here), where))
    return in_namespaces and implies(requirements(new.get("podSelector")), old.get("podSelector"))
