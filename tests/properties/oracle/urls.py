"""Whether a URL is below a prefix, in every spelling."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import unquote

__all__ = ["inside", "is_one_place"]

_ODD = re.compile(r"[^A-Za-z0-9._~:/@+-]")


def inside(prefixes: Iterable[str], url: str) -> bool:
    """Whether a URL is one of the prefixes, or below one that ends in a slash, whatever the case of its letters."""
    text = _text(url)
    if not is_one_place(url):
        return False
    return any(
        f"{text}/".startswith(prefix.lower()) if prefix.endswith("/") else text == _text(prefix)
        for prefix in prefixes
    )


def is_one_place(url: str) -> bool:
    """Whether a URL has no pattern, query, login or `..`, neither as written nor after decoding it several times."""
    text = url
    for _ in range(3):
        path = text.partition("://")[2] or text
        if _ODD.search(text.replace("%", "")) or {".", ".."} & set(path.split("/")) or "@" in text:
            return False
        text = unquote(text)
    return True


def _text(url: str) -> str:
    return url.lower().removesuffix(".git")
