"""Checkouts that are no whole copy of a commit: sparse ones, submodules, other ends of lines, unfinished merges."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from argoproject.cli.main import main
from argoproject.diff.model import BaseUnreadableError
from argoproject.diff.revision import find_revision
from argoproject.git import GitError, git
from tests.diff.pull_requests import PROD
from tests.diff.repository import Repository

DOCS = "projects/green/docs/eu-1/prod/project.yaml"


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    made = Repository(tmp_path / "repository")
    monkeypatch.chdir(made.root)
    return made


def diff(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["diff", *arguments])


class TestNames:
    def test_a_tag_named_like_the_base_branch_does_not_hide_it(
        self, repository: Repository
    ) -> None:
        first = repository.git("rev-parse", "HEAD")
        repository.git("tag", "main")
        repository.replace(PROD, "shop: 1.4.2", "shop: 1.4.3")
        second = repository.commit("another version")
        base = find_revision(repository.config)
        assert (base.commit, base.name) == (second, "the merge base with main")
        assert first != second

    def test_a_name_with_two_meanings_is_refused(self, repository: Repository) -> None:
        repository.git("tag", "main")
        assert find_revision(repository.config, "main").name == "main"
        repository.commit("one more")
        with pytest.raises(BaseUnreadableError) as error:
            find_revision(repository.config, "main")
        assert str(error.value) == (
            "Git has a tag and a branch 'main': name refs/heads/main or refs/tags/main"
        )
        assert find_revision(repository.config, "refs/tags/main").name == "refs/tags/main"


class TestSparse:
    def without_green(self, repository: Repository) -> None:
        repository.git("sparse-checkout", "set", "--no-cone", "/*", "!/config/projects/green/")
        assert not (repository.config / "projects/green").exists()

    def test_what_is_left_out_is_not_deleted(self, repository: Repository) -> None:
        self.without_green(repository)
        result = diff("--base", "HEAD")
        assert result.exit_code == 0
        assert "no environment changes" in result.stdout
        text = " ".join(result.stdout.split())
        assert "Not compared: the checkout is sparse, without config/projects/green/blog/" in text
        assert "which did not change: git sparse-checkout disable." in text

    def test_what_changed_and_is_left_out_is_named(self, repository: Repository) -> None:
        repository.git("checkout", "-q", "-b", "feature")
        repository.replace(DOCS, "v2.7.0", "v2.7.1")
        repository.replace(PROD, "shop: 1.4.2", "shop: 1.4.3")
        repository.commit("versions")
        self.without_green(repository)
        result = diff()
        assert result.exit_code == 1
        text = " ".join(result.stdout.split())
        assert "deleted" not in text
        assert "1 environment: 1 changed; 1 environment NOT COMPARED" in text
        assert "Not compared, because of the problems: green/docs/eu-1/prod." in text
        assert (
            f"Not compared: the checkout is sparse, without config/{DOCS}, which changed: "
            "git sparse-checkout disable."
        ) in text
        markdown = diff("--format", "markdown").stdout
        assert f"without config/{DOCS}, which changed" in markdown

    def test_environments_below_a_file_that_is_left_out(self, repository: Repository) -> None:
        """Without team.yaml they would differ in what they inherit."""
        repository.git(
            "sparse-checkout", "set", "--no-cone", "/*", "!/config/projects/blue/team.yaml"
        )
        repository.replace(PROD, "shop: 1.4.2", "shop: 1.4.3")
        text = " ".join(diff("--base", "HEAD").stdout.split())
        assert "without config/projects/blue/team.yaml, which did not change" in text
        assert "Not compared, because of the problems: blue/shop/eu-1/prod." in text
        assert "blue/shop/eu-1/staging" not in text

    def test_a_real_deletion_is_one(self, repository: Repository) -> None:
        repository.git("checkout", "-q", "-b", "feature")
        repository.remove("projects/green/sandbox")
        repository.commit("deleted")
        self.without_green(repository)
        assert "green/sandbox/hub/dev" in diff("--base", "main").stdout


class TestSubmodules:
    @pytest.fixture
    def module(self, repository: Repository, tmp_path: Path) -> Path:
        """The team green is a repository of its own, from its first commit on."""
        other = tmp_path / "green"
        (repository.config / "projects/green").rename(other)
        at = ("-C", str(other))
        repository.git(*at, "init", "-q", "-b", "main")
        repository.git(*at, "add", "-A")
        repository.git(*at, "commit", "-q", "-m", "green")
        repository.git("rm", "-r", "-q", "--cached", "config/projects/green")
        add = ("submodule", "--quiet", "add", str(other), "config/projects/green")
        repository.git("-c", "protocol.file.allow=always", *add)
        repository.commit("a submodule")
        return repository.config / "projects/green"

    @pytest.mark.usefixtures("module")
    def test_nothing_is_new_where_nothing_changed(self) -> None:
        result = diff("--base", "HEAD")
        assert (result.exit_code, "no environment changes" in result.stdout) == (0, True)
        text = " ".join(result.stdout.split())
        assert (
            "config/projects/green is a submodule, whose commit did not change: compare it in its own repository."
        ) in text
        validated = CliRunner().invoke(main, ["validate"])
        assert validated.output == "9 environments: no problems\n"

    def test_another_commit_is_not_compared(self, repository: Repository, module: Path) -> None:
        repository.replace(DOCS, "v2.7.0", "v2.7.1")
        repository.git("-C", str(module), "commit", "-q", "-a", "-m", "version")
        result = diff("--base", "HEAD")
        assert result.exit_code == 1
        text = " ".join(result.stdout.split())
        assert "config/projects/green is a submodule, whose commit changed" in text
        assert "3 environments NOT COMPARED" in text
        assert "create" not in text

    @pytest.mark.usefixtures("module")
    def test_a_folder_that_becomes_a_submodule_is_not_compared(self) -> None:
        result = diff("--base", "HEAD^")
        assert result.exit_code == 1
        assert "config/projects/green is a submodule, whose commit changed" in " ".join(
            result.stdout.split()
        )
        assert "deleted" not in result.stdout


def test_other_ends_of_lines_are_no_change(repository: Repository) -> None:
    for file in repository.config.rglob("*.yaml"):
        file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    (repository.root / "Pulumi.yaml").write_bytes(
        (repository.root / "Pulumi.yaml").read_bytes().replace(b"\n", b"\r\n")
    )
    base = find_revision(repository.config)
    assert base.changed() == frozenset()
    assert (
        CliRunner().invoke(main, ["affected"]).stdout
        == "no stack is affected (0 environments changed)\n"
    )
    repository.replace(PROD, "shop: 1.4.2", "shop: 1.4.3")
    assert base.changed() == {PROD}


def test_conflict_markers_are_said_in_words(repository: Repository) -> None:
    repository.git("checkout", "-q", "-b", "mine")
    repository.replace(PROD, "shop: 1.4.2", "shop: 1.4.3")
    repository.commit("mine")
    repository.git("checkout", "-q", "main")
    repository.replace(PROD, "shop: 1.4.2", "shop: 1.4.4")
    repository.commit("theirs")
    with pytest.raises(subprocess.CalledProcessError):
        repository.git("merge", "-q", "mine")
    lines = (repository.config / PROD).read_text().splitlines()
    number = next(at for at, line in enumerate(lines, 1) if line.startswith("<<<<<<< "))
    result = CliRunner().invoke(main, ["validate"])
    assert result.output.splitlines()[0] == (
        f"config/{PROD}:{number}:1: the file holds conflict markers of Git: a merge is not finished (keep one side, "
        "and remove the lines that begin with <<<<<<<, ======= and >>>>>>>) [conflict-markers]"
    )


def test_the_remedy_of_git_for_a_folder_of_somebody_else(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    monkeypatch.setenv("HOME", str(repository.root))
    with pytest.raises(GitError) as error:
        git(repository.config, "status")
    root = repository.root
    assert str(error.value) == (
        f"fatal: detected dubious ownership in repository at '{root}'; if you trust its owner: "
        f"git config --global --add safe.directory {root}"
    )


def test_a_clone_without_contents_is_refused(repository: Repository, tmp_path: Path) -> None:
    """A partial clone would otherwise have empty files in the base."""
    repository.git("config", "uploadpack.allowFilter", "true")
    repository.git(
        "clone", "-q", "--no-local", "--filter=blob:none", "--no-checkout", ".", str(tmp_path / "c")
    )
    repository.git("-C", str(tmp_path / "c"), "config", "remote.origin.url", "/nowhere")
    (tmp_path / "c/config").mkdir()
    revision = find_revision(tmp_path / "c/config", "HEAD")
    with pytest.raises(BaseUnreadableError, match="the clone is partial: fetch the rest"):
        revision.write(tmp_path, lambda _: True)


MANIFEST = "projects/blue/shop/manifests/about.yaml"
BROKEN = {
    "open": "a: [\n",
    "a list": "- apiVersion: v1\n",
    "empty": "# later\n",
    "no object": "spec: {}\n",
    "a key twice": "kind: ConfigMap\nkind: Secret\n",
}


class TestFilesThatCannotBeRead:
    """They are not deleted: what is made of them is not compared."""

    @pytest.mark.parametrize("text", BROKEN)
    @pytest.mark.parametrize("name", [MANIFEST, MANIFEST.replace("about", "new")])
    def test_a_manifest_of_a_team(self, repository: Repository, name: str, text: str) -> None:
        repository.write(name, BROKEN[text])
        result = diff()
        assert result.exit_code == 1
        assert "3 environments NOT COMPARED" in " ".join(result.stdout.split())
        assert "deleted" not in result.stdout
        assert "Traceback" not in result.output

    @pytest.mark.parametrize("text", BROKEN)
    def test_a_manifest_of_the_platform(self, repository: Repository, text: str) -> None:
        repository.write("platform/velero-schedule.yaml", BROKEN[text])
        result = diff()
        assert result.exit_code == 1
        assert "NOT COMPARED" in " ".join(result.stdout.split())
        assert "\n0 dangerous, 0 to look at" in result.stdout
        for command in ("validate", "audit", "affected", "list"):
            ended = CliRunner().invoke(main, [command]).exception
            assert ended is None or isinstance(ended, SystemExit), command

    def test_the_base(self, repository: Repository) -> None:
        """What a broken file of the base was is not known, so that its environments are dangerous."""
        whole = (repository.config / MANIFEST).read_text()
        repository.write(MANIFEST, "a: [\n")
        repository.commit("broken")
        repository.write(MANIFEST, whole)
        shown = " ".join(diff().stdout.split())
        assert "3 environments: 3 changed. 3 dangerous, 0 to look at, 0 safe." in shown
        assert "the base of this environment is not valid, so its changes are unknown" in shown

    @pytest.mark.parametrize("name", ["platform.yaml", "projects/blue/team.yaml"])
    def test_settings(self, repository: Repository, name: str) -> None:
        repository.write(name, (repository.config / name).read_text() + "x: [\n")
        result = diff()
        assert result.exit_code == 1
        assert "NOT COMPARED" in " ".join(result.stdout.split())
        assert "\n0 dangerous, 0 to look at" in result.stdout
        assert "(none)" not in result.stdout
