"""`argoproject promote`: the revisions of one environment for the next, and nothing else of its file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from argoproject.cli.main import main
from argoproject.fleet.pipeline import validate_tree
from tests.support.commands import command
from tests.support.trees import PRODUCT, PROJECT, TODAY

run = command("promote")

STAGING = "projects/blue/shop/eu-1/staging/project.yaml"
SHOP = """\
requirements:
  source: {repoURL: "https://gitlab.example.org/blue/charts", chart: postgresql}
application:
  sources:
    - {repoURL: registry.example.org/blue/charts, chart: shop}
    - {repoURL: "https://gitlab.example.org/blue/shop-values.git", ref: values}
repositories:
  charts: {url: registry.example.org/blue/charts, type: helm, enableOCI: true}
"""
FILES = {
    PRODUCT: SHOP,
    STAGING: "versions: {requirements: 15.3.0, application: {shop: 1.5.0, values: v2026.12.0}}\n",
    PROJECT: "versions: {requirements: 15.2.4, application: {shop: 1.4.2, values: v2026.11.3}}\n",
}
TO_PROD = "config/projects/blue/shop/eu-1/prod/project.yaml"


def said(result: Result) -> str:
    """The output about the promotion, before its effect on the objects."""
    return result.output.partition("\n\n")[0] + "\n"


def write(here: Path, file: str, text: str) -> None:
    path = here / "config" / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())


def read(here: Path, file: str = PROJECT) -> str:
    return (here / "config" / file).read_bytes().decode()


def test_the_revisions_are_copied_and_shown(here: Path) -> None:
    assert said(run("blue/shop/eu-1/staging", "prod")) == (
        "blue/shop/eu-1/staging → blue/shop/eu-1/prod\n"
        "  requirements: 15.2.4 → 15.3.0\n"
        "  application.shop: 1.4.2 → 1.5.0\n"
        "  application.values: v2026.11.3 → v2026.12.0\n"
        f"{TO_PROD}: written\n"
    )
    assert read(here) == read(here, STAGING)
    assert run("blue-shop-staging-eu-1", "eu-1/prod").output == (
        "blue/shop/eu-1/prod has the revisions of blue/shop/eu-1/staging already\n"
    )


@pytest.mark.usefixtures("here")
def test_what_they_do_is_shown_as_diff_does() -> None:
    lines = run("blue/shop/eu-1/staging", "prod", "--only", "application.shop").output.splitlines()
    assert lines[3:5] == ["", "Compared with the file as it was: 1 environment: 1 changed."]
    assert "    ~ Application argocd/blue-shop-prod-eu-1-app on hub: update" in lines
    assert '        spec.sources[0].targetRevision: "1.4.2" → "1.5.0"' in lines


WRITTEN = {
    "flow style with comments": (
        "# head\n\ndescription: 'x'   # y\nversions: # promotion\n  requirements: 15.2.4   # z\n"
        "  application: { shop: 1.4.2, values: v2026.11.3 } # w\n\n# tail\nnamespace: {quota: {pods: '9'}}\n",
        "# head\n\ndescription: 'x'   # y\nversions: # promotion\n  requirements: 15.3.0   # z\n"
        "  application: { shop: 1.5.0, values: v2026.12.0 } # w\n\n# tail\nnamespace: {quota: {pods: '9'}}\n",
    ),
    "block style and quotes": (
        "versions:\n  application:\n    values: 'v2026.11.3' # 'old'\n    shop: \"1.4.2\"\n  requirements: 15.2.4\n",
        "versions:\n  application:\n    values: 'v2026.12.0' # 'old'\n    shop: \"1.5.0\"\n  requirements: 15.3.0\n",
    ),
    "line ends of Windows": (
        "description: x\r\nversions:\r\n  requirements: 15.2.4\r\n  application: {shop: 1.4.2, values: v1.0.0}\r\n",
        "description: x\r\nversions:\r\n  requirements: 15.3.0\r\n  application: {shop: 1.5.0, values: v2026.12.0}\r\n",
    ),
    "no line end at the end": (
        "versions: {requirements: 15.2.4, application: {shop: 1.4.2, values: v1.0.0}}",
        "versions: {requirements: 15.3.0, application: {shop: 1.5.0, values: v2026.12.0}}",
    ),
    "no versions at all": (
        "description: x # y\n\nnamespace:\n  quota: {pods: '9'}\n# tail",
        "description: x # y\nversions:\n  requirements: 15.3.0\n  application: { shop: 1.5.0, values: v2026.12.0 }\n"
        "\nnamespace:\n  quota: {pods: '9'}\n# tail",
    ),
    "an Application and a source without an entry": (
        "versions:\n  application: {shop: 1.4.2}\n",
        "versions:\n  application: {shop: 1.5.0, values: v2026.12.0}\n  requirements: 15.3.0\n",
    ),
    "of the class": (
        "classes:\n  production:\n    versions: {requirements: 15.2.4, application: {shop: 1.4.2, values: v1.0.0}}\n",
        "classes:\n  production:\n"
        "    versions: {requirements: 15.3.0, application: {shop: 1.5.0, values: v2026.12.0}}\n",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRITTEN)
def test_nothing_else_of_the_file_changes(here: Path, name: str) -> None:
    before, after = WRITTEN[name]
    write(here, PROJECT, before)
    run("blue/shop/eu-1/staging", "prod")
    assert read(here) == after
    judged = validate_tree(here / "config", TODAY, "config")
    assert judged.errors == ()


def test_a_revision_counts_from_whichever_file_it_comes(here: Path) -> None:
    shared = SHOP.replace("chart: postgresql", "chart: postgresql, targetRevision: 16.0.0")
    write(here, PRODUCT, shared + "versions: {application: {shop: 2.0.0, values: v2.0.0}}\n")
    write(here, STAGING, "description: all from product.yaml\n")
    write(here, PROJECT, "versions: {requirements: 15.2.4, application: {shop: 1.4.2}}\n")
    assert said(run("blue/shop/eu-1/staging", "prod")) == (
        "blue/shop/eu-1/staging → blue/shop/eu-1/prod\n"
        "  requirements: 15.2.4 → 16.0.0\n"
        "  application.shop: 1.4.2 → 2.0.0\n"
        f"{TO_PROD}: written\n"
    )
    assert read(here) == "versions: {requirements: 16.0.0, application: {shop: 2.0.0}}\n"


def test_a_revision_of_product_yaml_is_overridden_in_the_targets_file(here: Path) -> None:
    write(here, PRODUCT, SHOP + "versions: {application: {shop: 1.0.0, values: v1.0.0}}\n")
    write(here, PROJECT, "versions:\n  requirements: 15.3.0\n")
    run("blue/shop/eu-1/staging", "prod")
    assert read(here) == (
        "versions:\n  requirements: 15.3.0\n  application: { shop: 1.5.0, values: v2026.12.0 }\n"
    )
    assert "shop: 1.0.0" in read(here, PRODUCT)


def test_a_dry_run_writes_nothing(here: Path) -> None:
    result = run("blue/shop/eu-1/staging", "prod", "--dry-run", "--only", "application.shop")
    assert said(result) == (
        "blue/shop/eu-1/staging → blue/shop/eu-1/prod\n"
        "  application.shop: 1.4.2 → 1.5.0\n"
        f"{TO_PROD}: not written (--dry-run)\n"
    )
    assert read(here) == FILES[PROJECT]


def test_only_what_is_named(here: Path) -> None:
    run("blue/shop/eu-1/staging", "prod", "--only", "requirements", "--only", "application.values")
    assert read(here) == (
        "versions: {requirements: 15.3.0, application: {shop: 1.4.2, values: v2026.12.0}}\n"
    )


@pytest.mark.usefixtures("here")
def test_scripts_read_json() -> None:
    arguments = ("blue/shop/eu-1/staging", "prod", "--only", "requirements", "--format", "json")
    data = json.loads(run(*arguments).output)
    difference = data.pop("diff")
    assert data == {
        "from": "blue/shop/eu-1/staging",
        "to": "blue/shop/eu-1/prod",
        "file": TO_PROD,
        "changes": [{"source": "requirements", "before": "15.2.4", "after": "15.3.0"}],
        "written": True,
    }
    assert difference["danger"] == "look"
    again = json.loads(run(*arguments).output)
    assert (again["changes"], again["written"]) == ([], False)
    assert again["diff"]["environments"] == []


def test_an_environment_that_had_no_revision_gets_one(here: Path) -> None:
    write(here, PROJECT, "description: not yet\n")
    output = run("blue/shop/eu-1/staging", "prod").output
    assert output.startswith(
        "blue/shop/eu-1/staging → blue/shop/eu-1/prod\n"
        "  requirements: (none) → 15.3.0\n"
        "  application.shop: (none) → 1.5.0\n"
    )
    words = "the base of this environment is not valid, so its changes are unknown"
    assert f"    dangerous: {words}\n" in output


REFUSED = {
    "branches and ranges where only exact revisions are taken": (
        {STAGING: "versions: {requirements: 15.3.*, application: {shop: 1.5.0, values: main}}\n"},
        f"config/{STAGING}:1:12: versions.requirements: '15.3.*' is not exact: blue/shop/eu-1/prod is of the class "
        "production, which takes versions, full commit hashes or digests only (write an exact one here first, and see "
        "it run) [promotion-not-fixed]\n"
        f"config/{STAGING}:1:61: versions.application.values: 'main' is not exact: blue/shop/eu-1/prod is of the class "
        "production, which takes versions, full commit hashes or digests only (write an exact one here first, and see "
        "it run) [promotion-not-fixed]\n",
    ),
    "an Application that the target does not have": (
        {
            STAGING: "versions: {requirements: 15.3.0, application: {shop: 1.5.0, values: v1.0.0}, x: v1.0.0}\n"
            "applications: {x: {source: {repoURL: 'https://gitlab.example.org/blue/x', path: a, kustomize: {}}}}\n"
        },
        f"config/{STAGING}:1:78: versions.x: blue/shop/eu-1/prod has no such Application (add it there first, or "
        "choose what is promoted with --only) [promotion-no-application]\n",
    ),
    "a source that the target does not have": (
        {
            PROJECT: "versions: {requirements: 15.2.4, application: {shop: 1.4.2, other: v1.0.0}}\n"
            "application: {sources: [{repoURL: registry.example.org/blue/charts, chart: shop}, "
            "{repoURL: 'https://gitlab.example.org/blue/shop-values.git', ref: other}]}\n"
        },
        f"config/{STAGING}:1:61: versions.application.values: no source of this Application has this name in "
        "blue/shop/eu-1/prod (give both the same `name`) [promotion-no-source]\n",
    ),
    "a chart and a folder": (
        {
            PROJECT: "versions: {requirements: v1.0.0, application: {shop: 1.5.0, values: v2026.12.0}}\n"
            "requirements: {source: {chart: null, path: a, kustomize: {}}}\n"
        },
        f"config/{STAGING}:1:12: versions.requirements: only one of this source and that of blue/shop/eu-1/prod is a "
        "chart: they share no revisions (choose what is promoted with --only) [promotion-other-source]\n",
    ),
    "an environment without a revision": (
        {STAGING: "versions: {requirements: 15.3.0, application: {shop: 1.5.0}}\n"},
        f"config/{PRODUCT}:6:7: application.sources[1].targetRevision: in blue/shop/eu-1/staging: the source has no "
        "revision (give it one) [promotion-no-revision]\n",
    ),
    "a target with other mistakes": (
        {PROJECT: FILES[PROJECT] + "namespace: {quota: {requests.cpu: '99'}}\n"},
        f"config/{PROJECT}:2:21: namespace.quota.requests.cpu: requests.cpu is 99, at most 32 is allowed (lower it, or "
        "let the platform team raise requests.cpu in teams.blue.classes.production.quotaMax of platform.yaml) "
        "[quota-above-max]\n",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_words_and_nothing_is_written(here: Path, name: str) -> None:
    files, words = REFUSED[name]
    for file, text in files.items():
        write(here, file, text)
    before = read(here)
    result = run("blue/shop/eu-1/staging", "prod", status=1)
    assert result.stderr == f"{words}nothing was written\n"
    assert result.stdout == ""
    assert read(here) == before


def test_what_the_class_removes_is_written_where_it_is_removed(here: Path) -> None:
    write(
        here, PRODUCT, SHOP.replace("chart: postgresql", "chart: postgresql, targetRevision: 1.0.0")
    )
    own = "versions: {application: {shop: 1.5.0, values: v2026.12.0}}\n"
    write(here, PROJECT, own + "classes: {production: {versions: {requirements: null}}}\n")
    run("blue/shop/eu-1/staging", "prod")
    assert read(here) == own + "classes: {production: {versions: {requirements: 15.3.0}}}\n"


def test_revisions_that_would_not_count_are_not_written(here: Path) -> None:
    pinned = SHOP.replace("chart: postgresql", "chart: postgresql, targetRevision: 1.0.0")
    pinned = pinned.replace("chart: shop", "chart: shop, targetRevision: 1.0.0")
    write(here, PRODUCT, pinned.replace("ref: values", "ref: values, targetRevision: v1.0.0"))
    text = "classes: {production: {versions: null}}\n"
    write(here, PROJECT, text)
    assert run("blue/shop/eu-1/staging", "prod", status=1).output == (
        f"Error: {TO_PROD}: values below `classes` override the revisions; nothing was written\n"
    )
    assert read(here) == text


def test_a_file_that_is_written_in_an_unusual_way_is_left_to_people(here: Path) -> None:
    pinned = SHOP.replace("chart: postgresql", "chart: postgresql, targetRevision: 1.0.0")
    write(here, PRODUCT, pinned)
    text = "versions: {? requirements, application: {shop: 1.4.2, values: v1.0.0}}\n"
    write(here, PROJECT, text)
    assert run("blue/shop/eu-1/staging", "prod", "--only", "requirements", status=1).output == (
        f"Error: {TO_PROD}: this is written in a way that only people can edit: versions.requirements (line 1); "
        "nothing was written\n"
    )
    assert read(here) == text


def test_another_environments_mistake_is_no_hindrance(here: Path) -> None:
    write(here, "projects/green/api/eu-1/dev/project.yaml", "descripton: x\n")
    run("blue/shop/eu-1/staging", "prod")
    assert read(here) == read(here, STAGING)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            ("blue/shop/eu-1/stagin", "prod"),
            "no environment is called blue/shop/eu-1/stagin (did you",
        ),
        (
            ("blue/shop/eu-1/staging", "prdo"),
            "blue/shop has no other valid environment prdo (known: eu-1/prod, hub/prod)",
        ),
        (
            ("blue/shop/eu-1/staging", "staging"),
            "blue/shop has no other valid environment staging (known: eu-1/prod, hub/prod)",
        ),
        (
            ("blue/shop/eu-1/staging", "prod"),
            "several clusters have prod: write eu-1/prod or hub/prod",
        ),
        (
            ("blue/shop/eu-1/staging", "eu-1/prod", "--only", "aplication"),
            "--only: blue/shop/eu-1/staging has no aplication (did you mean application?)",
        ),
        (
            ("blue/shop/eu-1/staging", "eu-1/prod", "--only", "xyz"),
            "--only: blue/shop/eu-1/staging has no xyz (known: requirements, application, application.shop, "
            "application.values)",
        ),
    ],
)
def test_wrong_use(here: Path, arguments: tuple[str, ...], words: str) -> None:
    write(here, "projects/blue/shop/hub/prod/project.yaml", FILES[PROJECT])
    result = CliRunner().invoke(main, ["promote", *arguments], terminal_width=300)
    assert result.exit_code == 2
    assert words in result.output
    assert read(here) == FILES[PROJECT]


def test_an_environment_without_applications_has_nothing_to_promote(here: Path) -> None:
    write(here, PRODUCT, "{}\n")
    write(here, STAGING, "{}\n")
    write(here, PROJECT, "{}\n")
    assert run("blue/shop/eu-1/staging", "prod", status=1).output == (
        "Error: blue/shop/eu-1/staging has no Application: there is nothing to promote\n"
    )


def test_a_link_is_not_written_through(here: Path) -> None:
    target = here / "config/projects/blue/shop/eu-1"
    target.rename(here / "elsewhere")
    target.symlink_to(here / "elsewhere")
    result = CliRunner().invoke(main, ["promote", "blue/shop/eu-1/staging", "prod"])
    assert result.exit_code == 2, "a link is no environment"


def test_a_tree_without_platform_yaml(here: Path) -> None:
    (here / "config/platform.yaml").unlink()
    assert "[no-platform]" in run("blue/shop/eu-1/staging", "prod", status=1).output


def test_a_source_has_the_name_that_list_shows(here: Path) -> None:
    write(here, PRODUCT, SHOP.replace(", ref: values}", ", path: deploy}"))
    listed = CliRunner().invoke(main, ["list", "blue/shop/eu-1/staging"]).output
    assert "application shop 1.5.0, shop-values" in " ".join(listed.split())
    arguments = ("blue/shop/eu-1/staging", "prod", "--only", "application.shop-value")
    result = run(*arguments, status=2).output
    assert "did you mean application.shop-values?" in " ".join(result.split())
