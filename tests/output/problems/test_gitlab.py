"""GitLab's code quality."""

from __future__ import annotations

import json

import pytest

from tests.output.problems.reports import run
from tests.support.trees import PROJECT


@pytest.mark.usefixtures("here")
def test_an_issue_for_each_problem() -> None:
    result = run("blue", "--format", "gitlab", status=1)
    stray, mistyped = json.loads(result.stdout)
    assert stray["location"] == {
        "path": "config/projects/blue/shop/eu-1/100%, or so: no.yaml",
        "lines": {"begin": 1},
    }
    assert mistyped | {"fingerprint": ""} == {
        "description": "descripton: unknown key (did you mean `description`?)",
        "check_name": "unknown-key",
        "fingerprint": "",
        "severity": "blocker",
        "location": {"path": f"config/{PROJECT}", "lines": {"begin": 1}},
    }
    assert (
        result.stderr == "2 problems in 2 files; 1 environment not judged before that is mended\n"
    )


@pytest.mark.usefixtures("everything")
def test_it_has_the_documented_shape() -> None:
    issues = json.loads(run("--format", "gitlab", status=1).stdout)
    assert {item["severity"] for item in issues} == {"blocker", "minor"}
    for item in issues:
        assert set(item) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert set(item["location"]) == {"path", "lines"}
        assert item["location"]["lines"]["begin"] >= 1
        assert not item["location"]["path"].startswith(("/", "./"))
