"""A Git revision as a base: which files differ, and what they were, whatever state the repository is in."""

from __future__ import annotations

import os
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from argoproject.diff.model import BaseUnreadableError
from argoproject.diff.revision import find_revision
from tests.diff.pull_requests import PROD, SANDBOX, TEAM
from tests.diff.repository import Repository


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "repository")


def test_every_way_to_differ_is_a_change(repository: Repository) -> None:
    base = find_revision(repository.config)
    repository.write(PROD, "description: Changed, not added\n")
    repository.write(TEAM, "access: {}\n")
    repository.git("add", "-A")
    repository.remove(SANDBOX)
    repository.write("projects/blue/new.yaml", "unknown to Git")
    repository.write(".gitignore", "projects/ignored.yaml\n")
    repository.write("projects/ignored.yaml", "ignored by Git")
    assert base.changed() == {
        PROD,
        TEAM,
        f"{SANDBOX}/project.yaml",
        "projects/blue/new.yaml",
        ".gitignore",
        "projects/ignored.yaml",
    }


def test_what_is_outside_of_the_folder_is_no_change(repository: Repository) -> None:
    base = find_revision(repository.config)
    (repository.root / "README.md").write_text("outside")
    assert base.changed() == frozenset()
    whole = replace(base, folder=repository.root)
    assert whole.changed(["README.md", "Pulumi.yaml"]) == {"README.md"}


def test_the_files_of_the_revision_are_written_as_they_were(
    repository: Repository, tmp_path: Path
) -> None:
    link = repository.config / "projects/link"
    link.symlink_to("../platform.yaml")
    odd = "projects/ä\nnewline.yaml"
    repository.write(odd, "odd")
    repository.commit("odd names")
    base = find_revision(repository.config)
    before = dict(repository.files())
    repository.remove("projects/blue")
    base.write(tmp_path / "old", lambda _: True)
    old = {
        str(path.relative_to(tmp_path / "old")): path.read_bytes()
        for path in (tmp_path / "old").rglob("*")
        if path.is_file() and not path.is_symlink()
    }
    assert old == {name: text for name, text in before.items() if name != "projects/link"}
    assert (tmp_path / "old/projects/link").readlink() == Path("../platform.yaml")


def test_the_base_is_where_the_branch_left_main(repository: Repository) -> None:
    left = repository.git("rev-parse", "HEAD")
    repository.git("checkout", "-q", "-b", "feature")
    repository.write(PROD, "description: Mine\n")
    repository.commit("mine")
    repository.git("checkout", "-q", "main")
    repository.write(TEAM, "access: {}\n")
    repository.commit("theirs")
    repository.git("checkout", "-q", "feature")
    base = find_revision(repository.config)
    assert (base.commit, base.name) == (left, "the merge base with main")
    assert base.changed() == {PROD}


def test_the_remotes_main_is_the_base_of_a_clone(repository: Repository, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", repository.root, clone], check=True)
    assert find_revision(clone / "config").name == "the merge base with origin/HEAD"


def test_a_hooks_environment_is_ignored(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.write(PROD, "description: Changed\n")
    monkeypatch.setenv("GIT_DIR", ".git")
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/index")
    assert find_revision(repository.config, "main").changed() == {PROD}


@pytest.mark.parametrize("bit", ["--assume-unchanged", "--skip-worktree"])
def test_a_file_that_gits_index_hides_is_a_change(bit: str, repository: Repository) -> None:
    repository.git("update-index", bit, "config/platform.yaml")
    repository.replace("platform.yaml", "groups: [blue-*]", "groups: ['*']")
    assert find_revision(repository.config).changed() == {"platform.yaml"}


def test_no_filter_of_the_repository_runs(repository: Repository, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    (repository.root / ".git/info/attributes").write_text("*.yaml filter=evil\n")
    repository.git(
        "config", "filter.evil.clean", f"touch {ran}; git show HEAD:config/platform.yaml"
    )
    repository.replace("platform.yaml", "groups: [blue-*]", "groups: ['*']")
    assert find_revision(repository.config).changed() == {"platform.yaml"}
    assert not ran.exists()


def test_a_linked_worktree(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    linked = tmp_path / "linked"
    repository.git("worktree", "add", "-q", "-b", "feature", str(linked))
    (linked / "config" / PROD).write_text("description: Changed\n")
    monkeypatch.setenv("GIT_DIR", str(repository.root / ".git/worktrees/linked"))
    assert find_revision(linked / "config").changed() == {PROD}


def test_a_name_that_is_not_utf8(repository: Repository) -> None:
    name = b"\xff.yaml"
    (Path(os.fsdecode(os.fsencode(repository.config) + b"/" + name))).write_text("x")
    assert find_revision(repository.config).changed() == {os.fsdecode(name)}


def test_without_a_repository(tmp_path: Path) -> None:
    with pytest.raises(BaseUnreadableError, match="not a git repository"):
        find_revision(tmp_path)


def test_without_a_main_branch(repository: Repository) -> None:
    repository.git("branch", "-m", "trunk")
    words = "there is no branch origin/main, origin/master, main, master to compare with: name a revision with --base"
    with pytest.raises(BaseUnreadableError) as raised:
        find_revision(repository.config)
    assert str(raised.value) == words


def test_without_a_common_commit(repository: Repository) -> None:
    repository.git("checkout", "-q", "--orphan", "other")
    repository.commit("another beginning")
    with pytest.raises(BaseUnreadableError) as raised:
        find_revision(repository.config)
    assert str(raised.value) == (
        "the current branch and main have no commit in common: name a revision with --base,"
        " or fetch the whole history (git fetch --unshallow)"
    )


def test_without_git(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(BaseUnreadableError, match="git is not on PATH"):
        find_revision(repository.config)
