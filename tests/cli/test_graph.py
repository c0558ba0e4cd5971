"""`argoproject graph`: the fleet as a picture."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.commands import command
from tests.support.paths import ROOT

run = command("graph")

STAGING = "projects/blue/shop/eu-1/staging/project.yaml"
FILES = {STAGING: "versions: {application: v1.4.2}\n"}


@pytest.mark.usefixtures("here")
def test_mermaid_is_printed() -> None:
    output = run().output
    assert output.startswith("---\ntitle: 2 environments, 1 product, 1 team, ")
    assert '    env.blue.shop.eu_1.prod["shop prod<br>production"]\n' in output


@pytest.mark.usefixtures("here")
def test_a_selection_and_what_one_box_represents() -> None:
    assert "1 environment," in run("*/*/*/prod").output
    assert '    env.blue.shop["shop<br>staging, prod"]\n' in run("--by", "product").output
    assert '  env.blue["blue<br>2 environments"]\n' in run("--by", "team").output
    assert "no environment is called red (known: blue)" in run("red", status=2).output


def test_the_file_decides_the_format_unless_it_is_said(here: Path) -> None:
    assert run("--out", "fleet.svg").output == "fleet.svg\n"
    assert (here / "fleet.svg").read_text().startswith("<svg ")
    assert run("--format", "svg").output == (here / "fleet.svg").read_text()
    run("--out", "fleet.mmd")
    assert (here / "fleet.mmd").read_text() == run().output


def test_what_cannot_be_read_is_missing_and_reported(here: Path) -> None:
    (here / "config" / STAGING).write_text("[\n")
    result = run(status=1)
    assert "1 environment," in result.stdout
    assert result.stderr == (
        "warning: 1 environment cannot be read: blue/shop/eu-1/staging "
        "(argoproject validate reports why)\n"
    )


@pytest.mark.usefixtures("here")
def test_more_than_mermaid_draws_is_warned_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("argoproject.output.graph.mermaid.MOST_LINES", 3)
    text = run().stdout
    assert run().stderr == (
        "warning: Mermaid draws at most 3 lines of 50,000 characters of text, and these are 4 of "
        f"{len(text)} (select less, or take --format svg)\n"
    )
    assert run("--format", "svg").stderr == ""


@pytest.mark.parametrize("form", ["mermaid", "svg"])
def test_the_shipped_configuration(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert run("--format", form).output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--out", "x.png"), "a file of mermaid and svg does not end in .png (use .svg, .mmd,"),
        (("--out", "x.PDF"), "does not end in .pdf"),
        (("--out", "x.jpg", "--format", "svg"), "--format svg does not end in .jpg (use .svg)"),
        (("--out", "x.svg", "--format", "mermaid"), "--format mermaid does not end in .svg (use"),
        (("--out", "x.mmd", "--format", "svg"), "--format svg does not end in .mmd (use .svg)"),
    ],
)
def test_a_name_that_contradicts_the_format_is_refused(
    here: Path, arguments: tuple[str, ...], message: str
) -> None:
    result = run(*arguments, status=2)
    assert message in " ".join(result.stderr.split())
    assert [*here.glob("x.*")] == []


@pytest.mark.parametrize(
    ("arguments", "begin"),
    [
        (("--out", "x.SVG"), "<svg"),
        (("--out", "x"), "---"),
        (("--out", "x.md"), "---"),
        (("--out", "x.new"), "---"),
        (("--out", "x.new", "--format", "svg"), "<svg"),
    ],
)
def test_a_name_decides_the_format_or_leaves_it_open(
    here: Path, arguments: tuple[str, ...], begin: str
) -> None:
    assert run(*arguments).output == f"{arguments[1]}\n"
    assert (here / arguments[1]).read_text().startswith(begin)
