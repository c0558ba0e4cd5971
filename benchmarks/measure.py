"""Ratios of medians: what is measured and its limit take turns in one run, so that both meet the same machine."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["ROUNDS", "Amount", "Measured", "measure"]

ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Measured:
    """One line of the report. Times are seconds, medians of `ROUNDS`."""

    name: str
    seconds: float
    limit_seconds: float
    limit: float
    """The highest ratio that is good enough."""

    @property
    def ratio(self) -> float:
        return self.seconds / self.limit_seconds

    @property
    def good(self) -> bool:
        return self.ratio <= self.limit

    def __str__(self) -> str:
        verdict = "ok" if self.good else "TOO SLOW"
        return (
            f"{self.name:<58} {self.seconds:8.3f} s / {self.limit_seconds:8.3f} s = {self.ratio:5.2f}"
            f"  (at most {self.limit:.2f})  {verdict}"
        )


@dataclass(frozen=True, slots=True)
class Amount:
    """One line of the report that is no ratio."""

    name: str
    amount: float
    unit: str
    limit: float

    @property
    def good(self) -> bool:
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

    `clock` is this process's own processor time where all work happens in it: other processes do not count then.
    """
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS + 1):
        for measured, function in zip(times, (ours, theirs), strict=True):
            start = clock()
            function()
            measured.append(clock() - start)
    first, second = (statistics.median(item[1:]) for item in times)
    return Measured(name, first, second, limit)
