"""What a user reads for configurations that are each wrong in another way: the whole report of `argoproject validate`.

The cases begin with the text of a file and go on to the tree, to keys and values, and to what the checks refuse.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from argoproject.cli.main import main
from tests.support import cases
from tests.support.trees import tree

CASES = cases.read(__file__)


@pytest.mark.parametrize("name", CASES)
def test_the_report(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pytestconfig: pytest.Config
) -> None:
    tree(tmp_path, CASES[name].tree())
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["validate"])
    assert result.exit_code == 1, result.output
    CASES.compare(name, result.output.splitlines(), pytestconfig)


@pytest.mark.parametrize("name", CASES)
def test_it_names_the_remedy_and_no_secret_and_nothing_internal(name: str) -> None:
    *problems, _ = CASES[name].report
    for line in problems:
        assert line.endswith("]")
        assert "(" in line, "the remedy is in brackets"
        for text in (
            "hunter2",
            "Traceback",
            "pydantic",
            "Input should",
            "validation error",
            "<class",
        ):
            assert text not in line


def test_there_are_many_cases() -> None:
    assert len(CASES) >= 60
