"""Text for terminals and logs, at most 100 columns wide, and Markdown as GitHub and GitLab render it.

The only module that wraps text or escapes it for Markdown: `plain` is for prose (descriptions, messages), `code` for
names and values, `code_cell` for the same inside a table.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence

from argoproject.problems import printable, shortened

__all__ = [
    "WIDTH",
    "code",
    "code_cell",
    "columns",
    "command_line",
    "plain",
    "shortened",
    "table",
    "two_columns",
    "unbroken",
    "wrapped",
]

WIDTH = 100
"""Columns of a line, whatever the terminal: the output is the same in a log."""

_GAP = "  "
_LAST = 24
"""Columns that a last column needs at least; with less room its text goes below the row."""

_NO_BREAK = "\N{NO-BREAK SPACE}"


def command_line(words: str, config: str) -> str:
    """Return a command as users type it for a tree: `argoproject validate --config DIR`.

    Args:
        words: The command with its arguments, without the program.
        config: The value of `--config`; the default, `config`, is left out.
    """
    option = "" if config == "config" else f" --config {config}"
    return f"argoproject {words}{option}"


def unbroken(text: str) -> str:
    """Return a text that `wrapped` and `columns` keep in one line."""
    return text.replace(" ", _NO_BREAK)


def wrapped(text: str, indent: int, further: int = 4) -> list[str]:
    """Wrap a text at `WIDTH`. Names are never broken, so that one that is too long exceeds it.

    Args:
        text: The text; an empty one gives no line.
        indent: Columns before the first line.
        further: Columns that the other lines are indented in addition.
    """
    lines = textwrap.wrap(
        text,
        WIDTH,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + further),
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [line.replace(_NO_BREAK, " ") for line in lines]


def two_columns(pairs: Sequence[tuple[str, str]], indent: int) -> Iterator[str]:
    """Yield the lines of two columns. The second text of a pair that is too wide goes below the first."""
    margin = " " * indent
    room = WIDTH - indent - len(_GAP)
    column = max((len(left) for left, right in pairs if len(left) + len(right) <= room), default=0)
    for left, right in pairs:
        if max(column, len(left)) + len(right) <= room:
            yield f"{margin}{left:<{column}}{_GAP}{right}"
        else:
            yield f"{margin}{left}"
            yield f"{margin}    {right}"


def columns(rows: Sequence[Sequence[str]], indent: int) -> Iterator[list[str]]:
    """Yield the lines of each row of a table.

    The last column is wrapped in its place, or goes below the row where less than `_LAST` columns are left for it.
    Where even the other columns exceed the width, the widest of them is moved into the last one.

    Args:
        rows: The cells of each row, the header included; all have the same length, two or more.
        indent: Columns before the first column.
    """
    widths = [max(map(len, column)) for column in zip(*(row[:-1] for row in rows), strict=True)]
    start = indent + sum(widths) + len(_GAP) * len(widths)
    if start - len(_GAP) > WIDTH and len(widths) > 1:
        widest = widths.index(max(widths))
        moved = (
            [*row[:widest], *row[widest + 1 : -1], "; ".join(filter(None, (unbroken(row[widest]), row[-1])))]
            for row in rows
        )  # fmt: skip
        yield from columns(list(moved), indent)
        return
    needed = max(max(min(len(row[-1]), _LAST), *map(len, row[-1].split(" "))) for row in rows)
    for *row, last in rows:
        line = " " * indent + _GAP.join(f"{cell:<{w}}" for cell, w in zip(row, widths, strict=True))
        if last and start + needed <= WIDTH:
            first, *more = wrapped(last, start, 0)
            yield [f"{line}{first[start - len(_GAP) :]}", *more]
        else:
            yield [line.rstrip(), *wrapped(last, indent + 4, 0)]


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
