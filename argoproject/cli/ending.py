"""How commands end: with reported problems, with a reason, or with files that they write. Imports nothing heavy.

A file is never written through a symbolic link; a folder is written as a whole."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

if TYPE_CHECKING:
    from argoproject.fleet.pipeline import Judged
    from argoproject.problems import Problem
    from argoproject.secrets.file import SecretFile

__all__ = [
    "OutputFolder",
    "fail",
    "refuse",
    "refuse_damaged",
    "report",
    "save",
    "show",
    "stop",
    "unknown_word",
]


def report(problems: Iterable[Problem]) -> None:
    """Print problems on standard error, so that they do not mix with the output; no more than a report has room for."""
    from argoproject.problems import bounded

    for problem in bounded(problems):
        click.echo(str(problem), err=True)


def show(form: str, data: Any, lines: Iterable[str]) -> None:
    """Print data as JSON where the format is `json`, else lines for people."""
    click.echo(json.dumps(data, indent=2) if form == "json" else "\n".join(lines))


def fail(message: str, status: int = 1) -> NoReturn:
    """End with a reason."""
    click.echo(f"Error: {message}", err=True)
    sys.exit(status)


def refuse(problems: Iterable[Problem]) -> NoReturn:
    """Report the problems that prevent a command from working, and end."""
    report(problems)
    sys.exit(1)


def stop(problems: Iterable[Problem]) -> None:
    """End before anything is written, if there is any problem."""
    found = list(problems)
    if found:
        report(found)
        click.echo("nothing was written", err=True)
        sys.exit(1)


def refuse_damaged(judged: Judged, files: Iterable[SecretFile]) -> None:
    """End where secret files that are to be re-encrypted have problems that re-encryption would hide.

    sops trusts what a file says about keys. After re-encryption the file would look clean, and could be read by the
    recipients of its place. Problems with recipients are excepted: re-encryption corrects them.
    """
    names = {file.file for file in files}
    corrected = ("secret-recipients", "secret-unused", "secret-shadows-platform")
    stop(
        item for item in judged.errors if item.position.file in names and item.code not in corrected
    )


def unknown_word(
    message: str, word: str, known: Iterable[str], *, meant: str | None = None
) -> click.UsageError:
    """Return the error for a word that is not among those known.

    Args:
        message: The begin of the message, which the word follows.
        word: What the user wrote.
        known: The words that are possible.
        meant: The word that was probably meant; by default the nearest of those known.
    """
    from argoproject.models.validation import nearest

    words = list(known)
    match = meant or nearest(word, words)
    hint = f"did you mean {match}?" if match else f"known: {', '.join(words) or 'none'}"
    return click.UsageError(f"{message} {word} ({hint})")


def save(root: Path, target: Path, text: str) -> None:
    """Write a file below `root`, never through a symbolic link; end where that is not possible."""
    from argoproject.tree.files import has_link, write

    try:
        if has_link(root, target):
            fail(f"{target}: there is a symbolic link on the way, which could lead anywhere")
        write(target, text)
    except OSError as error:
        fail(f"{target}: cannot be written: {error.strerror}")


@dataclass(frozen=True, slots=True)
class OutputFolder:
    """A folder that a command writes as a whole, and replaces only if the same command wrote it.

    Attributes:
        path: The folder.
        command: The name of the command.
        mark: The name of a file in the folder that shows that the command wrote it.
    """

    path: Path
    command: str
    mark: str

    def refuse_foreign(self) -> None:
        """End where the folder has content that this command did not write."""
        empty = self.path.is_dir() and not any(self.path.iterdir())
        if self.path.exists() and not empty and not (self.path / self.mark).is_file():
            fail(f"{self.path} was not written by this command: name another folder, or remove it")

    def write(self, files: Iterable[tuple[str, str]]) -> int:
        """Replace the folder by new files.

        They are written to a folder next to it first, so that none is half written. Between the two renames there is
        neither the old folder nor the new one: after an interruption there, the next run starts from nothing.

        Args:
            files: The path below the folder and the text of each file.

        Returns:
            The number of files, without the mark.
        """
        path = self.path.absolute()
        fresh, old = (path.with_name(f".{path.name}.{name}") for name in ("new", "old"))
        for leftover in (fresh, old):
            shutil.rmtree(leftover, ignore_errors=True)
        number = 0
        made = {str(fresh)}
        try:
            fresh.mkdir(parents=True)
            # With as few system calls as possible, as there may be 20,000 files.
            for name, text in files:
                file = f"{fresh}/{name}"
                parent = os.path.dirname(file)  # noqa: PTH120 - a Path for each file costs as much as the file
                if parent not in made:
                    os.makedirs(parent, exist_ok=True)  # noqa: PTH103
                    made.add(parent)
                descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
                with open(descriptor, "wb", buffering=0) as stream:  # noqa: PTH123 - a descriptor, not a path
                    stream.write(text.encode())
                number += 1
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
