"""Rules about former names, what is kept and orphaned resources: the exact text of each report."""

from __future__ import annotations

from pathlib import Path

import pytest

from argoproject.checks.fleet import check_lifecycle
from tests.support import cases
from tests.support.reports import reported

CASES = cases.read(__file__)


@pytest.mark.parametrize("name", CASES)
def test_report(tmp_path: Path, name: str, pytestconfig: pytest.Config) -> None:
    CASES.compare(name, reported(check_lifecycle, tmp_path, CASES[name].files), pytestconfig)
