"""`argoproject diff` on scripted pull requests: the right class, the right reasons, the right exit status."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from argoproject.cli.main import main
from benchmarks.generated import write_fleet
from tests.diff.pull_requests import PULL_REQUESTS, PullRequest
from tests.diff.repository import Repository

EVERYWHERE = frozenset(
    {
        "a network policy that opens more",
        "another cluster under the same name",
        "kinds that were denied",
        "no impersonation any more",
    }
)
"""Those that change what all production environments of the fleet have in common."""

EXIT = {"safe": (0, 0), "look": (0, 1), "dangerous": (1, 1)}
"""Exit status with `--fail-on dangerous` and `--fail-on look`, by the highest class."""


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    return Repository(tmp_path_factory.mktemp("shipped") / "repository")


@pytest.fixture
def repository(shipped: Repository, monkeypatch: pytest.MonkeyPatch) -> Iterator[Repository]:
    monkeypatch.chdir(shipped.root)
    yield shipped
    shipped.reset()


def crowd(folder: Path, number: int) -> Repository:
    """The shipped configuration among environments of others, each of a team of its own."""
    made = Repository(folder / "repository")
    others = folder / "others"
    write_fleet(others, number)
    platform = (others / "platform.yaml").read_text()
    rows = platform[platform.index("teams:\n") + len("teams:\n") :]
    made.replace("platform.yaml", "teams: # guardrails", f"teams:\n{rows}  # guardrails")
    shutil.copytree(others / "projects", made.config / "projects", dirs_exist_ok=True)
    made.commit("environments of others")
    return made


@pytest.fixture(scope="module")
def twenty(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    return crowd(tmp_path_factory.mktemp("twenty"), 20)


@pytest.fixture(scope="module")
def thousand(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    return crowd(tmp_path_factory.mktemp("thousand"), 1000)


@pytest.fixture
def small_fleet(twenty: Repository, monkeypatch: pytest.MonkeyPatch) -> Iterator[Repository]:
    monkeypatch.chdir(twenty.root)
    yield twenty
    twenty.reset()


@pytest.fixture
def large_fleet(thousand: Repository, monkeypatch: pytest.MonkeyPatch) -> Iterator[Repository]:
    monkeypatch.chdir(thousand.root)
    yield thousand
    thousand.reset()


def diff(*arguments: str) -> Any:
    result = CliRunner().invoke(main, ["diff", "--format", "json", *arguments])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def reasons(data: Any) -> frozenset[str]:
    """Every reason of a comparison, each once."""
    holders = [
        *data["environments"],
        *(change for item in data["environments"] for change in item["changes"]),
        *(change for item in data["files"] for change in item["changes"]),
    ]
    return frozenset(
        f"{it['danger']}: {it['text']}" for holder in holders for it in holder["reasons"]
    )


@pytest.mark.parametrize("pull", PULL_REQUESTS, ids=lambda pull: pull.name)
def test_a_pull_request_on_the_shipped_configuration(
    pull: PullRequest, repository: Repository
) -> None:
    pull.edit(repository)
    data = diff()
    assert (data["danger"], reasons(data)) == (pull.danger, pull.reasons)
    assert exits() == EXIT[pull.danger]


@pytest.mark.parametrize("pull", PULL_REQUESTS[:40:2], ids=lambda pull: pull.name)
def test_a_pull_request_in_a_fleet_of_twenty(pull: PullRequest, small_fleet: Repository) -> None:
    pull.edit(small_fleet)
    among_others(pull, 20)


@pytest.mark.slow
@pytest.mark.parametrize("pull", PULL_REQUESTS[:40:2], ids=lambda pull: pull.name)
def test_a_pull_request_in_a_fleet_of_a_thousand(
    pull: PullRequest, large_fleet: Repository
) -> None:
    pull.edit(large_fleet)
    among_others(pull, 1000)


def among_others(pull: PullRequest, number: int) -> None:
    """The reasons are the same as without the others, of which none changes or all do."""
    data = diff()
    others = [item for item in data["environments"] if item["environment"].startswith("team")]
    own = [item for item in data["environments"] if item not in others]
    assert data["danger"] == pull.danger
    assert reasons({**data, "environments": own}) == pull.reasons
    assert len(others) == (number if pull.name in EVERYWHERE else 0)


@pytest.mark.slow
def test_the_comment_of_a_change_of_a_thousand_environments_fits(large_fleet: Repository) -> None:
    by_name = {pull.name: pull for pull in PULL_REQUESTS}
    for name in ("weaker Pod Security", "kinds that were denied", "no impersonation any more"):
        by_name[name].edit(large_fleet)
    for number in range(1000):
        file = f"projects/team{number:04}/shop/eu-1/prod/project.yaml"
        large_fleet.replace(file, "shop: 1.4.2", f"shop: 1.5.{number}")
    result = CliRunner().invoke(main, ["diff", "--format", "markdown"])
    assert result.exit_code == 0
    assert len(result.output) < 65_536
    assert result.output.startswith("<!-- argoproject diff -->\n### Environments: ")
    assert "more parts do not fit here**: `argoproject diff` shows them." in result.output


def exits() -> tuple[int, int]:
    """How `diff` ends as a gate."""
    first, second = (
        CliRunner().invoke(main, ["diff", "--fail-on", danger]).exit_code
        for danger in ("dangerous", "look")
    )
    return first, second
