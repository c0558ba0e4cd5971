"""Text for terminals: what stands side by side, and what goes below the other where that is wider than 100 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

__all__ = ["WIDTH", "beside", "columns", "command_line", "whole", "wrapped"]

WIDTH = 100
_GAP = "  "
_LAST = 24
"""Columns that a last column needs to be worth its place."""

_NO_BREAK = "\N{NO-BREAK SPACE}"


def command_line(words: str, config: str) -> str:
    """A command as users type it, for the same tree."""
    option = "" if config == "config" else f" --config {config}"
    return f"argoproject {words}{option}"


def whole(text: str) -> str:
    """A text that is never broken into lines."""
    return text.replace(" ", _NO_BREAK)


def wrapped(text: str, indent: int, further: int = 4) -> list[str]:
    """A text within the width; its further lines are indented more. Names are never broken."""
    lines = textwrap.wrap(
        text,
        WIDTH,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + further),
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [line.replace(_NO_BREAK, " ") for line in lines]


def beside(pairs: Sequence[tuple[str, str]], indent: int) -> Iterator[str]:
    """Two columns; a pair that is too wide has its second text below the first."""
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
    """The lines of each row: columns, the last one wrapped in its place, or below where too little width is left.

    Where even the others are too wide, the widest joins the last one.
    """
    widths = [max(map(len, column)) for column in zip(*(row[:-1] for row in rows), strict=True)]
    start = indent + sum(widths) + len(_GAP) * len(widths)
    if start - len(_GAP) > WIDTH and len(widths) > 1:
        widest = widths.index(max(widths))
        yield from columns([_joined(row, widest) for row in rows], indent)
        return
    fits = start + max(_needed(row[-1]) for row in rows) <= WIDTH
    for *row, last in rows:
        line = " " * indent + _GAP.join(f"{cell:<{w}}" for cell, w in zip(row, widths, strict=True))
        if fits and last:
            first, *more = wrapped(last, start, 0)
            yield [f"{line}{first[start - len(_GAP) :]}", *more]
        else:
            yield [line.rstrip(), *wrapped(last, indent + 4, 0)]


def _needed(text: str) -> int:
    """How wide a column for a text is at least."""
    return max(min(len(text), _LAST), *map(len, text.split(" ")))


def _joined(row: Sequence[str], column: int) -> list[str]:
    """A row with one of its columns in the last one."""
    parts = (whole(row[column]), row[-1])
    return [*row[:column], *row[column + 1 : -1], "; ".join(filter(None, parts))]
