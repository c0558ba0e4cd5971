"""`argoproject status`: the state of Argo CD, next to what the files declare."""

from __future__ import annotations

import copy
import datetime as dt
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from argoproject.fleet.live import MOST_CHARACTERS, meaning, shown
from argoproject.fleet.pipeline import judge
from argoproject.plan.build import plan_project
from argoproject.plan.model import plain
from tests.support.commands import command
from tests.support.trees import PROJECT, TODAY

run = command("status")

MANY = "projects/blue/many/eu-1/dev/project.yaml"
PARENT = "projects/blue/parent/hub/dev/project.yaml"
FILES = {
    PROJECT: """\
versions: {requirements: 15.2.4, application: {shop: 1.4.2, values: v2026.11.3}}
requirements: {source: {repoURL: registry.example.org/blue/charts, chart: postgresql}}
application:
  source: null
  sources:
    - {repoURL: registry.example.org/blue/charts, chart: shop}
    - {repoURL: "https://gitlab.example.org/blue/values.git", ref: values}
""",
    MANY: """\
applicationSets:
  listed:
    generators: [{list: {elements: [{part: one}, {part: two}]}}]
    template: &template
      name: "{{ .part }}"
      source: {repoURL: "https://gitlab.example.org/blue/many.git", path: "{{ .part }}", targetRevision: main}
  found:
    generators:
      - git:
          repoURL: "https://gitlab.example.org/blue/many.git"
          revision: main
          directories: [{path: "folders/*"}]
    template:
      name: "{{ .path.basename }}"
      source: {repoURL: "https://gitlab.example.org/blue/many.git", path: "{{ .path.path }}", targetRevision: main}
""".replace(" &template", ""),
}
REQS, APP = "blue-shop-prod-eu-1-reqs", "blue-shop-prod-eu-1-app"
ONE, TWO = "blue-many-dev-eu-1-one", "blue-many-dev-eu-1-two"
COMMIT = "1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d"
CRASH = (
    "one or more objects failed to apply, reason: error when running kubectl auth reconcile: panic: runtime error: "
    "invalid memory address or nil pointer dereference"
)

State = dict[str, dict[str, Any]]


@pytest.fixture(autouse=True)
def state(here: Path, monkeypatch: pytest.MonkeyPatch) -> State:
    """Applications and AppProjects by name, all deployed as planned, Synced and Healthy, as kubectl prints them."""
    for module in ("status", "loading"):
        monkeypatch.setattr(f"argoproject.cli.{module}.today", lambda: TODAY)
    judged = judge(here / "config", TODAY)
    assert judged.errors == ()
    found: State = {}
    for project in judged.projects:
        plan = plan_project(project, TODAY)
        found[plan.name] = plain(plan.app_project.manifest)
        for item in plan.applications:
            if item.object.kind == "Application":
                found[item.object.name] = plain(item.object.manifest)
            elif item.object.key.endswith("listed"):
                for part in ("one", "two"):
                    found[f"{plan.name}-{part}"] = of_set(item.object.manifest, plan.name, part)
    for made in found.values():
        if made["kind"] == "Application":
            made["status"] = {
                "sync": {"status": "Synced", "revision": COMMIT},
                "health": {"status": "Healthy"},
            }
    found[APP]["status"]["sync"] = {"status": "Synced", "revisions": ["1.4.2", COMMIT]}
    return found


def of_set(manifest: Any, project: str, part: str, owner: str = "listed") -> dict[str, Any]:
    """An Application that a set has generated."""
    spec = json.loads(
        json.dumps(plain(manifest["spec"]["template"]["spec"])).replace("{{ .part }}", part)
    )
    owners = [{"kind": "ApplicationSet", "name": f"{project}-{owner}"}]
    metadata = {"name": f"{project}-{part}", "namespace": "argocd", "ownerReferences": owners}
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Application",
        "metadata": metadata,
        "spec": spec,
    }


def given(state: State, *arguments: str, status: int = 0) -> str:
    """What the command prints for a state on standard input."""
    items = {"kind": "List", "items": list(state.values())}
    return run(*arguments, value=json.dumps(items), status=status).stdout


