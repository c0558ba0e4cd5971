"""For a job of GitHub Actions: a workflow command for each problem, which becomes an annotation of its line.

GitHub shows ten errors and ten warnings of a step as annotations; the log has them all. It shows the message there
but not the file, so that the message begins with the place.
Source: docs.github.com, "Workflow commands"; github.com/actions/toolkit, packages/core/src/command.ts for the escapes.
"""

from __future__ import annotations

from collections import Counter

from argoproject.fleet.report import Report
from argoproject.problems import Position, Problem

__all__ = ["annotation", "as_github"]

_SHOWN = 10
"""How many errors, and how many warnings, GitHub annotates of one step."""

_IN_DATA = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_IN_PROPERTIES = {**_IN_DATA, ":": "%3A", ",": "%2C"}


def as_github(report: Report) -> str:
    """The report as the log of a step, the summary last."""
    lines = [*map(_problem, report.problems), *_beyond(report)]
    return "\n".join([*lines, report.summary()])


def _problem(problem: Problem) -> str:
    """A severity is called as the command is."""
    return annotation(str(problem.severity), problem.position, problem.code, str(problem))


def annotation(command: str, where: Position, title: str, text: str) -> str:
    """A workflow command, `error`, `warning` or `notice`, for a line of a file."""
    properties = {"file": where.file, "line": max(where.line, 1), "title": title}
    if where.column:
        properties["col"] = where.column
    listed = ",".join(
        f"{key}={_escaped(str(value), _IN_PROPERTIES)}" for key, value in properties.items()
    )
    return f"::{command} {listed}::{_escaped(text, _IN_DATA)}"


def _beyond(report: Report) -> list[str]:
    counts = Counter(item.severity for item in report.problems)
    if max(counts.values(), default=0) <= _SHOWN:
        return []
    return [
        f"GitHub annotates the first {_SHOWN} errors and warnings only: all of them stand above"
    ]


def _escaped(text: str, signs: dict[str, str]) -> str:
    return "".join(signs.get(sign, sign) for sign in text)
