"""Session fixtures for tests against a real API server; a conftest imports them by name.

Imported into a test module they would be other fixtures than the conftest's and start the servers
a second time. Under pytest-xdist every worker starts its own, so keep these tests on one worker.
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
    """Give the control plane of a name, which is started when it is first asked for."""
    running: dict[str, ControlPlane] = {}
    with contextlib.ExitStack() as stack:

        def get(name: str) -> ControlPlane:
            if name not in running:
                running[name] = stack.enter_context(ControlPlane(name))
            return running[name]

        yield get


@pytest.fixture(scope="session")
def hub(control_plane: Callable[[str], ControlPlane]) -> ControlPlane:
    """The cluster Argo CD would run in; its context is called ``hub``."""
    return control_plane("hub")


@pytest.fixture(scope="session")
def spoke(control_plane: Callable[[str], ControlPlane]) -> ControlPlane:
    """A cluster workloads would run in; its context is called ``eu-1``."""
    return control_plane("eu-1")
