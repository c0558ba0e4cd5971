"""For people: one line a problem, then what was not judged, then how much there is."""

from __future__ import annotations

from argoproject.fleet.report import Report

__all__ = ["as_text"]


def as_text(report: Report) -> str:
    """The report as lines."""
    return "\n".join([*map(str, report.problems), report.summary()])
