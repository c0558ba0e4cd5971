"""GitLab's pipelines: the rules that no linter knows."""

from __future__ import annotations

import re

from tests.ci.files import GITLAB, load
from tests.support.paths import ROOT


def test_the_root_file_includes_every_other() -> None:
    included = {item["local"] for item in load(".gitlab-ci.yml")["include"]}
    child = {item["local"] for item in load("ci/gitlab/stack.yaml")["include"]}
    files = {str(file.relative_to(ROOT)) for file in GITLAB[1:]}
    assert included | child | {"ci/gitlab/stack.yaml"} == files
    assert all((ROOT / file).is_file() for file in included | child)


def test_the_token_for_notes_is_used_on_the_default_branch_only() -> None:
    texts_of = {file.name: file.read_text() for file in [*GITLAB, *(ROOT / "ci").glob("*.py")]}
    named = {name for name, text in texts_of.items() if "ARGOPROJECT_NOTE_TOKEN" in text}
    assert named == {"notes.yaml", "gitlab_notes.py"}
    job = load("ci/gitlab/notes.yaml")["notes"]
    assert job["script"] == ["python3 -m ci.gitlab_notes"]
    assert [rule["if"] for rule in job["rules"]] == [
        '$CI_PIPELINE_SOURCE == "schedule" && $ARGOPROJECT_SCHEDULE == "notes"'
    ]


def test_nothing_but_the_merge_requests_job_can_be_interrupted() -> None:
    assert load("ci/gitlab/base.yaml")["default"]["interruptible"] is False
    found = [name for file in GITLAB for name, job in load(file).items() if "interruptible" in job]
    assert sorted(found) == ["default", "merge-request"]


def test_production_waits_for_somebody() -> None:
    template = load("ci/gitlab/stack.yaml")[".deploy-production"]
    assert template["extends"] == ".deploy-nonproduction"
    assert (template["when"], template["allow_failure"]) == ("manual", False)


def test_the_job_of_a_merge_request_is_the_one_that_notes_read() -> None:
    job = load("ci/gitlab/merge-request.yaml")["merge-request"]
    assert job["artifacts"]["paths"] == ["argoproject-diff.md"]
    assert job["artifacts"]["when"] == "always"


def test_the_image_is_pinned_by_digest() -> None:
    images = [load(file).get("default", {}).get("image") for file in GITLAB]
    (image,) = [item for item in images if item]
    assert re.fullmatch(r"python:3\.\d+-bookworm@sha256:[0-9a-f]{64}", image)


def test_a_fresh_clone_deploys_nothing() -> None:
    for name in ("select", "deploy", "select-drift", "drift"):
        (rule,) = load("ci/gitlab/stacks.yaml")[name]["rules"]
        assert '$ARGOPROJECT_DEPLOY == "true"' in rule["if"]
