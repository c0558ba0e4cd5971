"""A Git revision of the configuration's folder: which files differ from it, and how those were.

Only reads: no checkout, no hook and no filter of the repository runs. Files go through a temporary folder to the
reader that reads every tree, so that a revision is judged as the working tree is.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from argoproject.diff.model import BaseUnreadableError

__all__ = ["Revision", "find_revision"]

_MAIN = ("origin/HEAD", "origin/main", "origin/master", "main", "master")
"""Where a change is merged, the likeliest first. The remote's is what reviewers merge into."""

_OF_HOOKS = frozenset({"GIT_DIR", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_WORK_TREE"})
_NOBODYS = frozenset({".git", "__pycache__"})
"""Folders that are no part of a program or a configuration."""

_LINK = "120000"
_FILE = "100"


@dataclass(frozen=True, slots=True)
class Revision:
    """One commit, seen from a folder of the working tree."""

    folder: Path
    commit: str
    name: str
    """As a person calls it."""

    def __str__(self) -> str:
        return f"{self.name} ({self.commit[:12]})"

    def changed(self, only: Iterable[str] = (".",)) -> frozenset[str]:
        """Files below the folder that differ from the working tree, relative to it; `only` names some of it.

        The program reads what is there, whatever Git's index, its filters or .gitignore think of it: so do we.
        """
        only = tuple(only)
        before = {name: sha for name, _, sha in self._files(only)}
        algorithm = (
            hashlib.sha256 if any(len(sha) == 64 for sha in before.values()) else hashlib.sha1
        )
        after = {name: _blob(self.folder / name, algorithm) for name in _walk(self.folder, only)}
        return frozenset(
            name for name in before.keys() | after.keys() if before.get(name) != after.get(name)
        )

    def write(self, target: Path, wanted: Callable[[str], bool]) -> None:
        """Write the wanted files of the revision below `target`, links as links."""
        files = {name: entry for name, *entry in self._files() if wanted(name)}
        contents = _contents(self.folder, [sha for _, sha in files.values()])
        for (name, (mode, _)), content in zip(files.items(), contents, strict=True):
            path = target / PurePosixPath(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            if mode == _LINK:
                path.symlink_to(os.fsdecode(content))
            elif mode.startswith(_FILE):
                path.write_bytes(content)
            else:
                path.mkdir()

    def below(self, folder: Path) -> Revision:
        """The same commit, seen from another folder of the working tree."""
        return replace(self, folder=folder)

    def _files(self, only: Iterable[str] = (".",)) -> Iterator[tuple[str, str, str]]:
        """Name, mode and object of every file."""
        listed = _git(self.folder, "ls-tree", "-r", "-z", self.commit, "--", *only)
        for line in filter(None, os.fsdecode(listed).split("\0")):
            facts, _, name = line.partition("\t")
            mode, _, sha = facts.split(" ")
            yield name, mode, sha


def find_revision(folder: Path, ref: str | None = None) -> Revision:
    """The revision that `ref` names; by default where the current branch left the main one.

    Raises:
        BaseUnreadableError: where there is no Git repository, or nothing of that name.
    """
    if ref is not None:
        return Revision(folder, _commit(folder, ref), ref)
    main = next((name for name in _MAIN if _exists(folder, name)), None)
    if main is None:
        raise BaseUnreadableError(
            f"there is no branch {', '.join(_MAIN[1:])} to compare with: name a revision with --base"
        )
    base = _run(folder, "merge-base", "HEAD", main)
    if base.returncode:
        message = f"the current branch and {main} have no commit in common"
        remedy = "name a revision with --base, or fetch the whole history (git fetch --unshallow)"
        raise BaseUnreadableError(f"{message}: {remedy}")
    return Revision(folder, base.stdout.decode().strip(), f"the merge base with {main}")


def _commit(folder: Path, ref: str) -> str:
    found = _run(
        folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}"
    )
    if found.returncode:
        _git(folder, "rev-parse", "--git-dir")
        remedy = "name a branch, a tag or a commit; in CI, fetch it first (fetch-depth: 0)"
        raise BaseUnreadableError(f"Git knows no revision {ref!r}: {remedy}")
    return found.stdout.decode().strip()


def _exists(folder: Path, ref: str) -> bool:
    _git(folder, "rev-parse", "--git-dir")
    return not _run(folder, "rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}").returncode


def _walk(folder: Path, only: Iterable[str]) -> Iterator[str]:
    """Files and links below a folder, or below some names in it, relative to it."""
    for name in only:
        top = os.path.normpath(folder / name)
        if os.path.isfile(top) or os.path.islink(top):  # noqa: PTH113, PTH114 - as text, like os.walk below
            yield name
        for path, folders, files in os.walk(top):
            links = [item for item in folders if os.path.islink(f"{path}/{item}")]  # noqa: PTH114
            folders[:] = [item for item in folders if item not in (*links, *_NOBODYS)]
            for item in (*files, *links):
                yield os.path.relpath(f"{path}/{item}", folder)


def _blob(path: Path, algorithm: Callable[[bytes], hashlib._Hash]) -> str:
    """What Git would call the file as it is. Source: git-hash-object."""
    try:
        content = os.fsencode(path.readlink()) if path.is_symlink() else path.read_bytes()
    except OSError:
        return ""
    return algorithm(b"blob %d\0" % len(content) + content).hexdigest()


def _contents(folder: Path, objects: list[str]) -> Iterator[bytes]:
    """The contents of objects, in their order. Source of the form: git-cat-file, "BATCH OUTPUT"."""
    done = _git(
        folder, "cat-file", "--batch", stdin="".join(f"{sha}\n" for sha in objects).encode()
    )
    at = 0
    for _ in objects:
        end = done.index(b"\n", at)
        kind, size = done[at:end].split(b" ")[-2:]
        length = int(size) if kind == b"blob" else 0
        yield done[end + 1 : end + 1 + length]
        at = end + length + 2 if kind == b"blob" else end + 1


def _git(folder: Path, *arguments: str, stdin: bytes | None = None) -> bytes:
    done = _run(folder, *arguments, stdin=stdin)
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        reason = said[0] if said else f"git {arguments[0]} failed"
        raise BaseUnreadableError(f"the base cannot be read from Git: {reason}")
    return done.stdout


def _run(
    folder: Path, *arguments: str, stdin: bytes | None = None
) -> subprocess.CompletedProcess[bytes]:
    # Nothing that the repository's own settings name is started, and what Git says has one form. In a hook, Git says
    # where the repository is: relative to another folder than this.
    command = ["git", "-c", "core.quotePath=false", "-c", "core.fsmonitor=false", *arguments]
    env = {name: value for name, value in os.environ.items() if name not in _OF_HOOKS}
    try:
        return subprocess.run(  # noqa: S603 - the program is ours, its arguments are a list
            command, cwd=folder, env=env, input=stdin, capture_output=True, check=False
        )
    except FileNotFoundError:
        raise BaseUnreadableError(
            "git is not on PATH: install it, or compare with --rendered or --state"
        ) from None
