"""Roles and permissions that Argo CD accepts, and that give what their author meant."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import NamedTuple

import pytest

from argoproject.checks.access import check, check_expiry
from argoproject.problems import Severity
from tests.support.trees import PRODUCT, PROJECT, TEAM, platform, project, report, tree


class Case(NamedTuple):
    name: str
    files: dict[str, str | None]
    expected: list[str]
    identity: str = "blue/shop/eu-1/prod"


REFUSED = [
    Case(
        "a built-in role",
        {TEAM: "access: {roles: {admin: {groups: [blue-a], kubernetes: view}}}\n"},
        [
            (
                "config/projects/blue/team.yaml:1:18: access.roles.admin: admin is the name of a "
                "built-in role (put the groups into access.admin, or choose another name) "
                "[role-reserved]"
            ),
        ],
    ),
    Case(
        "the other built-in role",
        {TEAM: "access: {roles: {readonly: {groups: [blue-a], kubernetes: view}}}\n"},
        [
            (
                "config/projects/blue/team.yaml:1:18: access.roles.readonly: readonly is the name "
                "of a built-in role (put the groups into access.readonly, or choose another name) "
                "[role-reserved]"
            ),
        ],
    ),
    Case(
        "a role that gives nothing",
        {TEAM: "access: {roles: {ci: {groups: [blue-ci]}}}\n"},
        [
            (
                "config/projects/blue/team.yaml:1:18: access.roles.ci: the role ci gives nothing "
                "(add `permissions` or `kubernetes`, or remove the role) [role-empty]"
            ),
        ],
    ),
    Case(
        "a role that nobody has",
        {TEAM: "access: {roles: {ci: {kubernetes: view}}}\n"},
        [
            (
                "config/projects/blue/team.yaml:1:18: access.roles.ci: in blue/shop/eu-1/prod: "
                "nobody has the role ci (add `groups`, or remove the role) [role-without-groups]"
            ),
        ],
    ),
    Case(
        "a permission without actions",
        {
            TEAM: (
                "access: {roles: {ci: {groups: [blue-ci], permissions: [{resource: logs, actions: "
                "[]}]}}}\n"
            )
        },
        [
            (
                "config/projects/blue/team.yaml:1:73: access.roles.ci.permissions[0].actions: "
                "permits nothing with logs (name actions: get) [permission-empty]"
            ),
        ],
    ),
    Case(
        "everything",
        {
            TEAM: (
                "access: {roles: {ci: {groups: [blue-ci], permissions: [{resource: applications, "
                "actions: ['*']}]}}}\n"
            )
        },
        [
            (
                "config/projects/blue/team.yaml:1:91: access.roles.ci.permissions[0].actions[0]: "
                "permits everything with applications (name the actions: get, create, update, "
                "delete, sync, override, action/<group>/<kind>/<name>, update/*, "
                "update/<group>/<kind>/<namespace>/<name>, delete/*, "
                "delete/<group>/<kind>/<namespace>/<name>) [action-wildcard]"
            ),
        ],
    ),
    Case(
        "unknown actions",
        {
            TEAM: (
                "access:\n"
                "  roles:\n"
                "    ci:\n"
                "      groups: [blue-ci]\n"
                "      permissions:\n"
                "        - {resource: applications, actions: [snyc, 'action/*', "
                "'action/apps/Deployment', delete/Pod, 'xaction/a/b/c']}\n"
                "        - {resource: logs, actions: [create]}\n"
                "        - {resource: exec, actions: [get]}\n"
                "        - {resource: applicationsets, actions: [sync]}\n"
                "        - {resource: clusters, actions: [create]}\n"
            )
        },
        [
            (
                "config/projects/blue/team.yaml:6:46: access.roles.ci.permissions[0].actions[0]: "
                "snyc is no action on applications (did you mean sync?) [unknown-action]"
            ),
            (
                "config/projects/blue/team.yaml:6:52: access.roles.ci.permissions[0].actions[1]: "
                "action/* is no action on applications (one of get, create, update, delete, sync, "
                "override, action/<group>/<kind>/<name>, update/*, "
                "update/<group>/<kind>/<namespace>/<name>, delete/*, "
                "delete/<group>/<kind>/<namespace>/<name>) [unknown-action]"
            ),
            (
                "config/projects/blue/team.yaml:6:64: access.roles.ci.permissions[0].actions[2]: "
                "action/apps/Deployment is no action on applications (one of get, create, update, "
                "delete, sync, override, action/<group>/<kind>/<name>, update/*, "
                "update/<group>/<kind>/<namespace>/<name>, delete/*, "
                "delete/<group>/<kind>/<namespace>/<name>) [unknown-action]"
            ),
            (
                "config/projects/blue/team.yaml:6:90: access.roles.ci.permissions[0].actions[3]: "
                "delete/Pod is no action on applications (did you mean delete/*?) [unknown-action]"
            ),
            (
                "config/projects/blue/team.yaml:6:102: access.roles.ci.permissions[0].actions[4]: "
                "xaction/a/b/c is no action on applications (one of get, create, update, delete, "
                "sync, override, action/<group>/<kind>/<name>, update/*, "
                "update/<group>/<kind>/<namespace>/<name>, delete/*, "
                "delete/<group>/<kind>/<namespace>/<name>) [unknown-action]"
            ),
            (
                "config/projects/blue/team.yaml:7:38: access.roles.ci.permissions[1].actions[0]: "
                "create is no action on logs (one of get) [unknown-action]"
            ),
            (
                "config/projects/blue/team.yaml:8:38: access.roles.ci.permissions[2].actions[0]: "
                "get is no action on exec (one of create) [unknown-action]"
            ),
            (
                "config/projects/blue/team.yaml:9:49: access.roles.ci.permissions[3].actions[0]: "
                "sync is no action on applicationsets (one of get, delete) "
                "[unknown-action]"
            ),
            (
                "config/projects/blue/team.yaml:10:42: access.roles.ci.permissions[4].actions[0]: "
                "create is no action on clusters (one of get) [unknown-action]"
            ),
        ],
    ),
    Case(
        "rollback before Argo CD 3.6",
        {
            TEAM: (
                "access: {roles: {ci: {groups: [blue-ci], permissions: [{resource: applications, "
                "actions: [rollback]}]}}}\n"
            )
        },
        [
            (
                "config/projects/blue/team.yaml:1:91: access.roles.ci.permissions[0].actions[0]: "
                "Argo CD 3.5 has no action rollback (write sync, which includes it before Argo CD "
                "3.6) [unknown-action]"
            ),
        ],
    ),
    Case(
        "an Application that does not exist",
        {
            TEAM: (
                "access: {roles: {ci: {groups: [blue-ci], permissions: [{resource: applications, "
                "actions: [get], applications: [aplication, requirements]}]}}}\n"
            )
        },
        [
            (
                "config/projects/blue/team.yaml:1:112: "
                "access.roles.ci.permissions[0].applications[0]: in blue/shop/eu-1/prod: "
                "the environment has no Application aplication (did you mean application?) [unknown-application]"
            ),
            (
                "config/projects/blue/team.yaml:1:124: "
                "access.roles.ci.permissions[0].applications[1]: in blue/shop/eu-1/prod: the environment has no "
                "Application requirements (one of application, *) [unknown-application]"
            ),
        ],
    ),
    Case(
        "an ApplicationSet that does not exist",
        {
            TEAM: (
                "access: {roles: {ci: {groups: [blue-ci], permissions: [{resource: "
                "applicationsets, actions: [get], applications: [application]}]}}}\n"
            )
        },
        [
            (
                "config/projects/blue/team.yaml:1:115: "
                "access.roles.ci.permissions[0].applications[0]: in blue/shop/eu-1/prod: "
                "the environment has no ApplicationSet application (one of *) [unknown-application]"
            ),
        ],
    ),
    Case(
        "Applications where there are none",
        {
            TEAM: (
                "access: {roles: {ci: {groups: [blue-ci], permissions: [{resource: repositories, "
                "actions: [get], applications: [application]}]}}}\n"
            )
        },
        [
            (
                "config/projects/blue/team.yaml:1:112: "
                "access.roles.ci.permissions[0].applications[0]: a permission on repositories is "
                "not about single Applications (remove `applications`) [permission-applications]"
            ),
        ],
    ),
    Case(
        "a group twice in a list",
        {TEAM: "access: {admin: [blue-a, {group: blue-a, until: 2026-12-24, reason: r}]}\n"},
        [
            (
                "config/projects/blue/team.yaml:1:26: access.admin[1]: the group blue-a stands "
                "twice in admin (keep one) [duplicate-group]"
            ),
        ],
    ),
    Case(
        "a group twice in a role",
        {TEAM: "access: {roles: {ci: {groups: [blue-ci, blue-ci], kubernetes: view}}}\n"},
        [
            (
                "config/projects/blue/team.yaml:1:41: access.roles.ci.groups[1]: the group blue-ci "
                "stands twice in the role ci (keep one) [duplicate-group]"
            ),
        ],
    ),
    Case(
        "an end without a reason",
        {TEAM: "access: {kubernetes: {view: [{group: blue-a, until: 2026-12-24}]}}\n"},
        [
            (
                "config/projects/blue/team.yaml:1:30: access.kubernetes.view[0]: the binding of "
                "blue-a ends on 2026-12-24 and gives no reason (add `reason`: a ticket, or a "
                "sentence) [until-without-reason]"
            ),
        ],
    ),
    Case(
        "an admin that is readonly too",
        {TEAM: "access: {admin: [blue-a], readonly: [blue-b, blue-a]}\n"},
        [
            (
                "config/projects/blue/team.yaml:1:46: access.readonly[1]: warning: the group "
                "blue-a is admin already, which includes readonly (remove it from one of them) "
                "[redundant-group]"
            ),
        ],
    ),
    Case(
        "dangers without a word",
        {
            TEAM: (
                "access:\n"
                "  roles:\n"
                "    ci:\n"
                "      groups: [blue-ci]\n"
                "      permissions:\n"
                "        - {resource: exec, actions: [create]}\n"
                "        - {resource: applications, actions: [sync, override]}\n"
            )
        },
        [
            (
                "config/projects/blue/team.yaml:6:38: access.roles.ci.permissions[0].actions[0]: "
                "warning: create on exec opens shells in the pods, with their accounts' rights "
                "(say in the role's `description` what it is for) [dangerous-permission]"
            ),
            (
                "config/projects/blue/team.yaml:7:52: access.roles.ci.permissions[1].actions[1]: "
                "warning: override on applications syncs manifests that no repository holds (say "
                "in the role's `description` what it is for) [dangerous-permission]"
            ),
        ],
    ),
    Case(
        "what leads out of the project",
        {
            TEAM: (
                "access:\n"
                "  roles:\n"
                "    ci:\n"
                "      description: The pipeline\n"
                "      groups: [blue-ci]\n"
                "      permissions:\n"
                "        - {resource: applicationsets, actions: [get, create, update, delete]}\n"
                "        - {resource: repositories, actions: [get, create, update, delete]}\n"
            )
        },
        [
            (
                "config/projects/blue/team.yaml:7:54: access.roles.ci.permissions[0].actions[1]: create on "
                "applicationsets could name any project in what it generates, beyond this project's guardrails "
                "(remove it; `applicationSets` of the environment's files declares them) [action-refused]"
            ),
            (
                "config/projects/blue/team.yaml:7:62: access.roles.ci.permissions[0].actions[2]: update on "
                "applicationsets could name any project in what it generates, beyond this project's guardrails "
                "(remove it; `applicationSets` of the environment's files declares them) [action-refused]"
            ),
            (
                "config/projects/blue/team.yaml:8:51: access.roles.ci.permissions[1].actions[1]: create on "
                "repositories goes around the guardrail `sources`: Argo CD lets a project read every repository "
                "that is made in it (remove it; `repositories` of the environment's files declares them) "
                "[action-refused]"
            ),
            (
                "config/projects/blue/team.yaml:8:59: access.roles.ci.permissions[1].actions[2]: update on "
                "repositories goes around the guardrail `sources`: Argo CD lets a project read every repository "
                "that is made in it (remove it; `repositories` of the environment's files declares them) "
                "[action-refused]"
            ),
            (
                "config/projects/blue/team.yaml:8:67: access.roles.ci.permissions[1].actions[3]: delete on "
                "repositories takes away what the next deployment makes again (remove it; `repositories` of the "
                "environment's files declares them) [action-refused]"
            ),
        ],
    ),
]

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


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.name)
def test_refused(tmp_path: Path, case: Case) -> None:
    assert report(check(project(tree(tmp_path, case.files), case.identity))) == case.expected


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
