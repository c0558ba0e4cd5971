"""The hooks of pre-commit."""

from __future__ import annotations

import re

import pytest

from tests.ci.files import PRE_COMMIT, load


def test_a_teams_repository_can_name_ours() -> None:
    commands = {hook["id"]: hook["entry"] for hook in load(PRE_COMMIT[1])}
    assert commands == {
        "argoproject-validate": "argoproject validate",
        "argoproject-schema": "argoproject schema --check",
        "argoproject-codeowners": "argoproject codeowners --check",
    }
    assert all(hook["pass_filenames"] is False for hook in load(PRE_COMMIT[1]))


@pytest.mark.parametrize(
    ("hook", "file"),
    [
        ("validate", "config/projects/blue/shop/eu-1/prod/project.yaml"),
        ("validate", "config/projects/blue/secrets/gitlab-token.yaml"),
        ("validate", "Pulumi.live.yaml"),
        ("schema", "config/schema/project.json"),
        ("schema", "argoproject/models/platform.py"),
        ("codeowners", "config/platform.yaml"),
    ],
)
def test_hooks_run_for_the_files_that_they_judge(hook: str, file: str) -> None:
    (repo,) = load(PRE_COMMIT[0])["repos"]
    (found,) = [item for item in repo["hooks"] if item["id"] == hook]
    assert re.search(found["files"], file)


def test_hooks_of_this_repository_run_commands_that_exist() -> None:
    (repo,) = load(PRE_COMMIT[0])["repos"]
    entries = [hook["entry"] for hook in repo["hooks"]]
    assert entries[0] == "make --silent validate"
    assert all(entry.startswith(".venv/bin/python -m argoproject ") for entry in entries[1:])
