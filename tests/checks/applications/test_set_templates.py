"""What generators fill in of ApplicationSets: the exact text of each report, and what is planned."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from argoproject.checks.applications.sets import check_application_sets
from argoproject.checks.guardrails.values import check as check_guardrails
from argoproject.plan.build import plan_app_project
from argoproject.project.repositories import selected
from tests.support import cases
from tests.support.reports import SHOP, reported
from tests.support.trees import TODAY, platform, project, report, tree


def sets(generator: str, name: str, source: str, more: str = "") -> Mapping[str, str]:
    return {
        "project.yaml": f"""\
versions: {{application: v1.4.2}}
{more}applicationSets:
  parts:
    generators: [{generator}]
    template:
      name: "{name}"
      source: {{{source}, targetRevision: v1.0.0}}
""",
        "platform": "teams: {blue: {allow: [source]}}",
    }


TWO = "{list: {elements: [{part: a}, {part: b}]}}"
TEMPLATED = 'repoURL: "https://gitlab.example.org/blue/{{ .part }}.git", path: x'
NAME = "{{ .part }}"


def allow(*names: str) -> str:
    items = (
        f'{{kind: source, value: "https://gitlab.example.org/blue/{name}.git", reason: CHG-1}}'
        for name in names
    )
    return f"allow: [{', '.join(items)}]\n"


CASES = cases.read(__file__)


@pytest.mark.parametrize("name", CASES)
def test_report(tmp_path: Path, name: str, pytestconfig: pytest.Config) -> None:
    CASES.compare(name, reported(check_application_sets, tmp_path, CASES[name].files), pytestconfig)


def test_only_the_allowed_urls_are_permitted(tmp_path: Path) -> None:
    files = sets(TWO, NAME, TEMPLATED, allow("a", "b"))
    root = tree(
        tmp_path,
        {
            f"{SHOP}/prod/project.yaml": files["project.yaml"],
            "platform.yaml": platform(files["platform"]),
        },
    )
    item = project(root)
    assert report(check_guardrails(item)) == []
    assert plan_app_project(item, TODAY).manifest["spec"]["sourceRepos"] == [
        f"https://gitlab.example.org/blue/{name}.git" for name in ("a", "b", "shop")
    ]


SUBCHARTS = """\
versions: {application: v1.4.2}
application: {subchartRepositories: [registry.example.org/blue/library]}
repositories:
  library:
    url: registry.example.org/blue/library
    type: helm
    enableOCI: true
    credentials: {type: https, username: puller, password: {secret: library}}
"""


def test_repositories_of_subcharts_are_permitted_and_read_with_their_secret(tmp_path: Path) -> None:
    item = project(tree(tmp_path, {f"{SHOP}/prod/project.yaml": SUBCHARTS}))
    assert report(check_guardrails(item)) == []
    assert plan_app_project(item, TODAY).manifest["spec"]["sourceRepos"] == [
        "https://gitlab.example.org/blue/shop.git",
        "registry.example.org/blue/library",
    ]
    assert [item.key for item in selected(item)] == ["library"]


def test_repositories_of_subcharts_stay_within_the_sources(tmp_path: Path) -> None:
    text = SUBCHARTS.replace(
        "[registry.example.org/blue/library]", "[registry.example.org/green/x]"
    )
    lines = reported(check_guardrails, tmp_path, {"project.yaml": text})
    assert lines == [
        "project.yaml:2:38: application.subchartRepositories[0]: the repository is outside the sources of team blue "
        "(teams.blue.sources of platform.yaml allows https://gitlab.example.org/blue/, registry.example.org/blue/: "
        "choose from these, or let the platform team add it) [source-not-allowed]"
    ]
