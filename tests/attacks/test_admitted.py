"""`validate` reports of an extra manifest what the cluster would refuse: the two are compared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from argoproject.checks.manifests.admitted import Admitted, admitted, not_admitted
from argoproject.upstream.urls import is_from
from tests.attacks.arena import FILES, NAMESPACE, Arena
from tests.attacks.asking import create, pod
from tests.attacks.test_attacks import ATTACKS
from tests.support import trees

REPORTED = {
    name: attack
    for name, attack in ATTACKS.items()
    if attack.refused_by in ("workloads", "claims", "routes", "services")
    and attack.attack.method == attack.control.method == "POST"
    and "externalIPs" not in str(attack.attack.body)  # another rule of `validate`
}
"""Attacks with new objects: of an update the cluster accepts what it leaves unchanged."""


@pytest.fixture(scope="module")
def limits(tmp_path_factory: pytest.TempPathFactory) -> Admitted:
    """What is permitted where the attacks take place."""
    root = trees.tree(tmp_path_factory.mktemp("reported"), FILES)
    made = trees.project(root, "blue/store/eu-1/prod")
    assert made.names.namespace == NAMESPACE
    found = admitted(made)
    assert found is not None
    return found


def refused(limits: Admitted, manifest: object) -> list[str]:
    assert isinstance(manifest, Mapping)
    group = str(manifest["apiVersion"]).rpartition("/")[0]
    return [words[0] for _, words in not_admitted(limits, group, manifest)]


def test_there_are_enough() -> None:
    assert len(REPORTED) >= 40


@pytest.mark.parametrize("name", REPORTED)
def test_what_the_cluster_refuses_is_reported(name: str, limits: Admitted) -> None:
    attack = REPORTED[name]
    assert set(refused(limits, attack.attack.body)) == {"manifest-not-admitted"}
    assert refused(limits, attack.control.body) == []


HOSTS = (
    "", "harbor.example.org", "harbor.example.org:443", "Harbor.example.org", "xharbor.example.org",
    "registry.example.org",
    "registry.example.org/blue", "registry.example.org/blue-x", "registry.example.org/blues", "a.mirror.example.org",
    "a.b.mirror.example.org", "mirror.example.org", "amirror.example.org", "a.mirror.example.org:5000", "docker.io",
    "docker.io/blue", "docker.io/library", "index.docker.io/blue", "blue", "library", "localhost", "localhost:5000",
    "evil.tld/harbor.example.org", "harbor.example.org.evil.tld", "harbor.example.org/..", "127.0.0.1", "[::1]",
)  # fmt: skip
IMAGES = [
    f"{host}/{name}".lstrip("/")
    for host in HOSTS
    for name in ("x", "x:1", "a/b@sha256:0", "blue/x", "")
]


@pytest.mark.cluster
def test_images_are_read_as_the_policy_reads_them(arena: Arena, limits: Admitted) -> None:
    """Each image in a pod of its own, which is not kept."""
    differing: dict[str, Any] = {}
    permitted = 0
    for image in filter(None, IMAGES):
        answer = arena.send(create("argocd", pod(image)))
        by_policy = "ValidatingAdmissionPolicy 'argo-projects-workloads'" in answer.words
        assert answer.let or by_policy, answer.words
        permitted += answer.let
        if answer.let is not is_from(limits.permitted["image"] or (), image):
            differing[image] = answer.words
    assert differing == {}
    assert 10 < permitted < len(IMAGES) - 10
