"""A folder that a command writes as a whole, and replaces only if the same command wrote it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from argoproject.cli.common import fail

__all__ = ["OutputFolder"]


@dataclass(frozen=True, slots=True)
class OutputFolder:
    """The folder `path` of the command `command`. A mark in it tells whose it is."""

    path: Path
    command: str
    mark: str

    def refuse_foreign(self) -> None:
        """End where the folder holds what this command has not written."""
        if self.path.exists() and not self._replaceable():
            fail(f"{self.path} was not written by this command: name another folder, or remove it")

    def write(self, files: Iterable[tuple[str, str]]) -> int:
        """Write files beside the folder first, so that none is half written; their number.

        Between two renames there is neither the old folder nor the new one: then the next run begins anew.
        """
        path = self.path.absolute()
        fresh, old = (path.with_name(f".{path.name}.{name}") for name in ("new", "old"))
        for leftover in (fresh, old):
            shutil.rmtree(leftover, ignore_errors=True)
        try:
            number = _write_all(fresh, files)
        except OSError as error:
            fail(f"{self.path} cannot be written: {error.strerror}")
        (fresh / self.mark).write_text(
            f"Written by `argoproject {self.command}`, which replaces this folder.\n"
        )
        if self.path.exists():
            self.path.rename(old)
        fresh.rename(self.path)
        shutil.rmtree(old, ignore_errors=True)
        return number

    def _replaceable(self) -> bool:
        empty = self.path.is_dir() and not any(self.path.iterdir())
        return empty or (self.path / self.mark).is_file()


def _write_all(root: Path, files: Iterable[tuple[str, str]]) -> int:
    """Write new files below a new folder. With as few calls of the system as there can be: there may be 20,000."""
    number = 0
    made: set[str] = set()
    for name, text in files:
        path = f"{root}/{name}"
        parent = os.path.dirname(path)  # noqa: PTH120 - a Path for each file costs as much as the file
        if parent not in made:
            os.makedirs(parent)  # noqa: PTH103
            made.add(parent)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
        with open(descriptor, "wb", buffering=0) as stream:  # noqa: PTH123 - a descriptor, not a path
            stream.write(text.encode())
        number += 1
    return number
