"""The arena, built once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.attacks.arena import EXEMPT, Arena, Request
from tests.attacks.arena import arena as build
from tests.attacks.asking import claim, create, ingress, manifest, pod, service, workload
from tests.attacks.guards import MANAGED
from tests.controlplane.cluster import ControlPlane


@pytest.fixture(scope="package")
def arena(spoke: ControlPlane, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Arena]:
    """Two environments with their guards, and the policies of their cluster."""
    yield from build(spoke, tmp_path_factory.mktemp("arena"), _standing)


def _standing() -> Iterator[Request]:
    """What the team runs already."""
    yield create("tenant", pod(name="web"))
    yield create("tenant", workload("Deployment", name="web"))
    yield create("tenant", claim("fast", "data"))
    yield create("tenant", ingress("store.example.org", name="web"))
    for who, name, labels in (("platform", "egress", MANAGED), ("argocd", "own", {})):
        named = {"metadata": {"labels": labels}, "spec": {}}
        yield create(who, manifest("cilium.io/v2", "CiliumNetworkPolicy", name, **named))
    yield create("tenant", {**service(), "metadata": {"name": "web"}})
    balanced = service(type="LoadBalancer")
    yield create("argocd", {**balanced, "metadata": {"name": "balanced"}}, EXEMPT)
