"""The comment below a pull request, made of a text that the pull request's own code wrote.

So the text is foreign: it may be anything, of any size, and a bot's name will be above it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from pathlib import PurePosixPath

__all__ = ["ARTIFACT", "LARGEST", "MARKER", "UNLISTED", "changes_the_program", "comment"]

MARKER = "<!-- argoproject diff -->"
"""The first line, by which the comment is found again."""

ARTIFACT = "argoproject-diff.md"
"""The file in which the pull request's job hands it over."""

LARGEST = 4 * 65_536
"""Bytes: GitHub takes 65,536 characters, of up to four bytes each."""

UNLISTED = "files that the platform does not list"
"""In the place of paths that a very large change hides."""

_CHARACTERS = 65_536
_CUT = "\n\n… cut: the job's summary has all of it"
_GUARD = "\N{ZERO WIDTH SPACE}"
_MENTION = re.compile(r"(?<![A-Za-z0-9_])@(?=[A-Za-z0-9_])")
_QUICK_ACTION = re.compile(r"^([\s>]*)/", re.MULTILINE)
_DATA = ("config", "docs")
_WARNING = """\
> [!WARNING]
> This pull request changes {files} outside `config/`, perhaps the program that made this report.
> Then it may say anything: read those files first.
"""


def comment(raw: bytes, made: str, files: Iterable[str]) -> str | None:
    """The comment's text, or None where the raw text is none of ours.

    `made` tells from what it was made, `files` are the paths that the pull request changes: both from the platform.
    What we say is above the foreign text, where nothing in it can hide or cut it.
    """
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return None
    head, _, rest = text.partition("\n")
    if len(raw) > LARGEST or head.rstrip() != MARKER:
        return None
    number = sum(changes_the_program(file) for file in files)
    warning = _WARNING.format(files="1 file" if number == 1 else f"{number} files")
    top = "\n".join([MARKER, *([warning] if number else []), f"<sub>{made}</sub>", ""])
    body = f"{top}\n{_harmless(rest).strip()}\n"
    if len(body) <= _CHARACTERS:
        return body
    return body[: _CHARACTERS - len(_CUT)].rpartition("\n")[0] + _CUT


def changes_the_program(file: str) -> bool:
    """Whether a path is something else than configuration or text to read."""
    path = PurePosixPath(file)
    if len(path.parts) > 1:
        return path.parts[0] not in _DATA
    return path.suffix != ".md" and not re.fullmatch(r"Pulumi\.[^/]+\.yaml", file)


def _harmless(text: str) -> str:
    """The text without what acts: mentions, GitLab's quick actions, characters that nobody sees."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    seen = "".join(
        character
        for character in lines
        if character in "\n\t" or unicodedata.category(character) not in ("Cc", "Cf", "Zl", "Zp")
    )
    return _QUICK_ACTION.sub(rf"\1{_GUARD}/", _MENTION.sub(f"@{_GUARD}", seen))
