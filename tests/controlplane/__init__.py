"""A real Kubernetes API server on loopback, built from source and removed after the tests."""

from tests.controlplane.build import BuildError, ToolchainMissing, ensure_binaries
from tests.controlplane.cluster import ControlPlane, ControlPlaneError, start_all, write_kubeconfig

__all__ = [
    "BuildError",
    "ControlPlane",
    "ControlPlaneError",
    "ToolchainMissing",
    "ensure_binaries",
    "start_all",
    "write_kubeconfig",
]
