"""Secrets in clear: the exact text of each report."""

from __future__ import annotations

from pathlib import Path

import pytest

from argoproject.checks.applications.applications import check
from tests.support import cases
from tests.support.reports import reported

CASES = cases.read(__file__)


@pytest.mark.parametrize("name", CASES)
def test_report(tmp_path: Path, name: str, pytestconfig: pytest.Config) -> None:
    CASES.compare(name, reported(check, tmp_path, CASES[name].files), pytestconfig)
