"""Stacks: selections, and the stack files next to Pulumi.yaml."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from argoproject.identity import Identity
from argoproject.tree.selection import Selection
from argoproject.tree.stacks import KEYS, parse_selection, stack_files
from tests.support.paths import ROOT

SHOP = Identity("blue", "shop", "eu-1", "prod")


@pytest.mark.parametrize(
    ("selection", "taken"),
    [
        (Selection(), True),
        (Selection(teams=("blue",)), True),
        (Selection(teams=("green",)), False),
        (Selection(products=("shop",)), True),
        (Selection(products=("blue/shop",)), True),
        (Selection(products=("green/shop",)), False),
        (Selection(clusters=("eu-*",)), True),
        (Selection(environments=("dev", "staging")), False),
        (Selection(teams=("blue",), environments=("dev",)), False),
        (Selection(teams=()), False),
    ],
)
def test_every_given_list_must_match(selection: Selection, taken: bool) -> None:
    assert selection.takes(SHOP) is taken


@pytest.mark.parametrize(
    ("selection", "folder", "taken"),
    [
        (Selection(teams=("blue",), environments=("dev",)), "blue", True),
        (Selection(teams=("green",)), "blue/shop", False),
        (Selection(products=("blue/s*",)), "blue/shop", True),
        (Selection(products=("green/shop",)), "blue/shop", False),
        (Selection(products=("green/shop",)), "blue", True),
        (Selection(clusters=("hub",)), "blue/shop/eu-1/prod", False),
    ],
)
def test_environments_below_a_folder_that_a_stack_could_take(
    selection: Selection, folder: str, taken: bool
) -> None:
    assert selection.takes_below(folder.split("/")) is taken


def test_a_selection_that_is_written_wrongly() -> None:
    _, problems = parse_selection({"team": ["blue"], "clusters": "eu-1"})
    assert [str(problem) for problem in problems] == [
        "argo-projects:select: argo-projects:select.clusters: must be a list (write [a, b], or one `- item` a line) "
        "[wrong-type]",
        "argo-projects:select: argo-projects:select.team: unknown key (did you mean `teams`?) [unknown-key]",
    ]


@pytest.mark.parametrize("value", [[], "", False, 0])
def test_an_empty_value_is_no_selection_of_everything(value: object) -> None:
    selection, problems = parse_selection(value)
    assert selection is None
    assert [str(problem) for problem in problems] == [
        "argo-projects:select: argo-projects:select: must be a mapping (write keys and values) [wrong-type]"
    ]


def test_without_a_value_or_with_an_empty_mapping_everything_is_selected() -> None:
    assert parse_selection(None) == parse_selection({}) == (Selection(), [])


def write(root: Path, name: str, text: str) -> None:
    (root / name).write_text(text)


def test_stack_files_are_those_that_deploy_from_the_tree(tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.mkdir()
    write(tmp_path, "Pulumi.yaml", "name: argo-projects\n")
    write(tmp_path, "Pulumi.one.yaml", "config: {argo-projects:select: {teams: [blue]}}\n")
    write(tmp_path, "Pulumi.other.yaml", "config: {argo-projects:config: elsewhere}\n")
    write(tmp_path, "Pulumi.bad.yaml", "config:\n  argo-projects:select: {teem: [blue]}\n")
    stacks, problems = stack_files(config)
    assert [stack.name for stack in stacks] == ["one"]
    assert stacks[0].selection.teams == ("blue",)
    assert [str(problem) for problem in problems] == [
        "Pulumi.bad.yaml:2:26: argo-projects:select.teem: unknown key (did you mean `teams`?) [unknown-key]"
    ]


def test_a_stack_file_that_cannot_be_read_is_a_problem(tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.mkdir()
    write(tmp_path, "Pulumi.yaml", "name: argo-projects\n")
    (tmp_path / "Pulumi.dev.yaml").mkdir()
    write(tmp_path, "one.yaml", "config: {}\n")
    (tmp_path / "Pulumi.one.yaml").symlink_to("one.yaml")
    (tmp_path / "Pulumi.zzz.yaml").symlink_to("missing.yaml")
    stacks, problems = stack_files(config)
    assert [stack.name for stack in stacks] == ["one"]
    assert [str(problem) for problem in problems] == [
        "Pulumi.dev.yaml: the file cannot be read: it is not a regular file (check it) [unreadable]",
        "Pulumi.zzz.yaml: the file cannot be read: No such file or directory (check it) [unreadable]",
    ]


def test_a_mistyped_key_of_a_stack_is_no_selection_of_everything(tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.mkdir()
    write(tmp_path, "Pulumi.yaml", "name: argo-projects\n")
    write(
        tmp_path,
        "Pulumi.one.yaml",
        "config:\n  argo-projects:selct: {teams: [blue]}\n  other:selct: 1\n",
    )
    _, problems = stack_files(config)
    assert [str(problem) for problem in problems] == [
        "Pulumi.one.yaml:2:3: argo-projects:selct: unknown key (did you mean `argo-projects:select`?) [unknown-key]"
    ]


def test_the_known_keys_are_those_of_pulumi_yaml() -> None:
    declared = yaml.safe_load((ROOT / "Pulumi.yaml").read_text())["config"]
    assert sorted(declared) == sorted(KEYS)


def test_without_a_pulumi_yaml_there_are_no_stacks(tmp_path: Path) -> None:
    assert stack_files(tmp_path) == ([], [])
