"""Roles and permissions that Argo CD accepts, and that give what their author meant."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from argoproject.checks.access import check, check_expiry
from tests.support import cases
from tests.support.trees import project, report, tree

CASES = cases.read(__file__)
TODAY = dt.date(2026, 12, 24)


@pytest.mark.parametrize("name", CASES)
def test_report(tmp_path: Path, name: str, pytestconfig: pytest.Config) -> None:
    case = CASES[name]
    found = project(tree(tmp_path, case.tree()), case.environment)
    seen = report([*check(found), *found.problems(check_expiry(found, TODAY))])
    CASES.compare(name, seen, pytestconfig)
