"""A Git revision of the configuration's folder: which files differ from the working tree, and what they contained.

Git only reads: no checkout, no hook and no filter of the repository runs. The files are written to a temporary folder
and read from there like any other tree, so that both sides are judged by the same code.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from argoproject.diff.model import BaseUnreadableError
from argoproject.git import GitError, GitMissingError, contents, git, succeeds
from argoproject.identity import Identity
from argoproject.layout import LEVELS, folder_of
from argoproject.problems import listed

__all__ = ["Hidden", "Revision", "find_revision"]

_MAIN = ("origin/HEAD", "origin/main", "origin/master", "main", "master")
"""The main branch, the likeliest name first. Reviewers merge into that of the remote."""

_PLACES = ("refs/heads", "refs/remotes", "refs/tags")
"""Where a name may be one of a branch, of a branch of a remote, or of a tag. Git prefers the tag."""

_SKIPPED = frozenset({".git", "__pycache__"})
"""Files and folders that belong neither to the program nor to the configuration."""

_LINK = "120000"
_FILE = "100"
_SUBMODULE = "160000"
"""Modes of Git's entries: a symbolic link, how that of a regular file begins, and a commit of another repository."""


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
class Hidden:
    """What is not compared: it is not deleted, but not in the working tree, or in another repository.

    Attributes:
        sparse: the files that a sparse checkout leaves out, each with whether it changed.
        submodules: the folders of submodules, each with whether its commit changed.
    """

    sparse: Mapping[str, bool]
    submodules: Mapping[str, bool]

    def __contains__(self, name: str) -> bool:
        return name in self.sparse or any(
            name == folder or name.startswith(f"{folder}/") for folder in self.submodules
        )

    def files(self, *, changed: bool = False) -> Iterator[str]:
        """The files, or those that changed; any file of a submodule represents all."""
        yield from (name for name, differs in self.sparse.items() if differs or not changed)
        for folder, differs in self.submodules.items():
            if differs or not changed:
                yield f"{folder}/*"

    def environments(self) -> frozenset[Identity]:
        """The environments of which a file changed."""
        folders = (folder_of(name) for name in self.files(changed=True))
        return frozenset(
            Identity(*it) for it in folders if it is not None and len(it) == len(LEVELS)
        )

    def sentences(self, tree: str) -> Iterator[tuple[str, bool]]:
        """What is not compared and why, each with whether it changed. `tree` is the name of the folder."""
        for changed in (True, False):
            names = sorted(name for name, differs in self.sparse.items() if differs is changed)
            if names:
                shown = listed([f"{tree}/{name}" for name in names])
                verb = "changed" if changed else "did not change"
                yield (
                    f"the checkout is sparse, without {shown}, which {verb}: git sparse-checkout disable",
                    changed,
                )
        for folder, changed in sorted(self.submodules.items()):
            verb = "changed" if changed else "did not change"
            where = "compare it in its own repository"
            yield f"{tree}/{folder} is a submodule, whose commit {verb}: {where}", changed


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
        files in the same way. Ends of lines are no difference: a checkout may have others (`core.autocrlf`).
        """
        only = tuple(only)
        hidden = self.hidden()
        before = {name: sha for name, _, sha in self._files(only) if name not in hidden}
        is_sha256 = any(len(sha) == 64 for sha in before.values())
        algorithm = hashlib.sha256 if is_sha256 else hashlib.sha1
        after = {name for name in _walk(self.folder, only) if name not in hidden}
        return frozenset(
            name
            for name in before.keys() | after
            if name not in after
            or before.get(name, "") not in _blobs(self.folder / name, algorithm)
        )

    @_base_unreadable()
    def hidden(self) -> Hidden:
        """What is in the revision or in Git's index, and cannot be compared."""
        before = {name: (mode, sha) for name, mode, sha in self._files()}
        index = dict(self._index())
        sparse = {
            name: before.get(name, ("", ""))[1] != sha
            for name, (tag, _, sha) in index.items()
            if tag == "S" and not os.path.lexists(self.folder / name)
        }
        modules = {name for name, (_, mode, _) in index.items() if mode == _SUBMODULE}
        modules |= {name for name, (mode, _) in before.items() if mode == _SUBMODULE}
        return Hidden(
            sparse,
            {name: before.get(name) != (_SUBMODULE, self._commit_of(name)) for name in modules},
        )

    def _commit_of(self, module: str) -> str | None:
        """The commit of a submodule in the working tree, or in the index where it is not checked out."""
        if os.path.lexists(self.folder / module / ".git"):
            return succeeds(self.folder / module, "rev-parse", "--verify", "--quiet", "HEAD")
        return dict(self._index()).get(module, ("", "", None))[2]

    def _index(self) -> Iterator[tuple[str, tuple[str, str, str]]]:
        """The name of each file in Git's index with its tag, mode and object hash. Source: git-ls-files, "OUTPUT"."""
        for line in _records(git(self.folder, "ls-files", "-t", "-s", "-z")):
            facts, _, name = line.partition("\t")
            tag, mode, sha, _ = facts.split(" ")
            yield name, (tag, mode, sha)

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
            if content is None and mode != _SUBMODULE:
                raise GitError(
                    f"the clone has no contents of {name}: fetch all of them (git fetch --refetch --no-filter)"
                )
            if content is None:
                path.mkdir()
            elif mode == _LINK:
                path.symlink_to(os.fsdecode(content))
            else:
                path.write_bytes(content)

    def _files(self, only: Iterable[str] = (".",)) -> Iterator[tuple[str, str, str]]:
        """The name, mode and object hash of every file. Source of the form: git-ls-tree, "OUTPUT FORMAT"."""
        listed = git(self.folder, "ls-tree", "-r", "-z", self.commit, "--", *only)
        for line in _records(listed):
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
        _refuse_two_meanings(folder, ref)
        commit = _commit(folder, ref)
        if commit is None:
            remedy = "name a branch, a tag or a commit; in CI, fetch it first (fetch-depth: 0)"
            raise BaseUnreadableError(f"Git has no revision {ref!r}: {remedy}")
        return Revision(folder, commit, ref)
    branches = {name: f"refs/{'remotes' if '/' in name else 'heads'}/{name}" for name in _MAIN}
    main = next((name for name in _MAIN if _commit(folder, branches[name]) is not None), None)
    if main is None:
        raise BaseUnreadableError(
            f"there is no branch {', '.join(_MAIN[1:])} to compare with: name a revision with --base"
        )
    base = succeeds(folder, "merge-base", "HEAD", branches[main])
    if base is None:
        message = f"the current branch and {main} have no commit in common"
        remedy = "name a revision with --base, or fetch the whole history (git fetch --unshallow)"
        raise BaseUnreadableError(f"{message}: {remedy}")
    return Revision(folder, base, f"the merge base with {main}")


