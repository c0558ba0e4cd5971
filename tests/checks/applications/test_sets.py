"""ApplicationSets that Argo CD would read otherwise than they are written, or that reach beyond the environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from argoproject.checks.applications.sets import check_application_sets
from tests.support import cases
from tests.support.reports import reported

CASES = cases.read(__file__)


@pytest.mark.parametrize("name", CASES)
def test_report(tmp_path: Path, name: str, pytestconfig: pytest.Config) -> None:
    CASES.compare(name, reported(check_application_sets, tmp_path, CASES[name].files), pytestconfig)
