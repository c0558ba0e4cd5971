"""The other bases: a rendered folder and an exported state tell of the same changes as a revision does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from argoproject.cli import main
from tests.diff.pull_requests import PLATFORM, PROD, SANDBOX, TEAM
from tests.diff.repository import Repository


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    made = Repository(tmp_path / "repository")
    monkeypatch.chdir(made.root)
    return made


def invoke(*arguments: str) -> Any:
    result = CliRunner().invoke(main, list(arguments))
    assert result.exit_code == 0, result.output
    return result


def objects(data: Any) -> dict[str, list[str]]:
    """The changed objects with their fields' paths; nothing of what only settings or Pulumi's options tell."""
    return {
        change["object"]: [item["path"] for item in change["fields"]]
        for environment in data["environments"]
        for change in environment["changes"]
    }


def edit(repository: Repository) -> None:
    repository.replace(PROD, "shop: 1.4.2", "shop: 1.4.3")
    repository.change(TEAM, "access: {readonly: [blue-guests]}")
    repository.replace(PLATFORM, 'pods: "20"', 'pods: "25"')
    repository.remove(SANDBOX)
    repository.change("projects/green/new/hub/dev/project.yaml", "description: New")


def test_a_rendered_folder_tells_what_a_revision_tells(repository: Repository) -> None:
    invoke("render", "--out", "rendered")
    edit(repository)
    rendered = json.loads(invoke("diff", "--rendered", "rendered", "--format", "json").stdout)
    revision = json.loads(invoke("diff", "--base", "HEAD", "--format", "json").stdout)
    assert objects(rendered) == objects(revision)
    assert rendered["base"] == "the rendered folder rendered"
    assert rendered["danger"] == "dangerous"


@pytest.mark.usefixtures("repository")
def test_what_was_just_rendered_is_no_change() -> None:
    invoke("render", "--out", "rendered")
    data = json.loads(invoke("diff", "--rendered", "rendered", "--format", "json").stdout)
    assert data["environments"] == []


@pytest.mark.parametrize("text", ["", "[", "a: b", "{apiVersion: v1, kind: X, metadata: {}}"])
@pytest.mark.usefixtures("repository")
def test_a_damaged_rendered_folder(text: str) -> None:
    invoke("render", "--out", "rendered")
    file = Path("rendered/hub/green-sandbox-dev-hub/resourcequota.quota.yaml")
    assert file.is_file()
    file.write_text(text)
    result = CliRunner().invoke(main, ["diff", "--rendered", "rendered"])
    assert result.exit_code == 2
    assert result.stderr == f"Error: {file} is no manifest: render the base again\n"


@pytest.mark.usefixtures("repository")
def test_a_rendered_folder_without_marks() -> None:
    invoke("render", "--out", "rendered")
    for file in Path("rendered/hub/green-sandbox-dev-hub").iterdir():
        file.write_text(file.read_text().replace("argo-projects/environment", "other"))
    result = CliRunner().invoke(main, ["diff", "--rendered", "rendered"])
    assert result.exit_code == 2
    assert (
        "no manifest of the project green-sandbox-dev-hub says which environment" in result.stderr
    )
