"""Versions of Argo CD with known holes on which the guards of an environment depend.

Only advisories that a supported minor is affected by: CVE-2025-55190 (a project's token reads repository credentials,
fixed in 3.1.2 and before) is older than all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from argoproject.upstream.argocd.settings import Version

__all__ = ["ADVISORIES", "Advisory", "Exposure", "affecting"]


class Exposure(Enum):
    """What of an environment exposes it to a hole."""

    WITHOUT_IMPERSONATION = "syncs run with Argo CD's own rights"
    SSH_PROXY = "an SSH repository is read through a proxy"
    READERS = "people may see Applications"


@dataclass(frozen=True, slots=True)
class Advisory:
    """A hole. `fixed` is the first good patch version by minor; a minor that is not listed has no fix."""

    cve: str
    ghsa: str
    fixed: Mapping[int, int]
    what: str
    exposure: Exposure

    def affects(self, version: Version) -> bool:
        """Whether a version has the hole. Of a version without a patch nothing is known, and so nothing is said."""
        if version.patch is None:
            return False
        fixed = self.fixed.get(version.minor)
        return fixed is None or version.patch < fixed

    def remedy(self, version: Version) -> str:
        """What to do about it."""
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
        "the proxy of an SSH repository is a piece of a shell command, which reads every repository's credentials",
        Exposure.SSH_PROXY,
    ),
    Advisory(
        "CVE-2026-42880",
        "GHSA-3v3m-wc6v-x4x3",
        {3: 9, 4: 0, 5: 0, 6: 0},
        "whoever may see an Application can read the Secrets in it through server-side diff",
        Exposure.READERS,
    ),
)
"""The first two read in the tagged sources: controller/hook.go and util/git/creds.go of each patch version; the fixes
also stand in the published records. The third: the record, and server/application/application.go of 3.3.0 and 3.4.0."""


def affecting(version: Version) -> tuple[Advisory, ...]:
    """The advisories that a version has."""
    return tuple(item for item in ADVISORIES if item.affects(version))
