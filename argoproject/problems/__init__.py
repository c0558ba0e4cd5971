"""Reports of problems in the forms that people and programs read. One form is one file; none changes what is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from argoproject.problems.as_github import as_github
from argoproject.problems.as_gitlab import as_gitlab
from argoproject.problems.as_json import as_json
from argoproject.problems.as_sarif import as_sarif
from argoproject.problems.as_text import as_text
from argoproject.problems.report import Report

__all__ = ["WRITERS"]

WRITERS: Mapping[str, Callable[[Report], str]] = {
    "text": as_text,
    "json": as_json,
    "sarif": as_sarif,
    "github": as_github,
    "gitlab": as_gitlab,
}
"""By the name that `--format` gives them."""
