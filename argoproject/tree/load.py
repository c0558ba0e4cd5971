"""The tree of files: finds them, reads each once, validates each as written.

The path of an environment is its identity. A file or folder without a place in the tree (`argoproject.layout`) is
refused instead of ignored: a file that is silently left out is an environment that silently loses its quota.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from argoproject.identity import PLATFORM
from argoproject.layout import (
    LEVELS,
    MANIFESTS,
    PLATFORM_FILE,
    PROJECT_FILE,
    PROJECTS,
    SECRETS,
    SETTINGS_FILES,
    is_side_folder,
)
from argoproject.models import Platform
from argoproject.models.scalars import is_label
from argoproject.models.validation import validate
from argoproject.problems import Position, Problem
from argoproject.secrets.file import METADATA, SecretFile, SecretKey
from argoproject.tree.documents import data_for_validation, parse_mapping, settings_problems
from argoproject.tree.files import read_file, unreadable
from argoproject.tree.model import Folder, Tree
from argoproject.tree.placeholders import placeholder_problems
from argoproject.yamlfile.reader import Document

__all__ = ["load_platform", "load_tree"]

MAX_FILES = 50_000
"""How many files a tree may have. Every one is read into memory."""

_IGNORED = frozenset({"README.md", ".gitkeep", ".sops.yaml", ".DS_Store"})
"""Files that are for people, Git, sops or an operating system, in any folder."""

_MANIFEST = re.compile(r"[a-z0-9][a-z0-9.-]*\.yaml")
_LINK = {
    "code": "symlink",
    "message": "symbolic links are not followed",
    "remedy": "put the file itself here",
}
_GIT = ".git"
"""What the folder of a submodule holds: a folder, or a file that names it."""

_SWAP = re.compile(r"\..*\.sw[a-p]|\.#.*|#.*#")
"""Copies that vim and Emacs leave while a file is open."""


def load_platform(root: Path, name: str) -> tuple[Platform | None, list[Problem]]:
    """Read platform.yaml alone, for commands that are about no environment.

    Args:
        root: the folder of platform.yaml.
        name: the name of that folder in reports.

    Returns:
        The platform, or None where the file cannot be used, and the problems of the file.
    """
    reader = _Reader(root, name)
    _, platform = reader.read_platform()
    return platform, reader.problems


def load_tree(root: Path, name: str | None = None, earlier: Tree | None = None) -> Tree:
    """Read everything below a folder.

    Args:
        root: the folder of platform.yaml.
        name: the name of that folder in reports; by default the path as given.
        earlier: another version of the same tree. Settings files that are equal in both are neither parsed nor
            validated again, and their problems are in the other tree only. Files that could not be parsed are read
            again, and the placeholders of extra manifests are checked again.

    Returns:
        The tree with all problems. Problems never stop the reading of other files.
    """
    reader = _Reader(root, name if name is not None else str(root), earlier)
    return reader.read()


class _Reader:
    """Reads one tree once, and collects its folders and problems."""

    def __init__(self, root: Path, name: str, earlier: Tree | None = None) -> None:
        self.root = root
        self.name = name
        self.earlier = earlier
        self.documents = (
            {} if earlier is None else {item.file: item for item in earlier.documents()}
        )
        self.folders: dict[tuple[str, ...], Folder] = {}
        self.problems: list[Problem] = []
        self.broken: set[str] = set()
        self.files = 0

    def read(self) -> Tree:
        document, platform = self.read_platform()
        secrets: dict[str, SecretFile] = {}
        own = self.root / SECRETS
        if own.is_symlink():
            self.refuse(f"{self.name}/{SECRETS}", **_LINK)
        elif own.is_dir():
            secrets = self.read_secrets(str(own), f"{self.name}/{SECRETS}", (PLATFORM,))
        self.read_projects()
        return Tree(
            self.root,
            self.name,
            document,
            platform,
            self.folders,
            self.problems,
            self.broken,
            dict(self.read_platform_files(document, platform)),
            secrets,
        )

    def read_projects(self) -> None:
        """Read the folders of teams and everything below them."""
        projects = self.root / PROJECTS
        if projects.is_dir() and not projects.is_symlink():
            self.read_folder(str(projects), f"{self.name}/{PROJECTS}", ())
        elif self.root.is_dir():
            self.refuse(
                f"{self.name}/{PROJECTS}",
                code="no-projects",
                message="there is no folder `projects`",
                remedy="make it",
            )

    def read_platform_files(
        self, document: Document, platform: Platform | None
    ) -> Iterator[tuple[str, Document]]:
        """Read the manifests that profiles name under `platformManifests`; only files below the tree."""
        for profile, settings in (platform.profiles if platform else {}).items():
            for at, item in enumerate(settings.platform_manifests):
                path = self.root / item.file
                inside = path.resolve().is_relative_to(self.root.resolve())
                manifest = None
                if inside and path.is_file():
                    manifest = self.read_document(str(path), f"{self.name}/{item.file}")
                    problems = placeholder_problems(manifest, everywhere=True) if manifest else ()
                    self.problems += problems
                else:
                    problem = document.problem(
                        path=("profiles", profile, "platformManifests", at, "file"),
                        code="no-platform-file",
                        message=f"there is no file {item.file!r} below the configuration's folder",
                        remedy="name a file below it, for example platform/schedule.yaml",
                    )
                    self.problems.append(problem)
                if manifest is not None:
                    yield item.file, manifest

    def read_platform(self) -> tuple[Document, Platform | None]:
        """Read platform.yaml: as written, and as validated or None."""
        shown = f"{self.name}/{PLATFORM_FILE}"
        if not (self.root / PLATFORM_FILE).is_file():
            remedy = "name the folder that holds platform.yaml and projects/ (--config, or `config` of the stack)"
            self.refuse(
                shown, code="no-platform", message="there is no platform.yaml", remedy=remedy
            )
            return Document(shown, "", {}), None
        document = self.read_document(str(self.root / PLATFORM_FILE), shown)
        if document is None:
            return Document(shown, "", {}), None
        if self.earlier is not None and document is self.earlier.platform_document:
            return document, self.earlier.platform
        data = data_for_validation(document)
        if "networkPolicies" in document.data:
            # Kept as written: their placeholders are each environment's to fill.
            data = {**data, "networkPolicies": document.data["networkPolicies"]}
        platform, problems = validate(Platform, data, document.position)
        self.problems += [*problems, *placeholder_problems(document)]
        return document, platform

    def read_folder(self, path: str, shown: str, key: tuple[str, ...]) -> None:
        """Read a folder and everything below it.

        Args:
            path: the folder on disk.
            shown: its name in reports.
            key: its steps below projects/.
        """
        folder = Folder(shown)
        depth = len(key)
        for entry in sorted(os.scandir(path), key=lambda item: item.name):
            child = f"{shown}/{entry.name}"
            if entry.name == _GIT:
                continue
            if entry.is_symlink():
                self.refuse(child, **_LINK)
            elif entry.is_dir():
                self.read_subfolder(entry, child, key, folder)
            elif entry.name == SETTINGS_FILES.get(depth):
                folder.settings = self.read_settings(entry.path, child)
            elif not _ignored(entry.name):
                self.refuse_file(child, entry.name, depth)
        if (
            depth == len(LEVELS)
            and folder.settings is None
            and f"{shown}/{PROJECT_FILE}" not in self.broken
        ):
            self.refuse(
                shown,
                code="no-project",
                message="the folder holds no project.yaml",
                remedy="add one, or remove the folder",
            )
        if key:
            self.folders[key] = folder

    def read_subfolder(
        self, entry: os.DirEntry[str], shown: str, key: tuple[str, ...], folder: Folder
    ) -> None:
        """Read a side folder or a level, or refuse a folder that is neither."""
        depth = len(key)
        if is_side_folder(entry.name, depth):
            if entry.name == MANIFESTS:
                self.read_manifests(entry.path, shown, folder, key)
            else:
                folder.secrets = self.read_secrets(entry.path, shown, key)
        elif depth == len(LEVELS):
            self.refuse(
                shown,
                code="unexpected-folder",
                message="an environment has no folders but manifests and secrets",
                remedy="move it",
            )
        elif not is_label(entry.name):
            remedy = "use lower-case letters, digits and inner hyphens, at most 63"
            self.refuse(
                shown,
                code="folder-name",
                message=f"{entry.name!r} is not a name for a {LEVELS[depth]}",
                remedy=remedy,
            )
        else:
            self.read_folder(entry.path, shown, (*key, entry.name))

    def refuse_file(self, shown: str, name: str, depth: int) -> None:
        """Refuse a file without a place in a folder of this depth, with the place or the name that it should have."""
        expected = SETTINGS_FILES.get(depth)
        if expected and Path(name).stem == Path(expected).stem:
            remedy = f"rename it to {expected}"
        elif name in SETTINGS_FILES.values():
            levels = LEVELS[: next(at for at, file in SETTINGS_FILES.items() if file == name)]
            places = "/".join(f"<{level}>" for level in levels)
            remedy = f"{name} belongs in the folder of the {levels[-1]}: {PROJECTS}/{places}"
        else:
            remedy = f"this level takes {expected}" if expected else "remove it"
        self.refuse(
            shown,
            code="unexpected-file",
            message="the file has no place in the tree",
            remedy=remedy,
        )

    def read_settings(self, path: str, shown: str) -> Document | None:
        """Read a team.yaml, product.yaml or project.yaml. One with problems is `broken`, and returned all the same."""
        document = self.read_document(path, shown)
        if document is None:
            return None
        if self.earlier is not None and document is self.documents.get(shown):
            self.broken |= {shown} & self.earlier.broken
            return document
        problems = settings_problems(document)
        if problems:
            self.problems += problems
            self.broken.add(shown)
        return document

    def read_manifests(self, path: str, shown: str, folder: Folder, key: tuple[str, ...]) -> None:
        """Read the extra manifests next to a settings file into its folder."""
        for entry in self.side_files(
            path, shown, _MANIFEST.fullmatch, "only <name>.yaml files belong here"
        ):
            child = f"{shown}/{entry.name}"
            document = self.read_document(entry.path, child)
            if document is not None:
                folder.manifests.append(document)
                if METADATA in document.data:
                    where = SecretKey("/".join(key), entry.name)
                    folder.encrypted[child] = SecretFile(where, document)
                self.problems += placeholder_problems(document, everywhere=True)

    def read_secrets(self, path: str, shown: str, key: tuple[str, ...]) -> dict[str, SecretFile]:
        """Read the files of secrets in a folder, by the names of the secrets."""
        found: dict[str, SecretFile] = {}
        message = "only sops files <name>.yaml belong here"
        for entry in self.side_files(path, shown, _is_secret, message):
            document = self.read_document(entry.path, f"{shown}/{entry.name}", private=True)
            if document is not None:
                name = entry.name.removesuffix(".yaml")
                found[name] = SecretFile(SecretKey("/".join(key), name), document)
        return found

    def side_files(
        self, path: str, shown: str, accepts: Callable[[str], object], message: str
    ) -> Iterator[os.DirEntry[str]]:
        """The files of a side folder, sorted. Others are refused; copies that editors leave may hold secrets in clear.

        Args:
            path: the folder on disk.
            shown: its name in reports.
            accepts: gives something true for a name that a file may have.
            message: of the problem of a file with another name.
        """
        for entry in sorted(os.scandir(path), key=lambda item: item.name):
            name = entry.name
            if entry.is_file(follow_symlinks=False) and accepts(name):
                yield entry
            elif name not in _IGNORED:
                child = f"{shown}/{name if name.isprintable() else ascii(name)}"
                clear = "remove it: it may hold a secret in clear"
                remedy = clear if _ignored(name) else "move it"
                self.refuse(child, code="unexpected-file", message=message, remedy=remedy)

    def read_document(self, path: str, shown: str, *, private: bool = False) -> Document | None:
        """Read a file, or report why it cannot be read.

        Args:
            path: the file on disk.
            shown: its name in reports.
            private: whether problems must not repeat anything from the file, not even its keys.
        """
        self.files += 1
        if self.files > MAX_FILES:
            self.broken.add(shown)
            if self.files == MAX_FILES + 1:
                # Of the whole tree: the files that are not read may be those of any environment.
                self.refuse(
                    f"{self.name}/{PROJECTS}",
                    code="too-many-files",
                    message=f"the tree holds more than {MAX_FILES} files",
                    remedy="split it",
                )
            return None
        try:
            raw = read_file(path)
        except OSError as error:
            self.problems.append(unreadable(shown, error))
            self.broken.add(shown)
            return None
        known = self.documents.get(shown)
        if known is not None and known.text.encode() == raw:
            return known
        document, problems = parse_mapping(shown, raw)
        if problems:
            self.problems += map(_without_names, problems) if private else problems
            self.broken.add(shown)
            return None
        return document

    def refuse(self, shown: str, *, code: str, message: str, remedy: str) -> None:
        """Report a file or folder as a whole."""
        self.problems.append(
            Problem(position=Position(shown), path="", code=code, message=message, remedy=remedy)
        )


def _without_names(problem: Problem) -> Problem:
    """The problem without the name of a key, which may be the secret itself."""
    named = problem.code == "duplicate-key"
    return replace(problem, message="a key is here a second time") if named else problem


def _is_secret(name: str) -> bool:
    """Whether the file of a secret may have this name: a label and `.yaml`."""
    return name.endswith(".yaml") and is_label(name.removesuffix(".yaml"))


def _ignored(name: str) -> bool:
    """Whether a file is no part of the configuration and does no harm."""
    return name in _IGNORED or name.endswith("~") or _SWAP.fullmatch(name) is not None
