"""The Argo CD that deploys: whether its version is known to the patch, and to have holes."""

from __future__ import annotations

from collections.abc import Iterator

from argoproject.audit.finding import AuditScope, Cause, Rule, Severity, rule
from argoproject.upstream.argocd.advisories import affecting
from argoproject.upstream.argocd.settings import parse_version
from argoproject.yamlfile.reader import Path

__all__ = ["RULES"]

_VERSION: Path = ("argocd", "version")


@rule(
    code="argocd-patch-unknown",
    severity=Severity.LOW,
    title="The version of Argo CD has no patch number",
    impact="a hole that a later patch closed stays open, and nobody is told",
    remedy="write the version that runs, to the patch: `3.5.7`",
    source="Argo CD, Security advisories",
)
def argocd_patch_unknown(scope: AuditScope) -> Iterator[Cause]:
    version = parse_version(scope.platform.argocd.version)
    if version is not None and version.patch is None:
        message = f"known holes of Argo CD {scope.platform.argocd.version} cannot be judged"
        yield scope.in_platform(
            path=_VERSION, message=message, severity=Severity.LOW, projects=scope.projects
        )


@rule(
    code="argocd-known-hole",
    severity=Severity.HIGH,
    title="The version of Argo CD has a known hole",
    impact="what the advisory says, also where no environment uses today what it is about",
    remedy="update Argo CD, then `argocd.version`",
    source="Argo CD, Security advisories",
)
def argocd_known_hole(scope: AuditScope) -> Iterator[Cause]:
    version = parse_version(scope.platform.argocd.version)
    for advisory in () if version is None else affecting(version):
        message = f"{advisory.cve}: {advisory.what}"
        yield scope.in_platform(
            path=_VERSION, message=message, severity=Severity.HIGH, projects=scope.projects
        )


RULES: tuple[Rule, ...] = (argocd_patch_unknown, argocd_known_hole)
