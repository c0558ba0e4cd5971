"""What the text of a settings file may say under a key, without parsing it.

Names and URLs have no blank in them, so YAML cannot break one over two lines: what a key holds stands in the text as
it is, right after the key. Where YAML offers another way to write it (an escape, a block, an explicit key, a comment
in between), the text is called unclear, and its environments are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from argoproject.tree.placeholders import used

__all__ = ["Said", "Text", "is_escaped", "text_of_data"]

_VALUE = rb"""["']?\s*:(?=\s*("[^"\n]*"|'[^'\n]*'|(?:\$\{[^}\n]*\}|[^\s,}\]#])*))"""
"""What follows a key. Only looked at, as the same key may stand in its value."""

_NAME = re.compile(rb"name(?<!\wname)" + _VALUE)
_URL = re.compile(rb"repoURL" + _VALUE)
"""Both begin with plain letters, for which `re` searches fast."""

_ODD = re.compile(r"[\s\"\\]")
_ESCAPE = re.compile(rb'"[^"\n]*\\')
"""The first escape of a text in double quotes. One on a later line would follow a break, which is a blank."""

_EXPLICIT_KEY = re.compile(rb"(?:\A|[\s{,\[])\?")


@dataclass(frozen=True, slots=True)
class Said:
    """What may stand under a key: values as they are, values with placeholders, and whether it may be any other."""

    values: frozenset[str] = frozenset()
    templates: tuple[str, ...] = ()
    unclear: bool = False


class Text:
    """One file's text. What it says is looked for once, however many environments share it."""

    __slots__ = ("_names", "_urls", "raw")

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self._names: Said | None = None
        self._urls: Said | None = None

    @property
    def names(self) -> Said:
        """What may stand under a key `name`."""
        if self._names is None:
            self._names = _said(_found(_NAME, self.raw), _is_unclear(self.raw))
        return self._names

    @property
    def urls(self) -> Said:
        """What may stand under a key `repoURL`."""
        if self._urls is None:
            self._urls = _said(_found(_URL, self.raw), _is_unclear(self.raw))
        return self._urls


def text_of_data(data: Any) -> Text:
    """What data says, as a text: where it is known what a value is, not how it was written.

    A value with a blank, a quote or a backslash in it is no name and no URL.
    """
    lines = (f'{key}: "{value}"' for key, value in _leaves("", data) if not _ODD.search(value))
    return Text("\n".join(lines).encode())


def _leaves(key: str, data: Any) -> Iterator[tuple[str, str]]:
    if isinstance(data, str):
        yield key, data
    elif isinstance(data, Mapping):
        for name, item in data.items():
            yield from _leaves(name, item)
    elif isinstance(data, list):
        for item in data:
            yield from _leaves(key, item)


def _said(values: Iterable[str], unclear: bool) -> Said:
    """Values sorted by what is to be done with them: an empty one stands elsewhere, a block is not searched."""
    values = frozenset(values)
    templates = tuple(sorted(filter(used, values)))
    elsewhere = any(not value or value[0] in "|>" for value in values)
    return Said(values.difference(templates), templates, unclear or elsewhere)


def _found(pattern: re.Pattern[bytes], raw: bytes) -> Iterator[str]:
    for value in pattern.findall(raw):
        yield value.decode(errors="replace").strip("\"'")


def is_escaped(raw: bytes) -> bool:
    """Whether something in quotes may be written with an escape, so that it does not stand there as it is."""
    return b"\\" in raw and _ESCAPE.search(raw) is not None


def _is_unclear(raw: bytes) -> bool:
    return is_escaped(raw) or (b"?" in raw and _EXPLICIT_KEY.search(raw) is not None)
