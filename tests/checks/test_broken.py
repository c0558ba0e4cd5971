"""What a user is told, to the letter, for configurations that are each wrong in another way."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from argoproject.cli.main import main
from tests.support.paths import DATA
from tests.support.trees import platform, tree

CASES: Mapping[str, Mapping[str, Any]] = yaml.safe_load((DATA / "broken.yaml").read_text())


def told(tmp_path: Path, files: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch) -> str:
    laid = {
        name.replace("PROD", "projects/blue/shop/eu-1/prod"): text
        if isinstance(text, str)
        else platform(yaml.safe_dump(text))
        for name, text in files.items()
    }
    tree(tmp_path, laid)
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["validate"])
    assert result.exit_code == 1, result.output
    return result.output


@pytest.mark.parametrize("case", CASES)
def test_the_report(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    seen = told(tmp_path, CASES[case], monkeypatch)
    file = DATA / "broken" / f"{case}.txt"
    if request.config.getoption("--update-golden"):
        file.write_text(seen)
    assert seen == file.read_text()


@pytest.mark.parametrize("case", CASES)
def test_it_names_the_remedy_and_no_secret_and_nothing_of_the_machinery(case: str) -> None:
    text = (DATA / "broken" / f"{case}.txt").read_text()
    assert "hunter2" not in text
    for word in ("Traceback", "pydantic", "Input should", "validation error", "<class"):
        assert word not in text
    for line in text.splitlines()[:-1]:
        assert line.endswith("]")
        assert "(" in line, "a remedy stands in brackets"


def test_every_case_has_its_report_and_no_report_is_left_over() -> None:
    assert {file.stem for file in (DATA / "broken").iterdir()} == set(CASES)
    assert len(CASES) >= 60
