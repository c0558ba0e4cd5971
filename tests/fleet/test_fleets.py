"""The fleets of tests/support/fleets.py are what they promise."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from argoproject.fleet.pipeline import judge
from tests.support.fleets import write_varied_fleet
from tests.support.trees import TODAY


def test_a_varied_fleet_is_valid_and_has_warnings(tmp_path: Path) -> None:
    write_varied_fleet(tmp_path / "a", 300)
    judged = judge(tmp_path / "a", TODAY)
    assert judged.errors == ()
    assert len(judged.projects) == 300
    codes = Counter(item.code for item in judged.warnings)
    assert codes.keys() == {"over-budget", "expired-binding", "expired-allow"}


def test_it_is_varied(tmp_path: Path) -> None:
    write_varied_fleet(tmp_path / "a", 300)
    projects = judge(tmp_path / "a", TODAY).projects
    assert {item.identity.cluster for item in projects} == {"hub", "eu-1", "eu-2", "us-1", "ap-1"}
    assert {item.profile_name for item in projects} == {"tiny", "small", "medium"}
    assert len({item.identity.team for item in projects}) > 5
    assert any(item.settings.requirements for item in projects)
    assert any(not item.settings.requirements for item in projects)


def test_as_many_as_asked_for_cannot_be_used(tmp_path: Path) -> None:
    write_varied_fleet(tmp_path / "a", 50, mistakes=3)
    judged = judge(tmp_path / "a", TODAY)
    assert len(judged.projects) == 47
    assert len(judged.errors) == 3


def test_the_same_arguments_give_the_same_fleet(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_varied_fleet(tmp_path / name, 40, seed=7, mistakes=1)
    first, second = (
        {path.relative_to(root): path.read_bytes() for path in root.rglob("*.yaml")}
        for root in (tmp_path / "a", tmp_path / "b")
    )
    assert first == second
