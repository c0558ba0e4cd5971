"""A tree without environments is no mistake of a command: each says so, and none ends with a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from argoproject.cli.main import main
from tests.support.trees import PLATFORM

COMMANDS = (
    ["validate"],
    ["audit"],
    ["access"],
    ["list"],
    ["list", "--by", "product"],
    ["graph"],
    ["graph", "--format", "svg"],
    ["render", "--out", "rendered"],
    ["report", "--html", "page"],
    ["secret", "list"],
    ["status"],
    ["schema", "--check"],
    ["explain", "blue/shop/eu-1/prod"],
    ["promote", "blue/shop/eu-1/dev", "prod"],
)


@pytest.fixture(params=["no environment", "none that can be read"])
def config(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "config"
    (root / "projects").mkdir(parents=True)
    (root / "platform.yaml").write_text(PLATFORM)
    if request.param == "none that can be read":
        folder = root / "projects/blue/shop/eu-1/prod"
        folder.mkdir(parents=True)
        (folder / "project.yaml").write_text("descripton: x\n")
    monkeypatch.chdir(tmp_path)
    return root


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
@pytest.mark.usefixtures("config")
def test_no_command_breaks(arguments: list[str]) -> None:
    result = CliRunner().invoke(main, arguments)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    assert result.exit_code in (0, 1, 2)
    assert result.output.strip()


@pytest.mark.usefixtures("config")
def test_there_is_nothing_to_draw() -> None:
    result = CliRunner().invoke(main, ["graph"])
    assert result.exit_code == 1
    assert "Error: there is no environment to draw" in result.output
