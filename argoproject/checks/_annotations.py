"""Annotations of Applications: some steer Argo CD, its controllers or Pulumi past everything that is judged here.

`argocd-image-updater.argoproj.io/*` writes images and revisions, `argocd.argoproj.io/*` compares, skips and refreshes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from argoproject.checks._bounds import Bounds
from argoproject.errors import Problem
from argoproject.project import Project
from argoproject.yamlfile import Path

__all__ = ["check_annotations"]

_DEPLOYMENT = "pulumi.com"
_DOMAINS = ("argoproj.io", "kubernetes.io", "k8s.io", _DEPLOYMENT)
_HARMLESS = ("notifications.argoproj.io/subscribe.", "link.argocd.argoproj.io/")


def check_annotations(project: Project, path: Path, names: Iterable[str]) -> Iterator[Problem]:
    """Annotations that are not the tenant's to set. What the profile sets is the platform's decision."""
    bounds = Bounds(project)
    for name in names:
        domain = next((item for item in _DOMAINS if _below(name, item)), None)
        if domain == _DEPLOYMENT:
            message = f"annotations of {domain}/ steer the deployment itself"
            yield project.problem((*path, name), "reserved-annotation", message, "remove it")
        elif domain and not name.startswith(_HARMLESS) and bounds.by_tenant((*path, name)):
            message = f"annotations of {domain} steer Argo CD, its controllers or the cluster"
            remedy = (
                f"remove it, or let the platform team set it in the profile {project.profile_name}; teams may set "
                "notifications.argoproj.io/subscribe.*, link.argocd.argoproj.io/* and those of other domains"
            )
            yield project.problem((*path, name), "reserved-annotation", message, remedy)


def _below(name: str, domain: str) -> bool:
    prefix = name.rpartition("/")[0]
    return prefix == domain or prefix.endswith(f".{domain}")
