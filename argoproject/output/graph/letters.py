"""How wide a text will be. Fonts differ: this is a broad one (DejaVu Sans Bold), so that no text leaves its box."""

from __future__ import annotations

from itertools import accumulate

__all__ = ["cut", "width"]

_NARROW, _BROAD, _CAPITAL, _OTHER = 0.5, 1.12, 0.85, 0.72
"""Widths of letters, in parts of the font's size."""

_WIDTHS = {
    **dict.fromkeys(" !'(),-./:;I[]fijlrt|", _NARROW),
    **dict.fromkeys("%@MWmw…", _BROAD),
}


def width(text: str, size: float) -> float:
    """The width of a text in a font of a size."""
    return size * sum(map(_letter, text))


def cut(text: str, size: float, room: float) -> str:
    """As much of a text as there is room for."""
    if width(text, size) <= room:
        return text
    ends = accumulate(map(_letter, text), initial=_letter("…"))
    fitting = sum(end * size <= room for end in ends)
    return f"{text[: max(fitting - 1, 0)]}…"


def _letter(letter: str) -> float:
    return _WIDTHS.get(letter, _CAPITAL if letter.isupper() else _OTHER)
