"""What linters and schemas say of the workflow and pipeline files, and that they would say something."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from ci.gitlab_stacks import pipeline
from ci.stacks import Stack
from tests.ci.files import GITLAB, SCRIPTS, WORKFLOWS
from tests.support.paths import ROOT

BIN = Path(sys.executable).parent
SHELLCHECK = shutil.which("shellcheck", path=os.pathsep.join((str(BIN), os.environ["PATH"])))


def said(command: Sequence[str | Path]) -> str:
    """What a linter says: nothing, if all is well."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def against_schema(schema: str, *files: Path) -> str:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}"]
    transform = ["--data-transform", "gitlab-ci"] if schema == "gitlab-ci" else []
    return said([*command, *transform, *files])


def changed(file: Path, old: str, new: str, folder: Path) -> Path:
    """A file with a mistake in it."""
    text = file.read_text()
    assert old in text
    path = folder / file.name
    path.write_text(text.replace(old, new))
    return path


DEPLOY = ROOT / ".github/workflows/deploy.yaml"
ZIZMOR = (BIN / "zizmor", "--offline", "--persona=auditor", "--no-config")


def test_workflows_follow_githubs_schema(tmp_path: Path) -> None:
    assert against_schema("github-workflows", *WORKFLOWS) == ""
    broken = changed(DEPLOY, "cancel-in-progress", "cancel-inprogress", tmp_path)
    assert "cancel-inprogress" in against_schema("github-workflows", broken)


def test_pipelines_follow_gitlabs_schema(tmp_path: Path) -> None:
    assert against_schema("gitlab-ci", *GITLAB) == ""
    broken = changed(ROOT / "ci/gitlab/stacks.yaml", "strategy: mirror", "strategy: none", tmp_path)
    assert "none" in against_schema("gitlab-ci", broken)


@pytest.mark.parametrize("what", ["deploy", "drift"])
@pytest.mark.parametrize("names", [(), ("dev", "live")], ids=["empty", "two"])
def test_generated_pipelines_follow_gitlabs_schema(
    what: str, names: tuple[str, ...], tmp_path: Path
) -> None:
    stacks = [Stack(name, production=name == "live") for name in names]
    file = tmp_path / "stacks.yaml"
    file.write_text(json.dumps(pipeline(what, stacks)))
    assert against_schema("gitlab-ci", file) == ""


@pytest.mark.actionlint
def test_actionlint_finds_nothing(actionlint_binaries: Path, tmp_path: Path) -> None:
    """With shellcheck for the commands, where there is one."""
    program = (actionlint_binaries / "actionlint", f"-shellcheck={SHELLCHECK or ''}")
    assert said([*program, *WORKFLOWS]) == ""
    broken = changed(DEPLOY, "needs: select", "needs: selct", tmp_path)
    assert "selct" in said([*program, broken])


def test_zizmor_finds_nothing(tmp_path: Path) -> None:
    """Offline, in the strictest of its tempers."""
    assert said([*ZIZMOR, *WORKFLOWS]) == ""
    broken = changed(DEPLOY, "persist-credentials: false", "persist-credentials: true", tmp_path)
    assert "credential persistence" in said([*ZIZMOR, broken])


def test_what_zizmor_is_not_to_tell_has_a_reason() -> None:
    lines = [
        line for file in WORKFLOWS for line in file.read_text().splitlines() if "zizmor" in line
    ]
    assert [line.split("# ")[1] for line in lines] == [
        "zizmor: ignore[dangerous-triggers] checks out the default branch, and reads the artifact as text only"
    ]


def test_shellcheck_finds_nothing(tmp_path: Path) -> None:
    if SHELLCHECK is None:
        pytest.skip("shellcheck is not on PATH")
    assert said([SHELLCHECK, *SCRIPTS]) == ""
    broken = changed(ROOT / "ci/deploy.sh", '"$STACK"', "$STACK", tmp_path)
    assert "SC2086" in said([SHELLCHECK, broken])
