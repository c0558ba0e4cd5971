"""Which version of what an environment runs, source by source, as people compare and promote them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from argoproject.project.applications import Deployed, SourceAt, deployed
from argoproject.project.model import Project
from argoproject.yamlfile.reader import Path

__all__ = ["Version", "is_chart_version", "is_fixed", "short", "versions"]

_HASH = re.compile(r"\b([0-9a-f]{8})[0-9a-f]{32,56}\b")
"""A commit or a digest."""

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
    """What one source of an Application is at. `revision` is None only where it is missing, which is a problem.

    `source` is the source's name, ref or chart, as `versions` calls it, else the end of its URL; empty where the
    Application has this source alone. `path` leads to the revision in the settings.
    """

    application: str
    source: str
    revision: str | None
    path: Path

    @property
    def title(self) -> str:
        """What it is the version of: `application shop`."""
        return f"{self.application} {self.source}".rstrip()


def versions(project: Project) -> tuple[Version, ...]:
    """The versions of an environment, in the order in which its Applications are created."""
    return tuple(_version(item, at) for item in deployed(project) for at in item.sources)


def short(revision: str | None) -> str:
    """A revision as people compare it: of a commit or a digest the beginning."""
    return "?" if revision is None else _HASH.sub(r"\1", revision)


def is_fixed(revision: str, *, chart: bool) -> bool:
    """Whether a revision can be trusted to stay: an exact version, a full commit hash or a digest.

    A tag that is a version counts, although Git could move it. `v1` and `v1.2` do not: such tags are made to move.
    """
    patterns = (_SEMVER,) if chart else (_COMMIT, _DIGEST, _VERSION_TAG, _TAG_REF)
    return any(item.fullmatch(revision) for item in patterns)


def is_chart_version(revision: str) -> bool:
    """Whether a revision may be a chart's: a version, or ranges of versions joined by blanks, `,` or `||`."""
    parts = _JOINT.split(_OPERATOR.sub("", revision))
    return all(part == "-" or _CHART_RANGE.fullmatch(part) for part in parts)


def _version(item: Deployed, at: SourceAt) -> Version:
    path = at.version_path or (*at.path, "targetRevision")
    return Version(item.key, "" if len(item.sources) == 1 else _name(at), at.revision, path)


def _name(at: SourceAt) -> str:
    last = at.source.repo_url.rstrip("/").rpartition("/")[2]
    return at.keys[0] if at.keys else last.removesuffix(".git")
