"""The notes below merge requests, against a server that plays GitLab."""

from __future__ import annotations

from typing import Any

import pytest

from ci.comment import MARKER
from ci.gitlab_notes import main
from tests.ci.server import Redirect, Server

PROJECT = "/projects/5"
COMMIT = "c0ffee" + "0" * 34
REPORT = f"{MARKER}\n## 2 changes\n"
ME = 900


class GitLab:
    """Two merge requests: !1 from a branch, !2 from a fork whose project is 77."""

    def __init__(self, server: Server, storage: Server) -> None:
        self.server = server
        self.pipelines: dict[int, Any] = {1: pipeline(5, 301), 2: pipeline(77, 302)}
        self.reports: dict[int, bytes | None] = {1: REPORT.encode(), 2: REPORT.encode()}
        self.jobs: list[dict[str, Any]] = [job(400, "another"), job(401, "merge-request")]
        self.changes = "1"
        self.notes: dict[int, list[dict[str, Any]]] = {1: [], 2: []}
        server.routes |= {
            "GET /user": lambda _: {"id": ME},
            f"GET {PROJECT}/merge_requests": lambda _: [{"iid": 1}, {"iid": 2}],
            r"GET /projects/\d+/pipelines/\d+/jobs": lambda _: self.jobs,
        }
        for iid, project in ((1, 5), (2, 77)):
            self._serve(iid, project, storage)

    def _serve(self, iid: int, project: int, storage: Server) -> None:
        path, file = f"{PROJECT}/merge_requests/{iid}", f"/{iid}/argoproject-diff.md"
        artifact = f"/projects/{project}/jobs/401/artifacts/argoproject-diff.md"
        self.server.routes |= {
            f"GET {path}": lambda _: {
                "iid": iid,
                "sha": COMMIT,
                "head_pipeline": self.pipelines[iid],
                "changes_count": self.changes,
            },
            f"GET {path}/diffs": lambda _: [{"old_path": "config/a", "new_path": "config/b"}],
            f"GET {artifact}": lambda _: Redirect(storage.address + file),
            f"GET {path}/notes": lambda _: self.notes[iid],
            f"POST {path}/notes": lambda asked: self._write(iid, asked.body["body"]),
            rf"PUT {path}/notes/\d+": lambda asked: self._update(iid, asked.body["body"]),
        }
        storage.routes[f"GET {file}"] = lambda _: self.reports[iid]

    def _write(self, iid: int, body: str) -> dict[str, Any]:
        self.notes[iid].append({"id": 1, "author": {"id": ME}, "body": body})
        return self.notes[iid][-1]

    def _update(self, iid: int, body: str) -> dict[str, Any]:
        (found,) = (note for note in self.notes[iid] if note["author"]["id"] == ME)
        found["body"] = body
        return found


def pipeline(project: int, number: int, sha: str = COMMIT, ref: str = "feature") -> dict[str, Any]:
    url = f"https://gitlab.example.org/pipelines/{number}"
    return {"id": number, "project_id": project, "sha": sha, "ref": ref, "web_url": url}


def job(number: int, name: str, status: str = "failed") -> dict[str, Any]:
    return {"id": number, "name": name, "status": status}


@pytest.fixture
def gitlab(server: Server, storage: Server, monkeypatch: pytest.MonkeyPatch) -> GitLab:
    monkeypatch.setenv("CI_API_V4_URL", server.address)
    monkeypatch.setenv("CI_PROJECT_ID", "5")
    monkeypatch.setenv("CI_DEFAULT_BRANCH", "main")
    monkeypatch.setenv("ARGOPROJECT_NOTE_TOKEN", "s3cret")
    return GitLab(server, storage)


def said(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().out.splitlines()


def test_every_open_merge_request_gets_its_note_and_keeps_it(
    gitlab: GitLab, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main() == 0
    assert said(capsys) == ["!1: written", "!2: written"]
    assert gitlab.notes[1][0]["body"] == (
        f"{MARKER}\n<sub>{COMMIT[:12]} · [pipeline](https://gitlab.example.org/pipelines/301)</sub>\n\n"
        "## 2 changes\n"
    )
    gitlab.reports[2] = f"{MARKER}\n## no change\n".encode()
    assert main() == 0
    assert said(capsys) == ["!1: unchanged", "!2: updated"]
    assert [len(notes) for notes in gitlab.notes.values()] == [1, 1]


def test_a_strangers_quick_actions_are_text(gitlab: GitLab) -> None:
    gitlab.reports[1] = f"{MARKER}\nsafe\n/approve\n/merge\n".encode()
    main()
    assert not any(line.startswith("/") for line in gitlab.notes[1][0]["body"].splitlines())


def test_a_change_too_large_to_be_listed_is_warned_of(gitlab: GitLab) -> None:
    main()
    assert "WARNING" not in gitlab.notes[1][0]["body"]
    gitlab.changes = "1000+"
    main()
    assert "changes 1 file outside" in gitlab.notes[1][0]["body"]


def test_others_notes_are_left_alone(gitlab: GitLab) -> None:
    foreign = {"id": 7, "author": {"id": 3}, "body": REPORT}
    gitlab.notes[1].append(dict(foreign))
    main()
    main()
    assert len(gitlab.notes[1]) == 2
    assert gitlab.notes[1][0] == foreign


@pytest.mark.parametrize(
    ("found", "outcome"),
    [
        (None, "no pipeline of the newest commit yet"),
        (pipeline(5, 301, sha="d" * 40), "no pipeline of the newest commit yet"),
        (pipeline(5, 301, sha="d" * 40, ref="refs/merge-requests/1/merge"), "written"),
    ],
    ids=["none", "outdated", "merged-result"],
)
def test_the_note_is_of_the_newest_commit(
    gitlab: GitLab, found: Any, outcome: str, capsys: pytest.CaptureFixture[str]
) -> None:
    gitlab.pipelines[1] = found
    assert main() == 0
    assert said(capsys) == [f"!1: {outcome}", "!2: written"]


@pytest.mark.parametrize("jobs", [[], [job(401, "merge-request", "running")]])
def test_a_job_that_is_not_done_has_left_nothing(
    gitlab: GitLab, jobs: list[dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    gitlab.jobs = jobs
    assert main() == 0
    assert said(capsys) == [f"!{iid}: its pipeline left no report" for iid in (1, 2)]


@pytest.mark.parametrize("report", [b"no report", b"x" * 1_000_000], ids=["no-report", "too-large"])
def test_what_is_no_report_is_not_written(
    gitlab: GitLab, report: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    gitlab.reports[1] = report
    assert main() == 0
    assert said(capsys) == ["!1: what its pipeline left is no report", "!2: written"]


def test_a_failure_for_one_merge_request_is_told_after_the_others(
    gitlab: GitLab, capsys: pytest.CaptureFixture[str]
) -> None:
    del gitlab.server.routes[f"POST {PROJECT}/merge_requests/1/notes"]
    assert main() == 1
    assert said(capsys) == [
        f"!1: POST {PROJECT}/merge_requests/1/notes: status 404",
        "!2: written",
    ]


def test_the_token_stays_with_gitlab(gitlab: GitLab, storage: Server) -> None:
    main()
    assert all("s3cret" in item.headers.values() for item in gitlab.server.asked)
    assert storage.asked
    assert "s3cret" not in str(storage.asked)
