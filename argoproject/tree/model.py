"""The configuration as written: folders by their place, the files in them, and the problems of both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from argoproject.identity import Identity
from argoproject.layout import LEVELS, PROJECTS
from argoproject.models import Platform
from argoproject.problems import Problem
from argoproject.secrets.file import SecretFile
from argoproject.yamlfile.reader import Document

__all__ = ["Folder", "Tree"]


@dataclass(slots=True)
class Folder:
    """What one folder of the tree holds: its settings file, extra manifests and secrets."""

    shown: str
    """Its name in reports."""

    settings: Document | None = None
    manifests: list[Document] = field(default_factory=list)
    secrets: dict[str, SecretFile] = field(default_factory=dict)
    """Files below `secrets`, by the name of the secret."""

    encrypted: dict[str, SecretFile] = field(default_factory=dict)
    """Manifests of which parts are encrypted, by the file's name in reports."""


@dataclass(slots=True)
class Tree:
    """The whole configuration as written, with its problems.

    Attributes:
        root: the folder of platform.yaml.
        name: the name of that folder in reports.
        folders: the folders below projects/ by their steps: `("blue", "shop")`.
        platform: platform.yaml, validated; None where it cannot be used.
        broken: files that cannot be used, as reports name them; environments below them are not checked.
    """

    root: Path
    name: str
    platform_document: Document
    platform: Platform | None
    folders: dict[tuple[str, ...], Folder]
    problems: list[Problem] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)
    platform_files: dict[str, Document] = field(default_factory=dict)
    """The platform's own manifests by the name that profiles give them."""

    secrets: dict[str, SecretFile] = field(default_factory=dict)
    """The platform's own secrets by name: they are next to platform.yaml."""

    def secret_files(self) -> Iterator[SecretFile]:
        """Every file that holds secrets, encrypted manifests included."""
        yield from self.secrets.values()
        for folder in self.folders.values():
            yield from folder.secrets.values()
            yield from folder.encrypted.values()

    def documents(self) -> Iterator[Document]:
        """Every file that could be parsed."""
        yield self.platform_document
        yield from self.platform_files.values()
        yield from (file.document for file in self.secrets.values())
        for folder in self.folders.values():
            yield from () if folder.settings is None else (folder.settings,)
            yield from folder.manifests
            yield from (file.document for file in folder.secrets.values())

    def declared(self) -> Iterator[Identity]:
        """The environments that have a folder, sorted, whether or not their files can be read."""
        yield from (Identity(*key) for key in sorted(self.folders) if len(key) == len(LEVELS))

    def identities(self) -> Iterator[Identity]:
        """The environments whose project.yaml was read, sorted."""
        for identity in self.declared():
            if self.above(identity)[2].settings is not None:
                yield identity

    def nearest_folder(self, shown: str) -> tuple[str, ...] | None:
        """The deepest folder of the tree that is or contains a file or folder.

        Args:
            shown: the file or folder, as reports name it.

        Returns:
            Its steps below projects/, empty for what is directly in projects/; None for what is not in projects/.
        """
        root = f"{self.name}/{PROJECTS}/"
        if not shown.startswith(root):
            return None
        steps = tuple(shown.removeprefix(root).split("/"))
        while steps and steps not in self.folders:
            steps = steps[:-1]
        return steps

    def above(self, identity: Identity) -> tuple[Folder | None, Folder | None, Folder]:
        """The folders of team, product and environment, from which an environment inherits.

        Raises:
            KeyError: when the tree has no folder of the environment.
        """
        key = identity.steps
        return self.folders.get(key[:1]), self.folders.get(key[:2]), self.folders[key]
