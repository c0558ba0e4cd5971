"""For GitLab: a code quality report, which a merge request shows beside the lines.

Source: docs.gitlab.com, "Code Quality", the format of custom reports.
"""

from __future__ import annotations

import json
from typing import Any

from argoproject.fleet.report import Report, fingerprints
from argoproject.problems import Problem, Severity

__all__ = ["as_gitlab", "issue"]

_SEVERITIES = {Severity.ERROR: "blocker", Severity.WARNING: "minor"}
"""An error stops the deployment, a warning nothing."""


def as_gitlab(report: Report) -> str:
    """The report as a list of issues."""
    pairs = zip(report.problems, fingerprints(report.problems), strict=True)
    return json.dumps([_issue(*pair) for pair in pairs], indent=2)


def _issue(problem: Problem, fingerprint: str) -> dict[str, Any]:
    return issue(problem, fingerprint, _SEVERITIES[problem.severity])


def issue(problem: Problem, fingerprint: str, severity: str) -> dict[str, Any]:
    """One issue. GitLab's severities are `info`, `minor`, `major`, `critical` and `blocker`."""
    return {
        "description": problem.text,
        "check_name": problem.code,
        "fingerprint": fingerprint,
        "severity": severity,
        "location": {
            "path": problem.position.file,
            "lines": {"begin": max(problem.position.line, 1)},
        },
    }
