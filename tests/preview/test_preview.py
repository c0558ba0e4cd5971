"""The offline preview as its users meet it: text, JSON, manifests, exit status."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from rich.console import Console

from argoproject.diff.fields import FieldChange
from argoproject.preview.changes import Action, Change, Preview
from argoproject.preview.program import preview
from argoproject.preview.record import Resource, Secret
from argoproject.preview.show import NOTICE, show_json, show_text
from tests.preview.projects import PROJECT, STACK, write_project
from tests.support.plans import SECRETS

FIRST = """\
Offline preview, without Pulumi CLI or cluster: state, server defaults and admission unknown.
Stack dev of argo-projects, nothing to compare with yet.

blue-shop-dev-eu-1  blue/shop/eu-1/dev  16 objects
├── ProjectNamespace
│   ├── Namespace blue-shop-dev  eu-1, protected
│   ├── ConfigMap blue-shop-dev/settings  eu-1
│   ├── LimitRange blue-shop-dev/limits  eu-1
│   ├── ResourceQuota blue-shop-dev/quota  eu-1
│   ├── Secret blue-shop-dev/pull-secret-harbor  eu-1
│   ├── ServiceAccount blue-shop-dev/sync  eu-1
│   ├── ServiceAccount blue-shop-dev/default  eu-1
│   ├── NetworkPolicy blue-shop-dev/network-policy-default-deny  eu-1
│   ├── Role blue-shop-dev/role  eu-1
│   ├── RoleBinding blue-shop-dev/access  eu-1
│   └── Schedule velero/backup  eu-1
├── AppProject argocd/blue-shop-dev-eu-1  hub, protected
├── ProjectCredentials
│   ├── Secret argocd/blue-shop-dev-eu-1-charts  hub
│   └── Secret argocd/blue-shop-dev-eu-1-values  hub
└── ProjectApplications
    ├── Application argocd/blue-shop-dev-eu-1-reqs  hub, protected, waits until healthy
    └── Application argocd/blue-shop-dev-eu-1-app  hub, protected, leaves spec.source.targetRevision
        to others, after blue-shop-dev-eu-1-reqs

For all environments
├── kubernetes eu-1
└── kubernetes hub

1 environment, 22 resources.
"""


@pytest.fixture(autouse=True)
def no_ambient_cluster(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KUBECONFIG", raising=False)


def run(root: Path, capsys: pytest.CaptureFixture[str], form: str = "text", **options: bool) -> str:
    """What a successful preview prints. The ends of lines are cut: blanks there are rich's."""
    assert preview("dev", root, form, **options) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    return "".join(f"{line.rstrip()}\n" for line in captured.out.splitlines())


def edited(root: Path, before: str, after: str) -> None:
    """Let the program's plans be other ones."""
    program = root / "__main__.py"
    program.write_text(program.read_text().replace(before, after))


