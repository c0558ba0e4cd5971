"""What Argo CD would refuse is told at the setting that causes it: the exact text of each report."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from argoproject.checks.argocd import argocd as mirror
from argoproject.fleet.pipeline import validate_tree
from argoproject.plan.build import plan_app_project, plan_application
from argoproject.problems import Problem
from argoproject.project.applications import deployed
from argoproject.project.model import Project
from argoproject.upstream.argocd.applications import Permits, check_application, check_spec
from tests.support import cases
from tests.support.paths import DATA
from tests.support.reports import told

TODAY = dt.date(2026, 11, 21)
SCENARIOS = DATA / "scenarios" / "config"

CASES = cases.read(__file__)


def check(project: Project) -> Iterator[Problem]:
    return mirror.check(project, TODAY)


@pytest.mark.parametrize("name", CASES)
def test_report(tmp_path: Path, name: str, pytestconfig: pytest.Config) -> None:
    CASES.compare(name, told(check, tmp_path, CASES[name].files), pytestconfig)


def test_the_judged_spec_is_judged_as_the_manifest() -> None:
    """The mirror spares itself the manifests of Applications; what it reads instead says the same."""
    seen = 0
    for project in validate_tree(SCENARIOS, TODAY, "config").projects:
        planned = plan_app_project(project, TODAY).manifest
        nothing = {**planned, "spec": {**planned["spec"], "sourceRepos": [], "destinations": []}}
        for permits in (Permits(planned), Permits(nothing)):
            for item in deployed(project):
                if item.key == "base":
                    continue
                manifest = plan_application(project, item).manifest
                spec = mirror.judged_spec(project, item)
                assert list(check_spec(("spec",), spec, permits)) == list(
                    check_application(manifest, permits)
                )
                seen += 1
    assert seen > 10
