"""What network policies let through: tables, and a comparison with an evaluation of single connections."""

from __future__ import annotations

import ipaddress
import itertools
import random
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import yaml

from argoproject.upstream.network_changes import widening
from argoproject.upstream.network_policies import joint_openings, openings, selects_all

OPEN = {
    "a rule without peers": ("ingress: [{}]", ["ingress.0: from everywhere"]),
    "a null that the API server stores as a rule": (
        "ingress: [null]",
        ["ingress.0: from everywhere"],
    ),
    "no peers, certain ports": ("egress: [{ports: [{port: 443}]}]", ["egress.0: to everywhere"]),
    "an empty list of peers": ("egress: [{to: []}]", ["egress.0: to everywhere"]),
    "DNS": ("egress: [{ports: [{port: 53, protocol: UDP}, {port: dns}]}]", []),
    "a range that begins with DNS": (
        "egress: [{ports: [{port: 53, endPort: 65535}]}]",
        ["egress.0: to everywhere"],
    ),
    "all of IPv4": (
        "egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0}}]}]",
        ["egress.0.to.0: to everywhere"],
    ),
    "all of IPv6, spelled differently": (
        "egress: [{to: [{ipBlock: {cidr: '0::/0'}}]}]",
        ["egress.0.to.0: to everywhere"],
    ),
    "two halves": (
        "egress: [{to: [{ipBlock: {cidr: 0.0.0.0/1}}, {ipBlock: {cidr: 128.0.0.0/1}}]}]",
        ["egress.0: to everywhere"],
    ),
    "two halves in two rules": (
        "ingress: [{from: [{ipBlock: {cidr: '::/1'}}]}, {from: [{ipBlock: {cidr: '8000::/1'}}]}]",
        ["ingress: from everywhere"],
    ),
    "without one address of pods": (
        "egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [10.255.255.255/32, 169.254.169.254/32]}}]}]",
        ["egress.0.to.0: to everywhere"],
    ),
    "halves on different ports": (
        "egress: [{to: [{ipBlock: {cidr: 0.0.0.0/1}}], ports: [{port: 1}]}, "
        "{to: [{ipBlock: {cidr: 128.0.0.0/1}}], ports: [{port: 2}]}]",
        [],
    ),
    "rules of a direction that is not limited": ("policyTypes: [Ingress], egress: [{}]", []),
    "all namespaces that lack a label": (
        "ingress: [{from: [{namespaceSelector: {matchExpressions: "
        "[{key: kubernetes.io/metadata.name, operator: Exists}, {key: a, operator: DoesNotExist}]}}]}]",
        ["ingress.0.from.0: from all namespaces that a label does not exclude"],
    ),
    "one half": ("egress: [{to: [{ipBlock: {cidr: 0.0.0.0/1}}]}]", []),
    "without an address of the internet": (
        "egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [8.8.8.8/32]}}]}]",
        ["egress.0.to.0: to everywhere"],
    ),
    "without the addresses of pods": (
        "egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [10.42.0.0/16]}}]}]",
        [],
    ),
    "the gap of one range is filled by another": (
        "egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8]}}, {ipBlock: {cidr: 10.0.0.0/8}}]}]",
        ["egress.0: to everywhere"],
    ),
    "all private addresses": ("egress: [{to: [{ipBlock: {cidr: 10.0.0.0/8}}]}]", []),
    "all namespaces": (
        "ingress: [{from: [{namespaceSelector: {}}]}]",
        ["ingress.0.from.0: from all namespaces"],
    ),
    "all namespaces, by the label that all have": (
        "ingress: [{from: [{namespaceSelector: {matchExpressions: "
        "[{key: kubernetes.io/metadata.name, operator: Exists}]}}]}]",
        ["ingress.0.from.0: from all namespaces"],
    ),
    "all namespaces but one": (
        "ingress: [{from: [{namespaceSelector: {matchExpressions: [{key: a, operator: NotIn, values: [b]}]}}]}]",
        ["ingress.0.from.0: from all namespaces that a label does not exclude"],
    ),
    "all namespaces of environments, by a label that all have": (
        "ingress: [{from: [{namespaceSelector: {matchExpressions: "
        "[{key: pod-security.kubernetes.io/enforce, operator: Exists}]}}]}]",
        ["ingress.0.from.0: from all namespaces of environments"],
    ),
    "all namespaces of environments, by their manager": (
        "ingress: [{from: [{namespaceSelector: {matchLabels: {app.kubernetes.io/managed-by: argo-projects}}}]}]",
        ["ingress.0.from.0: from all namespaces of environments"],
    ),
    "halves on all ports and on one": (
        "egress: [{to: [{ipBlock: {cidr: 0.0.0.0/1}}], ports: [{port: 1}]}, "
        "{to: [{ipBlock: {cidr: 128.0.0.0/1}}]}]",
        ["egress: to everywhere"],
    ),
    "certain namespaces": ("ingress: [{from: [{namespaceSelector: {matchLabels: {a: b}}}]}]", []),
    "namespaces with a label": (
        "ingress: [{from: [{namespaceSelector: {matchExpressions: [{key: a, operator: Exists}]}}]}]",
        [],
    ),
    "the policy's own namespace": ("ingress: [{from: [{podSelector: {}}]}]", []),
}