def rows(state: State, *arguments: str, status: int = 0) -> dict[str, Any]:
    data = json.loads(given(state, *arguments, "--format", "json", status=status))
    every = [row for item in data["environments"] for row in item["applications"]]
    return {row["name"]: row for row in every}


def test_all_is_well(state: State) -> None:
    assert (
        given(state)
        == """\
  APPLICATION               SYNC    HEALTH   WANTED (RUNNING)
blue/many/eu-1/dev
  blue-many-dev-eu-1-one    Synced  Healthy  main (1a2b3c4d)
  blue-many-dev-eu-1-two    Synced  Healthy  main (1a2b3c4d)
blue/shop/eu-1/prod
  blue-shop-prod-eu-1-reqs  Synced  Healthy  15.2.4 (1a2b3c4d)
  blue-shop-prod-eu-1-app   Synced  Healthy  shop 1.4.2, values v2026.11.3 (1a2b3c4d)

4 of 4 Applications Synced and Healthy
"""
    )


def test_what_is_not_well_is_shown_with_its_reason(state: State) -> None:
    del state[REQS]
    state["blue-shop-prod-eu-1"]["spec"]["roles"][0]["groups"].append("strangers")
    shop = state[APP]
    shop["spec"]["sources"][0]["targetRevision"] = "1.4.1"
    shop["status"] |= {
        "sync": {"status": "OutOfSync", "revisions": ["1.4.1", COMMIT]},
        "health": {"status": "Degraded"},
        "history": [{"revision": "1.3.0"}, {"revisions": ["1.4.0", COMMIT]}],
        "operationState": {"phase": "Failed", "message": CRASH},
    }

    assert (
        given(state, "blue/shop", status=1)
        == """\
  APPLICATION               SYNC       HEALTH    WANTED (RUNNING)
blue/shop/eu-1/prod
  guards that differ from the files: AppProject.spec.roles (deploy the environment)
  blue-shop-prod-eu-1-reqs  missing              15.2.4 (none)
      it is declared, and Argo CD does not have it (deploy the environment)
  blue-shop-prod-eu-1-app   OutOfSync  Degraded  shop 1.4.2 (1.4.0), values v2026.11.3 (1a2b3c4d)
      it differs from the files in sources (deploy the environment)
      sync: one or more objects failed to apply, reason: error when running kubectl auth reconcile:
          panic: runtime error: invalid memory address or nil pointer dereference
      that is: a Role or RoleBinding was refused (kubectl reports a refusal as a crash): it may
          grant only what the account of the sync has, and bind no role that the platform's policies
          refuse

0 of 2 Applications Synced and Healthy; not: blue-shop-prod-eu-1-reqs, blue-shop-prod-eu-1-app;
    guards out of date: blue/shop/eu-1/prod
"""
    )
    markdown = given(state, "blue/shop", "--format", "markdown", status=1)
    assert (
        "| `blue/shop/eu-1/prod` | `blue-shop-prod-eu-1-reqs` | missing |  | 15.2.4 (none) |"
        in markdown
    )


@pytest.mark.parametrize(
    ("sync", "health"),
    [("OutOfSync", "Healthy"), ("Synced", "Progressing"), ("Unknown", "Healthy"), (None, None)],
)
def test_both_are_needed(state: State, sync: str | None, health: str | None) -> None:
    state[APP]["status"] = (
        {} if sync is None else {"sync": {"status": sync}, "health": {"status": health}}
    )
    assert not rows(state, status=1)[APP]["good"]


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        (("project",), "default", "project"),
        (("destination", "namespace"), "kube-system", "destination"),
        (("sources", 0, "targetRevision"), "1.4.1", "sources"),
        (("sources", 0, "helm"), {"parameters": [{"name": "a", "value": "b"}]}, "sources"),
        (("syncPolicy",), {"automated": {}}, "syncPolicy"),
        (("ignoreDifferences",), [{"kind": "*"}], "ignoreDifferences"),
    ],
)
def test_each_field_of_the_spec_is_compared(
    state: State, path: tuple[Any, ...], value: Any, field: str
) -> None:
    below: Any = state[APP]["spec"]
    for step in path[:-1]:
        below = below[step]
    below[path[-1]] = value
    assert rows(state, status=1)[APP]["outOfDate"] == [field]


