"""The versions that an environment runs, source by source, and which revisions are exact.

A revision is what `targetRevision` holds: a branch, tag or commit of Git, a version of a chart, a tag or digest of an
OCI artifact. An exact one always yields the same content.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from argoproject.project.applications import Deployed, SourceAt, deployed
from argoproject.project.model import Project
from argoproject.yamlfile.reader import Path

__all__ = ["Version", "is_chart_version", "is_fixed", "short", "source_name", "versions"]

_HASH = re.compile(r"\b([0-9a-f]{8})[0-9a-f]{32,56}\b")
"""A commit or digest; what people compare of it is the beginning."""

_SEMVER = re.compile(r"v?[0-9]+\.[0-9]+\.[0-9]+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?")
_CHART_RANGE = re.compile(
    r"(?:[~^]|[<>]=?|=|!=)?v?(?:[0-9]+|[xX*])(?:\.(?:[0-9]+|[xX*])){0,2}(?:-[0-9A-Za-z.*-]+)?(?:\+[0-9A-Za-z.-]+)?"
)
_OPERATOR = re.compile(r"(?<=[<>=~^!]) +")
_JOINT = re.compile(r" *(?:\|\||,| ) *")
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_VERSION_TAG = re.compile(r"v?[0-9]+(?:\.[0-9]+){2,3}(?:[-+._][0-9A-Za-z.+_-]+)?")
_TAG_REF = re.compile(rf"refs/tags/(?:[A-Za-z0-9_./@-]+[-/@])?{_VERSION_TAG.pattern}")


@dataclass(frozen=True, slots=True)
class Version:
    """The version of one source of an Application."""

    application: str
    """The Application's key."""

    source: str
    """The source's name, ref or chart, as `versions` refers to it, else the end of its URL; empty for an only one."""

    revision: str | None
    """None only where it is missing, which checks report."""

    path: Path
    """The place of the revision in the settings."""

    @property
    def title(self) -> str:
        """The Application and its source: `application shop`."""
        return f"{self.application} {self.source}".rstrip()


def versions(project: Project) -> tuple[Version, ...]:
    """The versions of an environment, in the order in which its Applications are created."""
    found: list[Version] = []
    for item in deployed(project):
        for at in item.sources:
            path = at.version_path or (*at.path, "targetRevision")
            found.append(Version(item.key, source_name(item, at), at.revision, path))
    return tuple(found)


def source_name(item: Deployed, at: SourceAt) -> str:
    """The name of a source within its Application, as `Version.source` describes it; empty for an only one."""
    if len(item.sources) == 1:
        return ""
    last = at.source.repo_url.rstrip("/").rpartition("/")[2]
    return at.keys[0] if at.keys else last.removesuffix(".git")


def short(revision: str | None) -> str:
    """A revision as people compare it: of a commit or digest the first eight digits, `?` for a missing one."""
    return "?" if revision is None else _HASH.sub(r"\1", revision)


def is_fixed(revision: str, *, chart: bool) -> bool:
    """Whether a revision is exact: a version of three numbers, a full commit hash or a digest.

    A tag that is a version counts as exact, although Git could move it. `v1` and `v1.2` do not: such tags are meant to
    move, and so are branches and ranges of chart versions.

    Args:
        revision: The revision.
        chart: Whether it is a chart's: then only a semantic version is exact.
    """
    patterns = (_SEMVER,) if chart else (_COMMIT, _DIGEST, _VERSION_TAG, _TAG_REF)
    return any(item.fullmatch(revision) for item in patterns)


def is_chart_version(revision: str) -> bool:
    """Whether a revision is a version of a chart, or ranges of versions joined by blanks, `,` or `||`.

    Source: Helm's Masterminds/semver v3, constraints.go.

    Example:
        `1.4.2`, `~1.4`, `>=1.2 <2`, `1.x || 3.x`, `1.2 - 1.4`; not `latest` or `main`.
    """
    parts = _JOINT.split(_OPERATOR.sub("", revision))
    return all(part == "-" or _CHART_RANGE.fullmatch(part) for part in parts)
