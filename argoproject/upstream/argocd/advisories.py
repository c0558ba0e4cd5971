"""Versions of Argo CD with published vulnerabilities that open the guards of an environment.

Only advisories that affect a supported minor version: CVE-2025-55190 (a project's token reads repository credentials,
fixed in 3.1.2 and before) is older than all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from argoproject.upstream.argocd.settings import Version

__all__ = ["ADVISORIES", "Advisory", "Exposure", "affecting"]


class Exposure(Enum):
    """The property of an environment that exposes it to a vulnerability."""

    WITHOUT_IMPERSONATION = "syncs run with Argo CD's own rights"
    SSH_PROXY = "an SSH repository is read through a proxy"
    READERS = "people may see Applications"


@dataclass(frozen=True, slots=True)
class Advisory:
    """A published vulnerability of Argo CD 3."""

    cve: str
    ghsa: str
    fixed: Mapping[int, int]
    """The first fixed patch number of each minor version; a minor version that is not listed has no fix."""

    what: str
    """What an attacker can do, for the message."""

    exposure: Exposure

    def affects(self, version: Version) -> bool:
        """Whether a version is vulnerable. A version without its patch number is not reported: it could be fixed."""
        if version.patch is None:
            return False
        fixed = self.fixed.get(version.minor)
        return fixed is None or version.patch < fixed

    def remedy(self, version: Version) -> str:
        """The update that fixes it in the minor version of `version`."""
        fixed = self.fixed.get(version.minor)
        return (
            "no fix is known"
            if fixed is None
            else f"update Argo CD to 3.{version.minor}.{fixed} or later"
        )


ADVISORIES: tuple[Advisory, ...] = (
    Advisory(
        "CVE-2026-77459",
        "GHSA-fmxq-cgp8-87wp",
        {3: 15, 4: 10, 5: 4, 6: 0},
        "hooks that run when an Application is deleted leave the project: any kind, in any namespace",
        Exposure.WITHOUT_IMPERSONATION,
    ),
    Advisory(
        "CVE-2026-55797",
        "GHSA-j6cw-g6p4-7hch",
        {3: 15, 4: 10, 5: 4, 6: 0},
        "the proxy of an SSH repository becomes part of a shell command, which can read every repository's credentials",
        Exposure.SSH_PROXY,
    ),
    Advisory(
        "CVE-2026-42880",
        "GHSA-3v3m-wc6v-x4x3",
        {3: 9, 4: 0, 5: 0, 6: 0},
        "anyone who may see an Application can read the Secrets in it through server-side diff",
        Exposure.READERS,
    ),
)
"""Sources: for the first two, controller/hook.go and util/git/creds.go of each tagged patch version, and the published
records; for the third, the record, and server/application/application.go of 3.3.0 and 3.4.0."""


def affecting(version: Version) -> tuple[Advisory, ...]:
    """The advisories that affect a version."""
    return tuple(item for item in ADVISORIES if item.affects(version))
