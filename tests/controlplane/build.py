"""Build etcd and the Kubernetes servers once, and keep them in a cache."""

from __future__ import annotations

import json
from pathlib import Path

from tests.gotools.build import Binary, BuildError, ToolchainMissing, Toolset, pinned

__all__ = ["BuildError", "ToolchainMissing", "crds", "ensure_binaries", "kubernetes_version"]

GO = Path(__file__).resolve().parent / "go"
CRDS = ("application-crd.yaml", "applicationset-crd.yaml", "appproject-crd.yaml")
ARGOCD = "github.com/argoproj/argo-cd/v3"
KUBERNETES = "k8s.io/kubernetes"


def ensure_binaries() -> Path:
    """The folder with the programs, built now unless an earlier run has built the same ones.

    Argo CD's CRDs are next to it, see :func:`crds`.
    """
    return TOOLS.ensure()


def crds(binaries: Path) -> list[Path]:
    """Argo CD's CRD manifests that belong to what :func:`ensure_binaries` returned."""
    return [binaries.parent / "crds" / name for name in CRDS]


def kubernetes_version() -> str:
    """The pinned version of Kubernetes, such as ``v1.36.3``."""
    return pinned(GO / "kubernetes", KUBERNETES)


def _stamps() -> tuple[str, ...]:
    version = kubernetes_version()
    major, minor, *_ = version.removeprefix("v").split(".")
    values = {"gitVersion": version, "gitMajor": major, "gitMinor": minor}
    return tuple(f"k8s.io/component-base/version.{key}={value}" for key, value in values.items())


def _server(name: str) -> Binary:
    return Binary(name, "kubernetes", f"{KUBERNETES}/cmd/{name}", _stamps())


def _copy_crds(entry: Path) -> None:
    """Take the CRDs out of Argo CD's module, which `go` has checked against go.sum."""
    module = json.loads(TOOLS.go(["mod", "download", "-json", ARGOCD], "argocd"))
    manifests = Path(module["Dir"]) / "manifests" / "crds"
    (entry / "crds").mkdir()
    for name in CRDS:
        (entry / "crds" / name).write_bytes((manifests / name).read_bytes())


TOOLS = Toolset(
    name="controlplane",
    title="the Kubernetes API server",
    root=GO,
    binaries=(
        Binary("keygen", "etcd", "./keygen"),
        Binary("etcd", "etcd", "."),
        _server("kube-apiserver"),
        _server("kube-controller-manager"),
    ),
    version=kubernetes_version(),
    minutes=10,
    extra=_copy_crds,
)
