"""`argoproject access`: who may do what, where, through which role, until when."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from tests.support.commands import command
from tests.support.paths import ROOT
from tests.support.trees import PROJECT, TEAM

run = command("access")

HUB = "projects/blue/shop/hub/dev/project.yaml"
STAGING = "projects/blue/shop/eu-1/staging/project.yaml"
GREEN = "projects/green/blog/eu-1/dev/project.yaml"
PLAIN = "versions: {application: v1.4.2}\n"

FILES = {
    TEAM: """\
access: {admin: [blue-admins], readonly: [blue-viewers], kubernetes: {view: [blue-admins]}}
classes:
  production: {access: {admin: [blue-oncall]}}
""",
    PROJECT: """\
versions: {application: v1.4.2}
access:
  roles:
    deployer:
      groups: [blue-ci, {group: blue-temps, until: 2026-11-20, reason: CHG-1}]
      kubernetes: edit
      permissions:
        - {resource: applications, actions: [get, sync], applications: [application]}
        - {resource: logs, actions: [get]}
  readonly: [blue-viewers, {group: blue-temps, until: 2026-12-24, reason: "Audit | 2026"}]
""",
    HUB: PLAIN,
    STAGING: PLAIN,
    GREEN: "{}\n",
}

TEXT = """\
blue-admins
  Argo CD role admin: sync Applications, run their actions, read logs
    blue/shop/eu-1/staging  config/projects/blue/team.yaml:1
    blue/shop/hub/dev       config/projects/blue/team.yaml:1
  Kubernetes ClusterRole view: see most objects, but no Secrets
    blue (3 environments)  config/projects/blue/team.yaml:1

blue-ci
  Argo CD role deployer: get, sync applications (only application); get logs
    blue/shop/eu-1/prod  config/projects/blue/shop/eu-1/prod/project.yaml:5
  Kubernetes ClusterRole edit through the role deployer: change most objects, read Secrets, open
      shells in pods
    blue/shop/eu-1/prod  config/projects/blue/shop/eu-1/prod/project.yaml:5

blue-oncall
  Argo CD role admin: sync Applications, run their actions, read logs
    blue/shop/eu-1/prod  config/projects/blue/team.yaml:3

blue-temps
  Argo CD role readonly: see Applications, read logs
    until 2026-12-24: Audit | 2026
    blue/shop/eu-1/prod  config/projects/blue/shop/eu-1/prod/project.yaml:10

blue-viewers
  Argo CD role readonly: see Applications, read logs
    blue/shop/eu-1/prod     config/projects/blue/shop/eu-1/prod/project.yaml:10
    blue/shop/eu-1/staging  config/projects/blue/team.yaml:1
    blue/shop/hub/dev       config/projects/blue/team.yaml:1

no group has access to
  green/blog/eu-1/dev

5 groups in 4 environments; 2 expired bindings not shown (--expired)
"""


@pytest.fixture
def here(here: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The tree of the tests on the day for which their texts were written."""
    for module in ("access", "loading"):
        monkeypatch.setattr(f"argoproject.cli.{module}.today", lambda: dt.date(2026, 11, 21))
    return here


@pytest.mark.usefixtures("here")
def test_by_group_then_role_then_where() -> None:
    assert run().output == TEXT


@pytest.mark.usefixtures("here")
def test_one_environment_is_shown_with_the_names_of_its_places() -> None:
    assert (
        run("--project", "blue/shop/hub", "--group", "*-viewers").output
        == """\
blue/shop/hub/dev: project blue-shop-dev-hub, namespace blue-shop-dev on hub

blue-viewers
  Argo CD role readonly: see Applications, read logs
    blue/shop/hub/dev  config/projects/blue/team.yaml:1

1 group in 1 environment
"""
    )


