"""Network policies: what is accepted here is accepted by the API server's own code, and what it refuses is refused."""

from __future__ import annotations

import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from argoproject.models.network_policies import NetworkPolicy
from argoproject.models.validation import validate
from argoproject.yamlfile.reader import parse
from tests.support import cases
from tests.support.kubernetes import Kubernetes
from tests.support.trees import load, report, tree

CASES = cases.read(__file__)


@pytest.mark.parametrize("name", CASES)
def test_report(tmp_path: Path, name: str, pytestconfig: pytest.Config) -> None:
    loaded = load(tree(tmp_path, CASES[name].tree()))
    CASES.compare(name, report(loaded.problems), pytestconfig)


POLICIES = 4000

KEYS = (
    "app",
    "example.org/tier",
    "kubernetes.io/metadata.name",
    "-app",
    "Example.org/a",
    "a b",
    "",
)
VALUES = ("shop", "1.10", "", "v1_2", "a b", "-x", "x" * 64, "on")
OPERATORS = ("In", "NotIn", "Exists", "DoesNotExist", "in", "Equals")
CIDRS = (
    *(
        "10.0.0.0/8",
        "10.1.0.0/16",
        "0.0.0.0/0",
        "0.0.0.0/1",
        "::/0",
        "0::/0",
        "fd00::/8",
        "10.0.0.1/8",
    ),
    *(
        "10.0.0.0/33",
        "10.0.0.0",
        "010.0.0.0/8",
        "10.0.0.0/08",
        "::ffff:10.0.0.0/104",
        "fe80::1%eth0/64",
    ),
    *(
        "10.0.0.0/255.0.0.0",
        "10.0.0/8",
        "fd00::/129",
        "fd00:0::0/8",
        "/8",
        "10.0.0.0/",
        "10.0.0.0/+8",
        "FD00::/8",
    ),
)
PORTS = (
    1,
    53,
    443,
    8080,
    65535,
    0,
    65536,
    -1,
    "https",
    "a-b",
    "a--b",
    "HTTPS",
    "1",
    "-a",
    "a" * 16,
    "web.1",
)
PROTOCOLS = ("TCP", "UDP", "SCTP", "tcp", "ICMP")
TYPES = ("Ingress", "Egress", "ingress", "Both")


class Writer:
    """Writes specs of which most have at most one mistake."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def spec(self) -> dict[str, Any]:
        data: dict[str, Any] = {"podSelector": self.selector()}
        self.maybe(data, "policyTypes", lambda: self.some(lambda: self.word(TYPES, 2), 3))
        self.maybe(data, "ingress", lambda: self.some(lambda: self.rule("from"), 2))
        self.maybe(data, "egress", lambda: self.some(lambda: self.rule("to"), 2))
        return self.mistyped(data)

    def rule(self, word: str) -> dict[str, Any]:
        data: dict[str, Any] = {}
        self.maybe(data, word, lambda: self.some(self.peer, 2))
        self.maybe(data, "ports", lambda: self.some(self.port, 2))
        return self.mistyped(data)

    def peer(self) -> dict[str, Any]:
        data: dict[str, Any] = {}
        if self.random.random() < 0.4:
            data["ipBlock"] = {"cidr": self.word(CIDRS, 8)}
            self.maybe(data["ipBlock"], "except", lambda: self.some(lambda: self.word(CIDRS, 8), 2))
        if self.random.random() < (0.05 if data else 0.7):
            data["podSelector"] = self.selector()
        if self.random.random() < (0.05 if "ipBlock" in data else 0.5):
            data["namespaceSelector"] = self.selector()
        return self.mistyped(data)

    def port(self) -> dict[str, Any]:
        data: dict[str, Any] = {}
        self.maybe(data, "protocol", lambda: self.word(PROTOCOLS, 3))
        self.maybe(data, "port", lambda: self.word(PORTS, 5))
        self.maybe(data, "endPort", lambda: self.word(PORTS, 5), 0.3)
        return self.mistyped(data)

    def selector(self) -> dict[str, Any]:
        data: dict[str, Any] = {}
        self.maybe(data, "matchLabels", lambda: {self.word(KEYS, 3): self.word(VALUES, 4)})
        self.maybe(data, "matchExpressions", lambda: self.some(self.requirement, 2))
        return self.mistyped(data)

    def requirement(self) -> dict[str, Any]:
        operator = self.word(OPERATORS, 4)
        data: dict[str, Any] = {"key": self.word(KEYS, 3), "operator": operator}
        wanted = 0.95 if operator in ("In", "NotIn") else 0.05
        self.maybe(data, "values", lambda: [self.word(VALUES, 4)], wanted)
        return self.mistyped(data)

    def mistyped(self, data: dict[str, Any]) -> dict[str, Any]:
        """`data`, sometimes with a misspelt key."""
        if data and self.random.random() < 0.01:
            key = self.random.choice(list(data))
            data[key[:-1]] = data.pop(key)
        return data

    def word(self, words: tuple[Any, ...], good: int) -> Any:
        """One of the first `good` words, and sometimes one of the others."""
        return self.random.choice(words if self.random.random() < 0.05 else words[:good])

    def some(self, write: Any, most: int) -> list[Any]:
        return [write() for _ in range(self.random.randint(0, most))]

    def maybe(self, data: dict[str, Any], key: str, write: Any, chance: float = 0.6) -> None:
        if self.random.random() < chance:
            data[key] = write()


def accepted(spec: Mapping[str, Any]) -> NetworkPolicy | None:
    """The policy as a file of the configuration would have it; None where it is refused."""
    document, problems = parse("policy.yaml", yaml.safe_dump(spec, sort_keys=False).encode())
    assert not problems
    return validate(NetworkPolicy, document.data, document.position)[0]


def has_ignored(spec: Any) -> bool:
    types = spec.get("policyTypes") or ["Ingress", "Egress"]
    return any(spec.get(it.lower()) and it not in types for it in ("Ingress", "Egress"))


@pytest.mark.kubernetes
def test_it_accepts_what_the_api_server_accepts(kubernetes: Kubernetes) -> None:
    """But for rules of a direction that `policyTypes` leaves out, which Kubernetes stores and ignores."""
    writer = Writer(14)
    specs = [writer.spec() for _ in range(POLICIES)]
    verdicts = kubernetes.judge(
        {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "NetworkPolicy",
            "metadata": {"name": "a", "namespace": "b"},
            "spec": spec,
        }
        for spec in specs
    )
    outcomes = set()
    for spec, verdict in zip(specs, verdicts, strict=True):
        policy = accepted(spec)
        assert (policy is None) == (bool(verdict.errors) or has_ignored(spec)), (
            spec,
            verdict.errors,
        )
        if policy is not None:
            assert policy.spec == spec
        outcomes.add(policy is None)
    assert outcomes == {True, False}
