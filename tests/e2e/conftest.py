"""What the tests with the real engine share: the clusters, Argo CD's part, and stacks."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.controlplane.cluster import ControlPlane
from tests.e2e.world import World
from tests.support.api import Api
from tests.support.argocd import ArgoCd
from tests.support.engine import PLUGINS, Engine


@pytest.fixture(scope="session")
def _pulumi() -> None:
    if shutil.which("pulumi") is None:
        pytest.skip("the pulumi CLI is not on PATH")
    if not any(PLUGINS.glob("resource-kubernetes-v*")):
        pytest.skip(f"Pulumi's Kubernetes provider is not installed in {PLUGINS}")


@pytest.fixture(scope="session")
def argocd(_pulumi: None, hub: ControlPlane) -> Iterator[ArgoCd]:
    """Argo CD's part on the hub."""
    with ArgoCd(Api(hub)) as running:
        yield running


@pytest.fixture(scope="session")
def new_world(
    argocd: ArgoCd, hub: ControlPlane, spoke: ControlPlane, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[], World]:
    """Make a stack with a product of its own, so that nothing that others left is in its way."""
    worlds: list[World] = []

    def make() -> World:
        folder: Path = tmp_path_factory.mktemp("stack")
        product = f"shop-{len(worlds)}"
        engine = Engine(folder, [hub, spoke], World.tree(product), World.SECRETS)
        worlds.append(World(product, engine, Api(hub), Api(spoke), argocd))
        return worlds[-1]

    return make
