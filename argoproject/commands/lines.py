"""Text for terminals: what stands side by side, and what goes below the other where that is wider than 100 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

__all__ = ["WIDTH", "beside", "wrapped"]

WIDTH = 100


def wrapped(text: str, indent: int, further: int = 4) -> list[str]:
    """A text within the width; its further lines are indented more. Names are never broken."""
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + further),
        break_long_words=False,
        break_on_hyphens=False,
    )


def beside(pairs: Sequence[tuple[str, str]], indent: int) -> Iterator[str]:
    """Two columns; a pair that is too wide has its second text below the first."""
    margin = " " * indent
    room = WIDTH - indent - 2
    column = max((len(left) for left, right in pairs if len(left) + len(right) <= room), default=0)
    for left, right in pairs:
        if max(column, len(left)) + len(right) <= room:
            yield f"{margin}{left:<{column}}  {right}"
        else:
            yield f"{margin}{left}"
            yield f"{margin}    {right}"
