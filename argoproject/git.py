"""Calls Git, only to read: no checkout, hook, filter, or other program that a repository's settings name."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

__all__ = ["GitError", "GitMissingError", "contents", "git", "succeeds"]

_OF_HOOKS = frozenset(
    {"GIT_COMMON_DIR", "GIT_DIR", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_WORK_TREE"}
)
"""Variables that Git sets in a hook. They name the repository of the hook, relative to its folder."""


class GitError(Exception):
    """Git failed. `str()` is the first line of its own message."""


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
    try:
        done = subprocess.run(  # noqa: S603 - the program is ours, its arguments are a list
            command, env=env, input=stdin, capture_output=True, check=False
        )
    except FileNotFoundError:
        raise GitMissingError("git is not on PATH") from None
    if done.returncode:
        lines = done.stderr.decode(errors="replace").strip().splitlines()
        raise GitError(lines[0] if lines else f"git {arguments[0]} failed")
    return done.stdout


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


def contents(folder: Path, objects: Iterable[str]) -> Iterator[bytes]:
    """Yield the contents of objects, in their order; nothing (`b""`) for one that is not here, such as a submodule.

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
            yield b""
            continue
        yield output[at : at + int(size)]
        at += int(size) + 1
