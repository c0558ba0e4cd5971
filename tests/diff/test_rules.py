"""Single rules: the reasons for a change of one object, or of one line of platform.yaml.

The cases are in test_rules.yaml: an object before and after, whose kind begins the name, or lines of platform.yaml.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
import yaml

from argoproject.diff.compare import compare
from argoproject.diff.fields import differences, leaves
from argoproject.diff.model import Danger
from argoproject.diff.rules.platform import setting_reasons
from argoproject.diff.states import EnvironmentState, ObjectState
from argoproject.identity import Identity
from argoproject.models import Platform
from argoproject.models.validation import validate
from argoproject.yamlfile.reader import parse
from tests.support import cases, trees

CASES = cases.read(__file__)
IDENTITY = Identity("blue", "shop", "eu-1", "prod")


def platform(overlay: str = "{}") -> Platform:
    document, _ = parse("platform.yaml", trees.platform(overlay).encode())
    model, problems = validate(Platform, document.data, document.position)
    assert model is not None, problems
    return model


def side(kind: str, fields: str | None, options: Mapping[str, Any]) -> EnvironmentState:
    """An environment with one object, or none."""
    objects = {}
    if fields is not None:
        data = yaml.safe_load(fields) or {}
        assert data.pop("kind", kind) == kind
        metadata = {"name": "x", "namespace": "n", **data.pop("metadata", {})}
        manifest = {"apiVersion": "v1", "kind": kind, "metadata": metadata, **data}
        objects["x"] = ObjectState(key="x", cluster="eu-1", manifest=manifest, options=options)
    return EnvironmentState(identity=IDENTITY, project="p", objects=objects)


def reasons(
    kind: str, before: str | None, after: str | None, **options: tuple[Any, Any]
) -> list[str]:
    """The reasons for a change of one object. `options` are pairs: before and after."""
    old, new = (
        side(kind, text, {name: pair[at] for name, pair in options.items()})
        for at, text in enumerate((before, after))
    )
    (change,) = compare([old], [new], [platform()])
    (item,) = change.changes
    return [f"{reason.danger}: {reason}" for reason in item.reasons]


@pytest.mark.parametrize("name", [it for it in CASES if not it.startswith("platform.yaml")])
def test_an_object(name: str, pytestconfig: pytest.Config) -> None:
    files = CASES[name].files
    kind = name.partition(":")[0]
    CASES.compare(
        name, reasons(kind, files.get("before.yaml"), files.get("after.yaml")), pytestconfig
    )


@pytest.mark.parametrize(
    ("option", "pair", "expected"),
    [
        ("protected", (True, False), ["look: protection is lifted: a later change may delete it"]),
        ("protected", (False, True), []),
        (
            "adopted",
            (False, True),
            ["dangerous: the namespace is to be adopted: one that exists is imported and owned"],
        ),
        ("owned", ("by patch", "whole"), ["dangerous: x is deleted and created again"]),
        (
            "takes over fields of others",
            (False, True),
            ["look: fields that others wrote are taken over"],
        ),
    ],
)
def test_how_pulumi_handles_an_object(
    option: str, pair: tuple[Any, Any], expected: list[str]
) -> None:
    assert reasons("Namespace", "{}", "{}", **{option: pair}) == expected


def test_a_field_that_is_left_to_another_writer_is_no_change_of_it() -> None:
    """Another writer owns one of two sources: changes of the other are still reported."""
    left = ("spec.sources[1].targetRevision",)
    before, after = (
        ObjectState(
            key="x",
            cluster="hub",
            manifest={
                "apiVersion": "argoproj.io/v1alpha1",
                "kind": "Application",
                "metadata": {"name": "x"},
                "spec": {
                    "sources": [
                        {"repoURL": "u", "chart": "shop", "targetRevision": first},
                        {"repoURL": "v", "ref": "values", "targetRevision": second},
                    ]
                },
            },
            ignored=left,
        )
        for first, second in (("1.4.2", "1"), ("1.4.9", "2"))
    )
    old, new = (
        EnvironmentState(identity=IDENTITY, project="p", objects={"x": item})
        for item in (before, after)
    )
    (change,) = compare([old], [new], [platform()])
    assert change.changes[0].reasons[0].danger is Danger.LOOK
    assert "production gets shop of u 1.4.9 instead of 1.4.2" in str(change.changes[0].reasons[0])


@pytest.mark.parametrize("name", [it for it in CASES if it.startswith("platform.yaml")])
def test_a_line_of_the_platform(name: str, pytestconfig: pytest.Config) -> None:
    former, overlay = (CASES[name].files.get(key) or "{}" for key in ("former", "platform"))
    before, after = (
        parse("platform.yaml", trees.platform(text).encode())[0].data for text in (former, overlay)
    )
    fields = [leaf for field in differences(before, after) for leaf in leaves(field)]
    found = {
        f"{reason.danger}: {reason}"
        for field in fields
        for reason in setting_reasons(field, platform(former), platform(overlay))
    }
    CASES.compare(name, sorted(found), pytestconfig)


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("{podSelector: {}, policyTypes: [Ingress]}", "nothing"),
        ("{ingress: [{}]}", "ingress from anywhere"),
        ("{egress: [{ports: [{port: 53, protocol: UDP}, {port: 53}]}]}", "egress to anywhere on UDP 53, TCP 53"),
        (
            "{ingress: [{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: ingress}}}]}]}",
            "ingress from namespaces with kubernetes.io/metadata.name=ingress",
        ),
        (
            "{egress: [{to: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}],"
            " ports: [{port: 5432, endPort: 5440}]}]}",
            "egress to 10.0.0.0/8 without 10.1.0.0/16 on TCP 5432-5440",
        ),
        ("{ingress: [{from: [{podSelector: {}}]}]}", "ingress from all pods of the namespace"),
        (
            "{ingress: [{from: [{podSelector: {matchLabels: {a: b}}, namespaceSelector: {}}]}]}",
            "ingress from pods with a=b in all namespaces",
        ),
    ],
)  # fmt: skip
def test_what_a_network_policy_lets_through(spec: str, expected: str) -> None:
    assert reasons("NetworkPolicy", None, f"spec: {spec}") == [
        f"look: a network policy is added, which lets through: {expected}"
    ]
