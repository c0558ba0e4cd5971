"""A newcomer with nothing but the README: its commands, a wrong turn, and what they print."""

from __future__ import annotations

import datetime as dt
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from argoproject.cli.main import main
from argoproject.fleet.pipeline import load_fleet
from tests.diff.repository import Repository
from tests.support.paths import ROOT

README = (ROOT / "README.md").read_text()
NEW = "projects/blue/shop/hub/staging/project.yaml"


def commands() -> list[list[str]]:
    """The lines of the five minutes that call the command, in their order."""
    section = README.partition("## An environment in five minutes\n")[2].partition("\n## ")[0]
    (block, *_) = re.findall(r"^```sh\n(.*?)^```", section, re.MULTILINE | re.DOTALL)
    lines = (shlex.split(line, comments=True) for line in block.splitlines())
    return [line[1:] for line in lines if line[:1] == ["argoproject"]]


def run(arguments: list[str]) -> Result:
    return CliRunner().invoke(main, arguments)


def test_an_environment_in_five_minutes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repository = Repository(tmp_path / "repository")
    monkeypatch.chdir(repository.root)
    new, validate, diff, promote = commands()

    assert run(new).exit_code == 0
    repository.replace(NEW, "versions:", "version:")
    broken = run(validate)
    assert broken.exit_code == 1
    assert f"config/{NEW}:4:1: version: unknown key (did you mean `versions`?)" in broken.output
    assert run(diff).exit_code == 1
    repository.replace(NEW, "version:", "versions:")
    assert run(validate).exit_code == 0

    compared = run(diff)
    assert compared.exit_code == 0
    assert (
        "+ blue/shop/hub/staging  (blue-shop-staging-hub, nonproduction): create" in compared.output
    )

    promoted = run(promote)
    assert promoted.exit_code == 0
    (shown,) = re.findall(r"^```\n(~ .*?)^```", README, re.MULTILINE | re.DOTALL)
    assert shown in promoted.output
    assert repository.read("projects/blue/shop/eu-1/prod/project.yaml")["versions"] == {
        "requirements": "15.2.4",
        "application": {"shop": "1.5.0-rc.2", "values": "v2026.12.0"},
    }


def test_an_environment_becomes_what_the_readme_shows(tmp_path: Path) -> None:
    root = Repository(tmp_path / "repository").config
    chosen = {"products": ["shop"]}
    fleet = load_fleet(root, stack="test", select=chosen, today=dt.date(2026, 11, 27))
    (plan,) = (item for item in fleet.plans if str(item.identity) == "blue/shop/eu-1/prod")
    (shown,) = re.findall(r"^```\n(blue-shop-prod-eu-1  .*?)^```", README, re.MULTILINE | re.DOTALL)
    head, *lines = shown.splitlines()
    objects = {
        f"{item.kind} {item.namespace or ''}/{item.name}".replace(" /", " "): item.cluster
        for item in plan.objects()
    }

    assert head == f"{plan.name}  {plan.identity}  {len(list(plan.objects()))} objects"
    shown_objects = [line.lstrip("│├└─ ").split("  ") for line in lines]
    shown_objects = [words for words in shown_objects if len(words) > 1]
    assert len(shown_objects) == 11
    assert {name: rest.partition(",")[0] for name, rest in shown_objects}.items() <= objects.items()


def test_a_mistake_is_told_as_the_readme_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository = Repository(tmp_path / "repository")
    monkeypatch.chdir(repository.root)
    repository.replace("projects/blue/shop/eu-1/prod/project.yaml", "\nnamespace:", "\nnamspace:")
    (shown,) = re.findall(r"^```\n(config/projects/.*?)^```", README, re.MULTILINE | re.DOTALL)
    assert run(["validate"]).output == shown
