"""Roles and permissions that Argo CD accepts, and that give what their author meant."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from argoproject.checks.access import check, check_expiry
from argoproject.problems import Severity
from tests.support import cases
from tests.support.trees import PRODUCT, PROJECT, TEAM, platform, project, report, tree

CASES = cases.read(__file__)

_ROLE = "access: {{roles: {{ci: {{groups: [blue-ci], description: d, permissions: [{}]}}}}}}\n"


def _permission(text: str) -> dict[str, str | None]:
    return {TEAM: _ROLE.format(f"{{{text}}}")}


ACCEPTED: dict[str, dict[str, str | None]] = {
    "the base tree": {},
    "no access at all": {TEAM: "{}\n"},
    "an end with a reason": {TEAM: "access: {admin: [{group: a, until: 2026-12-24, reason: r}]}\n"},
    "an admin for a while who stays readonly": {
        TEAM: "access: {admin: [{group: a, until: 2026-12-24, reason: r}], readonly: [a]}\n"
    },
    "a role inside the namespace only": {
        TEAM: "access: {roles: {ci: {groups: [a], kubernetes: view}}}\n"
    },
    "a group in two roles": {
        TEAM: "access: {admin: [a], kubernetes: {view: [a]}, roles: {r: {groups: [a], kubernetes: edit}}}\n"
    },
    "simple actions": _permission(
        "resource: applications, actions: [get, create, update, delete, sync, override]"
    ),
    "composed actions": _permission(
        "resource: applications, actions: [action/apps/Deployment/restart, action//Pod/x, "
        "'action/*/*/*', update/*, 'delete/*/Pod/*/*', 'action/batch/CronJob/create-job']"
    ),
    "logs": _permission("resource: logs, actions: [get], applications: [application]"),
    "exec with a description": _permission("resource: exec, actions: [create]"),
    "repositories": _permission("resource: repositories, actions: [get]"),
    "clusters": _permission("resource: clusters, actions: [get]"),
    "every ApplicationSet": _permission("resource: applicationsets, actions: [get]"),
    "one ApplicationSet": {
        **_permission("resource: applicationsets, actions: [get], applications: [all]"),
        PRODUCT: "applicationSets: {all: {generators: [{list: {elements: []}}]}}\n",
    },
    "Applications by key and by pattern": {
        **_permission(
            "resource: applications, actions: [get], applications: [base, requirements, 'web-*', '*']"
        ),
        PRODUCT: """\
base: {project: x, source: {repoURL: "https://gitlab.example.org/blue/a", path: x}}
requirements: {source: {repoURL: "https://gitlab.example.org/blue/a", path: x}}
applications: {web-shop: {source: {repoURL: "https://gitlab.example.org/blue/a", path: x}}}
""",
    },
    "rollback since Argo CD 3.6": {
        **_permission("resource: applications, actions: [rollback]"),
        "platform.yaml": platform("argocd: {version: '3.6'}"),
    },
    "rollback where the version is wrong already": {
        **_permission("resource: applications, actions: [rollback]"),
        "platform.yaml": platform("argocd: {version: unknown}"),
    },
}


@pytest.mark.parametrize("name", CASES)
def test_refused(tmp_path: Path, name: str, pytestconfig: pytest.Config) -> None:
    case = CASES[name]
    seen = report(check(project(tree(tmp_path, case.tree()), case.environment)))
    CASES.compare(name, seen, pytestconfig)


@pytest.mark.parametrize("files", ACCEPTED.values(), ids=ACCEPTED)
def test_accepted(tmp_path: Path, files: dict[str, str | None]) -> None:
    assert report(check(project(tree(tmp_path, files)))) == []


_ENDING = {
    TEAM: """\
access:
  admin: [blue-a, {group: blue-b, until: 2026-12-24, reason: r}]
  readonly: [{group: blue-c, until: 2026-12-24, reason: r}]
  roles: {ci: {groups: [{group: blue-d, until: 2026-12-24, reason: r}], kubernetes: view}}
  kubernetes: {view: [{group: blue-e, until: 2026-12-24, reason: r}]}
""",
    PROJECT: "allow: [{kind: source, value: x, reason: r, until: 2026-12-24}, "
    "{kind: source, value: y, reason: r}]\n",
}


EXPIRED = [
    (
        "config/projects/blue/shop/eu-1/prod/project.yaml:1:9: allow[0]: warning: this `allow` of the "
        "kind source ended on 2026-12-24 (remove it, or set a later `until`) [expired-allow]"
    ),
    *(
        f"config/projects/blue/team.yaml:{place}: warning: the binding of blue-{name} ended on "
        "2026-12-24 (remove it, or set a later `until`) [expired-binding]"
        for place, name in (
            ("2:19: access.admin[1]", "b"),
            ("3:14: access.readonly[0]", "c"),
            ("4:25: access.roles.ci.groups[0]", "d"),
            ("5:23: access.kubernetes.view[0]", "e"),
        )
    ),
]


def test_nothing_has_expired_on_the_last_day(tmp_path: Path) -> None:
    found = project(tree(tmp_path, _ENDING))
    assert report(check_expiry(found, dt.date(2026, 12, 24))) == []


def test_what_has_expired_warns(tmp_path: Path) -> None:
    found = list(check_expiry(project(tree(tmp_path, _ENDING)), dt.date(2026, 12, 25)))
    assert {problem.severity for problem in found} == {Severity.WARNING}
    assert report(found) == EXPIRED


def test_nothing_expires_without_access(tmp_path: Path) -> None:
    assert report(check_expiry(project(tree(tmp_path, {TEAM: None})), dt.date.max)) == []


@pytest.mark.parametrize(
    ("resource", "action", "known"),
    [
        ("logs", "rollback", "get"),
        ("clusters", "action/apps/Deployment/restart", "get"),
        ("exec", "update/*", "create"),
    ],
)
def test_actions_of_applications_are_no_other_resources(
    tmp_path: Path, resource: str, action: str, known: str
) -> None:
    files = _permission(f"resource: {resource}, actions: ['{action}']")
    (problem,) = check(project(tree(tmp_path, files)))
    assert problem.message == f"{action} is no action on {resource}"
    assert problem.remedy == f"one of {known}"
