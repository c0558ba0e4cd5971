"""Reports of problems in the forms that people and programs read. One form is one file; none changes what is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from argoproject.fleet.report import Report
from argoproject.output.problems.github import as_github
from argoproject.output.problems.gitlab import as_gitlab
from argoproject.output.problems.json import as_json
from argoproject.output.problems.sarif import as_sarif
from argoproject.output.problems.text import as_text

__all__ = ["WRITERS"]

WRITERS: Mapping[str, Callable[[Report], str]] = {
    "text": as_text,
    "json": as_json,
    "sarif": as_sarif,
    "github": as_github,
    "gitlab": as_gitlab,
}
"""By the name that `--format` gives them."""
