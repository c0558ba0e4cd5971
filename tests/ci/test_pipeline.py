"""A merge, by the workflow's and the pipeline's own commands, in a clone, with a server that plays the platform."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.ci.files import jobs, load, steps
from tests.ci.repo import Repo
from tests.ci.server import Server

READY = ("make .venv/.runtime", "sh ci/install-tools.sh")
"""What the clone contains before each test."""


def calls(repo: Repo) -> list[tuple[str, str]]:
    """What pulumi did with which stack, and nothing about history."""
    words = [call.split() for call in repo.calls() if "stack history" not in call]
    return [(item[1], item[item.index("--stack") + 1]) for item in words]


def run_step(repo: Repo, step: Any, environment: dict[str, str]) -> int:
    command = step["run"].replace(".venv/bin/python", "python")
    done = repo.run(["bash", "-e", "-c", command], environment)
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode


class TestGitHub:
    @pytest.fixture
    def environment(self, server: Server, repo: Repo) -> dict[str, str]:
        """Of the job `select`; `dev` was deployed from the first commit, the others from the one before it."""
        path = "/repos/acme/platform/deployments"
        server.routes[f"GET {path}"] = lambda asked: [
            {"id": 1, "sha": self.deployed[asked.query["environment"]]}
        ]
        server.routes[f"GET {path}/1/statuses"] = lambda _: [{"state": "success"}]
        self.deployed = dict.fromkeys(("dev", "live", "live-us"), repo.first)
        return {
            "GITHUB_API_URL": server.address,
            "GITHUB_REPOSITORY": "acme/platform",
            "GITHUB_TOKEN": "s3cret",
            "GITHUB_OUTPUT": str(repo.folder.parent / "output"),
        }

    def outputs(self, repo: Repo, workflow: str, environment: dict[str, str]) -> dict[str, Any]:
        (step,) = (item for item in steps(jobs(workflow)["select"]) if item["run"] not in READY)
        assert run_step(repo, step, environment) == 0
        lines = (repo.folder.parent / "output").read_text().splitlines()
        return {name: json.loads(text) for name, text in (line.split("=", 1) for line in lines)}

    def run_job(self, repo: Repo, job: Any, stacks: list[str], extra: dict[str, str]) -> list[int]:
        (step,) = (item for item in steps(job) if item["run"] not in READY)
        assert step["env"]["STACK"] == "${{ matrix.stack }}"
        return [run_step(repo, step, {"STACK": stack, **extra}) for stack in stacks]

    def merge(self, repo: Repo, environment: dict[str, str], extra: dict[str, str]) -> None:
        outputs = self.outputs(repo, "deploy", environment)
        for name in ("nonproduction", "production"):
            job = jobs("deploy")[name]
            assert (
                job["strategy"]["matrix"]["stack"]
                == f"${{{{ fromJSON(needs.select.outputs.{name}) }}}}"
            )
            if any(self.run_job(repo, job, outputs[name], extra)):
                return

    def test_what_a_merge_affects_is_deployed_production_last(
        self, repo: Repo, environment: dict[str, str]
    ) -> None:
        repo.commit({"config/live.prod": "second\n", "config/dev.test": "second\n"})
        self.merge(repo, environment, {})
        assert calls(repo) == [
            ("preview", "dev"),
            ("up", "dev"),
            ("preview", "live"),
            ("up", "live"),
        ]

    def test_production_waits_for_the_others_to_succeed(
        self, repo: Repo, environment: dict[str, str]
    ) -> None:
        repo.commit({"config/live.prod": "second\n", "config/dev.test": "second\n"})
        self.merge(repo, environment, {"UP_STATUS": "1"})
        assert calls(repo) == [("preview", "dev"), ("up", "dev")]

    def test_the_next_merge_deploys_what_the_one_before_did_not(
        self, repo: Repo, environment: dict[str, str]
    ) -> None:
        repo.commit({"config/live-us.prod": "second\n"})  # replaced in the queue
        self.deployed["live"] = repo.commit({"config/live.prod": "third\n"})
        self.merge(repo, environment, {})
        assert calls(repo) == [("preview", "live-us"), ("up", "live-us")]

    def test_nothing_to_deploy_leaves_every_matrix_empty(
        self, repo: Repo, environment: dict[str, str]
    ) -> None:
        """As the jobs' conditions compare it: GitHub refuses an empty matrix."""
        self.outputs(repo, "deploy", environment)
        lines = (repo.folder.parent / "output").read_text().splitlines()
        assert lines == ["stacks=[]", "nonproduction=[]", "production=[]"]

    def test_drift_is_looked_for_in_every_stack(
        self, repo: Repo, environment: dict[str, str]
    ) -> None:
        outputs = self.outputs(repo, "drift", {"GITHUB_OUTPUT": environment["GITHUB_OUTPUT"]})
        assert outputs["stacks"] == ["dev", "live", "live-us"]
        self.run_job(repo, jobs("drift")["compare"], outputs["stacks"], {})
        assert calls(repo) == [("preview", "dev"), ("preview", "live"), ("preview", "live-us")]
        assert all("--refresh --expect-no-changes" in call for call in repo.calls())


