"""The choice of stacks with argoproject's own word, on a small tree with two stacks."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from ci.stacks import Stack, every, waiting
from tests.ci.repo import ROOT
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
