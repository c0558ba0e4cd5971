"""The comment below a pull request, against a server that plays GitHub."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from ci.comment import LARGEST, MARKER
from ci.github_comment import main
from tests.ci.server import Redirect, Server

REPO = "/repos/acme/platform"
COMMIT = "c0ffee" + "0" * 34
FORK = {"id": 7, "owner": {"login": "mallory"}, "full_name": "mallory/platform"}
REPORT = f"{MARKER}\n## 2 changes\n"
BODY = f"{MARKER}\n<sub>{COMMIT[:12]} · [run](https://github.com/run/42)</sub>\n\n## 2 changes\n"


def zipped(files: Mapping[str, str]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return packed.getvalue()


class GitHub:
    """What the server knows. Comments are changed by requests, all else by tests."""

    def __init__(self, server: Server, storage: Server) -> None:
        self.server = server
        self.pulls: list[dict[str, Any]] = [pull(12)]
        self.files: list[dict[str, str]] = [{"filename": "config/projects/blue/team.yaml"}]
        self.artifact = zipped({"argoproject-diff.md": REPORT})
        self.artifacts: list[dict[str, Any]] = [{"id": 99, "expired": False}]
        self.comments: list[dict[str, Any]] = []
        comments = rf"{REPO}/issues/12/comments"
        server.routes |= {
            f"GET {REPO}/pulls": lambda _: self.pulls,
            f"GET {REPO}/pulls/12/files": lambda _: self.files,
            f"GET {REPO}/actions/runs/42/artifacts": lambda _: {"artifacts": self.artifacts},
            f"GET {REPO}/actions/artifacts/99/zip": lambda _: Redirect(f"{storage.address}/zip"),
            f"GET {comments}": lambda _: self.comments,
            f"POST {comments}": lambda asked: self._write(asked.body["body"]),
            rf"PATCH {REPO}/issues/comments/\d+": lambda asked: self._update(
                asked.path, asked.body["body"]
            ),
        }
        storage.routes["GET /zip"] = lambda _: self.artifact

    def _write(self, body: str) -> dict[str, Any]:
        self.comments.append(by("github-actions[bot]", body, len(self.comments) + 1))
        return self.comments[-1]

    def _update(self, path: str, body: str) -> dict[str, Any]:
        (found,) = (item for item in self.comments if path.endswith(f"/{item['id']}"))
        found["body"] = body
        return found

    def bodies(self) -> list[str]:
        return [item["body"] for item in self.comments]


def pull(
    number: int, commit: str = COMMIT, repo: Mapping[str, Any] | None = FORK
) -> dict[str, Any]:
    return {"number": number, "head": {"sha": commit, "repo": repo}}


def by(login: str, body: str, number: int) -> dict[str, Any]:
    return {"id": number, "user": {"login": login}, "body": body}


@pytest.fixture
def github(
    server: Server, storage: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> GitHub:
    run = {
        "id": 42,
        "head_sha": COMMIT,
        "head_branch": "feature",
        "head_repository": FORK,
        "html_url": "https://github.com/run/42",
    }
    event = {"workflow_run": run, "repository": {"default_branch": "main"}}
    (tmp_path / "event.json").write_text(json.dumps(event))
    monkeypatch.setenv("GITHUB_EVENT_PATH", str(tmp_path / "event.json"))
    monkeypatch.setenv("GITHUB_API_URL", server.address)
    monkeypatch.setenv("GITHUB_REPOSITORY", "acme/platform")
    monkeypatch.setenv("GITHUB_TOKEN", "s3cret")
    return GitHub(server, storage)


def test_the_first_run_writes_a_comment(github: GitHub) -> None:
    assert main() == "#12: written"
    assert github.bodies() == [BODY]


def test_later_runs_write_over_it(github: GitHub) -> None:
    main()
    github.artifact = zipped({"argoproject-diff.md": f"{MARKER}\n## no change\n"})
    assert main() == "#12: updated"
    assert main() == "#12: unchanged"
    assert len(github.comments) == 1
    assert "no change" in github.bodies()[0]


def test_others_comments_are_left_alone(github: GitHub) -> None:
    """The author of the pull request may write the marker, too."""
    foreign = [by("mallory", REPORT, 101 + number) for number in range(150)]
    github.comments = [*foreign, by("github-actions[bot]", "of another workflow", 500)]
    assert main() == "#12: written"
    assert github.bodies() == [*([REPORT] * 150), "of another workflow", BODY]
    assert main() == "#12: unchanged"


def test_nothing_is_ever_deleted(github: GitHub) -> None:
    main()
    github.artifact = zipped({"argoproject-diff.md": REPORT + "more"})
    main()
    assert [method for method, _ in github.server.wrote()] == ["POST", "PATCH"]


@pytest.mark.parametrize(
    "pulls",
    [
        [],
        [pull(12, commit="d" * 40)],
        [pull(12, repo={"id": 8, "full_name": "eve/platform"})],
        [pull(12, repo=None)],
    ],
    ids=["closed", "newer-commit", "another-repository", "fork-gone"],
)
def test_the_pull_request_is_found_by_commit_and_repository(
    github: GitHub, pulls: Iterable[dict[str, Any]]
) -> None:
    github.pulls = list(pulls)
    assert main() == "no open pull request has this commit as its newest"
    assert github.server.wrote() == []


def test_only_pull_requests_from_the_runs_branch_into_the_default_branch_are_asked_for(
    github: GitHub,
) -> None:
    main()
    query = github.server.asked[0].query
    assert (query["head"], query["base"], query["state"]) == ("mallory:feature", "main", "open")


@pytest.mark.parametrize(
    ("artifact", "said"),
    [
        (zipped({"argoproject-diff.md": "no marker"}), "what the run left is no report"),
        (zipped({"other.md": REPORT}), "what the run left is no report"),
        (zipped({"argoproject-diff.md": REPORT, "b": ""}), "what the run left is no report"),
        (
            zipped({"argoproject-diff.md": REPORT + "0" * 50_000_000}),
            "what the run left is no report",
        ),
        (b"no zip", "what the run left is no report"),
        (b"x" * (LARGEST + 1), "what the run left is no report"),
    ],
    ids=["no-marker", "another-file", "one-file-more", "bomb", "no-zip", "too-large"],
)
def test_an_artifact_may_be_anything(github: GitHub, artifact: bytes, said: str) -> None:
    github.artifact = artifact
    assert main() == f"#12: {said}"
    assert github.server.wrote() == []


@pytest.mark.parametrize("artifacts", [[], [{"id": 99, "expired": True}]], ids=["none", "expired"])
def test_a_run_without_an_artifact_is_no_failure(
    github: GitHub, artifacts: list[dict[str, Any]]
) -> None:
    github.artifacts = artifacts
    assert main() == "#12: the run left no report"


def test_of_several_attempts_the_newest_counts(github: GitHub) -> None:
    github.artifacts = [{"id": 98, "expired": False}, {"id": 99, "expired": False}]
    assert main() == "#12: written"


def test_a_renamed_file_of_the_program_counts_under_its_old_name(github: GitHub) -> None:
    github.files = [{"filename": "docs/diff.md", "previous_filename": "argoproject/diff.py"}]
    main()
    assert "changes 1 file outside" in github.bodies()[0]


def test_a_change_too_large_to_be_listed_is_warned_of(github: GitHub) -> None:
    """GitHub lists 3,000 files, in the order of their paths: requirements.txt would be the next one."""
    github.files = [{"filename": f"config/projects/{number}/team.yaml"} for number in range(2_999)]
    main()
    assert "WARNING" not in github.bodies()[0]
    github.files.append({"filename": "config/projects/zz/team.yaml"})
    main()
    assert "changes 1 file outside" in github.bodies()[0]


def test_the_token_stays_with_github(github: GitHub, storage: Server) -> None:
    main()
    assert all(item.headers["Authorization"] == "Bearer s3cret" for item in github.server.asked)
    assert storage.asked
    assert "s3cret" not in str(storage.asked)
