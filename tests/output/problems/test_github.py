"""The log of a step of GitHub Actions."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.output.problems.reports import MISTYPED, STRAY, run
from tests.support.trees import PROJECT


@pytest.mark.usefixtures("here")
def test_a_command_for_each_problem() -> None:
    escaped = "config/projects/blue/shop/eu-1/100%25%2C or so%3A no.yaml"
    assert run("blue", "--format", "github", status=1).output.splitlines() == [
        f"::error file={escaped},line=1,title=unexpected-file::{STRAY.replace('%', '%25')}",
        f"::error file=config/{PROJECT},line=1,title=unknown-key,col=1::{MISTYPED}",
        "2 problems in 2 files; 1 environment not judged before that is mended",
    ]


def test_a_warning(here: Path) -> None:
    text = "access: {admin: [{group: blue-x, until: 2020-01-01, reason: r}]}\n"
    (here / "config" / PROJECT).write_text(f"versions: {{application: v1.4.2}}\n{text}")
    assert (
        run("blue-shop-prod-eu-1", "--format", "github", status=1)
        .output.splitlines()[1]
        .startswith(f"::warning file=config/{PROJECT},line=2,title=expired-binding,col=18::")
    )


@pytest.mark.parametrize(("number", "told"), [(10, False), (11, True)])
def test_more_than_are_annotated(here: Path, number: int, told: bool) -> None:
    text = "".join(f"x{at}: 1\n" for at in range(number - 1))
    (here / "config" / PROJECT).write_text(text)
    lines = run("blue", "--format", "github", status=1).output.splitlines()
    assert (
        lines[-1] == f"{number} problems in 2 files; 1 environment not judged before that is mended"
    )
    hint = "GitHub annotates the first 10 errors and warnings only: all of them are above"
    assert (lines[-2] == hint) is told


def test_no_author_writes_a_command(here: Path) -> None:
    (here / "config" / PROJECT).write_text('"x\\n::stop-commands::y": 1\n')
    for form in ("github", "text"):
        lines = run("blue", "--format", form, status=1).output.splitlines()
        assert not any("::stop-commands::" in line[:20] for line in lines)
        assert any("x\\n::stop-commands::y: unknown key" in line for line in lines)
