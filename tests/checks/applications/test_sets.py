"""ApplicationSets that Argo CD would read otherwise than they are written, or that reach beyond the environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from argoproject.checks.applications.sets import check_application_sets
from argoproject.identity import Identity
from argoproject.project.resolve import resolve
from tests.support import cases
from tests.support.reports import SHOP, reported
from tests.support.trees import load, report, tree

CASES = cases.read(__file__)


@pytest.mark.parametrize("name", CASES)
def test_report(tmp_path: Path, name: str, pytestconfig: pytest.Config) -> None:
    """What the models refuse of a file is reported first; the rules are about what they accept."""
    files = dict(CASES[name].files)
    own = {f"{SHOP}/prod/project.yaml": files["project.yaml"]}
    loaded = load(tree(tmp_path / "file", own))
    _, problems = resolve(loaded, [Identity("blue", "shop", "eu-1", "prod")])
    lines = report([*loaded.problems, *problems])
    short = [line.replace(f"config/{SHOP}/prod/", "") for line in lines]
    CASES.compare(name, short or reported(check_application_sets, tmp_path, files), pytestconfig)
