"""Session fixtures for tests that run programs built with Go; a conftest imports them by name."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from tests.gotools.build import ToolchainMissing, Toolset
from tests.gotools.sets import ACTIONLINT, ARGOCD, KUBERNETES, SOPS
from tests.support.kubernetes import Kubernetes
from tests.support.oracle import Oracle


def built(request: pytest.FixtureRequest, tools: Toolset) -> Path:
    """The folder of a set's programs, built if the cache lacks them. Skips if this machine cannot build them."""
    capture = request.config.pluginmanager.getplugin("capturemanager")
    # The first build takes minutes, so its progress is shown.
    shown = capture.global_and_fixture_disabled() if capture else contextlib.nullcontext()
    try:
        with shown:
            return tools.ensure()
    except ToolchainMissing as reason:
        pytest.skip(str(reason))


@pytest.fixture(scope="session")
def sops_binaries(request: pytest.FixtureRequest) -> Path:
    """The folder with `sops`, `age` and `age-keygen`."""
    return built(request, SOPS)


@pytest.fixture(scope="session")
def argocd_binaries(request: pytest.FixtureRequest) -> Path:
    """The folder with `argocd-repositories` and `argocd-projects`."""
    return built(request, ARGOCD)


@pytest.fixture(scope="session")
def argocd_oracle(argocd_binaries: Path) -> Oracle:
    """Argo CD's own code, which judges projects, Applications, ApplicationSets, requests and URLs."""
    return Oracle(argocd_binaries / "argocd-projects")


@pytest.fixture(scope="session")
def kubernetes(request: pytest.FixtureRequest) -> Kubernetes:
    """The API server's own code, which decodes, completes and validates objects of a namespace."""
    return Kubernetes(built(request, KUBERNETES) / "kubernetes-validation")


@pytest.fixture(scope="session")
def actionlint_binaries(request: pytest.FixtureRequest) -> Path:
    """The folder with `actionlint`."""
    return built(request, ACTIONLINT)