@pytest.mark.usefixtures("here")
def test_what_has_expired_is_shown_when_asked_for_and_marked() -> None:
    assert (
        run("--group", "blue-temps", "--expired").output
        == """\
blue-temps
  Argo CD role readonly: see Applications, read logs
    until 2026-12-24: Audit | 2026
    blue/shop/eu-1/prod  config/projects/blue/shop/eu-1/prod/project.yaml:10
  Argo CD role deployer: get, sync applications (only application); get logs
    EXPIRED, ended 2026-11-20: CHG-1
    blue/shop/eu-1/prod  config/projects/blue/shop/eu-1/prod/project.yaml:5
  Kubernetes ClusterRole edit through the role deployer: change most objects, read Secrets, open
      shells in pods
    EXPIRED, ended 2026-11-20: CHG-1
    blue/shop/eu-1/prod  config/projects/blue/shop/eu-1/prod/project.yaml:5

1 group in 4 environments
"""
    )


@pytest.mark.usefixtures("here")
def test_a_group_without_access_is_an_answer() -> None:
    assert run("--group", "red-*").output == "no group red-* has access to 4 environments\n"


@pytest.mark.usefixtures("here")
def test_markdown_is_a_table() -> None:
    assert run("--group", "blue-temps", "--format", "markdown").output == (
        "| Group | Role | May | Where | Until | Given by |\n"
        "| --- | --- | --- | --- | --- | --- |\n"
        "| `blue-temps` | Argo CD role readonly | see Applications, read logs | `blue/shop/eu-1/prod` | "
        "2026-12-24: Audit \\| 2026 | `config/projects/blue/shop/eu-1/prod/project.yaml:10` |\n"
        "\n"
        "1 group in 4 environments; 2 expired bindings not shown (--expired).\n"
    )


@pytest.mark.usefixtures("here")
def test_json_has_every_row_with_its_permissions() -> None:
    data = json.loads(run("--group", "blue-ci", "--format", "json").output)
    argo_cd, kubernetes = data["access"]
    assert argo_cd == {
        "group": "blue-ci",
        "environment": "blue/shop/eu-1/prod",
        "system": "Argo CD",
        "project": "blue-shop-prod-eu-1",
        "namespace": "blue-shop-prod",
        "cluster": "eu-1",
        "role": "deployer",
        "through": None,
        "what": "get, sync applications (only application); get logs",
        "permissions": [
            {
                "resource": "applications",
                "actions": ["get", "sync"],
                "objects": ["blue-shop-prod-eu-1-app"],
            },
            {"resource": "logs", "actions": ["get"], "objects": ["*"]},
        ],
        "until": None,
        "reason": None,
        "expired": False,
        "file": f"config/{PROJECT}",
        "line": 5,
        "column": 16,
    }
    assert (kubernetes["system"], kubernetes["role"], kubernetes["through"]) == (
        "Kubernetes", "edit", "deployer",
    )  # fmt: skip


ALLOW = """\
versions: {application: v1.4.2}
allow:
  - {kind: source, value: "https://charts.example.org/stable", reason: "Its operator | CHG-7", until: 2026-12-24}
  - {kind: namespaceResource, value: apps/Deployment, reason: Until the move, until: 2026-11-20}
"""


@pytest.fixture
def widened(here: Path) -> None:
    for name in (HUB, STAGING):
        (here / "config" / name).write_text(ALLOW)


@pytest.mark.usefixtures("widened")
def test_widenings_are_shown_next_to_the_groups() -> None:
    output = run("--project", "blue").output
    assert output.endswith(
        """\
widened
  source https://charts.example.org/stable
    until 2026-12-24: Its operator | CHG-7
    blue/shop/eu-1/staging  config/projects/blue/shop/eu-1/staging/project.yaml:3
    blue/shop/hub/dev       config/projects/blue/shop/hub/dev/project.yaml:3

5 groups in 3 environments; 2 widenings; 2 expired bindings and 2 expired widenings not shown (--expired)
"""
    )


@pytest.mark.usefixtures("widened")
def test_a_widening_that_has_ended_is_shown_when_asked_for_and_marked() -> None:
    assert (
        """\
  namespaceResource apps/Deployment
    EXPIRED, ended 2026-11-20: Until the move
    blue/shop/hub/dev  config/projects/blue/shop/hub/dev/project.yaml:4
"""
        in run("--project", "blue/shop/hub", "--expired").output
    )