def test_what_go_leaves_out_is_no_difference(state: State) -> None:
    state[APP]["spec"] |= {"info": [], "ignoreDifferences": None, "revisionHistoryLimit": None}
    state["blue-shop-prod-eu-1"]["spec"]["roles"][0]["jwtTokens"] = [{"iat": 1}]
    assert rows(state)[APP]["outOfDate"] == []


def test_a_generated_application_with_another_revision_is_out_of_date(state: State) -> None:
    state[ONE]["spec"]["source"]["targetRevision"] = "v1"
    assert rows(state, status=1)[ONE]["outOfDate"] == ["targetRevision"]


def test_what_only_argo_cd_generates_is_declared_by_its_set(state: State) -> None:
    for name, owner in (("red", "found"), ("three", "listed"), ("stray", "")):
        item = copy.deepcopy(state[ONE])
        item["metadata"]["name"] = f"blue-many-dev-eu-1-{name}"
        item["metadata"]["ownerReferences"][0]["name"] = f"blue-many-dev-eu-1-{owner}"
        state[name] = item
    found = rows(state, status=1)
    assert {name.rpartition("-")[2]: row["declared"] for name, row in found.items() if "many" in name} == {
        "one": True, "two": True, "red": True, "three": False, "stray": False,
    }  # fmt: skip
    assert found["blue-many-dev-eu-1-red"]["good"]


def test_what_a_removed_folder_has_left_is_shown_without_a_selection(state: State) -> None:
    state["gone"] = copy.deepcopy(state[APP])
    state["gone"]["metadata"]["name"] = "blue-gone-dev-hub-app"
    state["gone"]["spec"]["project"] = "blue-gone-dev-hub"
    state["others"] = copy.deepcopy(state["gone"])
    state["others"]["metadata"] = {"name": "of-another-team", "namespace": "argocd"}
    assert "no environment declares these\n  blue-gone-dev-hub-app" in given(state, status=1)
    assert "gone" not in given(state, "blue/shop")
    assert "of-another-team" not in given(state, status=1)


def test_an_environment_that_retires_may_be_gone(here: Path) -> None:
    (here / "config" / PROJECT).write_text(f"{FILES[PROJECT]}lifecycle: retiring\n")
    text = given({}, "blue/shop")
    assert "blue-shop-prod-eu-1-app   gone" in text
    assert "2 of 2 Applications" in text


def test_an_application_that_retires_may_be_gone(state: State, here: Path) -> None:
    source = "{repoURL: registry.example.org/blue/charts, chart: db, targetRevision: 1.0.0}"
    one = f"applications: {{db: {{lifecycle: retiring, source: {source}}}}}\n"
    (here / "config" / PROJECT).write_text(FILES[PROJECT] + one)
    row = rows(state, "blue/shop")["blue-shop-prod-eu-1-db"]
    assert (row["missing"], row["retiring"], row["good"]) == (True, True, True)


def test_an_application_of_the_same_name_elsewhere_is_another_one(state: State) -> None:
    state[APP]["metadata"]["namespace"] = "tenants"
    found = json.loads(given(state, "blue/shop", "--format", "json", status=1))
    (environment,) = found["environments"]
    assert [(it["name"], it["missing"], it["declared"]) for it in environment["applications"]] == [
        (REQS, False, True), (APP, True, True), (APP, False, False),
    ]  # fmt: skip


def test_a_state_without_app_projects_knows_no_guards(state: State) -> None:
    applications = [
        {key: item[key] for key in ("metadata", "spec", "status")}
        for item in state.values()
        if item["kind"] == "Application"
    ]
    text = run(value=json.dumps(applications)).stdout  # as `argocd app list -o json`
    assert "4 of 4 Applications Synced and Healthy; guards unknown" in text
    del state["blue-shop-prod-eu-1"]
    assert "guards that differ from the files: AppProject (deploy" in given(state, status=1)


