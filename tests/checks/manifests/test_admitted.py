"""What the cluster would refuse of extra manifests is told by `validate`, word by word; tests/attacks has the rules."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from argoproject.checks.manifests.admitted import Admitted, not_admitted
from argoproject.checks.manifests.manifests import check
from argoproject.yamlfile.reader import path_text
from tests.support.reports import SHOP, told

ADMISSION = """{
  registries: [harbor.example.org, registry.example.org/blue/*], storageClasses: [fast], ingressClasses: [public],
  priorityClasses: [], serviceTypes: [ClusterIP], hosts: ["*.example.org"]}"""
PLATFORM = "impersonation: true\nprofiles: {{medium: {{admission: {}}}}}\nteams: {{blue: {{hosts: ['*']}}}}"
POD = """\
apiVersion: v1
kind: Pod
metadata: {name: x}
spec:
  containers: [{name: a, image: harbor.example.org/a}, {name: b, image: nginx}]
  initContainers: [{name: c, image: "evil.tld/c:1"}]
  volumes:
  - {name: d, image: {reference: evil.tld/d}}
  - {name: e, ephemeral: {volumeClaimTemplate: {spec: {storageClassName: slow}}}}
  priorityClassName: high
  serviceAccountName: argocd-sync
"""
CRON_JOB = """\
apiVersion: batch/v1
kind: CronJob
metadata: {name: x}
spec: {jobTemplate: {spec: {template: {spec: {containers: [{name: a}], serviceAccountName: default}}}}}
"""
STATEFUL_SET = """\
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: x}
spec:
  template: {spec: {containers: [{name: a, image: registry.example.org/blue/a}]}}
  volumeClaimTemplates:
  - {metadata: {name: data}, spec: {}}
  - {metadata: {name: logs}, spec: {storageClassName: ""}}
"""
CLAIM = """\
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: x, annotations: {volume.beta.kubernetes.io/storage-class: slow}}
spec: {storageClassName: fast}
"""
INGRESS = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: x, annotations: {nginx.ingress.kubernetes.io/server-alias: "shop.example.org, a.example.org"}}
spec:
  ingressClassName: private
  rules: [{host: shop.example.org}, {http: {}}]
  tls: [{hosts: [shop.example.org, b.example.org]}]
  defaultBackend: {}
"""
SERVICE = """\
apiVersion: v1
kind: Service
metadata: {name: x, annotations: {external-dns.alpha.kubernetes.io/internal-hostname: c.example.org}}
spec: {type: NodePort}
"""


def problems(
    tmp_path: Path, text: str, admission: str = ADMISSION, hosts: str = "[shop.example.org]"
) -> list[str]:
    files = {
        "project.yaml": f"versions: {{application: v1.4.2}}\nhosts: {hosts}\n",
        f"{SHOP}/prod/manifests/x.yaml": text,
        "platform": PLATFORM.format(admission),
    }
    return [line.removeprefix("manifests/x.yaml:") for line in told(check, tmp_path, files)]


def line(
    place: str, what: str, name: str, permitted: str, field: str, remedy: str = "choose from these"
) -> str:
    return (
        f"{place}: the cluster would refuse the {what} {name}, permitted: {permitted} ({remedy}, or ask the platform "
        f"team for admission.{field} of the profile medium in platform.yaml) [manifest-not-admitted]"
    )


def image(place: str, name: str) -> str:
    permitted = "harbor.example.org, registry.example.org/blue/*"
    return line(place, "image", name, permitted, "registries", "push it there")


def storage(place: str, name: str) -> str:
    return line(place, "storage class", name, "fast", "storageClasses")


def host(place: str, name: str, permitted: str = "shop.example.org") -> str:
    return (
        f"{place}: the cluster would refuse the host {name}, permitted: {permitted} (declare it in `hosts` of "
        "project.yaml; a rule without a host answers for any) [manifest-not-admitted]"
    )


EXPECTED = {
    POD: [
        image("5:66: spec.containers[1].image", "nginx"),
        image("6:30: spec.initContainers[0].image", "evil.tld/c:1"),
        image("8:23: spec.volumes[0].image.reference", "evil.tld/d"),
        line("10:3: spec.priorityClassName", "priority class", "high", "none", "priorityClasses"),
        "11:3: spec.serviceAccountName: the ServiceAccount argocd-sync is the platform's: no pod runs as it (name "
        "another) [manifest-not-admitted]",
        storage(
            "9:56: spec.volumes[1].ephemeral.volumeClaimTemplate.spec.storageClassName", "slow"
        ),
    ],
    CRON_JOB: [
        image("4:60: spec.jobTemplate.spec.template.spec.containers[0].image", "(none)"),
    ],
    STATEFUL_SET: [storage("8:37: spec.volumeClaimTemplates[1].spec.storageClassName", "(none)")],
    CLAIM: [
        storage("3:35: metadata.annotations.volume.beta.kubernetes.io/storage-class", "slow"),
    ],
    INGRESS: [
        host("6:37: spec.rules[1].host", "any"),
        host("7:36: spec.tls[0].hosts[1]", "b.example.org"),
        host("8:3: spec.defaultBackend", "any"),
        host(
            "3:35: metadata.annotations.nginx.ingress.kubernetes.io/server-alias", "a.example.org"
        ),
        line("5:3: spec.ingressClassName", "ingress class", "private", "public", "ingressClasses"),
    ],
    SERVICE: [
        host(
            "3:35: metadata.annotations.external-dns.alpha.kubernetes.io/internal-hostname",
            "c.example.org",
        ),
        line("4:8: spec.type", "Service type", "NodePort", "ClusterIP", "serviceTypes"),
    ],
}


@pytest.mark.parametrize("text", EXPECTED, ids=lambda text: text.split()[3])
def test_words(tmp_path: Path, text: str) -> None:
    assert sorted(problems(tmp_path, text)) == sorted(EXPECTED[text])


@pytest.mark.parametrize("text", EXPECTED, ids=lambda text: text.split()[3])
@pytest.mark.parametrize("admission", ["null", "{mode: warn, registries: []}"])
def test_where_the_cluster_refuses_nothing(tmp_path: Path, text: str, admission: str) -> None:
    assert problems(tmp_path, text, admission) == []


def test_a_list_that_is_left_out_restricts_nothing(tmp_path: Path) -> None:
    """Of what stands in a pod the platform's account stays the platform's."""
    (found,) = problems(tmp_path, POD, "{}")
    assert "the ServiceAccount argocd-sync is the platform's" in found
    for text in (CRON_JOB, STATEFUL_SET, CLAIM):
        assert problems(tmp_path, text, "{}") == []
    assert problems(tmp_path, INGRESS, "{}", hosts="[]") == []
    assert problems(tmp_path, SERVICE, "{}", hosts="[]") == []


def test_hosts_are_restricted_as_soon_as_one_is_declared_or_could_be(tmp_path: Path) -> None:
    """None may be used where the profile says which may be declared, and none is."""
    assert len(problems(tmp_path / "a", INGRESS, "{}")) == 4
    lines = problems(tmp_path / "b", INGRESS, "{hosts: ['*.example.org']}", hosts="[]")
    assert len(lines) == 7
    assert all("permitted: none" in item for item in lines)


def test_a_wildcard_takes_in_what_is_below(tmp_path: Path) -> None:
    assert len(problems(tmp_path, INGRESS, "{}", hosts="['*.example.org']")) == 2


LIMITS = Admitted(
    profile="medium", hosts=("shop.example.org", "*.in.example.org"), storage_classes=("fast",)
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


def test_an_alias_that_is_a_pattern_is_no_name_below() -> None:
    alias = {"nginx_ingress_kubernetes_io__server-alias": "~^(.*)|x.in.example.org"}
    rules = {"rules": [{"host": "shop.example.org"}]}
    places = found("networking.k8s.io", "Ingress", rules, **alias)
    assert places == ["metadata.annotations.nginx.ingress.kubernetes.io/server-alias"]


def test_the_old_annotation_of_a_claim_goes_before_its_class() -> None:
    old = {"volume_beta_kubernetes_io__storage-class": "fast"}
    assert found("", "PersistentVolumeClaim", {"storageClassName": "slow"}, **old) == []
    assert found("", "PersistentVolumeClaim", {"storageClassName": "slow"}) == [
        "spec.storageClassName"
    ]
    assert found("", "PersistentVolumeClaim", {}) == []
