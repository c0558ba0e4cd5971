"""For scripts: everything that is known of each problem. Line and column are 0 where the file as a whole is meant."""

from __future__ import annotations

import json
from typing import Any

from argoproject.fleet.report import Report
from argoproject.problems import Problem

__all__ = ["as_json"]


def as_json(report: Report) -> str:
    """The report as one object."""
    return json.dumps(
        {
            "valid": report.valid,
            "environments": list(report.environments),
            "problems": [_problem(item) for item in report.problems],
            # Scripts may read it; since the whole tree is always judged, it is empty.
            "notJudged": [],
        },
        indent=2,
    )


def _problem(problem: Problem) -> dict[str, Any]:
    return {
        "file": problem.position.file,
        "line": problem.position.line,
        "column": problem.position.column,
        "path": problem.path,
        "message": problem.message,
        "remedy": problem.remedy,
        "code": problem.code,
        "severity": str(problem.severity),
        "environments": list(problem.subjects),
    }
