"""What generators fill in of ApplicationSets: the exact text of each report, and what is planned."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from argoproject.checks.applications.sets import check_application_sets
from argoproject.checks.fleet import check_names
from argoproject.checks.guardrails.values import check as check_guardrails
from argoproject.plan.build import plan_app_project, plan_application_sets
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


PARTS = """\
applicationSets:
  parts:
    generators: [{list: {elements: [{part: a}]}}]
    template:
      name: "{{ .part }}"
      source: {repoURL: "https://gitlab.example.org/blue/shop.git", path: x, targetRevision: v1.0.0}
"""


def spec(tmp_path: Path, more: str) -> Mapping[str, Any]:
    """The spec of the planned ApplicationSet."""
    text = f"versions: {{application: v1.4.2}}\n{PARTS}{more}"
    item = project(tree(tmp_path, {f"{SHOP}/prod/project.yaml": text}))
    (made,) = plan_application_sets(item, TODAY)
    return made.object.manifest["spec"]  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("more", "finalizers", "preserves"),
    [
        ("", ["resources-finalizer.argocd.argoproj.io"], None),
        (
            "    finalizer: background\n",
            ["resources-finalizer.argocd.argoproj.io/background"],
            None,
        ),
        ("    finalizer: none\n", None, True),
        ("    preserveResourcesOnDeletion: true\n", None, True),
    ],
)
def test_a_flag_that_keeps_workloads_has_no_finalizer(
    tmp_path: Path, more: str, finalizers: list[str] | None, preserves: bool | None
) -> None:
    planned = spec(tmp_path, more)
    assert planned["template"]["metadata"].get("finalizers") == finalizers
    assert planned["syncPolicy"].get("preserveResourcesOnDeletion") is preserves


@pytest.mark.parametrize(
    ("more", "policy"),
    [
        ("", "create-update"),
        ("lifecycle: retiring\n", "sync"),
        ("    lifecycle: retiring\n", "sync"),
        ("    applicationsSync: create-only\n    lifecycle: retiring\n", "sync"),
        ("lifecycle: retiring\nkeep: [applications]\n", "create-update"),
    ],
)
def test_what_retires_lets_its_applications_go(tmp_path: Path, more: str, policy: str) -> None:
    assert spec(tmp_path, more)["syncPolicy"]["applicationsSync"] == policy


def test_generated_names_meet_those_of_others(tmp_path: Path) -> None:
    """Of a declared Application, and of another set: also those of other environments."""
    text = (
        f"versions: {{application: v1.4.2}}\n{PARTS}"
        + PARTS.partition("\n")[2].replace("parts:", "others:")
        + "application: {name: blue-shop-prod-eu-1-a}\n"
    )
    item = project(tree(tmp_path, {f"{SHOP}/prod/project.yaml": text}))
    lines = report(check_names([item]))
    assert [line.partition(": ")[2].partition(" (")[0] for line in lines] == [
        f"{path}: the Application blue-shop-prod-eu-1-a is claimed twice by this environment"
        for path in (
            "applicationSets.parts.template.name",
            "applicationSets.others.template.name",
            "application.name",
        )
    ]