def test_a_past_failure_is_not_shown_and_conditions_are(state: State) -> None:
    state[APP]["status"] |= {
        "conditions": [{"type": "SharedResourceWarning", "message": "ConfigMap/x is part of two"}],
        "operationState": {"phase": "Failed", "message": "an old one"},
    }
    (failure,) = rows(state)[APP]["failures"]
    assert failure == {
        "kind": "SharedResourceWarning",
        "message": "ConfigMap/x is part of two",
        "meaning": "",
    }
    operation = state[APP]["status"]["operationState"]
    operation["syncResult"] = {"revisions": state[APP]["status"]["sync"]["revisions"]}
    assert [it["message"] for it in rows(state)[APP]["failures"]][1:] == ["an old one"]


@pytest.mark.parametrize(
    ("policy", "begin"),
    [
        ({}, "it has no automated"),
        ({"automated": {}}, "automated syncs are on"),
        ({"automated": {"enabled": False}}, "it has no automated"),
    ],
)
def test_why_nothing_happens_is_said_where_argo_cd_reports_nothing(
    state: State, policy: dict[str, Any], begin: str
) -> None:
    state[APP]["status"]["sync"] = {"status": "OutOfSync"}
    state[APP]["spec"]["syncPolicy"] = policy
    (failure,) = rows(state, status=1)[APP]["failures"]
    assert failure["message"] == "nothing is being synced"
    assert failure["meaning"].startswith(begin)


def test_a_message_of_an_object_is_not_repeated(state: State) -> None:
    result = {"kind": "Job", "name": "m", "status": "SyncFailed", "message": "it is refused"}
    state[APP]["status"] |= {
        "health": {"status": "Missing"},
        "operationState": {
            "phase": "Failed",
            "message": "one or more objects failed to apply, reason: it is refused",
            "syncResult": {"resources": [result]},
        },
    }
    failures = rows(state, status=1)[APP]["failures"]
    assert [(it["kind"], it["message"]) for it in failures] == [("Job/m", "it is refused")]


def test_messages_are_masked_and_bounded(state: State) -> None:
    token = "ghp_" + "a1B2" * 9
    long = "https://me:hunter2@host/x failed with " + token + " \x1b[31m" + "x" * 5000
    state[APP]["status"] |= {
        "health": {"status": "Degraded"},
        "conditions": [{"type": f"T{it}", "message": long} for it in range(2)],
        "operationState": {
            "phase": "Failed",
            "message": "refused",
            "syncResult": {
                "resources": [
                    {
                        "kind": "Job",
                        "name": "m",
                        "status": "SyncFailed",
                        "message": "password: hunter2\n",
                    }
                ]
            },
        },
    }
    text = given(state, status=1) + given(state, "--format", "json", status=1)
    assert not any(secret in text for secret in ("hunter2", token, "\x1b"))
    assert "Job/m: <not shown>" in text
    state[APP]["status"]["conditions"] *= 25
    state[APP]["status"]["conditions"] += [{"type": f"T{it}", "message": long} for it in range(50)]
    assert len(rows(state, status=1)[APP]["failures"]) == 5
    assert len(shown(long)) == MOST_CHARACTERS
    assert shown(f"begin {'x' * 5000} end").startswith("begin xx")
    assert shown(f"begin {'x' * 5000} end").endswith("xx end")
    assert "ghp_" not in shown(f"{'x' * 7990} {token}")
    assert shown(f"failed with {token} there") == "failed with <not shown> there"
    assert shown("https://me:hunter2@host/x failed") == "https://…@host/x failed"
    assert shown('refused: {"password": "hunter2"}') == "<not shown>"


@pytest.mark.parametrize(
    ("message", "begin"),
    [
        (CRASH, "a Role or RoleBinding was refused"),
        ("no matching service account found for destination server x and namespace y", "impersonation is on"),
        ('ResourceQuota "quota" is a guard of the platform', "the repository changes an object"),
        ("Sync operation blocked by sync window", "a sync window is closed"),
        ("cannot sync: blocked by sync window", "a sync window is closed"),
        ("resource :Namespace is not permitted in project blue", "the AppProject does not permit"),
        ('User "system:serviceaccount:a:b" cannot create resource "jobs"', "the account of the sync lacks"),
        ('pods "x" is forbidden: exceeded quota: quota', "the quota is used up, or"),
        ("authentication required: Unauthorized", "the repository refuses"),
        ("context deadline exceeded", "something did not answer"),
        ("Healthy as can be", ""),
    ],
)  # fmt: skip
def test_messages_have_a_meaning(message: str, begin: str) -> None:
    assert meaning(message).startswith(begin)
    assert bool(meaning(message)) == bool(begin)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "{}",
        "[1]",
        '{"items": 3}',
        '[{"kind": "Application"}]',
        "[" * 100_000,
        "9" * 5000,
    ],
)
def test_what_is_no_state_is_refused(text: str) -> None:
    assert "the state is not what `argocd app list -o json`" in run(value=text, status=2).output


