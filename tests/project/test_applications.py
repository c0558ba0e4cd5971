"""Revisions: which are exact, and which are versions or ranges of a chart."""

from __future__ import annotations

import pytest

from argoproject.project.applications import is_chart_version


@pytest.mark.parametrize(
    "revision",
    ["1.4.2", "~1.4", ">=1.2 <2", ">= 1.2, < 2", "1.x || 3.x", "1.2 - 1.4", "1.2 - 1.4 || 3", "*"],
)
def test_versions_and_ranges_of_a_chart(revision: str) -> None:
    assert is_chart_version(revision)


@pytest.mark.parametrize(
    "revision", ["", "-", "1.2 -", "- 1.2", "1.2 - ", "main", "latest", "1.2 || "]
)
def test_no_versions_of_a_chart(revision: str) -> None:
    assert not is_chart_version(revision)
