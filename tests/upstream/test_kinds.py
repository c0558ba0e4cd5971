"""One reading of kinds, for what opens them and for what they become."""

from __future__ import annotations

import pytest

from argoproject.project.kinds import planned_kind
from argoproject.upstream.kinds import Kind, meant_kind, parse_kind, served


@pytest.mark.parametrize(
    ("text", "expected", "spelled"),
    [
        ("ConfigMap", Kind("", "ConfigMap"), "ConfigMap"),
        ("/ConfigMap", Kind("", "ConfigMap"), "ConfigMap"),
        ("apps/Deployment", Kind("apps", "Deployment"), "apps/Deployment"),
        ("a-b.example.org/X1", Kind("a-b.example.org", "X1"), "a-b.example.org/X1"),
        ("v1.example.org/Foo", Kind("v1.example.org", "Foo"), "v1.example.org/Foo"),
    ],
)
@pytest.mark.parametrize("named", [True, False])
def test_kinds(text: str, expected: Kind, spelled: str, named: bool) -> None:
    found = parse_kind(text, named=named)
    assert found == expected
    assert str(found) == spelled


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Node/a", Kind("", "Node", "a")),
        ("/Node/a", Kind("", "Node", "a")),
        ("example.org/Foo/bar.example.org", Kind("example.org", "Foo", "bar.example.org")),
        (
            "rbac.authorization.k8s.io/ClusterRole/system:x",
            Kind("rbac.authorization.k8s.io", "ClusterRole", "system:x"),
        ),
    ],
)
def test_one_object_of_the_cluster(text: str, expected: Kind) -> None:
    assert parse_kind(text) is None
    found = parse_kind(text, named=True)
    assert found == expected
    assert found is not None
    assert found.whole == Kind(expected.group, expected.kind)
    assert str(found) == text.removeprefix("/")


@pytest.mark.parametrize(
    "text",
    [
        "", "/", "configMap", "*", "*/*", "apps/*", "apps/Deploy?ent", "apps/v1/Deployment", "core/Pod", "v1/Pod",
        "v1beta1/Pod", "Apps/Deployment", "a_b/Foo", "-a/Foo", "a-/Foo", "Foo ", "Foo\n", "Foo/Bar", "Foo/-a", "Foo/a-",
        "Foo/a/b", "Foo/*", "[A-Z]oo", "F" * 64, f"Foo/{'a' * 254}", "\uff26oo",
    ],
)  # fmt: skip
@pytest.mark.parametrize("named", [True, False])
def test_what_is_no_kind(text: str, named: bool) -> None:
    assert parse_kind(text, named=named) is None


@pytest.mark.parametrize(("text", "named"), [("v1/ResourceQuota", True), ("Node/a", False)])
def test_what_no_check_refused_is_not_planned_in_silence(text: str, named: bool) -> None:
    with pytest.raises(
        ValueError, match=r"^'.*' is not a kind of resource, and no check refused it$"
    ):
        planned_kind(text, named=named)


MEANT = {
    ("", "Configmap"): "ConfigMap",
    ("", "configmaps"): "ConfigMap",
    ("", "Deployment"): "apps/Deployment",
    ("apps", "Deployments"): "apps/Deployment",
    ("apps", "Statefullset"): "apps/StatefulSet",
    ("networking.k8s.io", "NetworkPolicies"): "networking.k8s.io/NetworkPolicy",
    ("networking.k8s.oi", "Ingress"): "networking.k8s.io/Ingress",
    ("extensions", "Ingress"): "networking.k8s.io/Ingress",
    ("policy", "Ingress"): "networking.k8s.io/Ingress",
    ("", "ConfigMap"): None,
    ("", "ConfigMapList"): None,
    ("example.org", "Pod"): None,
    ("projectcalico.org", "NetworkPolicy"): None,
    ("apps", "Widget"): None,
    ("*", "*"): None,
    ("", "*"): None,
}


@pytest.mark.parametrize(("group", "kind"), MEANT)
def test_the_kind_that_was_meant(group: str, kind: str) -> None:
    meant = meant_kind(group, kind)
    assert (None if meant is None else str(meant)) == MEANT[group, kind]


def test_versions_that_are_served() -> None:
    assert served("apps", "v1beta1") == ("v1",)
    assert served("", "v2") == ("v1",)
    assert served("autoscaling", "v2beta2") == ("v2", "v1")
    assert served("autoscaling", "v2") == served("networking.k8s.io", "v1beta1") == ()
    assert served("example.org", "v9") == ()