@pytest.mark.parametrize(
    "broken",
    [
        None,
        1,
        "x",
        [],
        [1],
        {},
        {"status": 1},
        [{"message": 2}],
        {"status": "Synced", "revisions": 3},
    ],
)
def test_any_form_of_a_status_is_survived(state: State, broken: Any) -> None:
    state[APP]["status"] = broken
    assert not rows(state, status=1)[APP]["good"]
    state[APP]["status"] = dict.fromkeys(
        ("sync", "health", "conditions", "operationState", "history"), broken
    )
    state[APP]["spec"] = broken
    assert not rows(state, status=1)[APP]["good"]


def kubectl(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Put a program named kubectl on PATH, which is all of PATH."""
    program = folder / "bin" / "kubectl"
    program.parent.mkdir()
    program.write_text(
        f"#!{sys.executable}\nimport json, pathlib, sys\nhere = pathlib.Path({str(folder)!r})\n{script}"
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent))


ANSWER = """\
with (here / "calls").open("a") as calls: print(*sys.argv[1:], file=calls)
items = json.loads((here / "state.json").read_text())
kind = {"applications.argoproj.io": "Application", "appprojects.argoproj.io": "AppProject"}[sys.argv[3]]
if kind == "Application" and len((here / "calls").read_text().splitlines()) < 3: items = []
print(json.dumps({"items": [it for it in items if it["kind"] == kind]}))
"""


def test_the_hub_is_asked_until_all_is_well(
    state: State, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "state.json").write_text(json.dumps(list(state.values())))
    kubectl(here, monkeypatch, ANSWER)
    monkeypatch.setattr("argoproject.cli.status._PAUSE", 0.01)

    done = run("--context", "hub", "--wait", "60")

    assert "0 of 4 Applications" in done.stderr
    assert "4 of 4 Applications" in done.stdout
    common = "-n argocd --request-timeout=30s -o json"
    asked = [
        f"--context=hub get {it}.argoproj.io {common}" for it in ("applications", "appprojects")
    ]
    assert (here / "calls").read_text().splitlines() == asked * 2


def test_waiting_ends(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kubectl(here, monkeypatch, "print('[]')")
    begun = dt.datetime.now(dt.UTC)
    run("--context", "hub", "--wait", "1", status=1)
    assert dt.datetime.now(dt.UTC) - begun < dt.timedelta(seconds=20)


def test_without_the_right_to_read_app_projects_guards_are_unknown(
    state: State, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "state.json").write_text(json.dumps(list(state.values())))
    script = "if sys.argv[3] != 'applications.argoproj.io': sys.exit('forbidden')\n"
    kubectl(here, monkeypatch, script + "print((here / 'state.json').read_text())")
    assert "4 of 4" in run("--context", "hub").stdout


def test_why_the_hub_cannot_be_read(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(here))
    assert "kubectl is not on PATH (install it, or pipe" in run("--context", "hub", status=2).output
    kubectl(here, monkeypatch, "sys.exit('error: context \"hub\" does not exist')")
    output = run("--context", "hub", status=2).output
    assert (
        'kubectl cannot read applications with the context hub: error: context "hub" does not'
        in output
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--state", "-", "--context", "hub"), "choose one"),
        (("--wait", "5"), "--wait needs --context"),
        (("--state", "none.json"), "does not exist"),
        (("red",), "red"),
    ],
)
def test_wrong_use(arguments: tuple[str, ...], message: str) -> None:
    assert message in run(*arguments, value="[]", status=2).output


def test_a_tree_with_errors_is_not_compared(here: Path) -> None:
    (here / "config" / PROJECT).write_text("descripton: x\n")
    assert "[unknown-key]" in run(value="[]", status=1).output
