"""Markdown as GitHub and GitLab show it: tables, and texts that stay what they are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

__all__ = ["code", "plain", "table"]

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~$])")
_ZERO_WIDTH_SPACE = "\u200b"
"""After `@` it keeps a name from being a mention: an escape would be gone before mentions are looked for."""


def plain(text: str) -> str:
    """A text of a user's, so that nothing in it counts as Markdown, mentions anybody or ends a table's cell."""
    escaped = _SPECIAL.sub(r"\\\1", " ".join(text.split()))
    return escaped.replace("@", f"@{_ZERO_WIDTH_SPACE}")


def code(text: str) -> str:
    """A name as code. In a table's cell a `|` ends even code, unless it is escaped."""
    return f"`{text.replace('`', '')}`".replace("|", "\\|")


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A table's lines. Cells are Markdown already; lines in a cell are joined by `<br>`."""
    yield _row(header)
    yield _row(["---"] * len(header))
    yield from map(_row, rows)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cell.replace(chr(10), '<br>') for cell in cells)} |"
