"""What the pipelines ask argoproject for, and get from the real one, on a small tree with two stacks."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ci.comment import MARKER, comment
from ci.stacks import Stack, every, waiting
from tests.ci.files import jobs, steps
from tests.support.paths import ROOT
from tests.support.trees import PROJECT, tree

STAGING = "projects/blue/shop/eu-1/staging/project.yaml"
TEST = Stack("test", production=False)
LIVE = Stack("live", production=True)


def git(*arguments: str) -> str:
    identity = ("-c", "user.name=test", "-c", "user.email=test@example.org")
    command = ["git", *identity, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def commit() -> str:
    git("add", "--all")
    git("commit", "--quiet", "--message", "a change")
    return git("rev-parse", "HEAD")


@pytest.fixture
def first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The first commit of a clone, in which the test runs."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    tree(tmp_path, {STAGING: "versions: {application: v1.4.1}\n"})
    (tmp_path / "Pulumi.yaml").write_text((ROOT / "Pulumi.yaml").read_text())
    (tmp_path / "requirements.txt").touch()
    for name, environment in (("test", "staging"), ("live", "prod")):
        text = f"config:\n  argo-projects:select: {{environments: [{environment}]}}\n"
        (tmp_path / f"Pulumi.{name}.yaml").write_text(text)
    git("init", "--quiet", "--initial-branch=main")
    return commit()


def test_the_first_deployment_takes_every_stack(first: str) -> None:
    assert every() == [LIVE, TEST]
    assert waiting(lambda _: None) == [LIVE, TEST]
    assert waiting(lambda _: first) == []


@pytest.mark.parametrize(
    ("file", "text", "stacks"),
    [
        (f"config/{PROJECT}", "versions: {application: v1.4.3}\n", [LIVE]),
        (f"config/{STAGING}", "versions: {application: v1.4.3}\n", [TEST]),
        ("Pulumi.test.yaml", "config: {argo-projects:select: {environments: [sta*]}}\n", [TEST]),
        ("requirements.txt", "pulumi==3.300.0\n", [LIVE, TEST]),
        ("docs/note.md", "nothing to deploy\n", []),
    ],
)
def test_a_change_takes_the_stacks_that_it_affects(
    first: str, tmp_path: Path, file: str, text: str, stacks: list[Stack]
) -> None:
    (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / file).write_text(text)
    commit()
    assert waiting(lambda _: first) == stacks


def test_a_broken_file_of_one_environment_does_not_stop_the_others(
    first: str, tmp_path: Path
) -> None:
    (tmp_path / "config" / STAGING).write_text("versons: {}\n")
    (tmp_path / "config" / PROJECT).write_text("versions: {application: v1.4.3}\n")
    commit()
    assert waiting(lambda _: first) == [LIVE, TEST]


@pytest.mark.parametrize(
    ("text", "status", "shown"),
    [
        ("versions: {application: v1.4.3}\n", 0, "v1.4.3"),
        ("versons: {}\n", 1, "versons"),
    ],
    ids=["valid", "broken"],
)
def test_what_the_pull_requests_job_leaves_becomes_the_comment(
    first: str, tmp_path: Path, text: str, status: int, shown: str
) -> None:
    git("checkout", "--quiet", "-b", "feature")
    (tmp_path / "config" / PROJECT).write_text(text)
    commit()
    git("checkout", "--quiet", first)
    git("merge", "--quiet", "--no-ff", "feature")  # as GitHub merges it, to see what comes of it
    (step,) = (item for item in steps(jobs("pull-request")["check"]) if " diff " in item["run"])
    command = step["run"].replace(".venv/bin/python", sys.executable)
    summary = tmp_path / "summary.md"
    environment = {**os.environ, "GITHUB_STEP_SUMMARY": str(summary)}
    done = subprocess.run(["bash", "-e", "-c", command], env=environment, check=False)
    assert done.returncode == status
    report = (tmp_path / "argoproject-diff.md").read_bytes()
    assert summary.read_bytes() == report
    body = comment(report, "made of it", [f"config/{PROJECT}"])
    assert body is not None
    assert body.startswith(f"{MARKER}\n<sub>made of it</sub>\n")
    assert shown in body
