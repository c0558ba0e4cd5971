"""Secrets of the platform go only where platform.yaml says: a team names them and must not get their values."""

from __future__ import annotations

from collections.abc import Iterator

from argoproject.problems import Problem
from argoproject.project.model import Project
from argoproject.project.secrets import secret_uses
from argoproject.upstream.urls import covers

__all__ = ["check_platform_secrets"]


def check_platform_secrets(project: Project) -> Iterator[Problem]:
    """Refuses uses of a platform's secret beyond its `urlPrefixes`, and in the namespace.

    A secret of that name that is not for the team is not the platform's here: `Project.secret_key` decides.

    Args:
        project: the environment that names the secrets.
    """
    secrets = project.platform.secrets
    for path, name, target, in_namespace in secret_uses(project):
        if name not in secrets or project.identity.team not in secrets[name].teams:
            continue
        prefixes = secrets[name].url_prefixes
        if in_namespace and secrets[name].argocd_only:
            message = f"{name} is the platform's, for Argo CD only: as a pull Secret the team could read it"
        elif target is None:
            where = f", for {', '.join(prefixes)}" if prefixes else ""
            message = f"{name} is the platform's{where}: in the namespace the team could read it"
        elif any(covers(item, target) for item in prefixes):
            continue
        else:
            allowed = ", ".join(prefixes) or "nothing"
            yield project.problem(
                path=path,
                code="platform-secret-elsewhere",
                message=f"{name} is the platform's and would be sent to {target}",
                remedy=f"secrets.{name}.urlPrefixes of platform.yaml allows {allowed}: name a secret of the "
                "team's own, or let the platform team add the URL",
            )
            continue
        yield project.problem(
            path=path,
            code="platform-secret-in-namespace",
            message=message,
            remedy="name a secret of the team's own",
        )
