"""Which stacks a deployment takes, in a real clone."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from ci.stacks import Stack, every, waiting
from tests.ci.repo import Repo

DEV = Stack("dev", production=False)
LIVE = Stack("live", production=True)
US = Stack("live-us", production=True)


@pytest.fixture(autouse=True)
def _in_the_clone(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repo.folder)


def names(deployed: Mapping[str, str]) -> list[str]:
    return [stack.name for stack in waiting(deployed.get)]


def test_all_stacks_wait_for_the_first_deployment() -> None:
    assert waiting(lambda _: None) == [DEV, LIVE, US]
    assert every() == [DEV, LIVE, US]


def test_none_waits_when_all_have_this_commit(repo: Repo) -> None:
    assert waiting(lambda _: repo.first) == []


def test_only_what_a_change_affects_waits(repo: Repo) -> None:
    repo.commit({"config/live.prod": "second\n"})
    assert waiting(lambda _: repo.first) == [LIVE]


def test_what_a_failed_or_replaced_run_did_not_deploy_waits_for_the_next(repo: Repo) -> None:
    repo.commit({"config/live.prod": "second\n"})  # its run failed, or never began
    third = repo.commit({"config/dev.test": "third\n"})
    assert names({"dev": third, "live": repo.first, "live-us": repo.first}) == ["live"]
    repo.commit({"docs/note.md": "unrelated\n"})
    assert names({"dev": third, "live": repo.first, "live-us": third}) == ["live"]


def test_each_stack_is_compared_with_its_own_commit(repo: Repo) -> None:
    second = repo.commit({"config/dev.test": "second\n"})
    repo.commit({"config/live-us.prod": "third\n"})
    assert names({"dev": repo.first, "live": second, "live-us": second}) == ["dev", "live-us"]


def test_a_commit_that_is_gone_after_a_push_by_force_stands_for_everything(repo: Repo) -> None:
    assert names({"dev": "d" * 40, "live": repo.first, "live-us": repo.first}) == ["dev"]


def test_a_stack_with_production_is_production_whatever_changed_in_it(repo: Repo) -> None:
    second = repo.commit({"config/live.test": "second\n"})
    repo.commit({"config/live.test": "third\n"})
    assert waiting(lambda _: second) == [LIVE]


def test_a_removed_environment_affects_the_stack_that_had_it(repo: Repo) -> None:
    (repo.folder / "config/live.prod").unlink()
    repo.commit()
    assert names(dict.fromkeys(("dev", "live", "live-us"), repo.first)) == ["live"]


@pytest.mark.parametrize("name", ["a b", "$(id)", "a\nb", "", "$HOME", "a/b"])
def test_a_name_that_could_be_a_command_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="is not the name of a stack"):
        Stack(name, production=False)
