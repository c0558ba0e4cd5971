"""From which commit a stack was deployed last, as GitHub and GitLab record it."""

from __future__ import annotations

import pytest

from ci.github import Repository
from ci.gitlab import Project
from tests.ci.server import Server


@pytest.fixture
def github(server: Server, monkeypatch: pytest.MonkeyPatch) -> Repository:
    monkeypatch.setenv("GITHUB_API_URL", server.address)
    monkeypatch.setenv("GITHUB_REPOSITORY", "acme/platform")
    monkeypatch.setenv("GITHUB_TOKEN", "s3cret")
    return Repository()


@pytest.mark.parametrize(
    ("statuses", "commit"),
    [
        ({}, None),
        ({3: ["in_progress"], 2: ["failure", "in_progress"]}, None),
        ({3: ["success", "in_progress"], 2: ["inactive", "success"]}, "commit 3"),
        # The newest failed, or waits for approval: the one before counts.
        ({3: ["failure"], 2: ["waiting"], 1: ["inactive", "success"]}, "commit 1"),
    ],
    ids=["never", "never-well", "newest", "newest-failed"],
)
def test_on_github_the_newest_deployment_that_ever_succeeded_counts(
    server: Server, github: Repository, statuses: dict[int, list[str]], commit: str | None
) -> None:
    path = "/repos/acme/platform/deployments"
    server.routes[f"GET {path}"] = lambda _: [
        {"id": number, "sha": f"commit {number}"} for number in statuses
    ]
    for number, states in statuses.items():
        server.routes[f"GET {path}/{number}/statuses"] = lambda _, states=states: [  # type: ignore[misc]
            {"state": state} for state in states
        ]
    assert github.deployed("live") == commit
    assert server.asked[0].query["environment"] == "live"


def test_on_gitlab_the_newest_success_counts(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI_API_V4_URL", server.address)
    monkeypatch.setenv("CI_PROJECT_ID", "5")
    found = [{"sha": "c0ffee"}]
    server.routes["GET /projects/5/deployments"] = lambda _: found
    project = Project(("JOB-TOKEN", "s3cret"))
    assert project.deployed("live") == "c0ffee"
    assert server.asked[0].query == {
        "environment": "live",
        "status": "success",
        "order_by": "id",
        "sort": "desc",
        "per_page": "1",
    }
    assert server.asked[0].headers["Job-Token"] == "s3cret"
    found.clear()
    assert project.deployed("live") is None