@pytest.mark.usefixtures("widened")
def test_widenings_in_markdown_are_a_table_of_their_own() -> None:
    assert (
        "| Widened | Value | Where | Until | Given by |\n"
        "| --- | --- | --- | --- | --- |\n"
        "| source | `https://charts.example.org/stable` | `blue/shop/hub/dev` | "
        "2026-12-24: Its operator \\| CHG-7 | `config/projects/blue/shop/hub/dev/project.yaml:3` |\n"
        "\n"
        "2 groups in 1 environment; 1 widening; 1 expired widening not shown (--expired).\n"
    ) in run("--project", "blue/shop/hub", "--format", "markdown").output


@pytest.mark.usefixtures("widened")
def test_widenings_in_json() -> None:
    data = json.loads(run("--project", "blue/shop/hub", "--format", "json", "--expired").output)
    ended, lasting = data["widenings"]
    assert lasting == {
        "kind": "source",
        "value": "https://charts.example.org/stable",
        "environment": "blue/shop/hub/dev",
        "until": "2026-12-24",
        "reason": "Its operator | CHG-7",
        "expired": False,
        "file": f"config/{HUB}",
        "line": 3,
        "column": 5,
    }
    assert (ended["value"], ended["expired"]) == ("apps/Deployment", True)


@pytest.mark.usefixtures("widened")
def test_a_widening_is_no_groups() -> None:
    assert "widen" not in run("--group", "blue-admins").output
    assert "widen" not in run("--can", "sync").output


@pytest.mark.usefixtures("here")
def test_who_can_do_something() -> None:
    assert (
        run("--can", "sync").output
        == """\
blue-admins
  Argo CD role admin: sync Applications, run their actions, read logs
    blue/shop/eu-1/staging  config/projects/blue/team.yaml:1
    blue/shop/hub/dev       config/projects/blue/team.yaml:1

blue-ci
  Argo CD role deployer: get, sync applications (only application); get logs
    blue/shop/eu-1/prod  config/projects/blue/shop/eu-1/prod/project.yaml:5

blue-oncall
  Argo CD role admin: sync Applications, run their actions, read logs
    blue/shop/eu-1/prod  config/projects/blue/team.yaml:3

no group may sync applications in
  green/blog/eu-1/dev

3 groups may sync applications in 4 environments; 1 expired binding not shown (--expired)
"""
    )


@pytest.mark.parametrize(
    ("asked", "groups"),
    [
        ("get:logs", {"blue-admins", "blue-ci", "blue-oncall", "blue-temps", "blue-viewers"}),
        ("action/apps/Deployment/restart", {"blue-admins", "blue-oncall"}),
        ("get:repositories", {"blue-admins", "blue-oncall", "blue-temps", "blue-viewers"}),
        ("rollback", {"blue-admins", "blue-ci", "blue-oncall"}),  # a sync, until Argo CD 3.5
        ("create:exec", set()),
        ("delete//Pod/blue-shop-prod/web-0", set()),
    ],
)
@pytest.mark.usefixtures("here")
def test_who_can_do_what(asked: str, groups: set[str]) -> None:
    data = json.loads(run("--can", asked, "--format", "json").output)
    assert {row["group"] for row in data["access"]} == groups


@pytest.mark.usefixtures("here")
def test_an_answer_holds_only_the_permissions_that_were_asked_for() -> None:
    data = json.loads(run("--can", "sync", "--group", "blue-ci", "--format", "json").output)
    [row] = data["access"]
    assert row["permissions"] == [
        {"resource": "applications", "actions": ["sync"], "objects": ["blue-shop-prod-eu-1-app"]}
    ]


