"""Markdown as GitHub and GitLab render it. The only module that escapes text for Markdown.

`plain` is for prose (descriptions, messages), `code` for names and values, `code_cell` for the same inside a table.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from argoproject.problems import printable

__all__ = ["code", "code_cell", "plain", "table"]

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~$])")
_TICKS = re.compile("`+")
_ZERO_WIDTH_SPACE = "\u200b"
"""After `@` it prevents a mention: GitHub removes a backslash escape before it looks for mentions."""


def plain(text: str) -> str:
    """Escape prose, so that nothing in it is Markdown, mentions a user or ends a table cell.

    Example:
        >>> plain("<b> a|b")
        '\\\\<b\\\\> a\\\\|b'
    """
    escaped = _SPECIAL.sub(r"\\\1", " ".join(text.split()))
    return escaped.replace("@", f"@{_ZERO_WIDTH_SPACE}")


def code(text: str) -> str:
    """Return a code span, in which nothing is Markdown, HTML or a mention.

    The span gets more backticks than the text has in a row, so that the text cannot end it.
    Source: GitHub Flavored Markdown, "Code spans".
    """
    text = printable(" ".join(text.split()))
    ticks = "`" * (max(map(len, _TICKS.findall(text)), default=0) + 1)
    space = " " if text.startswith("`") or text.endswith("`") or not text else ""
    return f"{ticks}{space}{text}{space}{ticks}"


def code_cell(text: str) -> str:
    """Return a code span for a table cell, which an unescaped `|` would end even inside of code.

    Source: GitHub Flavored Markdown, "Tables (extension)".
    """
    return code(text).replace("|", "\\|")


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a table.

    Args:
        header: The titles of the columns, as Markdown.
        rows: The cells of each row, as Markdown. A line break in a cell becomes `<br>`.
    """
    for cells in (header, ["---"] * len(header), *rows):
        yield f"| {' | '.join(cell.replace(chr(10), '<br>') for cell in cells)} |"
