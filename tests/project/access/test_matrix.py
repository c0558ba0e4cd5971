"""Who may do what, cell by cell: our answer, a real enforcer with Argo CD's model, and a table written by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from argoproject.plan.build import plan_project
from argoproject.project.access import Request, decide, project_roles
from argoproject.project.model import Project
from argoproject.project.resolve import resolve
from tests.support import oracle
from tests.support.enforcer import Enforcer
from tests.support.oracle import Oracle, Question
from tests.support.trees import PRODUCT, PROJECT, TEAM, TODAY, load, platform, report, tree

OWN = "blue-shop-prod-eu-1"
TWIN = "blue-shop-prod-eu-10"
FOREIGN = "green-blog-dev-eu-1"

_APPLICATION = "{source: {repoURL: 'https://gitlab.example.org/%s/x.git', path: ., kustomize: {}}}"
_CLUSTERS = """\
teams: {blue: {clusters: [hub, eu-1, eu-10]}}
clusters: {eu-10: {argocdName: eu-10, server: "https://eu-10.example.org:6443"}}
"""

FILES = {
    TEAM: "access: {admin: [blue-admins], readonly: [blue-viewers]}\n",
    PRODUCT: f"application: {_APPLICATION % 'blue'}\napplications: {{app2: {_APPLICATION % 'blue'}}}\n",
    PROJECT: """\
versions: {application: v1.4.2, app2: v1.4.2}
access:
  admin: [blue-admins, {group: blue-temps, until: 2026-11-20, reason: CHG-1}]
  roles:
    deployer:
      groups: [blue-ci, {group: blue-temps, until: 2026-11-20, reason: CHG-1}]
      permissions: [{resource: applications, actions: [get, sync], applications: [application]}]
    restarter:
      groups: [blue-oncall]
      permissions:
        - {resource: applications, actions: [get, action/apps/Deployment/restart]}
        - {resource: applications, actions: ["delete/*/Pod/*/*"]}
    owner:
      groups: [blue-owners]
      permissions: [{resource: applications, actions: [create, update, delete, override]}]
    patcher:
      groups: [blue-patchers]
      permissions: [{resource: applications, actions: ["update/*"], applications: ["app*"]}]
    shell:
      description: Shells for the incident
      groups: [blue-shell, blue-ci]
      permissions: [{resource: exec, actions: [create]}, {resource: logs, actions: [get]}]
    viewer: {groups: [blue-kubectl], kubernetes: view}
""",
    "projects/blue/shop/eu-10/prod/project.yaml": "versions: {application: v1.4.2, app2: v1.4.2}\n",
    "projects/green/blog/eu-1/dev/project.yaml": (
        f"access: {{admin: [green-admins]}}\napplication: {_APPLICATION % 'green'}\n"
        "versions: {application: v1}\n"
    ),
}


class Somebody(NamedTuple):
    """A login: Argo CD's user, and the groups that the SSO provider sends."""

    user: str
    groups: tuple[str, ...] = ()


PEOPLE: Mapping[str, Somebody] = {
    "admin": Somebody("u1", ("blue-admins",)),
    "readonly": Somebody("u2", ("blue-viewers", "everybody")),
    "pipeline": Somebody("u3", ("blue-ci",)),
    "oncall": Somebody("u4", ("blue-oncall",)),
    "owner": Somebody("u5", ("blue-owners",)),
    "patcher": Somebody("u6", ("blue-patchers",)),
    "kubectl only": Somebody("u7", ("blue-kubectl",)),
    "expired": Somebody("u8", ("blue-temps",)),
    "other team": Somebody("u9", ("green-admins",)),
    "no group": Somebody("u10"),
    "near names": Somebody(
        "blue-admin", ("blue-admins2", "Blue-admins", "blue", "blue-*", "*", "proj")
    ),
}
"""Those of whom our answer is the whole one."""

