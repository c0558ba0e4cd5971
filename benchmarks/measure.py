"""Ratios of medians: both sides of a ratio run in turn, so that the load of the machine affects both."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["ROUNDS", "Amount", "Measured", "measure"]

ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Measured:
    """One line of the report: a ratio of two times, in seconds, each the median of `ROUNDS`."""

    name: str
    seconds: float
    limit_seconds: float
    limit: float
    """The highest ratio that is accepted."""

    @property
    def ratio(self) -> float:
        """How many times as long it takes."""
        return self.seconds / self.limit_seconds

    @property
    def good(self) -> bool:
        """Whether the limit is not exceeded."""
        return self.ratio <= self.limit

    def __str__(self) -> str:
        verdict = "ok" if self.good else "TOO SLOW"
        return (
            f"{self.name:<58} {self.seconds:8.3f} s / {self.limit_seconds:8.3f} s = {self.ratio:5.2f}"
            f"  (at most {self.limit:.2f})  {verdict}"
        )


@dataclass(frozen=True, slots=True)
class Amount:
    """One line of the report: an amount with a limit, in the same unit."""

    name: str
    amount: float
    unit: str
    limit: float

    @property
    def good(self) -> bool:
        """Whether the limit is not exceeded."""
        return self.amount <= self.limit

    def __str__(self) -> str:
        verdict = "ok" if self.good else "TOO MUCH"
        return (
            f"{self.name:<58} {self.amount:8.1f} {self.unit}  (at most {self.limit:g})  {verdict}"
        )


def measure(
    name: str,
    ours: Callable[[], object],
    theirs: Callable[[], object],
    limit: float,
    clock: Callable[[], float] = time.process_time,
) -> Measured:
    """Run both in turn, once to warm up and `ROUNDS` times for the medians.

    Args:
        name: the line of the report.
        ours: what is measured.
        theirs: what it is compared with.
        limit: the highest ratio that is accepted.
        clock: gives seconds; by default the processor time of this process, which is right if no other one works.
    """
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS + 1):
        for measured, function in zip(times, (ours, theirs), strict=True):
            start = clock()
            function()
            measured.append(clock() - start)
    first, second = (statistics.median(item[1:]) for item in times)
    return Measured(name, first, second, limit)
