"""How commands end: with reported problems, with a reason, or as used wrongly. Imports nothing heavy."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, NoReturn

import click

if TYPE_CHECKING:
    from argoproject.fleet.pipeline import Judged
    from argoproject.problems import Problem
    from argoproject.secrets.file import SecretFile

__all__ = ["fail", "refuse", "refuse_damaged", "report", "stop", "unknown_word"]


def report(problems: Iterable[Problem]) -> None:
    """Print problems on standard error, so that they do not mix with the output."""
    for problem in problems:
        click.echo(str(problem), err=True)


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
    from argoproject.models.validation import nearest  # noqa: PLC0415

    words = list(known)
    match = meant or nearest(word, words)
    hint = f"did you mean {match}?" if match else f"known: {', '.join(words) or 'none'}"
    return click.UsageError(f"{message} {word} ({hint})")
