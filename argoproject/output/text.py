"""Text for terminals and logs, at most 100 columns wide. The only module that wraps text."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

__all__ = ["WIDTH", "columns", "command_line", "shortened", "two_columns", "unbroken", "wrapped"]

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


def shortened(text: str, most: int) -> str:
    """Return at most `most` characters; an ellipsis marks a text that was longer."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


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
