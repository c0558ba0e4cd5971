"""The sets of programs that tests run, in addition to the control plane's."""

from __future__ import annotations

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

ARGOCD = Toolset(
    name="argocd",
    title="Argo CD's code",
    root=_GO / "argocd-repositories",
    binaries=(
        Binary("argocd-repositories", ".", "."),
        Binary("argocd-projects", ".", "./projects"),
    ),
    version=pinned(_GO / "argocd-repositories", "github.com/argoproj/argo-cd/v3"),
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
