"""The other bases: a rendered folder and an exported state show the same changes as a revision."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from argoproject.cli.main import main
from tests.diff.pull_requests import PLATFORM, PROD, SANDBOX, TEAM
from tests.diff.repository import Repository


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    made = Repository(tmp_path / "repository")
    monkeypatch.chdir(made.root)
    return made


def invoke(*arguments: str) -> Any:
    result = CliRunner().invoke(main, list(arguments))
    assert result.exit_code == 0, result.output
    return result


def objects(data: Any) -> dict[str, list[str]]:
    """The changed objects with their fields' paths; without what only settings or options of Pulumi show."""
    return {
        change["object"]: [item["path"] for item in change["fields"]]
        for environment in data["environments"]
        for change in environment["changes"]
    }


def edit(repository: Repository) -> None:
    repository.replace(PROD, "shop: 1.4.2", "shop: 1.4.3")
    repository.change(TEAM, "access: {readonly: [blue-guests]}")
    repository.replace(PLATFORM, 'pods: "20"', 'pods: "25"')
    repository.remove(SANDBOX)
    repository.change("projects/green/new/hub/dev/project.yaml", "description: New")


def test_a_rendered_folder_shows_the_changes_of_a_revision(repository: Repository) -> None:
    invoke("render", "--out", "rendered")
    edit(repository)
    rendered = json.loads(invoke("diff", "--rendered", "rendered", "--format", "json").stdout)
    revision = json.loads(invoke("diff", "--base", "HEAD", "--format", "json").stdout)
    assert objects(rendered) == objects(revision)
    assert rendered["base"] == "the rendered folder rendered"
    assert rendered["danger"] == "dangerous"


@pytest.mark.usefixtures("repository")
def test_what_was_just_rendered_is_no_change() -> None:
    invoke("render", "--out", "rendered")
    data = json.loads(invoke("diff", "--rendered", "rendered", "--format", "json").stdout)
    assert data["environments"] == []


_BAD = (
    "",
    "[",
    "a: b",
    "{apiVersion: v1, kind: X, metadata: {}}",
    "{apiVersion: v1, kind: X, metadata: {name: 2026-13-45}}",
    "{apiVersion: v1, kind: X, metadata: {name: 1}}",
    "{apiVersion: v1, kind: X, metadata: {name: x, labels: [a]}}",
    "{apiVersion: v1, kind: X, metadata: {name: x}, data: {1: x}}",
    "{apiVersion: v1, kind: ResourceQuota, metadata: {name: x}, spec: {hard: [1]}}",
    "{apiVersion: v1, kind: ResourceQuota, metadata: {name: x}, spec: {hard: {pods: many}}}",
    "{apiVersion: v1, kind: NetworkPolicy, metadata: {name: x}, spec: {policyTypes: 1}}",
    "{apiVersion: v1, kind: AppProject, metadata: {name: x}, spec: {roles: x}}",
    "{apiVersion: v1, kind: Secret, metadata: {name: x}, stringData: {a: {b: c}}}",
    "&a [*a]",
    "[" * 3000,
)


@pytest.mark.parametrize("text", _BAD)
@pytest.mark.usefixtures("repository")
def test_a_damaged_rendered_folder(text: str) -> None:
    invoke("render", "--out", "rendered")
    file = Path("rendered/hub/green-sandbox-dev-hub/resourcequota.quota.yaml")
    assert file.is_file()
    file.write_text(text)
    result = CliRunner().invoke(main, ["diff", "--rendered", "rendered"])
    assert result.exit_code == 2
    assert result.stderr == f"Error: {file} is not a manifest: render the base again\n"


@pytest.mark.usefixtures("repository")
def test_a_rendered_folder_without_marks() -> None:
    invoke("render", "--out", "rendered")
    for file in Path("rendered/hub/green-sandbox-dev-hub").iterdir():
        file.write_text(file.read_text().replace("argo-projects/environment", "other"))
    result = CliRunner().invoke(main, ["diff", "--rendered", "rendered"])
    assert result.exit_code == 2
    assert (
        "no manifest of the project green-sandbox-dev-hub says which environment" in result.stderr
    )


@pytest.mark.usefixtures("repository")
def test_an_environment_of_a_rendered_folder_has_the_name_of_a_folder() -> None:
    invoke("render", "--out", "rendered")
    for file in Path("rendered/hub/green-sandbox-dev-hub").iterdir():
        file.write_text(
            file.read_text().replace("green/sandbox/hub/dev", "green/<img src=x>/hub/dev")
        )
    result = CliRunner().invoke(main, ["diff", "--rendered", "rendered"])
    assert result.exit_code == 2
    assert "says which environment it belongs to" in result.stderr


_URN = "urn:pulumi:live::argo-projects::argoproject:index:ArgoProject::x"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"deployment": 1}',
        '{"deployment": {"resources": [{"urn": "u"}]}}',
        json.dumps(
            {
                "deployment": {
                    "resources": [
                        {"urn": _URN, "type": "argoproject:index:ArgoProject"},
                        {"urn": "a::b", "type": "t", "parent": _URN, "custom": True, "inputs": {"kind": "X"}},
                    ]
                }
            }
        ),
        "[" * 100_000,
    ],
)  # fmt: skip
@pytest.mark.usefixtures("repository")
def test_a_damaged_state(text: str) -> None:
    Path("state.json").write_text(text)
    result = CliRunner().invoke(main, ["diff", "--state", "state.json"])
    assert (result.exit_code, result.stderr) == (
        2,
        "Error: state.json is not the state of a stack: make one with `pulumi stack export --file FILE`\n",
    )


@pytest.mark.usefixtures("repository")
def test_a_stack_that_was_never_deployed() -> None:
    Path("state.json").write_text('{"version": 3, "deployment": {"resources": null}}')
    data = json.loads(invoke("diff", "--state", "state.json", "--format", "json").stdout)
    assert {item["action"] for item in data["environments"]} == {"create"}


def test_a_resource_that_is_its_own_parent_ends_the_search(repository: Repository) -> None:
    urn = "urn:pulumi:live::argo-projects::x::y"
    resource = {"urn": urn, "type": "t", "parent": urn, "custom": True, "inputs": {"kind": "X"}}
    state = repository.root / "state.json"
    state.write_text(json.dumps({"deployment": {"resources": [resource]}}))
    assert CliRunner().invoke(main, ["diff", "--state", str(state)]).exit_code == 0
