"""A Git revision of the configuration's folder: which files differ from the working tree, and what they contained.

Git only reads: no checkout, no hook and no filter of the repository runs. The files are written to a temporary folder
and read from there like any other tree, so that both sides are judged by the same code.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from argoproject.diff.model import BaseUnreadableError
from argoproject.git import GitError, GitMissingError, contents, git, succeeds

__all__ = ["Revision", "find_revision"]

_MAIN = ("origin/HEAD", "origin/main", "origin/master", "main", "master")
"""The main branch, the likeliest name first. Reviewers merge into that of the remote."""

_SKIPPED = frozenset({".git", "__pycache__"})
"""Folders that belong neither to the program nor to the configuration."""

_LINK = "120000"
_FILE = "100"
"""Modes of Git's entries: a symbolic link, and how the mode of a regular file begins."""


@contextmanager
def _base_unreadable() -> Iterator[None]:
    """Report that Git fails as a base that cannot be read."""
    try:
        yield
    except GitMissingError as error:
        remedy = "install it, or compare with --rendered or --state"
        raise BaseUnreadableError(f"{error}: {remedy}") from None
    except GitError as error:
        raise BaseUnreadableError(f"the base cannot be read from Git: {error}") from None


@dataclass(frozen=True, slots=True)
class Revision:
    """One commit, as seen from a folder of the working tree.

    Attributes:
        folder: the folder; names of files are relative to it.
        commit: the hash of the commit.
        name: the name for people, for example `main` or `the merge base with origin/main`.
    """

    folder: Path
    commit: str
    name: str

    def __str__(self) -> str:
        return f"{self.name} ({self.commit[:12]})"

    @_base_unreadable()
    def changed(self, only: Iterable[str] = (".",)) -> frozenset[str]:
        """The files below the folder that differ from the working tree, relative to the folder.

        Args:
            only: files and folders to compare, relative to the folder.

        Contents are compared as they are on disk, without Git's index, filters or .gitignore: the program reads the
        files in the same way.
        """
        only = tuple(only)
        before = {name: sha for name, _, sha in self._files(only)}
        is_sha256 = any(len(sha) == 64 for sha in before.values())
        algorithm = hashlib.sha256 if is_sha256 else hashlib.sha1
        after = {name: _blob(self.folder / name, algorithm) for name in _walk(self.folder, only)}
        return frozenset(
            name for name in before.keys() | after.keys() if before.get(name) != after.get(name)
        )

    @_base_unreadable()
    def write(self, target: Path, wanted: Callable[[str], bool]) -> None:
        """Write files of the revision below `target`, symbolic links as links.

        Args:
            target: a folder that exists.
            wanted: whether a file is written, by its name relative to the revision's folder.
        """
        files = {name: entry for name, *entry in self._files() if wanted(name)}
        objects = [sha for _, sha in files.values()]
        each = zip(files.items(), contents(self.folder, objects), strict=True)
        for (name, (mode, _)), content in each:
            path = target / PurePosixPath(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            if mode == _LINK:
                path.symlink_to(os.fsdecode(content))
            elif mode.startswith(_FILE):
                path.write_bytes(content)
            else:
                path.mkdir()

    def _files(self, only: Iterable[str] = (".",)) -> Iterator[tuple[str, str, str]]:
        """The name, mode and object hash of every file. Source of the form: git-ls-tree, "OUTPUT FORMAT"."""
        listed = git(self.folder, "ls-tree", "-r", "-z", self.commit, "--", *only)
        for line in filter(None, os.fsdecode(listed).split("\0")):
            facts, _, name = line.partition("\t")
            mode, _, sha = facts.split(" ")
            yield name, mode, sha


@_base_unreadable()
def find_revision(folder: Path, ref: str | None = None) -> Revision:
    """Find a revision.

    Args:
        folder: a folder of the working tree.
        ref: a branch, a tag or a commit; by default the commit at which the current branch left the main branch.

    Raises:
        BaseUnreadableError: if there is no Git repository, or no revision of that name.
    """
    git(folder, "rev-parse", "--git-dir")
    if ref is not None:
        commit = _commit(folder, ref)
        if commit is None:
            remedy = "name a branch, a tag or a commit; in CI, fetch it first (fetch-depth: 0)"
            raise BaseUnreadableError(f"Git has no revision {ref!r}: {remedy}")
        return Revision(folder, commit, ref)
    main = next((name for name in _MAIN if _commit(folder, name) is not None), None)
    if main is None:
        raise BaseUnreadableError(
            f"there is no branch {', '.join(_MAIN[1:])} to compare with: name a revision with --base"
        )
    base = succeeds(folder, "merge-base", "HEAD", main)
    if base is None:
        message = f"the current branch and {main} have no commit in common"
        remedy = "name a revision with --base, or fetch the whole history (git fetch --unshallow)"
        raise BaseUnreadableError(f"{message}: {remedy}")
    return Revision(folder, base, f"the merge base with {main}")


def _commit(folder: Path, ref: str) -> str | None:
    """The hash of the commit that a name means, or None."""
    arguments = ("--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    return succeeds(folder, "rev-parse", *arguments)


def _walk(folder: Path, only: Iterable[str]) -> Iterator[str]:
    """The files and links among some names in a folder, and below them, relative to the folder."""
    for name in only:
        top = os.path.normpath(folder / name)
        if os.path.isfile(top) or os.path.islink(top):  # noqa: PTH113, PTH114 - as text, like os.walk below
            yield name
        for path, folders, files in os.walk(top):
            links = [item for item in folders if os.path.islink(f"{path}/{item}")]  # noqa: PTH114
            folders[:] = [item for item in folders if item not in (*links, *_SKIPPED)]
            for item in (*files, *links):
                yield os.path.relpath(f"{path}/{item}", folder)


def _blob(path: Path, algorithm: Callable[[bytes], hashlib._Hash]) -> str:
    """The hash that Git would give the file as it is on disk; empty if it cannot be read. Source: git-hash-object."""
    try:
        content = os.fsencode(path.readlink()) if path.is_symlink() else path.read_bytes()
    except OSError:
        return ""
    return algorithm(b"blob %d\0" % len(content) + content).hexdigest()
