"""Secrets of the platform go only where platform.yaml says: a team names them and must not get hold of them."""

from __future__ import annotations

from collections.abc import Iterator

from argoproject.problems import Problem
from argoproject.project.model import Project
from argoproject.project.secrets import secret_uses
from argoproject.upstream.urls import covers

__all__ = ["check_platform_secrets"]


def check_platform_secrets(project: Project) -> Iterator[Problem]:
    """Uses beyond a platform secret's `urlPrefixes`. A secret that is not for the team is not the platform's here."""
    secrets = project.platform.secrets
    team = project.identity.team
    for path, name, target, in_namespace in secret_uses(project):
        if name not in secrets or team not in secrets[name].teams:
            continue
        prefixes = secrets[name].url_prefixes
        if in_namespace and secrets[name].argocd_only:
            message = f"{name} is the platform's, for Argo CD only: as a pull Secret the team could read it"
            remedy = "name a secret of the team's own"
            yield project.problem(
                path=path, code="platform-secret-in-namespace", message=message, remedy=remedy
            )
            continue
        if target is not None and any(covers(item, target) for item in prefixes):
            continue
        if target is None:
            where = f", for {', '.join(prefixes)}" if prefixes else ""
            message = f"{name} is the platform's{where}: in the namespace the team could read it"
            remedy = "name a secret of the team's own"
            yield project.problem(
                path=path, code="platform-secret-in-namespace", message=message, remedy=remedy
            )
        else:
            message = f"{name} is the platform's and would be sent to {target}"
            allowed = ", ".join(prefixes) or "nothing"
            remedy = (
                f"secrets.{name}.urlPrefixes of platform.yaml allows {allowed}: name a secret of the "
                "team's own, or let the platform team add the URL"
            )
            yield project.problem(
                path=path, code="platform-secret-elsewhere", message=message, remedy=remedy
            )
