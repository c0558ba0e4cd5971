"""`validate` reports what the cluster would refuse of extra manifests: each report; tests/attacks has the rules."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from argoproject.checks.manifests.admitted import Admitted, not_admitted
from argoproject.checks.manifests.manifests import check
from argoproject.yamlfile.reader import path_text
from tests.support import cases
from tests.support.reports import reported

CASES = cases.read(__file__)


def problems(
    tmp_path: Path, name: str, admission: str, hosts: str = "[shop.example.org]"
) -> list[str]:
    """What is reported of a case's manifest in a profile of other settings."""
    files = {
        **CASES[name].files,
        "project.yaml": f"versions: {{application: v1.4.2}}\nhosts: {hosts}\n",
        "platform": f"impersonation: true\nprofiles: {{medium: {{admission: {admission}}}}}\n"
        "teams: {blue: {hosts: ['*']}}",
    }
    return reported(check, tmp_path, files)


@pytest.mark.parametrize("name", CASES)
def test_report(tmp_path: Path, name: str, pytestconfig: pytest.Config) -> None:
    CASES.compare(name, reported(check, tmp_path, CASES[name].files), pytestconfig)


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("admission", ["null", "{mode: warn, registries: []}"])
def test_where_the_cluster_refuses_nothing(tmp_path: Path, name: str, admission: str) -> None:
    assert problems(tmp_path, name, admission) == []


def test_a_list_that_is_left_out_restricts_nothing(tmp_path: Path) -> None:
    """In a pod only the account of the platform stays refused."""
    (found,) = problems(tmp_path, "Pod", "{}")
    assert "the ServiceAccount argocd-sync is the platform's" in found
    for name in ("CronJob", "StatefulSet", "PersistentVolumeClaim"):
        assert problems(tmp_path, name, "{}") == []
    assert problems(tmp_path, "Ingress", "{}", hosts="[]") == []
    assert problems(tmp_path, "Service", "{}", hosts="[]") == []


def test_hosts_are_restricted_as_soon_as_one_is_declared_or_could_be(tmp_path: Path) -> None:
    """None may be used where the profile says which may be declared, and none is."""
    assert len(problems(tmp_path / "a", "Ingress", "{}")) == 4
    lines = problems(tmp_path / "b", "Ingress", "{hosts: ['*.example.org']}", hosts="[]")
    assert len(lines) == 7
    assert all("permitted: none" in item for item in lines)


def test_a_wildcard_matches_what_is_below(tmp_path: Path) -> None:
    assert len(problems(tmp_path, "Ingress", "{}", hosts="['*.example.org']")) == 2


LIMITS = Admitted(
    profile="medium",
    permitted={"host": ("shop.example.org", "*.in.example.org"), "storage class": ("fast",)},
)


def found(group: str, kind: str, spec: Mapping[str, Any], **annotations: str) -> list[str]:
    """The places of what would be refused."""
    notes = {key.replace("__", "/").replace("_", "."): value for key, value in annotations.items()}
    manifest = {"kind": kind, "metadata": {"annotations": notes}, "spec": spec}
    return [path_text(path) for path, _ in not_admitted(LIMITS, group, manifest)]


@pytest.mark.parametrize(
    ("group", "kind"),
    [("gateway.networking.k8s.io", "ListenerSet"), ("gateway.networking.x-k8s.io", "XListenerSet")],
)
def test_listeners(group: str, kind: str) -> None:
    """Ports of TCP and UDP have no names."""
    listeners = [
        {"protocol": "TCP"}, {"protocol": "UDP", "port": 53}, {"protocol": "HTTPS", "hostname": "shop.example.org"},
        {"protocol": "TLS", "hostname": "x.example.org"}, {"protocol": "HTTP"}, {"hostname": "a.in.example.org"},
    ]  # fmt: skip
    assert found(group, kind, {"listeners": listeners}) == [
        "spec.listeners[3].hostname",
        "spec.listeners[4].hostname",
    ]
    assert found("example.org", kind, {"listeners": listeners}) == []


@pytest.mark.parametrize("kind", ["GRPCRoute", "HTTPRoute", "TLSRoute"])
def test_routes(kind: str) -> None:
    group = "gateway.networking.k8s.io"
    assert found(group, kind, {"hostnames": ["shop.example.org", "x.example.org"]}) == [
        "spec.hostnames[1]"
    ]
    assert found(group, kind, {}) == ["spec"]
    assert found(group, "TCPRoute", {}) == []


def test_an_alias_that_is_a_pattern_is_not_below_a_wildcard() -> None:
    alias = {"nginx_ingress_kubernetes_io__server-alias": "~^(.*)|x.in.example.org"}
    rules = {"rules": [{"host": "shop.example.org"}]}
    places = found("networking.k8s.io", "Ingress", rules, **alias)
    assert places == ["metadata.annotations.nginx.ingress.kubernetes.io/server-alias"]


def test_the_old_annotation_of_a_claim_takes_precedence() -> None:
    old = {"volume_beta_kubernetes_io__storage-class": "fast"}
    assert found("", "PersistentVolumeClaim", {"storageClassName": "slow"}, **old) == []
    assert found("", "PersistentVolumeClaim", {"storageClassName": "slow"}) == [
        "spec.storageClassName"
    ]
    assert found("", "PersistentVolumeClaim", {}) == []