def test_the_first_preview(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(write_project(tmp_path, environments=("dev",)), capsys) == FIRST


def test_nothing_changed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_project(tmp_path, environments=("dev",))
    run(tmp_path, capsys)
    lines = run(tmp_path, capsys).splitlines()
    assert lines[3:5] == [
        "1 environment without changes",
        "Folded: `.venv/bin/argoproject preview --all` shows every environment in full.",
    ]
    again = run(tmp_path, capsys, everything=True)
    assert again == FIRST.replace(
        "nothing to compare with yet", "compared with the last preview"
    ).replace("22 resources.", "22 resources: no changes.")


def test_changes_are_shown_field_by_field(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_project(tmp_path, environments=("dev",))
    run(tmp_path, capsys)
    edited(tmp_path, "plan = shop(environment)", "plan = shop(environment, retiring=True)")
    stack = tmp_path / "Pulumi.dev.yaml"
    stack.write_text(STACK.replace("v1:first", "v1:third"))
    lines = run(tmp_path, capsys).splitlines()
    at = lines.index("├── ~ AppProject argocd/blue-shop-dev-eu-1  hub")
    assert lines[at + 1] == "│   └── protect: true → (none)"
    at = lines.index("│   ├── ~ Secret argocd/blue-shop-dev-eu-1-charts  hub")
    assert lines[at + 1] == "│   │   └── stringData.password: another secret value, or re-encrypted"
    assert lines[3] == "blue-shop-dev-eu-1  blue/shop/eu-1/dev  16 objects, 6 to update"
    assert lines[-1] == "1 environment, 22 resources: 6 to update."


POLICIES = """
from argoproject.plan.model import ClusterPolicies, PlannedObject
from components.admission_policies import AdmissionPolicies, AdmissionPoliciesArgs

policy = {
    "apiVersion": "admissionregistration.k8s.io/v1",
    "kind": "ValidatingAdmissionPolicy",
    "metadata": {"name": "argo-projects-guards"},
    "spec": {"failurePolicy": "Fail"},
}
planned = PlannedObject(key="guards", cluster="hub", manifest=policy)
args = AdmissionPoliciesArgs(policies=ClusterPolicies("hub", (planned,)), providers=clusters)
AdmissionPolicies("admission-hub", args)
"""


def others(text: str) -> list[str]:
    """What is shown below `For all environments`."""
    return text.partition("For all environments\n")[2].partition("\n\n")[0].splitlines()


def test_a_clusters_policies_are_a_line_until_they_change(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_project(tmp_path, environments=("dev",))
    edited(tmp_path, "exported = {}", f"exported = {{}}{POLICIES}")
    assert others(run(tmp_path, capsys)) == [
        "├── AdmissionPolicies admission-hub  1 object",
        "├── kubernetes eu-1",
        "└── kubernetes hub",
    ]
    assert others(run(tmp_path, capsys, everything=True))[:2] == [
        "├── AdmissionPolicies admission-hub  1 object",
        "│   └── ValidatingAdmissionPolicy argo-projects-guards  hub",
    ]
    edited(tmp_path, '"Fail"', '"Ignore"')
    assert others(run(tmp_path, capsys))[:3] == [
        "├── AdmissionPolicies admission-hub  1 object, 1 to update",
        "│   └── ~ ValidatingAdmissionPolicy argo-projects-guards  hub",
        '│       └── spec.failurePolicy: "Fail" → "Ignore"',
    ]


def test_an_environment_that_vanished(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_project(tmp_path, environments=("dev", "prod"))
    run(tmp_path, capsys)
    write_project(tmp_path, environments=("dev",))
    lines = run(tmp_path, capsys).splitlines()
    assert "- blue-shop-prod-eu-1  16 objects, 16 to delete" in lines
    assert "│   ├── - Namespace blue-shop-prod  eu-1, protected" in lines
    assert lines[-2:] == [
        "Pulumi will refuse 4 deletions of protected resources: retire an environment first, then remove it.",
        "1 environment, 22 resources: 20 to delete.",
    ]


def test_a_renamed_environment_keeps_its_resources(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_project(tmp_path, environments=("dev",))
    edited(tmp_path, "shop(environment)", "shop(environment, name='older')")
    run(tmp_path, capsys)
    edited(tmp_path, "name='older'", "moved_from=('older',)")
    text = run(tmp_path, capsys)
    assert "was older-quota" in text
    assert "to create" not in text
    assert "to delete" not in text


def environment(
    number: int, action: Action = Action.SAME, *, updated: bool = False
) -> list[Change]:
    """An environment with two objects, of which one may have changed."""
    parent = Resource(
        urn=f"urn:{number}",
        type="argoproject:index:ArgoProject",
        name=f"e{number:02}",
        custom=False,
    )

    def item(name: str) -> Resource:
        inputs = {"kind": "ConfigMap", "metadata": {"name": name}}
        urn = f"{parent.urn}:{name}"
        return Resource(urn=urn, type="t:t:ConfigMap", name=name, parent=parent.urn, inputs=inputs)

    fields = (FieldChange(("data", "x"), 1, 2),)
    changed = Change(item("a"), Action.UPDATE, fields) if updated else Change(item("a"), action)
    return [Change(parent, action), changed, Change(item("b"), action)]


def shown(changes: list[Change], *, first: bool = False, everything: bool = False) -> list[str]:
    out = io.StringIO()
    view = Preview(
        stack="dev", project="p", changes=changes, outputs={}, first=first, everything=everything
    )
    show_text(view, Console(file=out, width=100))
    return [line.rstrip() for line in out.getvalue().splitlines()]


def test_many_new_environments_are_a_line_each() -> None:
    many = [change for number in range(21) for change in environment(number)]
    lines = shown(many, first=True)
    assert lines[3:24] == [f"e{number:02}  2 objects" for number in range(21)]
    assert (
        lines[24]
        == "Folded: `.venv/bin/argoproject preview --all` shows every environment in full."
    )


def test_of_many_environments_only_changes_are_shown() -> None:
    changes = [
        *environment(0, updated=True),
        *environment(1, Action.CREATE),
        *environment(2, Action.DELETE),
        *(change for number in range(3, 23) for change in environment(number)),
    ]
    lines = shown(changes)
    assert lines[3:] == [
        "e00  2 objects, 1 to update",
        "└── ~ ConfigMap a  no explicit provider",
        "    └── data.x: 1 → 2",
        "+ e01  2 objects, 2 to create",
        "- e02  2 objects, 2 to delete",
        "20 environments without changes",
        "Folded: `.venv/bin/argoproject preview --all` shows every environment in full.",
        "",
        "22 environments, 66 resources: 3 to create, 1 to update, 3 to delete.",
    ]


@pytest.mark.parametrize(("count", "everything"), [(20, False), (23, True)])
def test_all_environments_are_unfolded(count: int, *, everything: bool) -> None:
    changes = [change for number in range(count) for change in environment(number)]
    lines = shown(changes, first=True, everything=everything)
    assert (
        len([line for line in lines if line.endswith("ConfigMap b  no explicit provider")]) == count
    )
    assert not any("Folded" in line for line in lines)


def test_lines_fit_100_columns_without_colour(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_project(tmp_path, environments=("dev",))
    text = run(tmp_path, capsys)
    assert "\x1b" not in text
    assert max(map(len, text.splitlines())) <= 100
    assert text.splitlines()[0] == NOTICE


def test_a_terminal_gets_colour_unless_it_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    created = Change(
        Resource(urn="u", type="argoproject:index:ArgoProject", name="x"), Action.CREATE
    )
    view = Preview(stack="dev", project="p", changes=[created], outputs={})

    def printed() -> str:
        out = io.StringIO()
        show_text(view, Console(file=out, force_terminal=True, color_system="standard"))
        return out.getvalue()

    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b[32m+" in printed()
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[32m" not in printed()


def test_names_are_not_markup() -> None:
    name = "[red]x[/red] :smile:"
    config_map = {"kind": "ConfigMap", "metadata": {"name": name}}
    item = Resource(urn="u", type="kubernetes:core/v1:ConfigMap", name="x", inputs=config_map)
    change = Change(item, Action.UPDATE, (FieldChange(("data", "[b]"), "[b]", Secret("x")),))
    out = io.StringIO()
    show_text(Preview(stack="dev", project="p", changes=[change], outputs={}), Console(file=out))
    assert f"~ ConfigMap {name}  no explicit provider" in out.getvalue()
    assert 'data.[b]: "[b]" → <secret>' in out.getvalue()


def test_a_value_under_the_name_of_a_secret_is_not_shown() -> None:
    """A team may allow such a value by name; it does not belong into a log all the same."""
    item = Resource(urn="u", type="t:t:T", name="x")
    fields = (FieldChange(("values", "password"), "hunter1", "hunter2"),)
    view = Preview(
        stack="dev", project="p", changes=[Change(item, Action.UPDATE, fields)], outputs={}
    )
    out = io.StringIO()
    show_text(view, Console(file=out, width=100))
    show_json(view, Console(file=out), manifests=True)
    assert 'values.password: "<not shown>" → "<not shown>"' in out.getvalue()
    assert "hunter" not in out.getvalue()


def test_long_values_are_cut() -> None:
    item = Resource(urn="u", type="t:t:T", name="x")
    change = Change(item, Action.UPDATE, (FieldChange(("a",), "x" * 500, "y"),))
    out = io.StringIO()
    view = Preview(stack="dev", project="p", changes=[change], outputs={})
    show_text(view, Console(file=out, width=100))
    assert f'a: "{"x" * 58}… → "y"' in out.getvalue()


def test_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_project(tmp_path, environments=("dev",))
    run(tmp_path, capsys, "json")
    write_project(tmp_path, stack=STACK.replace("v1:first", "v1:third"), environments=("dev",))
    content = json.loads(run(tmp_path, capsys, "json"))
    assert content["notice"] == NOTICE
    assert (content["stack"], content["first"]) == ("dev", False)
    assert content["counts"] == {"same": 20, "update": 2}
    assert content["outputs"]["environments"]["blue-shop-dev-eu-1"]["team"] == "blue"
    changed = [item for item in content["resources"] if item["action"] == "update"]
    assert [item["title"] for item in changed] == [
        "Secret argocd/blue-shop-dev-eu-1-charts",
        "Secret argocd/blue-shop-dev-eu-1-values",
    ]
    password = {"path": "stringData.password", "before": "<secret>", "after": "<secret>"}
    assert changed[0]["fields"] == [password]
    assert "inputs" not in changed[0]


def test_manifests(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_project(tmp_path, environments=("dev",))
    text = run(tmp_path, capsys, manifests=True)
    _, documents = text.split("---\n", 1)
    manifests: list[dict[str, Any]] = list(yaml.safe_load_all(documents))
    assert len(manifests) == 16
    (repository,) = (
        item for item in manifests if item["metadata"]["name"] == "blue-shop-dev-eu-1-charts"
    )
    assert "# Secret argocd/blue-shop-dev-eu-1-charts on hub\n" in documents
    assert repository["stringData"] == {
        "password": "<secret>",
        "project": "blue-shop-dev-eu-1",
        "url": "https://gitlab.example.org/blue/charts",
    }
    listed = json.loads(run(tmp_path, capsys, "json", manifests=True))["resources"]
    assert [item["inputs"] for item in listed if item["title"].startswith("Schedule")]


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_secret_is_shown_or_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], form: str
) -> None:
    """Even values that are unencrypted in the stack's file."""
    token, password = SECRETS.values()
    stack = STACK.replace("{secure: v1:first}", token).replace("{secure: v1:second}", password)
    write_project(tmp_path, stack=stack, environments=("dev",))
    seen = run(tmp_path, capsys, form, manifests=True)
    seen += (tmp_path / ".argoproject" / "previews" / "dev.json").read_text()
    assert "<secret>" in seen
    assert token not in seen
    assert password not in seen


@pytest.mark.parametrize(
    "program",
    [
        "import pulumi\nraise pulumi.RunError('projects/blue/team.yaml:1:1: wrong\\n1 problem')",
        """\
        from pulumi import Output, RunError
        def fail(_): raise RunError('projects/blue/team.yaml:1:1: wrong\\n1 problem')
        Output.from_input(1).apply(fail)""",
    ],
    ids=["while it runs", "later"],
)
def test_a_report_of_the_program_is_all_that_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], program: str
) -> None:
    write_project(tmp_path, environments=("dev",))
    run(tmp_path, capsys)
    kept = (tmp_path / ".argoproject" / "previews" / "dev.json").read_bytes()
    write_project(tmp_path, program)
    assert preview("dev", tmp_path) == 1
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "projects/blue/team.yaml:1:1: wrong\n1 problem\n")
    assert (tmp_path / ".argoproject" / "previews" / "dev.json").read_bytes() == kept


def test_warnings_are_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_project(tmp_path, "import pulumi\npulumi.log.warn('expires soon')\npulumi.log.info('x')")
    assert run(tmp_path, capsys).splitlines()[-2:] == [
        "warning: expires soon",
        "0 environments, 0 resources.",
    ]


def test_a_stack_may_be_named_with_its_organization(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_project(tmp_path, project=PROJECT)
    assert preview("acme/argo-projects/dev", tmp_path) == 0
    assert "Stack dev of argo-projects" in capsys.readouterr().out
    assert (tmp_path / ".argoproject" / "previews" / "dev.json").is_file()
