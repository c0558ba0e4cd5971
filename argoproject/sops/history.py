"""What a key could ever read: Git keeps every version of every file, and nobody can make it forget."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

__all__ = ["HistoryError", "files_naming"]


class HistoryError(Exception):
    """The history cannot be searched, or not all of it is here. The text says why."""


def files_naming(folder: Path, text: str) -> tuple[str, ...]:
    """Every file below `folder`, relative to it, that named `text` in any commit of any branch; sorted.

    Raises:
        HistoryError: where there is no Git repository, or only a part of its history.
    """
    shallow = _git(folder, "rev-parse", "--is-shallow-repository").strip()
    if shallow != "false":
        raise HistoryError("the clone is shallow: fetch the whole history (git fetch --unshallow)")
    search = ("log", "--all", "--full-history", "-m", "--no-renames", f"-S{text}")
    found = _git(folder, *search, "--format=", "--name-only", "--relative", "-z", "--", ".")
    return tuple(sorted(set(_names(found))))


def _names(output: str) -> Iterator[str]:
    yield from (name.strip() for name in output.split("\0") if name.strip())


def _git(folder: Path, *arguments: str) -> str:
    program = shutil.which("git")
    if program is None:
        raise HistoryError("the git program is not on PATH")
    done = subprocess.run(  # noqa: S603 - the program and its arguments are ours
        (program, "-C", str(folder), *arguments), capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise HistoryError(f"{folder} is in no Git repository, or Git cannot read it")
    return done.stdout
