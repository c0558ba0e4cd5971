"""`argoproject validate`: what is reported about which environments, and with which exit status."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.output.test_problems import GREEN, MISTYPED, STRAY, SYNTAX, here, run
from tests.support.trees import platform

__all__ = ["here"]

_HIDDEN = "; 2 environments not checked until they are fixed"


@pytest.mark.usefixtures("here")
def test_without_one_everything_is_reported() -> None:
    lines = [STRAY, MISTYPED, SYNTAX, f"3 problems in 3 files{_HIDDEN}"]
    assert run(status=1).output.splitlines() == lines


@pytest.mark.parametrize(
    "select",
    [
        "blue",
        "blue/",
        "blue/shop",
        "*/*/eu-1/prod",
        "blue/shop/eu-1/prod",
        "blue-shop-prod-eu-1",
    ],
)
@pytest.mark.usefixtures("here")
def test_only_what_concerns_the_environments_is_reported(select: str) -> None:
    assert run(select, status=1).output.splitlines() == [
        STRAY,
        MISTYPED,
        "2 problems in 2 files; 1 environment not checked until they are fixed",
    ]


@pytest.mark.usefixtures("here")
def test_an_environment_that_cannot_be_read_is_selected() -> None:
    for select in ("green", "green-api-dev-eu-1"):
        assert run(select, status=1).output.splitlines() == [
            SYNTAX,
            "1 problem in 1 file; 1 environment not checked until it is fixed",
        ]


@pytest.mark.usefixtures("here")
def test_several() -> None:
    assert run("blue/shop", "green", status=1).output.endswith(
        f"\n3 problems in 3 files{_HIDDEN}\n"
    )


def test_a_folder_without_its_file_is_selected(here: Path) -> None:
    (here / "config" / GREEN).unlink()
    assert "[no-project]" in run("green/api/eu-1/dev", status=1).output


def test_a_project_that_has_a_name_of_its_own(here: Path) -> None:
    (here / "config" / GREEN).write_text("name: green-own\n")
    assert run("green-own").output == "1 environment: no problems\n"
    assert "did you mean green-own?" in run("green-owm", status=2).output
    # Nothing is called as its folder would make it be called.
    assert (
        "no environment is called green-api-dev-eu-1" in run("green-api-dev-eu-1", status=2).output
    )


@pytest.mark.parametrize(
    ("select", "hint"),
    [
        ("blu", "did you mean blue?"),
        ("blue/shpo", "did you mean blue/shop?"),
        ("blue-shop-prod-eu1", "did you mean blue-shop-prod-eu-1?"),
        ("blue/shop/eu-1/prdo", "did you mean blue/shop/eu-1/prod?"),
        ("x", "known: blue, green"),
        ("x/y/z/a/b", "known: blue/shop/eu-1/prod, green/api/eu-1/dev"),
    ],
)
@pytest.mark.usefixtures("here")
def test_a_selection_that_matches_nothing_is_wrong_use(select: str, hint: str) -> None:
    for arguments in ([select], ["blue", select]):
        output = run(*arguments, status=2).output
        assert output.endswith(f"\nError: no environment is called {select} ({hint})\n")


@pytest.mark.usefixtures("here")
def test_a_tree_without_environments() -> None:
    output = run("blue", "--config", "nowhere", status=2).output
    assert output.endswith("\nError: no environment is called blue (there is none)\n")


def test_what_concerns_every_environment_is_reported_for_each(here: Path) -> None:
    (here / "config" / GREEN).write_text("{}\n")
    budget = "clusters: {eu-1: {budget: {requests.cpu: '1'}}}"
    (here / "config/platform.yaml").write_text(platform(budget))
    assert "[over-budget]" in run("green").output
    assert json.loads(run("green", "--format", "json").output)["notJudged"] == []
