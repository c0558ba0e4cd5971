"""`argoproject codeowners`: who must review which file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from argoproject.edit.codeowners import codeowners
from argoproject.models import Platform
from argoproject.tree.load import load_platform
from tests.support.commands import command
from tests.support.paths import ROOT
from tests.support.trees import platform, tree

run = command("codeowners")

REVIEWERS = (
    'reviewers: ["@org/platform", ops@example.org]\nteams: {blue: {reviewers: ["@org/blue"]}}\n'
)
FILES = {"platform.yaml": platform(REVIEWERS)}
APPROVED = REVIEWERS + "delivery: {requireApproval: [production]}\n"
SHOP = "config/projects/blue/shop"


def made(tmp_path: Path, overlay: str, folder: str = "config") -> str:
    return codeowners(loaded(tmp_path, overlay), folder)


def loaded(tmp_path: Path, overlay: str) -> Platform:
    found, problems = load_platform(tree(tmp_path, {"platform.yaml": platform(overlay)}), "config")
    assert found is not None, problems
    return found


def owners(text: str, path: str) -> str:
    """The owners of a file, as GitHub and GitLab find them: the last line that matches."""
    found = ""
    for line in text.splitlines():
        pattern, _, names = line.replace("\\ ", "\0").partition(" ")
        if line and not line.startswith("#") and expression(pattern).match(path.replace(" ", "\0")):
            found = names.strip()
    return found


def expression(pattern: str) -> re.Pattern[str]:
    """A pattern of CODEOWNERS: `*` is a part of one folder's name, a leading `/` the root, an ending `/` all below."""
    if pattern == "*":
        return re.compile("")
    assert pattern.startswith("/")
    assert pattern.endswith("/")
    return re.compile(re.escape(pattern[1:]).replace(r"\*", "[^/]*"))


def test_the_whole_file(tmp_path: Path) -> None:
    assert made(tmp_path, REVIEWERS) == (
        "# Made by `argoproject codeowners` from the reviewers in platform.yaml: change those, not this.\n"
        "# The last line that matches a file decides.\n"
        "\n"
        "# Everything that no line below names: platform.yaml, stacks, CI, and this file.\n"
        "*                      @org/platform ops@example.org\n"
        "\n"
        "# Teams review what is theirs: platform.yaml bounds what may be written there.\n"
        "/config/projects/blue/ @org/blue\n"
    )
    assert made(tmp_path, APPROVED).partition("\n\n#")[2] == (
        " Everything that no line below names: platform.yaml, stacks, CI, and this file.\n"
        "*                                  @org/platform ops@example.org\n"
        "\n"
        "# Teams review their environments. Those of the classes in delivery.requireApproval (production) are the "
        "platform's to review,\n"
        "# and so is what teams and products share with them.\n"
        "/config/projects/blue/*/*/dev/     @org/blue\n"
        "/config/projects/blue/*/*/staging/ @org/blue\n"
    )


PLATFORMS = (
    "config/platform.yaml",
    "config/platform/velero-schedule.yaml",
    "config/secrets/quay.yaml",
    "config/schema/project.json",
    "config/.sops.yaml",
    "config/projects/green/team.yaml",
    "config/projects/green/api/eu-1/dev/project.yaml",
    "config/projects/blue-2/api/eu-1/dev/project.yaml",
    "projects/blue/team.yaml",
    "Pulumi.yaml",
    "Pulumi.dev.yaml",
    "__main__.py",
    ".github/workflows/deploy.yaml",
    "config/audit.yaml",
    ".github/CODEOWNERS",
    ".gitlab-ci.yml",
)
TEAMS = (
    f"{SHOP}/eu-1/dev/project.yaml",
    f"{SHOP}/eu-1/staging/secrets/db-password.yaml",
    "config/projects/blue/new/hub/dev/project.yaml",
)
SHARED_OR_PRODUCTION = (
    "config/projects/blue/team.yaml",
    "config/projects/blue/secrets/git-token.yaml",
    f"{SHOP}/product.yaml",
    f"{SHOP}/manifests/about.yaml",
    f"{SHOP}/secrets/db-password.yaml",
    f"{SHOP}/eu-1/prod/project.yaml",
    f"{SHOP}/eu-1/prod/manifests/dev/x.yaml",
    "config/projects/blue/dev/hub/prod/project.yaml",
)


@pytest.mark.parametrize("overlay", [REVIEWERS, APPROVED], ids=["guardrails", "approval"])
def test_who_reviews_what(tmp_path: Path, overlay: str) -> None:
    text = made(tmp_path, overlay)
    platforms, blue = "@org/platform ops@example.org", "@org/blue"
    assert {path: owners(text, path) for path in PLATFORMS} == dict.fromkeys(PLATFORMS, platforms)
    assert {path: owners(text, path) for path in TEAMS} == dict.fromkeys(TEAMS, blue)
    expected = platforms if overlay is APPROVED else blue
    seen = {path: owners(text, path) for path in SHARED_OR_PRODUCTION}
    assert seen == dict.fromkeys(SHARED_OR_PRODUCTION, expected)


