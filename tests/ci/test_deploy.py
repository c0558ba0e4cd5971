"""The scripts that deploy and compare, with a pulumi that writes down its calls."""

from __future__ import annotations

import signal
import subprocess
import time

import pytest

from tests.ci.repo import Repo

LIVE = {"STACK": "live"}
HISTORY = "pulumi stack history --stack live --json --page-size 1"
PREVIEW = "pulumi preview --stack live --non-interactive --diff=false"
UP = "pulumi up --stack live --non-interactive --diff=false --yes"


def test_a_preview_comes_before_up_which_makes_its_own(repo: Repo) -> None:
    done = repo.run(["sh", "ci/deploy.sh"], LIVE)
    assert done.returncode == 0, done.stderr
    assert repo.calls() == [HISTORY, PREVIEW, UP]


def test_a_preview_that_fails_stops_the_deployment(repo: Repo) -> None:
    done = repo.run(["sh", "ci/deploy.sh"], {**LIVE, "PREVIEW_STATUS": "255"})
    assert done.returncode == 255
    assert repo.calls() == [HISTORY, PREVIEW]


def test_a_deployment_that_fails_is_a_failure(repo: Repo) -> None:
    assert repo.run(["sh", "ci/deploy.sh"], {**LIVE, "UP_STATUS": "255"}).returncode == 255


def test_without_a_stack_nothing_is_done(repo: Repo) -> None:
    assert repo.run(["sh", "ci/deploy.sh"]).returncode != 0
    assert repo.calls() == []


def test_an_older_commit_is_not_deployed_over_a_newer_one(repo: Repo) -> None:
    newer = repo.commit({"config/live.prod": "second\n"})
    repo.git("checkout", "--quiet", repo.first)
    repo.deployed_from(newer)
    done = repo.run(["sh", "ci/deploy.sh"], LIVE)
    assert done.returncode == 1
    assert done.stderr == (
        f"live was deployed from {newer[:12]}, which is newer than this commit. "
        "Nothing to do; to go back, revert on the default branch\n"
    )
    assert repo.calls() == [HISTORY]


@pytest.mark.parametrize("commit", ["HEAD", "HEAD^", "d" * 40], ids=["same", "older", "unknown"])
def test_any_other_commit_may_have_been_deployed_before(repo: Repo, commit: str) -> None:
    repo.commit({"config/live.prod": "second\n"})
    repo.deployed_from(commit if "d" in commit else repo.git("rev-parse", commit))
    assert repo.run(["sh", "ci/deploy.sh"], LIVE).returncode == 0
    assert repo.calls()[-1] == UP


def test_an_update_that_names_no_commit_stops_nothing(repo: Repo) -> None:
    repo.history_file.write_text('[{"kind": "update", "environment": null}]')
    assert repo.run(["sh", "ci/deploy.sh"], LIVE).returncode == 0


def test_a_cancelled_run_tells_pulumi_itself(repo: Repo) -> None:
    """Else the shell would die and leave it behind, or kill it in the middle."""
    repo.program(
        "pulumi",
        """#!/bin/sh
[ "$1" = up ] || exit 0
trap 'echo "ended in order" >> "$CALLS"; exit 3' INT TERM
echo begun >> "$CALLS"
while :; do sleep 0.05; done
""",
    )
    command = ["bash", "-e", "-c", "exec sh ci/deploy.sh"]  # as the workflow has it
    with subprocess.Popen(command, cwd=repo.folder, env=repo.environment(LIVE)) as process:
        deadline = time.monotonic() + 30
        while "begun" not in repo.calls() and time.monotonic() < deadline:
            time.sleep(0.02)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 3
    assert repo.calls() == ["begun", "ended in order"]


def test_looking_for_drift_changes_nothing(repo: Repo) -> None:
    done = repo.run(["sh", "ci/drift.sh"], {**LIVE, "PREVIEW_STATUS": "1"})
    assert done.returncode == 1
    assert repo.calls() == [
        "pulumi preview --stack live --non-interactive --diff --refresh --expect-no-changes"
    ]
