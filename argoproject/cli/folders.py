"""What the shell offers for an environment: read from the names of folders alone, so that it answers at once.

A project whose name the files override is not offered by that name: no file is read.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from argoproject.identity import PLATFORM

__all__ = ["environments", "places", "selections", "teams"]

_LEVELS = 4
"""Team, product, cluster, environment."""

_BESIDE = frozenset({"manifests", "secrets"})
"""Folders that stand beside settings and are no level of the tree."""


def selections(config: str, begun: str) -> Iterator[str]:
    """Folders for SELECT that begin with a text: of its level, and of the next, so that one can go on."""
    depth = begun.count("/") + 1
    yield from _folders(config, begun, depth)
    if depth < _LEVELS:
        yield from _folders(config, begun, depth + 1)
    yield from _project_names(config, begun)


def environments(config: str, begun: str) -> Iterator[str]:
    """Environments that begin with a text: their folders, or the names of their projects."""
    yield from _folders(config, begun, _LEVELS)
    yield from _project_names(config, begun)


def teams(config: str, begun: str) -> Iterator[str]:
    """Teams that begin with a text."""
    return _folders(config, begun, 1)


def places(config: str, begun: str) -> Iterator[str]:
    """Folders that hold secrets and begin with a text: of teams, products and environments, and the platform's."""
    yield from (path for path in selections(config, begun) if path.count("/") in (0, 1, 3))
    if PLATFORM.startswith(begun):
        yield PLATFORM


def _project_names(config: str, begun: str) -> Iterator[str]:
    """Names of projects that begin with a text; only once it goes beyond a team's name, as folders come first."""
    if "-" not in begun or "/" in begun:
        return
    for path in _folders(config, "", _LEVELS):
        team, product, cluster, environment = path.split("/")
        name = f"{team}-{product}-{environment}-{cluster}"
        if name.startswith(begun):
            yield name


def _folders(config: str, begun: str, depth: int) -> Iterator[str]:
    """Folders `depth` levels below projects/ whose path begins with a text."""
    yield from _below(f"{config}/projects", "", begun, depth)


def _below(folder: str, path: str, begun: str, depth: int) -> Iterator[str]:
    for name in _names(folder):
        child = f"{path}/{name}" if path else name
        if not (child.startswith(begun) or begun.startswith(f"{child}/")):
            continue
        if depth > 1:
            yield from _below(f"{folder}/{name}", child, begun, depth - 1)
        elif child.startswith(begun):
            yield child


def _names(folder: str) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entry.name for entry in entries if _is_level(entry))
    except OSError:
        return []  # there is nothing to offer


def _is_level(entry: os.DirEntry[str]) -> bool:
    hidden = entry.name.startswith(".") or entry.name in _BESIDE
    return not hidden and entry.is_dir(follow_symlinks=False)