def test_a_tree_that_is_the_repository_or_has_a_blank_in_its_name(tmp_path: Path) -> None:
    assert "\n/projects/blue/ @org/blue\n" in made(tmp_path, REVIEWERS, ".")
    text = made(tmp_path, REVIEWERS, "my tree/config")
    assert "\n/my\\ tree/config/projects/blue/ @org/blue\n" in text
    assert owners(text, "my tree/config/projects/blue/team.yaml") == "@org/blue"


def test_without_reviewers_of_teams_everything_is_the_platforms(tmp_path: Path) -> None:
    text = made(tmp_path, 'reviewers: ["@platform", "@platform"]\n')
    assert text.endswith("\n* @platform\n")


@pytest.mark.parametrize(
    "reviewer", ["@user", "@org/team", "@group/sub.group/team_1", "first.last+x@mail.example.org"]
)
def test_reviewers_as_both_platforms_spell_them(tmp_path: Path, reviewer: str) -> None:
    assert reviewer in made(tmp_path, f'reviewers: ["{reviewer}"]\n')


@pytest.mark.parametrize(
    "reviewer", ["user", "@", "@org/", "@a b", "org/team", "a@b", "@a\\n* @b", "#x"]
)
def test_others_are_refused_with_their_place(tmp_path: Path, reviewer: str) -> None:
    text = platform("{}") + f'reviewers: ["@ok", "{reviewer}"]\n'
    found, problems = load_platform(tree(tmp_path, {"platform.yaml": text}), "config")
    line = text.count("\n")
    shown = reviewer.replace("\\n", "\n")
    assert found is None
    assert [str(problem) for problem in problems] == [
        f'config/platform.yaml:{line}:20: reviewers[1]: {shown!r} is not a reviewer (write "@user", '
        '"@organisation/team" or an e-mail address) [reviewer]'
    ]


@pytest.fixture
def here(here: Path) -> Path:
    """The tree of the tests inside a Git repository."""
    (here / ".git").mkdir()
    return here


class TestCommand:
    def test_it_is_written_and_checked(self, here: Path) -> None:
        stale = ".github/CODEOWNERS is not up to date: run argoproject codeowners and commit it"
        assert run("--check", status=1).output == f"Error: {stale}\n"
        assert not (here / ".github").exists()
        assert run().output == ".github/CODEOWNERS: written\n"
        assert run("--check").output == ".github/CODEOWNERS: up to date\n"
        assert run().output == ".github/CODEOWNERS: up to date\n"
        (here / "config/platform.yaml").write_text(platform('reviewers: ["@others"]'))
        assert run("--check", status=1).output == f"Error: {stale}\n"
        run()
        assert "* @others\n" in (here / ".github/CODEOWNERS").read_text()

    @pytest.mark.parametrize("place", ["CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"])
    def test_it_stays_where_the_repository_has_it(self, here: Path, place: str) -> None:
        run("--out", place)
        assert run().output == f"{place}: up to date\n"
        assert not (here / ".github").exists()

    def test_paths_are_those_of_the_repository(
        self, here: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (here / "deploy").mkdir()
        (here / "config").rename(here / "deploy/config")
        monkeypatch.chdir(here / "deploy")
        assert run().output == "../.github/CODEOWNERS: written\n"
        assert (
            "/deploy/config/projects/blue/ @org/blue\n" in (here / ".github/CODEOWNERS").read_text()
        )

    def test_a_file_that_people_wrote_is_left_alone(self, here: Path) -> None:
        (here / "CODEOWNERS").write_text("* @me\n")
        assert run(status=1).output == (
            "Error: CODEOWNERS was not made by this command: remove it, or name another file with --out\n"
        )
        assert (here / "CODEOWNERS").read_text() == "* @me\n"

    def test_without_reviewers_it_says_what_to_write(self, here: Path) -> None:
        (here / "config/platform.yaml").write_text(platform("{}"))
        assert run(status=1).output == (
            'Error: config/platform.yaml names no reviewers: add `reviewers: ["@organisation/team"]` for everything, '
            "and `reviewers` to each of its `teams` that reviews its own files\n"
        )

    def test_nothing_outside_of_the_repository_and_through_no_link(
        self, here: Path, tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        outside = tmp_path_factory.mktemp("outside")
        for name in (str(outside / "CODEOWNERS"), "config/../../CODEOWNERS"):
            assert run("--out", name, status=1).output == (
                f"Error: {name} is outside of the repository {here}\n"
            )
        (here / ".github").symlink_to(outside)
        assert "there is a symbolic link on the way" in run(status=1).output
        assert list(outside.iterdir()) == []

    def test_without_a_repository_it_has_no_place(self, here: Path) -> None:
        (here / ".git").rmdir()
        assert run(status=1).output == (
            "Error: config is in no Git repository: CODEOWNERS would have no place\n"
        )


def test_the_repositorys_own_is_up_to_date() -> None:
    found, _ = load_platform(ROOT / "config", "config")
    assert found is not None
    if found.reviewers:
        text = (ROOT / ".github/CODEOWNERS").read_text()
        assert text == codeowners(found, "config"), "run `argoproject codeowners`"
