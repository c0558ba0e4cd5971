"""Generators that read clusters, APIs and plugins: what an `allow` permits, and what anybody may write."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from argoproject.checks.fleet import check_open_names
from argoproject.checks.registry import check_tree
from argoproject.identity import Identity
from argoproject.plan.build import plan_application_sets
from argoproject.project.resolve import resolve
from argoproject.secrets.file import SecretKey
from tests.support import cases
from tests.support.reports import SHOP
from tests.support.trees import TODAY, load, platform, project, report, tree

CASES = cases.read(__file__)
GUARDRAILS = """
teams:
  blue:
    clusters: [hub, eu-1]
    allow: [generator, destination, source]
    generators: [clusters/*, pullRequest/gitlab.example.org/blue/*, scmProvider/gitlab.example.org/blue, plugin/blue-*]
"""
REPOSITORY = """
repositories:
  shop:
    url: https://gitlab.example.org/blue/shop.git
    credentials: {type: https, username: bot, password: {secret: token}}
"""
SOURCE = """
      source: {repoURL: "https://gitlab.example.org/blue/shop.git", path: a, targetRevision: v1.0.0, kustomize: {}}
"""


@pytest.mark.parametrize("name", CASES)
def test_report(tmp_path: Path, name: str, pytestconfig: pytest.Config) -> None:
    """In a case, `SOURCE` is a source of the team's repository, and all environments have it with a token."""
    files = {key: text or "" for key, text in CASES[name].files.items()}
    env = files.get("env", "dev")
    text = files["project.yaml"].replace("SOURCE", SOURCE.strip())
    own: dict[str, str | None] = {f"{SHOP}/{name}/project.yaml": None for name in ("prod", "dev")}
    own[f"{SHOP}/{env}/project.yaml"] = f"versions: {{application: v1.4.2}}{REPOSITORY}{text}"
    own["platform.yaml"] = platform(files.get("platform", GUARDRAILS))
    loaded = load(tree(tmp_path, own))
    projects, problems = resolve(
        loaded, [Identity("blue", "shop", "eu-1", files.get("env", "dev"))]
    )
    judged = check_tree(loaded, projects, TODAY, [SecretKey("blue", "token")])
    found = [it for it in judged if it.position.file.endswith("project.yaml")]
    CASES.compare(name, report([*loaded.problems, *problems, *found]), pytestconfig)


def test_a_generator_ends_with_its_allow(tmp_path: Path) -> None:
    """It yields nothing, also inside of a matrix, and the set deletes nothing for it."""
    generator = "pullRequest: {gitlab: {project: blue/shop, api: 'https://gitlab.example.org'}}"
    listed = "list: {elements: [{a: b}]}"
    text = f"""
versions: {{application: v1.4.2}}
allow: [{{kind: generator, value: pullRequest/gitlab.example.org/blue/shop, reason: r, until: 2026-11-21}}]
applicationSets:
  a:
    generators: [{{{generator}}}, {{matrix: {{generators: [{{{listed}}}, {{{generator}}}]}}}}]
    applicationsSync: sync
    template:
      name: "pr-{{{{ .number }}}}"{SOURCE}
"""
    made = project(tree(tmp_path, {f"{SHOP}/dev/project.yaml": text}), "blue/shop/eu-1/dev")
    nothing: dict[str, Any] = {"list": {"elements": []}}
    for day, generators, policy in (
        (TODAY, ["pullRequest", "matrix"], "sync"),
        (TODAY + dt.timedelta(days=1), ["list", "matrix"], "create-update"),
    ):
        (plan,) = plan_application_sets(made, day)
        spec = plan.object.manifest["spec"]
        assert [next(iter(item)) for item in spec["generators"]] == generators
        inner = spec["generators"][1]["matrix"]["generators"]
        assert [inner[1] == nothing, spec["generators"][0] == nothing] == [policy != "sync"] * 2
        assert spec["syncPolicy"]["applicationsSync"] == policy


def test_names_that_others_choose_in_another_environment(tmp_path: Path) -> None:
    """A branch `y-app` would get the name of the Application of the project `blue-shop-dev-eu-1-pr-y`."""
    generator = "pullRequest: {gitlab: {project: blue/shop, api: 'https://gitlab.example.org'}}"
    sets = f"""
applicationSets:
  a:
    generators: [{{{generator}}}]
    template:
      name: "pr-{{{{ .branch_slug }}}}"{SOURCE}
"""
    loaded = load(
        tree(
            tmp_path,
            {
                f"{SHOP}/dev/project.yaml": f"versions: {{application: v1.4.2}}{sets}",
                f"{SHOP}/prod/project.yaml": "name: blue-shop-dev-eu-1-pr-y\nversions: {application: v1.4.2}\n",
            },
        )
    )
    environments = [Identity("blue", "shop", "eu-1", name) for name in ("dev", "prod")]
    projects, _ = resolve(loaded, environments)
    assert report(check_open_names(projects)) == [
        f"config/{SHOP}/dev/project.yaml:6:7: applicationSets.a.template.name: the names begin with "
        "blue-shop-dev-eu-1-pr-, as blue-shop-dev-eu-1-pr-y-app of blue/shop/eu-1/prod does (begin the name with a "
        "word of its own, for example `pr-{{ .number }}`) [name-collision]"
    ]
    assert report(check_open_names(projects[:1])) == []
