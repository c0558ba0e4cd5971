"""Calls Git, only to read: no checkout, hook, filter, or other program that a repository's settings name."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

from argoproject.problems import without_logins

__all__ = ["GitError", "GitMissingError", "contents", "git", "succeeds"]

_OF_HOOKS = frozenset(
    {"GIT_COMMON_DIR", "GIT_DIR", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_WORK_TREE"}
)
"""Variables that Git sets in a hook. They name the repository of the hook, relative to its folder."""


class GitError(Exception):
    """Git failed. `str()` is the first line of its own message, with the remedy that Git names."""


class GitMissingError(GitError):
    """The git program is not on PATH."""


def git(folder: Path, *arguments: str, stdin: bytes | None = None) -> bytes:
    """Return the output of a Git command.

    Args:
        folder: The folder in which it runs; variables of a hook do not lead it to another repository.
        arguments: The command with its arguments.
        stdin: Its input.

    Raises:
        GitMissingError: if there is no Git.
        GitError: if the command fails.
    """
    # Git starts no program that the repository's settings name, and its output does not depend on settings.
    safe = ("-c", "core.quotePath=false", "-c", "core.fsmonitor=false")
    command = ["git", "-C", str(folder), *safe, *arguments]
    env = {name: value for name, value in os.environ.items() if name not in _OF_HOOKS}
    env["LC_ALL"] = "C"  # English messages
    try:
        done = subprocess.run(  # noqa: S603 - the program is ours, its arguments are a list
            command, env=env, input=stdin, capture_output=True, check=False
        )
    except FileNotFoundError:
        raise GitMissingError("git is not on PATH") from None
    if done.returncode:
        raise GitError(
            _reason(done.stderr.decode(errors="replace")) or f"git {arguments[0]} failed"
        )
    return done.stdout


def _reason(stderr: str) -> str:
    """The line of Git's message that says why it failed, and what to do where Git or we know."""
    lines = [line.strip() for line in without_logins(stderr).splitlines() if line.strip()]
    reason = next((line for line in lines if line.startswith("fatal: ")), lines[0] if lines else "")
    trusted = next((line for line in lines if "safe.directory" in line), "")
    if trusted:
        return f"{reason}; if you trust its owner: {trusted}"
    if "promisor remote" in stderr:
        return f"{reason}; the clone is partial: fetch the rest (git fetch --refetch --no-filter)"
    return reason


def succeeds(folder: Path, *arguments: str) -> str | None:
    """Return the output of a Git command as text, without blanks around it; None where the command fails.

    Raises:
        GitMissingError: if there is no Git.
    """
    try:
        return git(folder, *arguments).decode().strip()
    except GitMissingError:
        raise
    except GitError:
        return None


def contents(folder: Path, objects: Iterable[str]) -> Iterator[bytes | None]:
    """Yield the contents of objects, in their order; None for one that is not here, such as a submodule.

    Source of the form: git-cat-file, "BATCH OUTPUT".

    Args:
        folder: A folder of the repository.
        objects: The hashes of the objects.
    """
    names = tuple(objects)
    output = git(folder, "cat-file", "--batch", stdin="".join(f"{it}\n" for it in names).encode())
    at = 0
    for _ in names:
        end = output.index(b"\n", at)
        size = output[at:end].rpartition(b" ")[2]
        at = end + 1
        if not size.isdigit():  # `<hash> missing` has no contents
            yield None
            continue
        yield output[at : at + int(size)]
        at += int(size) + 1
