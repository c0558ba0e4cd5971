"""`argoproject report`: a folder with the page."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from argoproject.cli.main import main
from argoproject.identity import Identity
from tests.diff.repository import Repository
from tests.output.page.differences import difference, raised
from tests.support.commands import command
from tests.support.trees import TEAM

run = command("report")


def test_the_page_is_one_file(here: Path) -> None:
    assert run("--html", "out").output == "out/index.html: 1 environment, 0 problems\n"
    names = sorted(path.name for path in (here / "out").iterdir())
    assert names == [".argoproject-report", "index.html"]
    assert "blue/shop/eu-1/prod" in (here / "out/index.html").read_text()


def test_a_folder_of_its_own_is_replaced(here: Path) -> None:
    run("--html", "out")
    (here / "out/stale").write_text("x")
    run("--html", "out")
    assert not (here / "out/stale").exists()
    assert sorted(path.name for path in here.iterdir()) == ["config", "out"]


@pytest.mark.parametrize("mark", ["file", ".argoproject-rendered"])
def test_a_folder_of_somebody_else_is_left_alone(here: Path, mark: str) -> None:
    (here / "mine").mkdir()
    (here / "mine" / mark).write_text("x")
    assert run("--html", "mine", status=1).output == (
        "Error: mine was not written by this command: name another folder, or remove it\n"
    )
    assert [path.name for path in (here / "mine").iterdir()] == [mark]


def test_problems_are_shown_and_no_reason_to_fail(here: Path) -> None:
    (here / "config" / TEAM).write_text("acess: {}\n")
    assert run("--html", "out").output == "out/index.html: 1 environment, 1 problem\n"
    text = (here / "out/index.html").read_text()
    assert f"config/{TEAM}:1:1" in text
    assert "did you mean `access`?" in text


def test_without_platform_yaml_there_is_nothing_to_show(here: Path) -> None:
    (here / "config/platform.yaml").unlink()
    assert "[no-platform]" in run("--html", "out", status=1).output
    assert not (here / "out").exists()


def test_a_difference_is_shown(here: Path) -> None:
    change = raised(Identity("blue", "shop", "eu-1", "prod"))
    (here / "diff.json").write_text(json.dumps(difference([change])))
    run("--html", "out", "--diff", "diff.json")
    assert "the quota of pods is raised from 20 to 30" in (here / "out/index.html").read_text()


def test_what_diff_writes_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repository = Repository(tmp_path / "repository")
    repository.replace("platform.yaml", 'pods: "20"', 'pods: "25"')
    monkeypatch.chdir(repository.root)
    compared = CliRunner().invoke(main, ["diff", "--base", "main", "--format", "json"])
    (tmp_path / "diff.json").write_text(compared.stdout)
    run("--html", str(tmp_path / "out"), "--diff", str(tmp_path / "diff.json"))
    text = (tmp_path / "out/index.html").read_text()
    assert "5 environments: 5 changed. 0 dangerous, 6 to look at, 0 safe." in text
    assert "the quota of pods is raised from 20 to 25" in text
    assert "update ResourceQuota ${namespace}/quota" in text


def test_what_is_no_difference_is_wrong_use(here: Path) -> None:
    (here / "diff.json").write_text("{}")
    output = run("--html", "out", "--diff", "diff.json", status=2).output
    assert "diff.json is not what `argoproject diff --format json` writes" in output
    assert not (here / "out").exists()
