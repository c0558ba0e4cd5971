"""Read and replace single files on disk, safe from links, pipes and half-written contents."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

from argoproject.problems import Position, Problem
from argoproject.yamlfile.syntax import MAX_BYTES

__all__ = ["has_link", "read_file", "unreadable", "write"]

_OPEN = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


def has_link(root: Path, target: Path) -> bool:
    """Whether the path from `root` to `target` has a symbolic link, which could lead anywhere.

    Raises:
        ValueError: when `target` is not below `root`.
    """
    way = (target, *target.parents)
    return any(item.is_symlink() for item in way[: way.index(root)])


def read_file(path: str) -> bytes:
    """Read a regular file. Never follows a link that was put there meanwhile, never blocks on a pipe.

    At most one byte more than `MAX_BYTES` is read, so that the parser can refuse the file.

    Raises:
        OSError: where there is no such file, or it cannot be read.
    """
    descriptor = os.open(path, _OPEN)
    try:
        facts = os.fstat(descriptor)
        if not stat.S_ISREG(facts.st_mode):
            raise OSError(0, "it is not a regular file")
        size = min(facts.st_size, MAX_BYTES) + 1
        chunks = []
        while size and (chunk := os.read(descriptor, size)):
            size -= len(chunk)
            chunks.append(chunk)
        return b"".join(chunks)
    finally:
        os.close(descriptor)


def unreadable(shown: str, error: OSError) -> Problem:
    """The problem of a file that cannot be read.

    Args:
        shown: its name in reports.
        error: what the system reports.
    """
    return Problem(
        position=Position(shown),
        path="",
        code="unreadable",
        message=f"the file cannot be read: {error.strerror}",
        remedy="check it",
    )


def write(path: Path, text: str | bytes, mode: int = 0o644) -> None:
    """Replace a file as a whole: after any failure it has the old contents, and no empty folder is left.

    Args:
        path: the file.
        text: its new contents.
        mode: the permissions of a file that is new; another keeps its own.

    Raises:
        OSError: when it cannot be written.
    """
    missing = [folder for folder in path.parents if not folder.exists()]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, text, mode)
    except BaseException:
        for folder in missing:
            if folder.is_dir():
                folder.rmdir()
        raise


def _replace(path: Path, text: str | bytes, mode: int) -> None:
    descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(text.encode() if isinstance(text, str) else text)
        Path(temporary).chmod(path.stat().st_mode & 0o777 if path.exists() else mode)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