@pytest.mark.parametrize("name", OPEN)
def test_openings(name: str) -> None:
    text, expected = OPEN[name]
    found = openings(yaml.safe_load(f"{{podSelector: {{}}, {text}}}"))
    assert [f"{'.'.join(map(str, it.place))}: {it.text}" for it in found] == expected


def test_selects_all() -> None:
    exists = {"matchExpressions": [{"key": "kubernetes.io/metadata.name", "operator": "Exists"}]}
    assert selects_all({})
    assert selects_all({"matchLabels": {}, "matchExpressions": []})
    assert selects_all(exists, namespaces=True)
    assert not selects_all(exists)
    assert not selects_all({"matchLabels": {"a": "b"}}, namespaces=True)


MORE = {
    "nothing changes": (
        "ingress: [{from: [{podSelector: {}}]}]",
        "ingress: [{from: [{podSelector: {}}]}]",
        False,
    ),
    "a rule more": ("ingress: []", "ingress: [{from: [{podSelector: {}}]}]", True),
    "a rule less": ("ingress: [{from: [{podSelector: {}}]}]", "ingress: []", False),
    "one port of all": ("ingress: [{}]", "ingress: [{ports: [{port: 443}]}]", False),
    "all ports of one": ("ingress: [{ports: [{port: 443}]}]", "ingress: [{}]", True),
    "a range in two parts": (
        "ingress: [{ports: [{port: 1, endPort: 9}]}]",
        "ingress: [{ports: [{port: 5, endPort: 9}]}, {ports: [{port: 1, endPort: 4}]}]",
        False,
    ),
    "a range that becomes longer": (
        "ingress: [{ports: [{port: 1, endPort: 9}]}]",
        "ingress: [{ports: [{port: 1, endPort: 10}]}]",
        True,
    ),
    "another protocol": (
        "ingress: [{ports: [{port: 53}]}]",
        "ingress: [{ports: [{port: 53, protocol: UDP}]}]",
        True,
    ),
    "the default protocol written out": (
        "ingress: [{ports: [{port: 53}]}]",
        "ingress: [{ports: [{port: 53, protocol: TCP}]}]",
        False,
    ),
    "a port by its name": (
        "ingress: [{ports: [{port: 80}]}]",
        "ingress: [{ports: [{port: http}]}]",
        True,
    ),
    "halves of a range of addresses": (
        "egress: [{to: [{ipBlock: {cidr: 10.0.0.0/8}}]}]",
        "egress: [{to: [{ipBlock: {cidr: 10.0.0.0/9}}, {ipBlock: {cidr: 10.128.0.0/9}}]}]",
        False,
    ),
    "an exception less": (
        "egress: [{to: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}]}]",
        "egress: [{to: [{ipBlock: {cidr: 10.0.0.0/8}}]}]",
        True,
    ),
    "an exception more": (
        "egress: [{to: [{ipBlock: {cidr: 10.0.0.0/8}}]}]",
        "egress: [{to: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}]}]",
        False,
    ),
    "fewer pods are isolated": ("podSelector: {}", "podSelector: {matchLabels: {a: b}}", True),
    "more pods are isolated": ("podSelector: {matchLabels: {a: b}}", "podSelector: {}", False),
    "its rules are for more pods": (
        "podSelector: {matchLabels: {a: b}}, ingress: [{}]",
        "podSelector: {}, ingress: [{}]",
        False,
    ),
    "a direction more, with rules": (
        "policyTypes: [Ingress]",
        "policyTypes: [Ingress, Egress], egress: [{}]",
        False,
    ),
    "a direction more, without rules": (
        "policyTypes: [Ingress]",
        "policyTypes: [Ingress, Egress]",
        False,
    ),
    "a direction less": ("policyTypes: [Ingress, Egress]", "policyTypes: [Ingress]", True),
    "a direction that the rules imply": (
        "egress: [{}]",
        "policyTypes: [Ingress, Egress], egress: [{}]",
        False,
    ),
    "one namespace of two": (
        "ingress: [{from: [{namespaceSelector: {matchExpressions: [{key: a, operator: In, values: [b, c]}]}}]}]",
        "ingress: [{from: [{namespaceSelector: {matchLabels: {a: b}}}]}]",
        False,
    ),
    "all namespaces of the own one": (
        "ingress: [{from: [{podSelector: {}}]}]",
        "ingress: [{from: [{namespaceSelector: {}}]}]",
        True,
    ),
}


