"""Which version of what an environment runs, source by source, as people compare and promote them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from argoproject.project.applications import Deployed, SourceAt, deployed
from argoproject.project.model import Project
from argoproject.yamlfile.reader import Path

__all__ = ["Version", "short", "versions"]

_HASH = re.compile(r"\b([0-9a-f]{8})[0-9a-f]{32,56}\b")
"""A commit or a digest."""


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


def _version(item: Deployed, at: SourceAt) -> Version:
    path = at.version_path or (*at.path, "targetRevision")
    return Version(item.key, "" if len(item.sources) == 1 else _name(at), at.revision, path)


def _name(at: SourceAt) -> str:
    last = at.source.repo_url.rstrip("/").rpartition("/")[2]
    return at.keys[0] if at.keys else last.removesuffix(".git")
