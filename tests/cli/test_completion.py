"""Shell completion: commands, options and the names of environments."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner

from argoproject.cli.main import COMPLETE, main
from tests.support.paths import ROOT

BLUE = ["blue", "blue/billing", "blue/shop"]
SHOP = ["blue/shop/eu-1", "blue/shop/eu-1/prod", "blue/shop/eu-1/staging"]

FILES = {
    "projects/blue/shop/eu-1/staging/project.yaml": "not: [read",
    "projects/blue/shop/eu-1/prod/manifests/about.yaml": "",
    "projects/blue/shop/secrets/db.yaml": "",
    "projects/blue/billing/hub/dev/project.yaml": "",
    "projects/green/blog/hub/dev/project.yaml": "",
    "projects/.git/x/y/z/project.yaml": "",
}


def offered(*words: str) -> list[str]:
    """What the shell offers for the last of the words."""
    complete = ShellComplete(main, {}, "argoproject", COMPLETE)
    return [item.value for item in complete.get_completions(list(words[:-1]), words[-1])]


@pytest.mark.parametrize(
    ("begun", "expected"),
    [
        ("", ["blue", "green", "blue/billing", "blue/shop", "green/blog"]),
        ("b", BLUE),
        ("blue", BLUE),
        ("blue/s", ["blue/shop", "blue/shop/eu-1"]),
        ("blue/shop/", SHOP),
        ("blue/shop/eu-1/p", ["blue/shop/eu-1/prod"]),
        ("blue/shop/eu-1/prod/", []),
        ("blue-shop-", ["blue-shop-prod-eu-1", "blue-shop-staging-eu-1"]),
        ("red", []),
    ],
)
@pytest.mark.usefixtures("here")
def test_select_is_completed_folder_by_folder(begun: str, expected: list[str]) -> None:
    assert offered("render", begun) == expected
    assert offered("render", "green", begun) == expected


@pytest.mark.parametrize(
    ("begun", "expected"),
    [
        ("g", ["green/blog/hub/dev"]),
        ("blue/shop", ["blue/shop/eu-1/prod", "blue/shop/eu-1/staging"]),
        ("green-blog", ["green-blog-dev-hub"]),
        ("blue/shop/secrets", []),
    ],
)
@pytest.mark.usefixtures("here")
def test_an_environment_is_completed_whole(begun: str, expected: list[str]) -> None:
    assert offered("explain", begun) == expected


@pytest.mark.usefixtures("here")
def test_the_place_of_a_secret_is_no_cluster() -> None:
    assert offered("secret", "set", "p") == ["platform"]
    assert offered("secret", "set", "blue/shop/") == SHOP[1:]


@pytest.mark.usefixtures("here")
def test_a_secret_belongs_to_a_folder_not_to_the_name_of_a_project() -> None:
    assert offered("render", "blue-shop-") == ["blue-shop-prod-eu-1", "blue-shop-staging-eu-1"]
    assert offered("secret", "set", "blue-shop-") == []


def test_the_folder_of_the_configuration_is_heard(here: Path) -> None:
    (here / "config").rename(here / "other")
    assert offered("render", "b") == []
    assert offered("render", "--config", "other", "b") == BLUE


def test_commands_and_options_are_completed() -> None:
    assert offered("comp") == ["completion"]
    assert offered("completion", "") == ["bash", "zsh", "fish"]
    assert "--config" in offered("render", "--c")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_asks_the_program(shell: str) -> None:
    result = CliRunner().invoke(main, ["completion", shell])
    assert result.exit_code == 0
    assert f"{COMPLETE}={shell}_complete" in result.stdout


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("render", "blue/shop/"), SHOP),
        (("explain", "green"), ["green/blog/hub/dev"]),
        (("ren",), ["render"]),
    ],
)
def test_bash_completes(here: Path, words: tuple[str, ...], expected: list[str]) -> None:
    """The script in a real bash, with a program of this name on PATH."""
    program = here / "bin/argoproject"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m argoproject "$@"\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    line = " ".join(("argoproject", *words))
    script = f"""
eval "$(argoproject completion bash)"
COMP_WORDS=({line}); COMP_CWORD={len(words)}
_argoproject_completion argoproject
printf '%s\\n' "${{COMPREPLY[@]}}"
"""
    path = f"{program.parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "--norc", "-c", script],
        env={"PATH": path},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == expected
    assert done.stderr == ""
