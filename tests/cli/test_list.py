"""`argoproject list`: what there is, and versions side by side."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.commands import command
from tests.support.paths import ROOT
from tests.support.trees import PRODUCT, PROJECT, TEAM

run = command("list")

COMMIT = "4f9c2a7b1d3e5f60718293a4b5c6d7e8f9a0b1c2"
DEV = "projects/blue/shop/hub/dev/project.yaml"
STAGING = "projects/blue/shop/eu-1/staging/project.yaml"
BLOG = "projects/green/blog/eu-1/dev/project.yaml"
GIT = "https://gitlab.example.org/blue"

FILES = {
    PRODUCT: f"""\
requirements:
  source: {{repoURL: "{GIT}/db.git", path: deploy, kustomize: {{}}}}
application:
  sources:
    - {{repoURL: registry.example.org/blue/charts, chart: shop, helm: {{releaseName: shop}}}}
    - {{repoURL: "{GIT}/values.git", ref: values}}
""",
    PROJECT: f"versions: {{requirements: {COMMIT}, application: {{shop: 1.4.2, values: v3.0.0}}}}\n",
    STAGING: "versions: {requirements: v2.0.0, application: {shop: 1.5.0, values: v3.1.0}}\n",
    DEV: """\
lifecycle: retiring
requirements: null
namespace: {name: blue-playground}
versions: {application: {shop: 1.*, values: main}}
""",
    BLOG: "{}\n",
    "../Pulumi.yaml": "name: argo-projects\n",
    "../Pulumi.live.yaml": "config: {argo-projects:select: {teams: [blue]}}\n",
    "../Pulumi.more.yaml": "config: {argo-projects:select: {environments: [staging]}}\n",
}


@pytest.mark.usefixtures("here")
def test_a_row_for_each_environment() -> None:
    assert (
        run().output
        == """\
  ENVIRONMENT   PROJECT                 CLASS          PROFILE  STACK       STATE
      VERSIONS
blue/shop
  eu-1/prod     blue-shop-prod-eu-1     production     medium   live
      requirements 4f9c2a7b; application shop 1.4.2, values v3.0.0
  eu-1/staging  blue-shop-staging-eu-1  nonproduction  small    live, more  1 error
      requirements v2.0.0; application shop 1.5.0, values v3.1.0
  hub/dev       blue-playground-hub     nonproduction  small    live        retiring
      application shop 1.*, values main
green/blog
  eu-1/dev      green-blog-dev-eu-1     nonproduction  small                1 error

4 environments, 2 products, 2 teams, 2 clusters; 2 problems in the whole tree, see validate
"""
    )


@pytest.mark.usefixtures("here")
def test_columns_without_content_are_left_out_and_the_last_one_wraps() -> None:
    assert (
        run("*/*/*/prod").output
        == """\
  ENVIRONMENT  PROJECT              CLASS       PROFILE  STACK  VERSIONS
blue/shop
  eu-1/prod    blue-shop-prod-eu-1  production  medium   live   requirements 4f9c2a7b;
                                                                application shop 1.4.2,
                                                                values v3.0.0

