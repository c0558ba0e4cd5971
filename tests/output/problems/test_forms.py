"""What holds for every form."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.output.problems.reports import FORMATS, run
from tests.support.trees import PROJECT, tree


@pytest.mark.usefixtures("here")
def test_json() -> None:
    data = json.loads(run("blue", "--format", "json", status=1).output)
    assert data["valid"] is False
    assert data["environments"] == []
    assert data["problems"][1] == {
        "file": f"config/{PROJECT}",
        "line": 1,
        "column": 1,
        "path": "descripton",
        "message": "unknown key",
        "remedy": "did you mean `description`?",
        "code": "unknown-key",
        "severity": "error",
        "environments": [],
    }
    assert data["problems"][0]["line"] == 0
    assert data["notJudged"] == []


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.usefixtures("everything")
def test_no_form_tells_a_secret(form: str) -> None:
    result = run("--format", form, status=1)
    assert "unknown-key" in result.output
    assert "hunter2" not in result.output


@pytest.mark.parametrize("form", ["sarif", "github", "gitlab"])
def test_programs_are_told_files_as_seen_from_the_current_folder(here: Path, form: str) -> None:
    for config in (f"{here}/config", "./config/", "config"):
        result = run("blue", "--format", form, "--config", config, status=1)
        assert f"config/{PROJECT}" in result.stdout
        assert str(here) not in result.stdout
        assert "./" not in result.stdout


@pytest.mark.parametrize("form", FORMATS)
def test_a_tree_that_is_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str) -> None:
    tree(tmp_path)
    monkeypatch.chdir(tmp_path)
    result = run("--format", form)
    expected = {
        "text": "1 environment: no problems\n",
        "github": "1 environment: no problems\n",
        "gitlab": "[]\n",
    }
    assert result.stdout == expected.get(form, result.stdout)
    assert run("blue/shop/eu-1/prod", "--format", form).stdout == result.stdout
