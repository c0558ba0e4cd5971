"""Annotations of Applications: some steer Argo CD, its controllers or Pulumi past everything that is judged here.

`argocd-image-updater.argoproj.io/*` writes images and revisions, `argocd.argoproj.io/*` compares, skips and refreshes.
A link is shown to everybody who sees the Application: CVE-2024-28175 was one that ran a script in their browser.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from argoproject.checks.guardrails.bounds import Bounds
from argoproject.problems import Problem
from argoproject.project.model import Project
from argoproject.yamlfile.reader import Path

__all__ = ["check_annotations"]

_DEPLOYMENT = "pulumi.com"
_DOMAINS = ("argoproj.io", "kubernetes.io", "k8s.io", _DEPLOYMENT)
_LINK = "link.argocd.argoproj.io/"
_HARMLESS = ("notifications.argoproj.io/subscribe.", _LINK)
_RUNS = re.compile(r"(?:javascript|data|vbscript):", re.IGNORECASE)


def check_annotations(
    project: Project, path: Path, annotations: Mapping[str, str]
) -> Iterator[Problem]:
    """Annotations that are not the tenant's to set. What the profile sets is the platform's decision."""
    bounds = Bounds(project)
    for name, value in annotations.items():
        if name.startswith(_LINK) and _runs(value):
            message = "the link is a script, or could become one: it runs in the browser of whoever follows it"
            yield project.problem(
                path=(*path, name), code="link-script", message=message, remedy="write https://…"
            )
        domain = next((item for item in _DOMAINS if _below(name, item)), None)
        if domain == _DEPLOYMENT:
            message = f"annotations of {domain}/ steer the deployment itself"
            yield project.problem(
                path=(*path, name), code="reserved-annotation", message=message, remedy="remove it"
            )
        elif domain and not name.startswith(_HARMLESS) and bounds.by_tenant((*path, name)):
            message = f"annotations of {domain} steer Argo CD, its controllers or the cluster"
            remedy = (
                f"remove it, or let the platform team set it in the profile {project.profile_name}; teams may set "
                "notifications.argoproj.io/subscribe.*, link.argocd.argoproj.io/* and those of other domains"
            )
            yield project.problem(
                path=(*path, name), code="reserved-annotation", message=message, remedy=remedy
            )


def _runs(link: str) -> bool:
    """Whether a link, `[title|]URL`, is a script. Browsers skip blanks and control characters in a scheme."""
    url = "".join(char for char in link.rpartition("|")[2] if char > " ")
    return "{{" in url.partition("/")[0] or _RUNS.match(url) is not None


def _below(name: str, domain: str) -> bool:
    prefix = name.rpartition("/")[0]
    return prefix == domain or prefix.endswith(f".{domain}")