1 environment, 1 product, 1 team, 1 cluster; 2 problems in the whole tree, see validate
"""
    )


def test_wide_names_stay_whole(here: Path) -> None:
    name, namespace = "shop-" * 10 + "prod", "namespace-" * 5 + "x"
    path = here / "config" / PROJECT
    path.write_text(f"name: {name}\nnamespace: {{name: {namespace}}}\n{path.read_text()}")
    lines = run("blue/shop/eu-1").output.splitlines()
    assert lines[:7] == [
        "  ENVIRONMENT   CLASS          PROFILE  STACK       STATE",
        "      PROJECT; VERSIONS",
        "blue/shop",
        "  eu-1/prod     production     medium   live        2 errors",
        f"      {name};",
        f"      namespace {namespace}; requirements 4f9c2a7b;",
        "      application shop 1.4.2, values v3.0.0",
    ]
    assert max(map(len, lines)) <= 100


def test_what_cannot_be_read_is_listed_as_well(here: Path) -> None:
    (here / "config" / DEV).write_text("[\n")
    output = run("blue/shop/hub").output
    assert "  hub/dev      nonproduction  live   unreadable, 1 error" in output
    data = json.loads(run("blue-shop-dev-hub", "--format", "json").output)["environments"][0]
    assert (data["readable"], data["project"], data["errors"]) == (False, None, 1)


def test_what_is_wrong_above_counts_for_all_below(here: Path) -> None:
    (here / "config" / TEAM).write_text("acess: {}\n")
    rows = json.loads(run("--format", "json").output)["environments"]
    assert {row["environment"]: row["errors"] for row in rows} == {
        "blue/shop/eu-1/prod": 1,
        "blue/shop/eu-1/staging": 1,
        "blue/shop/hub/dev": 1,
        "green/blog/eu-1/dev": 1,
    }


@pytest.mark.usefixtures("here")
def test_json_has_everything() -> None:
    data = json.loads(run("blue/shop/hub", "--format", "json").output)
    assert data == {
        "environments": [
            {
                "environment": "blue/shop/hub/dev",
                "team": "blue",
                "product": "shop",
                "cluster": "hub",
                "name": "dev",
                "project": "blue-playground-hub",
                "namespace": "blue-playground",
                "class": "nonproduction",
                "profile": "small",
                "readable": True,
                "retiring": True,
                "stacks": ["live"],
                "errors": 0,
                "warnings": 0,
                "versions": [
                    {"application": "application", "source": "shop", "revision": "1.*"},
                    {"application": "application", "source": "values", "revision": "main"},
                ],
            }
        ],
        "errors": 2,
    }


@pytest.mark.usefixtures("here")
def test_markdown_is_one_table() -> None:
    assert run("blue/shop/hub", "--format", "markdown").output == (
        "| Environment | Project | Namespace | Class | Profile | Stack | State | Versions |\n"
        "| --- | --- | --- | --- | --- | --- | --- | --- |\n"
        "| `blue/shop/hub/dev` | `blue-playground-hub` | `blue-playground` | nonproduction | small "
        "| live | retiring | application shop 1.\\*, values main |\n"
        "\n"
        "1 environment, 1 product, 1 team, 1 cluster; 2 problems in the whole tree, see validate.\n"
    )


@pytest.mark.usefixtures("here")
def test_versions_of_a_product_side_by_side_in_the_order_of_promotion() -> None:
    assert (
        run("blue", "--by", "product").output
        == """\
blue/shop
                      dev (hub)  staging (eu-1)  prod (eu-1)
  requirements        -          v2.0.0          4f9c2a7b
  application shop    1.*        1.5.0           1.4.2
  application values  main       v3.1.0          v3.0.0

3 environments, 1 product, 1 team, 2 clusters; 2 problems in the whole tree, see validate
"""
    )


@pytest.mark.usefixtures("here")
def test_versions_side_by_side_as_markdown_and_json() -> None:
    assert run("blue", "--by", "product", "--format", "markdown").output.startswith(
        "### blue/shop\n"
        "\n"
        "|  | dev (hub) | staging (eu-1) | prod (eu-1) |\n"
        "| --- | --- | --- | --- |\n"
        "| requirements | `-` | `v2.0.0` | `4f9c2a7b` |\n"
        "| application shop | `1.*` | `1.5.0` | `1.4.2` |\n"
    )
    data = json.loads(run("blue", "--by", "product", "--format", "json").output)
    assert data["products"][0]["versions"][0] == {
        "application": "requirements",
        "source": None,
        "revisions": {
            "blue/shop/hub/dev": None,
            "blue/shop/eu-1/staging": "v2.0.0",
            "blue/shop/eu-1/prod": COMMIT,
        },
    }


def test_more_environments_than_fit_are_shown_in_parts(here: Path) -> None:
    clusters = [f"cluster-with-a-long-name-{number}" for number in range(4)]
    for cluster in clusters:
        folder = here / "config/projects/blue/shop" / cluster / "prod"
        folder.mkdir(parents=True)
        (folder / "project.yaml").write_text((here / "config" / PROJECT).read_text())
    rows = "".join(
        f"  {name}: {{argocdName: {name}, server: 'https://{name}.example.org'}}\n"
        for name in clusters
    )
    path = here / "config/platform.yaml"
    path.write_text(path.read_text().replace("clusters:\n", f"clusters:\n{rows}", 1))
    lines = run("blue", "--by", "product").output.splitlines()
    assert max(map(len, lines)) <= 100
    assert sum("application shop" in line for line in lines) == 3


def test_nothing_to_list(here: Path) -> None:
    assert "no environment is called red (known: blue, green)" in run("red", status=2).output
    (here / "config/platform.yaml").unlink()
    assert "[no-platform]" in run(status=1).output


@pytest.mark.parametrize("by", ["environment", "product"])
@pytest.mark.parametrize("form", ["text", "markdown", "json"])
def test_the_shipped_configuration(form: str, by: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert run("--format", form, "--by", by).output
