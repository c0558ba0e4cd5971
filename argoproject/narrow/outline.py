"""Which environments a tree has, and the text of their files: nothing is parsed.

What does not fit into the tree is no environment here; the loader, which reads what is asked about, tells of it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from argoproject.identity import Identity
from argoproject.models.scalars import is_label
from argoproject.narrow.text import Text
from argoproject.tree.files import read_file

__all__ = ["Outline", "Sketch", "read_outline", "text_of"]

Folder = tuple[str, ...]
"""A folder of a team, product, cluster or environment, as the loader calls it."""


@dataclass(frozen=True, slots=True)
class Sketch:
    """One environment by its folder, with the texts that make it: its team's, its product's and its own."""

    identity: Identity
    texts: tuple[Text, ...]


@dataclass(slots=True)
class Outline:
    """All environments, and the folders beside whose files secrets may stand."""

    environments: list[Sketch] = field(default_factory=list)
    folders: list[Folder] = field(default_factory=list)


def read_outline(root: Path) -> Outline:
    """The outline of a tree."""
    outline = Outline()
    projects = root / "projects"
    if projects.is_dir() and not projects.is_symlink():
        for team in _folders(str(projects)):
            _team(outline, f"{projects}/{team}", team)
    return outline


def text_of(path: str) -> Text | None:
    """The text of a file, if it can be read."""
    try:
        return Text(read_file(path))
    except OSError:
        return None


def _team(outline: Outline, path: str, team: str) -> None:
    shared = text_of(f"{path}/team.yaml")
    outline.folders.append((team,))
    for product in _folders(path, "secrets"):
        folder = f"{path}/{product}"
        upper = (shared, text_of(f"{folder}/product.yaml"))
        outline.folders.append((team, product))
        for cluster in _folders(folder, "secrets", "manifests"):
            for environment in _folders(f"{folder}/{cluster}"):
                own = text_of(f"{folder}/{cluster}/{environment}/project.yaml")
                texts = tuple(text for text in (*upper, own) if text is not None)
                identity = Identity(team, product, cluster, environment)
                outline.environments.append(Sketch(identity, texts))
                outline.folders.append((team, product, cluster, environment))


def _folders(path: str, *others: str) -> Iterator[str]:
    """The names of the folders that the loader would enter. Links are not followed; `others` stand beside a file."""
    with os.scandir(path) as entries:
        for entry in entries:
            name = entry.name
            if name not in others and entry.is_dir(follow_symlinks=False) and is_label(name):
                yield name
