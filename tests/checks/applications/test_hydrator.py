"""Source hydrators: the report about a whole tree, the planned Application, and Git's and Argo CD's own answers."""

from __future__ import annotations

import random
import subprocess
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from argoproject.fleet.pipeline import load_fleet, validate_tree
from argoproject.models.scalars import Branch
from argoproject.plan.build import plan_app_project, plan_application
from argoproject.project.access import PUSHERS, access_rows
from argoproject.project.applications import deployed
from tests.audit.helpers import audited
from tests.support import cases
from tests.support.oracle import Oracle, Question
from tests.support.trees import PRODUCT, PROJECT, TEAM, TODAY, platform, project, report, tree

CASES = cases.read(__file__)
GOOD = {
    "platform.yaml": platform(
        "teams: {blue: {hydratedBranches: ['environments/*'], classes: {production: "
        "{hydratedBranches: [environments/prod, environments/prod-next]}}}}"
    ),
    TEAM: """\
access: {admin: [blue-admins]}
repositories:
  rendered:
    url: "https://gitlab.example.org/blue/rendered.git"
    type: git
    write: true
    credentials: {type: https, username: bot, password: {secret: push}}
  rendered-read:
    url: "https://gitlab.example.org/blue/rendered.git"
    type: git
    credentials: {type: https, username: bot, password: {secret: pull}}
application:
  sourceHydrator:
    drySource:
      repoURL: "https://gitlab.example.org/blue/shop.git"
      path: "charts/${product}"
      helm: {valueFiles: ["${environment}.yaml"]}
    syncSource:
      repoURL: "https://gitlab.example.org/blue/rendered.git"
      targetBranch: "environments/${environment}"
      path: shop
    hydrateTo: {targetBranch: "environments/${environment}-next"}
""",
    PRODUCT: "description: Shop\n",
}
"""A tree in which Argo CD renders the shop of each environment to a branch of its own."""

PIECES = (
    "a",
    "HEAD",
    "@",
    "{",
    "/",
    ".",
    "..",
    "-",
    ".lock",
    "~",
    "^",
    ":",
    "?",
    "[",
    "\\",
    " ",
    "}",
    "refs/",
)


@pytest.mark.parametrize("name", CASES)
def test_report(tmp_path: Path, name: str, pytestconfig: pytest.Config) -> None:
    found = validate_tree(tree(tmp_path, {**GOOD, **CASES[name].tree()}), TODAY, "config").problems
    shown = [it for it in found if it.code not in ("stack-missing", "secret-missing")]
    CASES.compare(name, report(shown), pytestconfig)


def test_the_planned_application(tmp_path: Path) -> None:
    environment = project(tree(tmp_path, GOOD))
    (item,) = deployed(environment)
    assert plan_application(environment, item, TODAY).manifest["spec"]["sourceHydrator"] == {
        "drySource": {
            "repoURL": "https://gitlab.example.org/blue/shop.git",
            "path": "charts/shop",
            "helm": {"valueFiles": ["prod.yaml"]},
            "targetRevision": "v1.4.2",
        },
        "syncSource": {
            "repoURL": "https://gitlab.example.org/blue/rendered.git",
            "targetBranch": "environments/prod",
            "path": "shop",
        },
        "hydrateTo": {"targetBranch": "environments/prod-next"},
    }


def test_who_can_push_is_access_and_a_finding(tmp_path: Path) -> None:
    (row,) = [
        row for row in access_rows([project(tree(tmp_path, GOOD))], TODAY) if row.group == PUSHERS
    ]
    assert row.role == "environments/prod of https://gitlab.example.org/blue/rendered.git"
    assert row.position.file == "config/projects/blue/team.yaml"
    codes = [item.rule.code for item in audited(tmp_path / "audit", GOOD)[0].findings]
    assert codes.count("hydrated-branch") == 1


def test_both_logins_are_planned(tmp_path: Path) -> None:
    plan = load_fleet(tree(tmp_path, GOOD), stack="dev", select=None, today=TODAY).plans[0]
    types = [
        it.manifest["metadata"]["labels"]["argocd.argoproj.io/secret-type"]
        for it in plan.repositories
    ]
    assert sorted(types) == ["repository", "repository-write"]


def test_a_branch_is_one_of_git() -> None:
    """Nothing is accepted that Git refuses as the name of a branch."""
    source = random.Random(16)
    adapter: TypeAdapter[Any] = TypeAdapter(Branch)
    accepted = 0
    texts = {
        "".join(source.choice(PIECES) for _ in range(source.randint(1, 4))) for _ in range(700)
    }
    for text in sorted(texts):
        try:
            adapter.validate_python(text)
        except ValidationError:
            continue
        accepted += 1
        subprocess.run(["git", "check-ref-format", f"refs/heads/{text}"], check=True)
    assert accepted > 20


HYDRATORS = (
    "", "hydrateTo: null", "syncSource: {repoURL: null}",
    "syncSource: {repoURL: 'https://gitlab.example.org/blue/more.git'}",
    "syncSource: {repoURL: 'https://gitlab.example.org/blue/more'}, drySource: {path: .}",
)  # fmt: skip


@pytest.mark.argocd
def test_argo_cd_permits_what_is_accepted(argocd_oracle: Oracle, tmp_path: Path) -> None:
    """Its own code judges each hydrated Application in its AppProject, and in one that permits nothing."""
    for index, text in enumerate(HYDRATORS):
        own = f"versions: {{application: v1.4.2}}\napplication: {{sourceHydrator: {{{text}}}}}\n"
        files = {**GOOD, PROJECT: own}
        environment = project(tree(tmp_path / str(index), files))
        (item,) = deployed(environment)
        manifest = plan_application(environment, item, TODAY).manifest
        permitted = plan_app_project(environment, TODAY).manifest
        nothing = {**permitted, "spec": {**permitted["spec"], "sourceRepos": []}}
        asked = [Question(project=it, applications=(manifest,)) for it in (permitted, nothing)]
        accepted, refused = (answer.applications[0] for answer in argocd_oracle.ask(asked))
        assert accepted == ""
        assert "not permitted in project" in refused
