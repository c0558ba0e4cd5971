"""GitHub's workflows: the rules that no linter knows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.ci.files import GITLAB, SCRIPTS, WORKFLOWS, jobs, load, steps
from tests.support.paths import ROOT

JOBS = [(file.stem, name) for file in WORKFLOWS for name in load(file)["jobs"]]
FOREIGN = "pull-request"
"""The one workflow that runs what a pull request brings."""
DEPLOYING = [("deploy", "nonproduction"), ("deploy", "production")]


class TestPins:
    @pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.stem)
    def test_every_action_is_pinned_by_commit_and_tells_its_version(self, file: Path) -> None:
        used = re.findall(r"^\s*(?:- )?uses: (.*)$", file.read_text(), re.MULTILINE)
        assert used
        pinned = re.compile(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
        assert [line for line in used if not pinned.fullmatch(line)] == []

    def test_an_action_has_one_version_everywhere(self) -> None:
        text = "".join(file.read_text() for file in WORKFLOWS)
        versions = set(re.findall(r"uses: (\S+)@(\S+ # \S+)", text))
        assert len(versions) == len({name for name, _ in versions})

    def test_few_actions_are_trusted(self) -> None:
        text = "".join(file.read_text() for file in WORKFLOWS)
        names = set(re.findall(r"^\s*(?:- )?uses: ([^@]+)@", text, re.MULTILINE))
        assert names == {"actions/checkout", "actions/setup-python", "actions/upload-artifact"}


def texts(value: Any) -> Iterator[str]:
    """Every text below a value."""
    match value:
        case dict():
            for item in value.values():
                yield from texts(item)
        case list():
            for item in value:
                yield from texts(item)
        case str():
            yield value


@pytest.mark.parametrize(("workflow", "name"), JOBS)
class TestEveryJob:
    def test_no_expression_stands_in_a_command(self, workflow: str, name: str) -> None:
        """A branch may be called `$(…)`: commands take values from the environment."""
        assert [step["run"] for step in steps(jobs(workflow)[name]) if "${{" in step["run"]] == []

    def test_it_has_a_time_limit_a_fixed_runner_and_its_own_rights(
        self, workflow: str, name: str
    ) -> None:
        job = jobs(workflow)[name]
        assert job["timeout-minutes"] <= 360
        assert job["runs-on"] == "ubuntu-24.04"
        assert "permissions" in job or workflow == FOREIGN

    def test_no_checkout_keeps_the_token(self, workflow: str, name: str) -> None:
        checkouts = [
            step for step in jobs(workflow)[name]["steps"] if "checkout" in step.get("uses", "")
        ]
        assert len(checkouts) == 1
        assert checkouts[0]["with"]["persist-credentials"] is False
        assert "ref" not in checkouts[0]["with"]
        assert "repository" not in checkouts[0]["with"]

    def test_only_one_kind_of_job_holds_what_reaches_a_cluster(
        self, workflow: str, name: str
    ) -> None:
        job = jobs(workflow)[name]
        held = {word for text in texts(job) for word in re.findall(r"secrets\.(\w+)", text)}
        if (workflow, name) in [*DEPLOYING, ("drift", "compare")]:
            assert held == {"PULUMI_ACCESS_TOKEN", "PULUMI_CONFIG_PASSPHRASE", "SOPS_AGE_KEY"}
            assert set(job["permissions"].values()) == {"read"}
            assert "environment" in job
            # Neither the installation nor another action's code sees them.
            assert [step["run"] for step in job["steps"] if "env" in step] == [
                "exec sh ci/drift.sh" if workflow == "drift" else "exec sh ci/deploy.sh"
            ]
            assert "env" not in job
        else:
            assert held == set()


class TestPullRequests:
    def test_no_workflow_trusts_a_pull_request(self) -> None:
        triggers = {file.stem: set(load(file)["on"]) for file in WORKFLOWS}
        assert triggers == {
            "pull-request": {"pull_request"},
            "comment": {"workflow_run"},
            "deploy": {"push", "workflow_dispatch"},
            "drift": {"schedule", "workflow_dispatch"},
        }

    def test_the_job_that_runs_its_code_has_no_credential(self) -> None:
        workflow = load(".github/workflows/pull-request.yaml")
        assert workflow["permissions"] == {"contents": "read"}
        assert all("permissions" not in job for job in workflow["jobs"].values())
        assert [
            text for text in texts(workflow) if re.search(r"secrets|github\.token|vars\.", text)
        ] == []

    def test_it_hands_over_one_file_and_nothing_else(self) -> None:
        uploads = [
            step
            for step in jobs("pull-request")["check"]["steps"]
            if "upload" in step.get("uses", "")
        ]
        assert [step["with"]["path"] for step in uploads] == ["argoproject-diff.md"]

    def test_the_job_that_may_write_runs_nothing_of_it(self) -> None:
        workflow = load(".github/workflows/comment.yaml")
        assert workflow["on"]["workflow_run"]["workflows"] == [
            load(".github/workflows/pull-request.yaml")["name"]
        ]
        (job,) = workflow["jobs"].values()
        assert [step["run"] for step in steps(job)] == ["python3 -m ci.github_comment"]
        assert [item for item in job["permissions"].items() if item[1] == "write"] == [
            ("pull-requests", "write")
        ]

    def test_no_other_job_may_write_anything(self) -> None:
        writing = [
            (workflow, name)
            for workflow, name in JOBS
            if "write" in jobs(workflow)[name].get("permissions", {}).values()
        ]
        assert writing == [("comment", "comment")]
        assert all("write" not in load(file)["permissions"].values() for file in WORKFLOWS)


class TestDeployments:
    @pytest.mark.parametrize(("workflow", "name"), DEPLOYING)
    def test_never_two_on_one_stack_and_never_cancelled(self, workflow: str, name: str) -> None:
        job = jobs(workflow)[name]
        assert job["concurrency"] == {
            "group": "stack-${{ matrix.stack }}",
            "cancel-in-progress": False,
        }
        assert job["strategy"]["fail-fast"] is False
        assert job["timeout-minutes"] == 360
        assert "concurrency" not in load(f".github/workflows/{workflow}.yaml")

    @pytest.mark.parametrize(("workflow", "name"), DEPLOYING)
    def test_the_stacks_environment_records_it(self, workflow: str, name: str) -> None:
        assert jobs(workflow)[name]["environment"] == "${{ matrix.stack }}"

    def test_production_comes_last_and_only_if_the_others_succeeded(self) -> None:
        job = jobs("deploy")["production"]
        assert job["needs"] == ["select", "nonproduction"]
        assert " ".join(job["if"].split()) == (
            "${{ !cancelled() && needs.select.result == 'success' && needs.select.outputs.production != '[]' "
            "&& (needs.nonproduction.result == 'success' || needs.nonproduction.result == 'skipped') }}"
        )

    def test_production_is_deployed_as_all_others_are(self) -> None:
        nonproduction, production = (jobs("deploy")[name] for _, name in DEPLOYING)
        differing = {key for key in production if production[key] != nonproduction.get(key)}
        assert differing == {"name", "needs", "if", "strategy"}

    def test_nobody_skips_a_preview(self) -> None:
        files = [*SCRIPTS, *WORKFLOWS, *GITLAB, *(ROOT / "ci").glob("*.py")]
        assert [
            file.name for file in files if re.search(r"skip-preview|--force", file.read_text())
        ] == []

    def test_drift_neither_deploys_nor_stands_in_a_deployments_way(self) -> None:
        job = jobs("drift")["compare"]
        assert job["environment"] == {"name": "${{ matrix.stack }}-drift", "deployment": False}
        assert job["concurrency"]["group"] != jobs("deploy")["production"]["concurrency"]["group"]

    def test_a_fresh_clone_deploys_nothing(self) -> None:
        for workflow in ("deploy", "drift"):
            assert "vars.ARGOPROJECT_DEPLOY == 'true'" in jobs(workflow)["select"]["if"]