def _refuse_two_meanings(folder: Path, ref: str) -> None:
    """Refuse the name of a tag and of a branch with another commit: Git would take the tag.

    Raises:
        BaseUnreadableError: for such a name.
    """
    commits = {f"{place}/{ref}": _commit(folder, f"{place}/{ref}") for place in _PLACES}
    found = {name: commit for name, commit in commits.items() if commit is not None}
    if len(set(found.values())) > 1:
        names = " or ".join(found)
        raise BaseUnreadableError(f"Git has a tag and a branch {ref!r}: name {names}")


def _records(output: bytes) -> Iterator[str]:
    """The records of Git's output with `-z`."""
    return filter(None, os.fsdecode(output).split("\0"))


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
                if item in _SKIPPED:
                    continue
                yield os.path.relpath(f"{path}/{item}", folder)


def _blobs(path: Path, algorithm: Callable[[bytes], hashlib._Hash]) -> Iterator[str]:
    """The hashes that Git would give a file as it is on disk, and with the ends of lines that it had in Git.

    Nothing where it cannot be read. Source: git-hash-object; gitattributes, "End-of-line conversion".
    """
    try:
        content = os.fsencode(path.readlink()) if path.is_symlink() else path.read_bytes()
    except OSError:
        return
    yield algorithm(b"blob %d\0" % len(content) + content).hexdigest()
    if b"\r\n" in content:
        content = content.replace(b"\r\n", b"\n")
        yield algorithm(b"blob %d\0" % len(content) + content).hexdigest()
