"""Rectangles and curves, and how boxes of one column share its height."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Box", "Line", "apart"]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle. Lines end at its left and right sides."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def bottom(self) -> float:
        return self.top + self.height

    @property
    def middle(self) -> float:
        return self.top + self.height / 2


@dataclass(frozen=True, slots=True)
class Line:
    """A curve from left to right. `dashed`: something is read without a login."""

    start: tuple[float, float]
    end: tuple[float, float]
    dashed: bool = False


def apart(wanted: Sequence[float], step: float) -> list[float]:
    """Places at least a step apart, as near as can be to those that are wanted, which are sorted.

    Neighbours that would overlap move together to the middle of what they want (isotonic regression by pooling).
    """
    pools: list[tuple[float, int]] = []
    for index, place in enumerate(wanted):
        mean, size = place - index * step, 1
        while pools and pools[-1][0] > mean:
            other, count = pools.pop()
            mean = (mean * size + other * count) / (size + count)
            size += count
        pools.append((mean, size))
    flat = [mean for mean, size in pools for _ in range(size)]
    return [place + index * step for index, place in enumerate(flat)]
