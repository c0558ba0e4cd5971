"""Fixtures that every test may use."""

from __future__ import annotations

import functools
import gc
import os
from pathlib import Path

import pytest

from tests.controlplane.fixtures import (
    control_plane,
    control_plane_binaries,
    hub,
    spoke,
)
from tests.gotools.fixtures import (
    actionlint_binaries,
    argocd_binaries,
    argocd_oracle,
    kubernetes,
    sops_binaries,
)
from tests.support.trees import tree

__all__ = [
    "actionlint_binaries",
    "argocd_binaries",
    "argocd_oracle",
    "control_plane",
    "control_plane_binaries",
    "hub",
    "kubernetes",
    "sops_binaries",
    "spoke",
]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden", action="store_true", help="write what was seen into the golden files"
    )


def pytest_sessionstart() -> None:
    """mutmut runs the tests of a mutant in a process that has answers of the code as it was."""
    if "MUTANT_UNDER_TEST" in os.environ:
        for item in gc.get_objects():
            if isinstance(item, functools._lru_cache_wrapper):
                item.cache_clear()


@pytest.fixture(autouse=True)
def _no_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reaches the machine's own Pulumi account, kubeconfig or keys."""
    for name in os.environ:
        if name.startswith(("PULUMI_", "SOPS_", "KUBE")):
            monkeypatch.delenv(name)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Path:
    """A folder with the usual tree of tests and the `FILES` of the test's module, as the current folder."""
    tree(tmp_path, getattr(request.module, "FILES", {}))
    monkeypatch.chdir(tmp_path)
    return tmp_path
