"""The rows of access: they say the same as the AppProjects and RoleBindings that are planned."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from argoproject.fleet.pipeline import Judged, judge, platform_files
from argoproject.plan.build import plan_project
from argoproject.plan.model import PlannedObject, ProjectPlan
from argoproject.project.access import TOKENS, AccessRow, System, access_rows
from tests.support.paths import ROOT
from tests.support.trees import PROJECT, TEAM, project, tree

DAY = dt.date(2026, 11, 21)

_Fact = tuple[str, str, str, str]
"""Where, group, role, and a policy of Argo CD's."""


@pytest.mark.parametrize("config", [ROOT / "config", ROOT / "tests/data/scenarios/config"])
@pytest.mark.parametrize("today", [dt.date.min, DAY, dt.date.max])
def test_the_rows_say_what_is_planned(config: Path, today: dt.date) -> None:
    judged = judge(config, today)
    rows = [row for row in access_rows(judged.projects, today) if not row.expired]
    shown = {fact for row in rows for fact in facts_of(row)}
    assert shown == {fact for plan in plans(judged, today) for fact in planned(plan)}


def test_a_role_that_the_plan_lacks_would_be_noticed() -> None:
    judged = judge(ROOT / "tests/data/scenarios/config", DAY)
    rows = list(access_rows(judged.projects, DAY))
    facts = {fact for plan in plans(judged, DAY) for fact in planned(plan)}
    ended = {fact for row in rows if row.expired for fact in facts_of(row)}
    assert facts
    assert ended
    assert not ended & facts


FILES = {
    TEAM: """\
access:
  admin: [blue-admins, {group: blue-oncall, until: 2026-11-20, reason: CHG-1}]
  kubernetes: {edit: [blue-admins]}
""",
    PROJECT: """\
versions: {application: v1.4.2}
access:
  roles:
    deployer:
      groups: [{group: blue-ci, until: 2026-11-21, reason: CHG-2}]
      kubernetes: blue-pipelines
      permissions: [{resource: applications, actions: [get, sync], applications: [app*]}]
    reader: {groups: [blue-viewers], kubernetes: view}
""",
}


def test_a_row_for_each_group_in_each_role(tmp_path: Path) -> None:
    rows = access_rows([project(tree(tmp_path, FILES))], DAY)
    assert [(row.where, row.group, row.role, row.through, row.what) for row in rows] == [
        (
            "project blue-shop-prod-eu-1", "blue-admins", "admin", "",
            "sync Applications, run their actions, read logs",
        ),
        (
            "project blue-shop-prod-eu-1", "blue-oncall", "admin", "",
            "sync Applications, run their actions, read logs",
        ),
        (
            "project blue-shop-prod-eu-1", "blue-ci", "deployer", "",
            "get, sync applications (only app*)",
        ),
        (
            "namespace blue-shop-prod on eu-1", "blue-admins", "edit", "",
            "change most objects, read Secrets, open shells in pods",
        ),
        (
            "namespace blue-shop-prod on eu-1", "blue-ci", "blue-pipelines", "deployer",
            "as the cluster defines it",
        ),
        (
            "namespace blue-shop-prod on eu-1", "blue-viewers", "view", "reader",
            "see most objects, but no Secrets",
        ),
    ]  # fmt: skip


def test_a_cluster_role_through_a_built_in_role(tmp_path: Path) -> None:
    files = {TEAM: "access: {readonly: [blue-viewers], clusterRoles: {readonly: view}}\n"}
    row = list(access_rows([project(tree(tmp_path, files))], DAY))[-1]
    assert (row.where, row.group, row.role, row.through, str(row.position)) == (
        "namespace blue-shop-prod on eu-1", "blue-viewers", "view", "readonly",
        f"config/{TEAM}:1:21",
    )  # fmt: skip


def test_until_when_and_by_which_entry(tmp_path: Path) -> None:
    rows = list(access_rows([project(tree(tmp_path, FILES))], DAY))
    assert [(row.until, row.reason, row.expired, str(row.position)) for row in rows[:3]] == [
        (None, None, False, f"config/{TEAM}:2:11"),
        (dt.date(2026, 11, 20), "CHG-1", True, f"config/{TEAM}:2:24"),
        (dt.date(2026, 11, 21), "CHG-2", False, f"config/{PROJECT}:5:16"),
    ]


def plans(judged: Judged, today: dt.date) -> Iterator[ProjectPlan]:
    files = platform_files(judged.tree)
    return (plan_project(project, today, files) for project in judged.projects)


def planned(plan: ProjectPlan) -> Iterator[_Fact]:
    """What the manifests give to groups, and to project tokens."""
    notes = plan.app_project.manifest["metadata"]["annotations"]
    declared = notes.get("argo-projects/token-roles", "").split(",")
    for role in plan.app_project.manifest["spec"].get("roles", ()):
        tokens = [TOKENS] if role["name"] in declared else []
        for group in [*role.get("groups", ()), *tokens]:
            for policy in role.get("policies", ()):
                yield plan.name, group, role["name"], policy
    for item in plan.namespace.objects:
        if item.kind == "RoleBinding" and item.key.startswith("access-"):
            yield from bound(item)


def bound(item: PlannedObject) -> Iterator[_Fact]:
    for subject in item.manifest["subjects"]:
        place = f"{item.cluster}/{item.namespace}"
        yield place, subject["name"], item.manifest["roleRef"]["name"], ""


def facts_of(row: AccessRow) -> Iterator[_Fact]:
    """The same from a row."""
    if row.system is System.KUBERNETES:
        yield f"{row.identity.cluster}/{row.namespace}", row.group, row.role, ""
    for grant in row.grants:
        for item in grant.objects:
            name, role = row.project, row.role
            policy = (
                f"p, proj:{name}:{role}, {grant.resource}, {grant.action}, {name}/{item}, allow"
            )
            yield name, row.group, role, policy
