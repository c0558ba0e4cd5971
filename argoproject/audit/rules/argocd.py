"""The Argo CD that deploys: whether its version is known exactly, and has known vulnerabilities."""

from __future__ import annotations

from collections.abc import Iterator

from argoproject.audit.finding import AuditScope, Cause, Rule, Severity, rule
from argoproject.upstream.argocd.settings import affecting, parse_version
from argoproject.yamlfile.reader import Path

__all__ = ["RULES"]

_VERSION: Path = ("argocd", "version")


@rule(
    code="argocd-patch-unknown",
    severity=Severity.LOW,
    title="The version of Argo CD has no patch number",
    impact="a vulnerability that a later patch fixes stays unnoticed",
    remedy="write the version that runs, with its patch number: `3.5.7`",
    source="Argo CD, Security advisories",
)
def argocd_patch_unknown(scope: AuditScope) -> Iterator[Cause]:
    """Reports a version such as `3.5`: advisories affect single patches."""
    version = parse_version(scope.platform.argocd.version)
    if version is not None and version.patch is None:
        yield scope.in_platform(
            path=_VERSION,
            message=f"known vulnerabilities of Argo CD {scope.platform.argocd.version} cannot be determined",
            projects=scope.projects,
        )


@rule(
    code="argocd-known-hole",
    severity=Severity.HIGH,
    title="The version of Argo CD has a known vulnerability",
    impact="what the advisory describes, even where no environment uses the vulnerable feature today",
    remedy="update Argo CD, then `argocd.version`",
    source="Argo CD, Security advisories",
)
def argocd_known_hole(scope: AuditScope) -> Iterator[Cause]:
    """Reports each advisory that affects the version."""
    version = parse_version(scope.platform.argocd.version)
    for advisory in () if version is None else affecting(version):
        yield scope.in_platform(
            path=_VERSION,
            message=f"{advisory.cve}: {advisory.what}",
            projects=scope.projects,
        )


RULES: tuple[Rule, ...] = (argocd_patch_unknown, argocd_known_hole)