@pytest.mark.parametrize("name", MORE)
def test_widening(name: str) -> None:
    old, new, expected = MORE[name]
    specs = (yaml.safe_load(f"{{{text}}}") for text in (old, new))
    old_spec, new_spec = ({"podSelector": {}, **spec} for spec in specs)
    assert bool(widening(old_spec, new_spec)) is expected


DENY = "policyTypes: [Ingress, Egress]"
WEB = "podSelector: {matchLabels: {app: web}}"
TOGETHER = {
    "a direction more, next to one that limits it": (
        "policyTypes: [Ingress]",
        "policyTypes: [Ingress, Egress], egress: [{}]",
        [DENY],
        "more is let through",
    ),
    "for more pods, next to one that limits them": (
        f"{WEB}, ingress: [{{}}]",
        "ingress: [{}]",
        [DENY],
        "its rules are for more pods",
    ),
    "a new one next to one that limits": ("", "ingress: [{}]", [DENY], "more is let through"),
    "a new one where nothing limits": ("", "ingress: [{}]", [], ""),
    "a new one of another direction": (
        "",
        "ingress: [{}]",
        ["policyTypes: [Egress], egress: []"],
        "",
    ),
    "a new one for pods that none limits": (
        "",
        "podSelector: {matchLabels: {app: db}}, ingress: [{}]",
        [WEB],
        "",
    ),
    "a new one for pods of which some are limited": (
        "",
        "podSelector: {matchExpressions: [{key: app, operator: Exists}]}, ingress: [{}]",
        [WEB],
        "more is let through",
    ),
    "what another one lets through": ("", "ingress: [{ports: [{port: 1}]}]", ["ingress: [{}]"], ""),
    "what another one lets through for some pods": (
        "",
        "ingress: [{ports: [{port: 1}]}]",
        [DENY, f"{WEB}, ingress: [{{}}]"],
        "more is let through",
    ),
    "a limit that another one has": (DENY, "", ["podSelector: {}", "policyTypes: [Egress]"], ""),
    "a limit that another one has for some pods": (
        DENY,
        "",
        [f"{WEB}, policyTypes: [Ingress, Egress]"],
        "ingress and egress is no longer limited",
    ),
    "a limit that limited nothing": ("ingress: [{}]", "", [], ""),
}


@pytest.mark.parametrize("name", TOGETHER)
def test_policies_add_up(name: str) -> None:
    old, new, others, why = TOGETHER[name]
    first, second, *rest = (
        {"podSelector": {}, **yaml.safe_load(f"{{{it}}}")} if it else None
        for it in (old, new, *others)
    )
    known = [it for it in rest if it is not None]
    before = [*known, *([first] if first else ())]
    after = [*known, *([second] if second else ())]
    assert widening(first, second, before, after) == why


