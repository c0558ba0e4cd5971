"""Which environments a changed file can reach, by its place in the tree."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from dataclasses import dataclass

from argoproject.identity import Identity

__all__ = ["Scope", "scope_of"]

_ENVIRONMENT = len(Identity.__slots__)
"""How many folders deep an environment is."""

_SHARED = ("manifests", "secrets")
_SILENT = ("schema", ".sops.yaml", "README.md")
"""What stands beside platform.yaml and decides about no environment."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Folders below projects/: an environment in one of them, or below, is reached. The empty one reaches all."""

    folders: frozenset[tuple[str, ...]]

    def takes(self, identity: Identity) -> bool:
        """Whether an environment is reached."""
        own = (identity.team, identity.product, identity.cluster, identity.environment)
        return any(own[:depth] in self.folders for depth in range(len(own) + 1))

    def needs(self, file: str) -> bool:
        """Whether a file is needed to build a reached environment."""
        own = _folder(file)
        if own is None:
            return True
        if any(own[:depth] in self.folders for depth in range(len(own) + 1)):
            return True
        return any(folder[: len(own)] == own for folder in self.folders)


def scope_of(files: Iterable[str], for_all: Iterable[str] = ()) -> Scope:
    """The scope of changed files, as paths below the configuration's folder. `for_all` are files that profiles name:
    they count for every environment, wherever they stand."""
    shared = frozenset(map(posixpath.normpath, for_all))
    folders: set[tuple[str, ...]] = set()
    for file in files:
        folder = _folder(file)
        if file in shared:
            folders.add(())
        elif folder is not None:
            folders.add(folder)
        elif file.split("/")[0] not in _SILENT:
            folders.add(())
    return Scope(frozenset(folders))


def _folder(file: str) -> tuple[str, ...] | None:
    """The team's, product's, cluster's or environment's folder of a file; None for what stands outside projects/."""
    top, *rest = file.split("/")
    if top != "projects" or not rest:
        return None
    *folders, _ = rest
    if folders and folders[-1] in _SHARED and len(folders) != _ENVIRONMENT:
        folders.pop()
    return tuple(folders[:_ENVIRONMENT])