class TestGitLab:
    def generated(self, repo: Repo, what: str, environment: dict[str, str]) -> dict[str, Any]:
        pipeline = load("ci/gitlab/stacks.yaml")
        select = pipeline["select" if what == "deploy" else "select-drift"]
        command = select["script"][-1].replace(".venv/bin/python", "python")
        done = repo.run(["bash", "-e", "-c", command], environment)
        assert done.returncode == 0, done.stderr
        assert select == {**select, "extends": ".select"}
        assert pipeline[what]["trigger"]["include"][0]["artifact"] == "stacks.yaml"
        found: dict[str, Any] = json.loads((repo.folder / "stacks.yaml").read_text())
        return found

    def run_stages(self, repo: Repo, child: dict[str, Any]) -> None:
        templates = load("ci/gitlab/stack.yaml")
        assert child["include"] == [{"local": "ci/gitlab/stack.yaml"}]
        for stage in child["stages"]:
            for job in [item for item in child.values() if isinstance(item, dict)]:
                if job["stage"] == stage:
                    template = templates[job["extends"]]
                    template = {**templates.get(template.get("extends"), {}), **template}
                    for command in template["script"]:
                        assert (
                            repo.run(["bash", "-e", "-c", command], job.get("variables")).returncode
                            == 0
                        )

    @pytest.fixture
    def environment(self, server: Server, repo: Repo) -> dict[str, str]:
        server.routes["GET /projects/5/deployments"] = lambda _: [{"sha": repo.first}]
        return {"CI_API_V4_URL": server.address, "CI_PROJECT_ID": "5", "CI_JOB_TOKEN": "s3cret"}

    def test_what_a_merge_affects_is_deployed_production_last(
        self, repo: Repo, environment: dict[str, str]
    ) -> None:
        repo.commit({"config/live.prod": "second\n", "config/dev.test": "second\n"})
        child = self.generated(repo, "deploy", environment)
        self.run_stages(repo, child)
        assert calls(repo) == [
            ("preview", "dev"),
            ("up", "dev"),
            ("preview", "live"),
            ("up", "live"),
        ]
        assert child["deploy live"] == {
            "extends": ".deploy-production",
            "stage": "production",
            "variables": {"STACK": "live"},
            "environment": {"name": "live", "action": "start"},
            "resource_group": "stack/live",
        }

    def test_a_pipeline_without_stacks_has_a_job_all_the_same(
        self, repo: Repo, environment: dict[str, str]
    ) -> None:
        child = self.generated(repo, "deploy", environment)
        self.run_stages(repo, child)
        assert list(child) == ["include", "stages", "nothing to do"]
        assert repo.calls() == []

    def test_drift_is_looked_for_in_every_stack_and_is_no_deployment(self, repo: Repo) -> None:
        child = self.generated(repo, "drift", {})
        self.run_stages(repo, child)
        assert calls(repo) == [("preview", "dev"), ("preview", "live"), ("preview", "live-us")]
        assert child["drift live"]["environment"] == {"name": "live", "action": "verify"}
        assert child["drift live"]["resource_group"] == "stack/live"

    def test_a_mistyped_word_is_told(self, repo: Repo) -> None:
        done = repo.run(["python", "-m", "ci.gitlab_stacks", "destroy"])
        assert (done.returncode, done.stderr) == (
            1,
            "usage: python -m ci.gitlab_stacks deploy|drift\n",
        )