JOINT = {
    "halves in two policies": (["0.0.0.0/1", "128.0.0.0/1"], [(0, 1)]),
    "everything in one": (["0.0.0.0/0", "128.0.0.0/1"], []),
    "parts of the internet": (["0.0.0.0/2", "128.0.0.0/1"], []),
    "three": (["0.0.0.0/2", "64.0.0.0/2", "128.0.0.0/1"], [(0, 1, 2)]),
    "IPv6": (["::/1", "10.0.0.0/8", "8000::/1"], [(0, 1, 2)]),
}


@pytest.mark.parametrize("name", JOINT)
def test_policies_that_are_open_together(name: str) -> None:
    ranges, expected = JOINT[name]
    specs: list[dict[str, Any]] = [
        {"podSelector": {}, "egress": [{"to": [{"ipBlock": {"cidr": it}}]}]} for it in ranges
    ]
    assert [it for it, _ in joint_openings(specs)] == expected
    # The ports of one are not those of the other, or its pods.
    specs[-1]["egress"][0]["ports"] = [{"port": 443}]
    assert [it for it, _ in joint_openings(specs)] == expected
    specs[0]["egress"][0]["ports"] = [{"port": 80}]
    assert [it for it, _ in joint_openings(specs[:1] + specs[-1:])] == []
    for spec in specs:
        spec["egress"][0].pop("ports", None)
    specs[-1]["podSelector"] = {"matchLabels": {"app": "web"}}
    assert [it for it, _ in joint_openings(specs)] == expected
    specs[0]["podSelector"] = {"matchLabels": {"app": "db"}}
    assert [it for it, _ in joint_openings(specs)] == []


# An evaluation of single connections, written from the documentation of NetworkPolicySpec.

PORTS = (1, 53, 54, 443, 65535)
ADDRESSES = tuple(map(ipaddress.ip_address, ("10.0.0.1", "10.200.0.1", "8.8.8.8", "fd00::1")))
LABELS: tuple[Mapping[str, str], ...] = (
    {},
    {"a": "x"},
    {"a": "y"},
    {"b": "x"},
    {"a": "x", "b": "x"},
)


def connections() -> Iterator[tuple[Any, ...]]:
    pods = [(own, ns, pod) for own in (True, False) for ns in LABELS for pod in LABELS]
    for peer in (*pods, *ADDRESSES):
        for protocol, port in itertools.product(("TCP", "UDP"), PORTS):
            yield peer, protocol, port


def selected(selector: Mapping[str, Any] | None, labels: Mapping[str, str]) -> bool:
    selector = selector or {}
    if any(labels.get(key) != value for key, value in selector.get("matchLabels", {}).items()):
        return False
    tests = {
        "In": lambda it: labels.get(it["key"]) in it["values"],
        "NotIn": lambda it: labels.get(it["key"]) not in it["values"],
        "Exists": lambda it: it["key"] in labels,
        "DoesNotExist": lambda it: it["key"] not in labels,
    }
    return all(tests[it["operator"]](it) for it in selector.get("matchExpressions", ()))


def is_peer(peer: Mapping[str, Any], other: Any) -> bool:
    if "ipBlock" in peer:
        if isinstance(other, tuple):
            return False
        block = peer["ipBlock"]
        inside = other in ipaddress.ip_network(block["cidr"])
        return inside and not any(
            other in ipaddress.ip_network(it) for it in block.get("except", ())
        )
    if not isinstance(other, tuple):
        return False
    own, namespace, pod = other
    where = peer.get("namespaceSelector")
    in_namespace = own if where is None else selected(where, namespace)
    return in_namespace and selected(peer.get("podSelector"), pod)


def passes(spec: Mapping[str, Any], direction: str, connection: tuple[Any, ...]) -> bool:
    peer, protocol, port = connection
    word = {"ingress": "from", "egress": "to"}[direction]
    return any(
        (not rule.get(word) or any(is_peer(it, peer) for it in rule[word]))
        and (
            not rule.get("ports")
            or any(
                it.get("protocol", "TCP") == protocol
                and ("port" not in it or it["port"] <= port <= it.get("endPort", it["port"]))
                for it in rule["ports"]
            )
        )
        for rule in spec.get(direction, ())
    )


