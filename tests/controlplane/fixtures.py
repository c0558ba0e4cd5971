"""Session fixtures for tests against a real API server; a conftest imports them by name.

Imported into a test module they would be different fixtures from those of the conftest and start
the servers a second time. Under pytest-xdist every worker starts its own, so these tests run on one
worker.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.controlplane.build import TOOLS
from tests.controlplane.cluster import ControlPlane
from tests.gotools.fixtures import built


@pytest.fixture(scope="session")
def control_plane_binaries(request: pytest.FixtureRequest) -> Path:
    """The servers' programs, built if need be; skips where this machine cannot build them."""
    return built(request, TOOLS)


@pytest.fixture(scope="session")
def control_plane(
    control_plane_binaries: Path,  # noqa: ARG001  # skips
) -> Iterator[Callable[[str], ControlPlane]]:
    """A function that gives the control plane of a name, and starts it at the first call."""
    running: dict[str, ControlPlane] = {}
    with contextlib.ExitStack() as stack:

        def get(name: str) -> ControlPlane:
            if name not in running:
                running[name] = stack.enter_context(ControlPlane(name))
            return running[name]

        yield get


@pytest.fixture(scope="session")
def hub(control_plane: Callable[[str], ControlPlane]) -> ControlPlane:
    """The cluster in which Argo CD would run; its context is ``hub``."""
    return control_plane("hub")


@pytest.fixture(scope="session")
def spoke(control_plane: Callable[[str], ControlPlane]) -> ControlPlane:
    """A cluster in which workloads would run; its context is ``eu-1``."""
    return control_plane("eu-1")
