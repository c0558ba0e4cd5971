"""Writing files: as a whole or not at all, and never through a link."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

__all__ = ["has_link", "write"]


def has_link(root: Path, target: Path) -> bool:
    """Whether a symbolic link stands on the way from `root` to `target`: it could lead anywhere.

    Raises:
        ValueError: when `target` is not below `root`.
    """
    way = (target, *target.parents)
    return any(item.is_symlink() for item in way[: way.index(root)])


def write(path: Path, text: str) -> None:
    """Replace a file as a whole: whatever happens, the old or the new contents stand there, and no empty folder.

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