def written(chance: random.Random) -> dict[str, Any]:
    def selector() -> dict[str, Any]:
        operator = chance.choice(("In", "NotIn", "Exists", "DoesNotExist"))
        values = (
            {"values": chance.sample(("x", "y"), chance.randint(1, 2))} if "In" in operator else {}
        )
        requirement = {"key": chance.choice("ab"), "operator": operator, **values}
        return chance.choice(
            ({}, {"matchLabels": {chance.choice("ab"): "x"}}, {"matchExpressions": [requirement]})
        )

    def peer() -> dict[str, Any]:
        if chance.random() < 0.5:
            cidr = chance.choice(
                ("10.0.0.0/8", "10.0.0.0/9", "10.128.0.0/9", "0.0.0.0/0", "fd00::/8")
            )
            gaps = {"except": ["10.0.0.0/16"]} if cidr in ("10.0.0.0/8", "0.0.0.0/0") else {}
            return {"ipBlock": {"cidr": cidr, **(gaps if chance.random() < 0.5 else {})}}
        wanted = chance.choice(
            (("podSelector",), ("namespaceSelector",), ("podSelector", "namespaceSelector"))
        )
        return {key: selector() for key in wanted}

    def port() -> dict[str, Any]:
        first, last = sorted(chance.choices(PORTS, k=2))
        return chance.choice(
            (
                {"protocol": "UDP"},
                {"port": first},
                {"port": first, "endPort": last, "protocol": "TCP"},
            )
        )

    def rule() -> dict[str, Any]:
        peers = [peer() for _ in range(chance.randint(0, 2))]
        ports = [port() for _ in range(chance.randint(0, 2))]
        return {**({"from": peers} if peers else {}), **({"ports": ports} if ports else {})}

    return {"podSelector": {}, "ingress": [rule() for _ in range(chance.randint(0, 3))]}


def test_what_permits_no_more_lets_no_more_connections_pass() -> None:
    chance = random.Random(14)
    outcomes = {True: 0, False: 0}
    for _ in range(500):
        old = written(chance)
        new = written(chance)
        if chance.random() < 0.5:  # a part of the old one
            new = {**old, "ingress": [it for it in old["ingress"] if chance.random() < 0.7]}
        more = bool(widening(old, new))
        outcomes[more] += 1
        passing = [
            it
            for it in connections()
            if passes(new, "ingress", it) and not passes(old, "ingress", it)
        ]
        assert more or not passing, (old, new, passing[0])
    assert min(outcomes.values()) > 100, outcomes


def reaches(
    specs: list[dict[str, Any]], pod: Mapping[str, str], connection: tuple[Any, ...]
) -> bool:
    """Whether a connection reaches a pod, past all policies that select it."""
    limiting = [it for it in specs if selected(it["podSelector"], pod)]
    return not limiting or any(passes(it, "ingress", connection) for it in limiting)


def test_a_change_that_permits_no_more_next_to_others_lets_no_more_connections_pass() -> None:
    chance = random.Random(16)
    outcomes = {True: 0, False: 0}
    some = list(connections())[::7]

    def policy() -> dict[str, Any]:
        operator = chance.choice(("Exists", "DoesNotExist"))
        selectors: tuple[dict[str, Any], ...] = (
            {},
            {"matchLabels": {chance.choice("ab"): "x"}},
            {"matchExpressions": [{"key": "a", "operator": operator}]},
        )
        return {**written(chance), "podSelector": chance.choice(selectors)}

    for _ in range(400):
        others = [policy() for _ in range(chance.randint(0, 3))]
        old, new = (policy() if chance.random() < 0.8 else None for _ in range(2))
        if chance.random() < 0.4:
            new = {**policy(), "ingress": []}
        if chance.random() < 0.2 and others:
            old = {**others[0], "ingress": []}
        before = [*others, *([old] if old else ())]
        after = [*others, *([new] if new else ())]
        more = bool(widening(old, new, before, after))
        outcomes[more] += 1
        passing = [
            (pod, it)
            for pod in LABELS
            for it in some
            if reaches(after, pod, it) and not reaches(before, pod, it)
        ]
        assert more or not passing, (before, after, passing[0])
    assert min(outcomes.values()) > 60, outcomes
