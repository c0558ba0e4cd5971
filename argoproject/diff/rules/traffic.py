"""What a network policy lets through, in one line: a reviewer should not have to read its YAML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

__all__ = ["traffic"]

_DIRECTIONS = (("ingress", "from"), ("egress", "to"))


def traffic(spec: Mapping[str, Any]) -> str:
    """`ingress from namespaces with a=b on TCP 443; egress to anywhere on UDP 53`. Source of the form: kubernetes.io,
    NetworkPolicySpec."""
    opened = [
        _rule(direction, word, rule or {})
        for direction, word in _DIRECTIONS
        for rule in spec.get(direction) or ()
    ]
    return "; ".join(opened) or "nothing"


def _rule(direction: str, word: str, rule: Mapping[str, Any]) -> str:
    peers = " or ".join(_peer(peer) for peer in rule.get(word) or ()) or "anywhere"
    ports = ", ".join(_ports(rule.get("ports") or ()))
    return f"{direction} {word} {peers}" + (f" on {ports}" if ports else "")


def _peer(peer: Mapping[str, Any]) -> str:
    block = peer.get("ipBlock")
    if block:
        without = ", ".join(block.get("except") or ())
        return str(block.get("cidr")) + (f" without {without}" if without else "")
    pods, namespaces = peer.get("podSelector"), peer.get("namespaceSelector")
    if namespaces is None:
        return f"{_selected('pods', pods)} of the namespace"
    told = _selected("namespaces", namespaces)
    return told if not pods else f"{_selected('pods', pods)} in {told}"


def _selected(what: str, selector: Mapping[str, Any] | None) -> str:
    selector = selector or {}
    labels = [f"{key}={value}" for key, value in (selector.get("matchLabels") or {}).items()]
    labels += [str(item.get("key")) for item in selector.get("matchExpressions") or ()]
    return f"{what} with {', '.join(labels)}" if labels else f"all {what}"


def _ports(ports: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for item in ports:
        end = f"-{item['endPort']}" if item.get("endPort") else ""
        yield f"{item.get('protocol', 'TCP')} {item.get('port', 'all ports')}{end}"
