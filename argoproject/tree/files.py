"""Files on disk: read without following a link, written as a whole or not at all."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

from argoproject.yamlfile.syntax import MAX_BYTES

__all__ = ["has_link", "read_file", "write"]

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


def write(path: Path, text: str) -> None:
    """Replace a file as a whole: after any failure it has the old contents, and no empty folder is left.

    Raises:
        OSError: when it cannot be written.
    """
    missing = [folder for folder in path.parents if not folder.exists()]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, text)
    except BaseException:
        for folder in missing:
            if folder.is_dir():
                folder.rmdir()
        raise


def _replace(path: Path, text: str) -> None:
    descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        # Line ends are the text's own.
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as stream:
            stream.write(text)
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
        Path(temporary).chmod(mode)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
