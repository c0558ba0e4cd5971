"""What all commands have in common."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from argoproject.cli.main import COMMANDS, main
from tests.support.paths import ROOT
from tests.support.trees import PROJECT, tree


@pytest.mark.parametrize("charset", ["latin-1", "utf-8"])
def test_an_output_without_a_sign_for_a_character_gets_its_escape(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, charset: str
) -> None:
    tree(tmp_path, {PROJECT: 'description: "Büro → Wien 😀"\nversions: {application: v1.4.2}\n'})
    monkeypatch.chdir(tmp_path)
    result = CliRunner(charset=charset).invoke(main, ["explain", "blue/shop/eu-1/prod"])
    assert result.exit_code == 0, result.output
    text = "Büro → Wien 😀" if charset == "utf-8" else r"Büro \u2192 Wien \U0001f600"
    assert f"description: {text}\n" in result.stdout


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
@pytest.mark.parametrize(
    "command",
    [
        ("--help",),
        ("preview", "--manifests"),
        ("promote", "blue/shop/eu-1/staging", "prod", "--dry-run"),
        ("graph",),
    ],
    ids=lambda command: command[0],
)
def test_no_command_breaks_where_the_output_lacks_signs(
    command: tuple[str, ...], encoding: str
) -> None:
    """click writes UTF-8 instead of ASCII; what is printed without click, and all else, is escaped."""
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "LC_ALL": "C"}
    done = subprocess.run(
        [sys.executable, "-m", "argoproject", *command],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        check=False,
    )
    assert b"Traceback" not in done.stderr
    assert done.returncode == 0, done.stderr
    assert done.stdout


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_command_says_what_it_does(command: object) -> None:
    name = getattr(command, "name", "")
    result = CliRunner().invoke(main, [name, "--help"])
    assert result.exit_code == 0
    assert len(result.output.splitlines()) > 5
