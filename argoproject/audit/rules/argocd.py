"""The Argo CD that deploys: whether its version is known to the patch, and to have holes."""

from __future__ import annotations

from collections.abc import Iterator

from argoproject.audit.estate import Estate
from argoproject.audit.finding import Found, Rule, Severity, rule
from argoproject.upstream.argocd.advisories import affecting
from argoproject.upstream.argocd.settings import parse_version
from argoproject.yamlfile.reader import Path

__all__ = ["RULES"]

_VERSION: Path = ("argocd", "version")


@rule(
    code="argocd-patch-unknown",
    severity=Severity.LOW,
    title="The version of Argo CD has no patch number",
    gain="a hole that a later patch closed stays open, and nobody is told",
    remedy="write the version that runs, to the patch: `3.5.7`",
    source="Argo CD, Security advisories",
)
def argocd_patch_unknown(estate: Estate) -> Iterator[Found]:
    version = parse_version(estate.platform.argocd.version)
    if version is not None and version.patch is None:
        message = f"known holes of Argo CD {estate.platform.argocd.version} cannot be judged"
        yield estate.in_platform(_VERSION, message, Severity.LOW, estate.projects)


@rule(
    code="argocd-known-hole",
    severity=Severity.HIGH,
    title="The version of Argo CD has a known hole",
    gain="what the advisory says, also where no environment uses today what it is about",
    remedy="update Argo CD, then `argocd.version`",
    source="Argo CD, Security advisories",
)
def argocd_known_hole(estate: Estate) -> Iterator[Found]:
    version = parse_version(estate.platform.argocd.version)
    for advisory in () if version is None else affecting(version):
        message = f"{advisory.cve}: {advisory.what}"
        yield estate.in_platform(_VERSION, message, Severity.HIGH, estate.projects)


RULES: tuple[Rule, ...] = (argocd_patch_unknown, argocd_known_hole)