def test_tokens_are_access(here: Path) -> None:
    """By every holder; and by every member of a role, if no stack deploys the hub's policies."""
    role = "access: {roles: {ci: {tokens: true, permissions: [{resource: applications, actions: [sync]}]}}}\n"
    (here / "config" / PROJECT).write_text(PLAIN + role)
    text = run("--project", "blue/shop/eu-1/prod", "--can", "sync").output
    assert text.startswith(
        "blue/shop/eu-1/prod: project blue-shop-prod-eu-1, namespace blue-shop-prod on eu-1\n\n"
        "(project tokens)\n"
        "  Argo CD role ci: sync applications\n"
        "    blue/shop/eu-1/prod  config/projects/blue/shop/eu-1/prod/project.yaml:2\n\n"
        "blue-oncall\n"
    )
    assert "can create a project token" not in text
    (here / "Pulumi.yaml").write_text("name: argo-projects\n")
    stack = here / "Pulumi.live.yaml"
    stack.write_text("config: {'argo-projects:admissionPolicies': [eu-1]}\n")
    warning = (
        "every member of a role in Argo CD can create a project token of it, which outlasts `until` and the\n"
        "    group: no stack deploys the admission policies of Argo CD's cluster\n"
    )
    assert warning in run().output
    assert json.loads(run("--format", "json").output)["anyoneMintsTokens"] is True
    markdown = " ".join(warning.split()).replace("every member", "Every member")
    assert f"\n\n{markdown}.\n\n" in run("--format", "markdown").output
    stack.write_text("config: {'argo-projects:admissionPolicies': [eu-1, hub]}\n")
    assert json.loads(run("--format", "json").output)["anyoneMintsTokens"] is False


@pytest.mark.usefixtures("here")
def test_no_group_at_all_is_an_answer() -> None:
    assert run("--can", "override", "--project", "blue/shop/hub").output == (
        "blue/shop/hub/dev: project blue-shop-dev-hub, namespace blue-shop-dev on hub\n\n"
        "no group may override applications in\n  blue/shop/hub/dev\n\n"
        "no group may override applications in 1 environment\n"
    )
    assert run("--can", "sync", "--group", "blue-viewers").output == (
        "no group blue-viewers may sync applications in 4 environments\n"
    )


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("snyc", "there is no action on applications named snyc (did you mean sync?)"),
        ("get:log", "a project has no resource named log (did you mean logs?)"),
        ("sync:logs", "there is no action on logs named sync (known: get)"),
        ("action/*", "there is no action on applications named action/*"),
        ("exec", "there is no action on applications named exec (did you mean create:exec?)"),
        ("logs", "there is no action on applications named logs (did you mean get:logs?)"),
    ],
)
@pytest.mark.usefixtures("here")
def test_what_cannot_be_asked(asked: str, words: str) -> None:
    assert words in run("--can", asked, status=2).output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--team", "red"), "no environment is of the team red"),
        (("--team", "green", "--project", "blue"), "no environment of these is of the team green"),
    ],
)
@pytest.mark.usefixtures("here")
def test_what_is_not_there(arguments: tuple[str, ...], message: str) -> None:
    assert run(*arguments, status=1).output == f"Error: {message}\n"


@pytest.mark.usefixtures("here")
def test_a_mistyped_environment_is_wrong_use() -> None:
    words = "no environment is called blue/shp (did you mean blue/shop?)"
    assert words in run("--project", "blue/shp", status=2).output


def test_an_answer_that_is_not_the_whole_one_says_so(here: Path) -> None:
    (here / "config" / HUB).write_text("[\n")
    result = run("--group", "blue-admins", status=1)
    assert "blue/shop/eu-1/staging" in result.stdout
    assert "blue (" not in result.stdout
    assert result.stderr == (
        "warning: 1 environment cannot be read: blue/shop/hub/dev "
        "(argoproject validate reports why)\n"
    )


def test_a_hundred_environments_are_few_lines(here: Path) -> None:
    root = here / "config/projects/green"
    for number in range(100):
        for cluster, environment in (("eu-1", "dev"), ("eu-1", "prod")):
            folder = root / f"p{number}" / cluster / environment
            folder.mkdir(parents=True)
            (folder / "project.yaml").write_text("{}\n")
    (root / "team.yaml").write_text("classes: {production: {access: {admin: [green-oncall]}}}\n")
    assert (
        run("--team", "green", "--group", "*oncall").output
        == """\
green-oncall
  Argo CD role admin: sync Applications, run their actions, read logs
    green/*/*/prod (100 environments)  config/projects/green/team.yaml:1

1 group in 201 environments
"""
    )


@pytest.mark.parametrize("form", ["text", "markdown", "json"])
def test_the_shipped_configuration(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert run("--format", form).output