PLATFORM_TEAM: Mapping[str, Somebody] = {
    "the account admin": Somebody("admin"),
    "role:readonly": Somebody("role:readonly"),
    "role:admin by a group": Somebody("u11", ("role:admin", "blue-viewers")),
}
"""Those to whom Argo CD's own roles give something as well."""

ACTIONS: Mapping[str, tuple[str, ...]] = {
    "applications": (
        "get", "create", "update", "delete", "sync", "rollback", "override", "invoke",
        "action/apps/Deployment/restart", "action/apps/Deployment/pause", "action//Pod/restart",
        "action/argoproj.io/Rollout/restart/x", "action", "update/apps/Deployment/n/x",
        "update/", "delete//Pod/n/x", "delete/apps/Deployment/n/x", "delete//Pod/n",
    ),
    "applicationsets": ("get", "create", "update", "delete"),
    "logs": ("get", "create"),
    "exec": ("get", "create"),
    "repositories": ("get", "create", "update", "delete"),
    "write-repositories": ("get", "create"),
    "clusters": ("get", "create", "update", "delete"),
    "projects": ("get", "create", "update", "delete"),
    "accounts": ("get", "update"),
    "certificates": ("get", "create"),
    "gpgkeys": ("get", "delete"),
    "extensions": ("invoke",),
}  # fmt: skip
"""Every resource of Argo CD's, with actions and what only looks like one."""

OBJECTS = (
    f"{OWN}/{OWN}-app",
    f"{OWN}/{OWN}-app2",
    f"{OWN}/{OWN}-app-2",
    f"{OWN}/tenants/{OWN}-app",
    f"{OWN}/https://gitlab.example.org/blue/x.git",
    f"{TWIN}/{TWIN}-app",
    f"{FOREIGN}/{FOREIGN}-app",
    "default/guestbook",
    "https://gitlab.example.org/blue/x.git",
    OWN,
    TWIN,
    "*",
)
"""Own Applications, one of a name that begins alike, one in another namespace, a repository; other projects'."""

APP, APP2, APP_2, ELSEWHERE, URL, TWINS = OBJECTS[:6]
EVERY = (APP, APP2, APP_2, ELSEWHERE, URL)
TWIN_TOO = (*EVERY, TWINS)
_ACTION = tuple(item for item in ACTIONS["applications"] if item.startswith("action/"))

_Cells = set[tuple[str, str, str]]


def cells(resource: str, actions: tuple[str, ...], objects: tuple[str, ...]) -> _Cells:
    return set(product([resource], actions, objects))


def reads(objects: tuple[str, ...]) -> _Cells:
    return {
        *((resource, "get", name) for resource in _READ for name in objects),
        *(("projects", "get", name) for name in (OWN, TWIN)),
    }


_READ = ("applications", "applicationsets", "logs", "repositories")
_SEES: _Cells = {("projects", "get", OWN)}

MAY: Mapping[str, _Cells] = {
    "admin": reads(TWIN_TOO) | cells("applications", ("sync", *_ACTION), TWIN_TOO),
    "readonly": reads(TWIN_TOO),
    "pipeline": (
        _SEES
        | cells("applications", ("get", "sync"), (APP,))
        | cells("exec", ("create",), EVERY)
        | cells("logs", ("get",), EVERY)
    ),
    "oncall": _SEES
    | cells("applications", ("get", "action/apps/Deployment/restart", "delete//Pod/n/x"), EVERY),
    "owner": _SEES | cells("applications", ("create", "update", "delete", "override"), EVERY),
    "patcher": _SEES
    | cells("applications", ("update/apps/Deployment/n/x", "update/"), (APP, APP2)),
    "kubectl only": set(),
    "expired": set(),
    "other team": (
        {(resource, "get", f"{FOREIGN}/{FOREIGN}-app") for resource in _READ}
        | cells("applications", ("sync", *_ACTION), (f"{FOREIGN}/{FOREIGN}-app",))
    ),
    "no group": set(),
    "near names": set(),
}
"""By hand: all that each may do. `update` and `delete` stop at the Application, `update/*` begins below it."""


