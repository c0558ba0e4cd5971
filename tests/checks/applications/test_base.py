"""Mistakes with `base`, the Application that makes the namespace where Pulumi cannot: the exact text of each report."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from argoproject.checks.applications.applications import check
from argoproject.models import Base
from argoproject.project.model import Layers
from tests.support import cases
from tests.support.reports import reported
from tests.support.trees import platform, project, report, tree

CASES = cases.read(__file__)


@pytest.mark.parametrize("name", CASES)
def test_report(tmp_path: Path, name: str, pytestconfig: pytest.Config) -> None:
    CASES.compare(name, reported(check, tmp_path, CASES[name].files), pytestconfig)


PLATFORM = """\
argocd: {baseProjects: [platform]}
clusters: {eu-1: {base: true}}
profiles:
  medium:
    base: {project: platform, source: {repoURL: "https://gitlab.example.org/platform/base.git", path: base}}
    versions: {base: v1.0.0}
"""


@pytest.mark.parametrize(
    ("update", "refused"),
    [
        ({}, False),
        ({"base": {"project": "platform"}}, True),
        ({"versions": {"application": {"": "v1.4.2"}, "base": {"": "v2.0.0"}}}, True),
    ],
)
def test_a_base_from_python_must_be_the_profiles(
    tmp_path: Path, update: dict[str, Any], refused: bool
) -> None:
    """An environment that is built in Python has no layers, so that nobody knows who set a field of `base`."""
    resolved = project(tree(tmp_path, {"platform.yaml": platform(PLATFORM)}))
    if "base" in update:
        update = {"base": Base.model_validate(update["base"])}
    settings = resolved.settings.model_copy(update=update)
    built = replace(resolved, settings=settings, layers=Layers())
    assert any("[base-of-tenant]" in line for line in report(check(built))) is refused
