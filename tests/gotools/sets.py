"""The sets of programs that tests run, in addition to the control plane's."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from tests.gotools.build import Binary, Toolset, pinned

_GO = Path(__file__).resolve().parent / "go"
_SOPS = "github.com/getsops/sops/v3"
_AGE = "filippo.io/age"
_AGE_STAMP = f"main.Version={pinned(_GO / 'sops', _AGE)}"

SOPS = Toolset(
    name="sops",
    title="sops",
    root=_GO / "sops",
    binaries=(
        Binary("age-keygen", ".", f"{_AGE}/cmd/age-keygen", (_AGE_STAMP,)),
        Binary("age", ".", f"{_AGE}/cmd/age", (_AGE_STAMP,)),
        Binary("sops", ".", f"{_SOPS}/cmd/sops"),
    ),
    version=pinned(_GO / "sops", _SOPS),
    minutes=2,
)
"""`sops`, `age` and `age-keygen`, of the versions in go/sops/go.mod."""

_ARGO_CD = "github.com/argoproj/argo-cd/v3"


def _copy_from_module(entry: Path) -> None:
    """Take Argo CD's accounts, roles and settings, and the scripts that Git calls, out of its module.

    Files in Go's cache of modules are not executable, and Git only answers "permission denied".
    """
    module = Path(json.loads(SERVERS.go(["mod", "download", "-json", _ARGO_CD], "."))["Dir"])
    for name in ("cluster-rbac", *(f"base/{part}" for part in _MANIFESTS)):
        for path in (module / "manifests" / name).rglob("*.yaml"):
            target = entry / "manifests" / path.relative_to(module / "manifests")
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    (entry / "scripts").mkdir()
    for path in (module / "hack").glob("g*-*.sh"):
        shutil.copyfile(path, entry / "scripts" / path.name)
        (entry / "scripts" / path.name).chmod(0o755)


_MANIFESTS = (
    "config",
    "application-controller-roles",
    "applicationset-controller",
    "repo-server",
    "server",
)
_VERSION = pinned(_GO / "argocd", _ARGO_CD)

SERVERS = Toolset(
    name="servers",
    title="Argo CD's servers",
    root=_GO / "argocd",
    binaries=(
        Binary("redis", ".", "./redis"),
        Binary("sources", ".", "./sources"),
        Binary("argocd", ".", f"{_ARGO_CD}/cmd", (f"{_ARGO_CD}/common.version={_VERSION[1:]}",)),
    ),
    version=_VERSION,
    minutes=5,
    extra=_copy_from_module,
)
"""All of Argo CD in one program, its cache, what it deploys from; next to them its manifests and scripts."""

_KUSTOMIZE = "sigs.k8s.io/kustomize/kustomize/v5"

KUSTOMIZE = Toolset(
    name="kustomize",
    title="Kustomize",
    root=_GO / "kustomize",
    binaries=(Binary("kustomize", ".", _KUSTOMIZE),),
    version=pinned(_GO / "kustomize", _KUSTOMIZE),
)
"""`kustomize`, of the version that Argo CD is released with."""

ARGOCD = Toolset(
    name="argocd",
    title="Argo CD's code",
    root=_GO / "argocd-repositories",
    binaries=(
        Binary("argocd-repositories", ".", "."),
        Binary("argocd-projects", ".", "./projects"),
    ),
    version=pinned(_GO / "argocd-repositories", _ARGO_CD),
    minutes=8,
)
"""`argocd-repositories` prints how Argo CD reads repository Secrets, `argocd-projects` what it permits."""

KUBERNETES = Toolset(
    name="kubernetes",
    title="Kubernetes' validation code",
    root=_GO / "kubernetes-validation",
    binaries=(Binary("kubernetes-validation", ".", "."),),
    version=pinned(_GO / "kubernetes-validation", "k8s.io/kubernetes"),
    minutes=4,
)
"""`kubernetes-validation` prints how the API server decodes, completes and judges objects of a namespace."""

ACTIONLINT = Toolset(
    name="actionlint",
    title="actionlint",
    root=_GO / "actionlint",
    binaries=(Binary("actionlint", ".", "github.com/rhysd/actionlint/cmd/actionlint"),),
    version=pinned(_GO / "actionlint", "github.com/rhysd/actionlint"),
)
"""`actionlint`, of the version in go/actionlint/go.mod."""

_HELM = "helm.sh/helm/v4"

HELM = Toolset(
    name="helm",
    title="Helm",
    root=_GO / "helm",
    binaries=(Binary("helm", ".", f"{_HELM}/cmd/helm"),),
    version=pinned(_GO / "helm", _HELM),
    minutes=3,
)
"""`helm`, with which the benchmark compares."""
