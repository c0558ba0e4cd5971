"""Rules about repositories, credentials, registries and Secrets: the exact text of each report."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from argoproject.checks.repositories import check
from argoproject.project.model import Layers
from tests.support import cases
from tests.support.reports import SHOP, reported
from tests.support.trees import project, report, tree

CASES = cases.read(__file__)


@pytest.mark.parametrize("name", CASES)
def test_report(tmp_path: Path, name: str, pytestconfig: pytest.Config) -> None:
    CASES.compare(name, reported(check, tmp_path, CASES[name].files), pytestconfig)


def test_a_program_of_the_platform_may_do_what_files_may_not(tmp_path: Path) -> None:
    text = """\
versions: {application: v1.4.2}
repositories: {shop: {url: "https://gitlab.example.org/blue/shop.git", insecure: true}}
"""
    resolved = project(tree(tmp_path, {f"{SHOP}/prod/project.yaml": text}), "blue/shop/eu-1/prod")
    assert len(report(check(resolved))) == 1
    assert report(check(replace(resolved, layers=Layers()))) == []