class Fleet(NamedTuple):
    """The projects of one version of Argo CD, as planned and as an enforcer knows them."""

    projects: tuple[Project, ...]
    enforcer: Enforcer


def fleet(root: Path) -> Fleet:
    loaded = load(root)
    projects, problems = resolve(loaded, sorted(loaded.declared()))
    assert report([*loaded.problems, *problems]) == []
    plans = (plan_project(project, TODAY) for project in projects)
    rendered = [yaml.safe_dump(plan.app_project.manifest) for plan in plans]
    return Fleet(tuple(projects), Enforcer(map(yaml.safe_load, rendered)))


@pytest.fixture(scope="module", params=["3.5", "3.6"])
def version(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def fleets(version: str, tmp_path_factory: pytest.TempPathFactory) -> Fleet:
    overlay = f"{_CLUSTERS}argocd: {{version: '{version}'}}\n"
    return fleet(
        tree(tmp_path_factory.mktemp("fleet"), {**FILES, "platform.yaml": platform(overlay)})
    )


def requests() -> Iterator[Request]:
    for resource, actions in ACTIONS.items():
        for action, name in product(actions, OBJECTS):
            yield Request(resource, action, name)


def permitted(projects: tuple[Project, ...], person: Somebody, request: Request) -> bool:
    """Our answer: of any project, as a request that is about none of them is permitted by none."""
    return any(
        decide(project.names.project, project_roles(project, TODAY), person.groups, request)
        for project in projects
    )


def ask(enforcer: Enforcer, person: Somebody, request: Request) -> bool:
    return enforcer.permits(*person, request.resource, request.action, request.object)


@pytest.mark.parametrize("name", PEOPLE)
def test_our_answer_is_the_enforcers_and_the_tables(name: str, fleets: Fleet, version: str) -> None:
    person, expected = PEOPLE[name], set(MAY[name])
    if version == "3.6" and name in ("admin", "other team"):
        expected |= {("applications", "rollback", at) for _, act, at in expected if act == "sync"}
    ours = {it for it in requests() if permitted(fleets.projects, person, it)}
    theirs = {it for it in requests() if ask(fleets.enforcer, person, it)}
    assert ours == theirs
    assert {(it.resource, it.action, it.object) for it in ours} == expected


@pytest.mark.parametrize("name", PLATFORM_TEAM)
def test_the_projects_add_to_argo_cds_own_roles_what_we_say(name: str, fleets: Fleet) -> None:
    person, alone = PLATFORM_TEAM[name], Enforcer([])
    for request in requests():
        ours = ask(alone, person, request) or permitted(fleets.projects, person, request)
        assert ask(fleets.enforcer, person, request) == ours, request


@pytest.mark.argocd
def test_our_answer_is_argo_cds_own(tmp_path: Path, argocd_oracle: Oracle) -> None:
    """Its server's enforcer, of the version that the tests build (3.5), asked about each project by itself."""
    files = {**FILES, "platform.yaml": platform(f"{_CLUSTERS}argocd: {{version: '3.5'}}\n")}
    projects = fleet(tree(tmp_path, files)).projects
    cells = list(product(PEOPLE.values(), requests()))
    asked = [
        oracle.Request(it.resource, it.action, it.object, person.groups, person.user)
        for person, it in cells
    ]
    answers = argocd_oracle.ask(
        Question(project=plan_project(project, TODAY).app_project.manifest, requests=asked)
        for project in projects
    )
    for project, answer in zip(projects, answers, strict=True):
        ours = [permitted((project,), *cell) for cell in cells]
        differ = [cell for cell, a, b in zip(cells, ours, answer.requests, strict=True) if a != b]
        assert differ == []


def test_the_matrix_is_large_enough() -> None:
    assert len(ACTIONS) == 12
    assert len([*requests()]) * (len(PEOPLE) + len(PLATFORM_TEAM)) > 7000
