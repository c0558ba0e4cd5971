"""Violations of Argo CD's rules: the exact report of each, at the setting that causes it, and how it is found."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from argoproject.checks import argocd
from argoproject.checks.argocd import path_of_application, path_of_project, path_of_set
from argoproject.fleet.pipeline import validate_tree
from argoproject.plan.build import plan_app_project, plan_application
from argoproject.problems import Problem
from argoproject.project.applications import deployed
from argoproject.project.model import Project
from argoproject.upstream.argocd.applications import Permits, check_spec
from argoproject.yamlfile.reader import DataPath
from tests.support import cases
from tests.support.paths import DATA
from tests.support.reports import SHOP, reported
from tests.support.trees import TODAY, platform, tree
from tests.support.trees import project as project_of

SCENARIOS = DATA / "scenarios" / "config"

CASES = cases.read(__file__)


def check(project: Project) -> Iterator[Problem]:
    return argocd.check(project, TODAY)


@pytest.mark.parametrize("name", CASES)
def test_report(tmp_path: Path, name: str, pytestconfig: pytest.Config) -> None:
    CASES.compare(name, reported(check, tmp_path, CASES[name].files), pytestconfig)


def test_the_judged_spec_is_judged_as_the_manifest() -> None:
    """The check does not make manifests of Applications; what it reads instead gets the same violations."""
    seen = 0
    for project in validate_tree(SCENARIOS, TODAY, "config").projects:
        planned = plan_app_project(project, TODAY).manifest
        nothing = {**planned, "spec": {**planned["spec"], "sourceRepos": [], "destinations": []}}
        for permits in (Permits(planned), Permits(nothing)):
            for item in deployed(project):
                if item.key == "base":
                    continue
                manifest = plan_application(project, item, TODAY).manifest
                spec = argocd.judged_spec(project, item)
                assert list(check_spec(("spec",), spec, permits)) == list(
                    check_spec(("spec",), manifest["spec"], permits)
                )
                seen += 1
    assert seen > 10


_PROJECT = """\
versions: {application: v1.4.2}
access: {roles: {deployer: {groups: [blue-ci], permissions: [{resource: applications, actions: [sync]}]}}}
allow: [{kind: source, value: "https://gitlab.example.org/blue/a.git", reason: CHG-1}]
"""


@pytest.fixture
def shop(tmp_path: Path) -> Project:
    files = {
        f"{SHOP}/prod/project.yaml": _PROJECT,
        "platform.yaml": platform("teams: {blue: {allow: [source]}}"),
    }
    return project_of(tree(tmp_path, files))


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (("metadata", "name"), ("name",)),
        (("spec", "description"), ("description",)),
        (("spec", "sourceRepos", 0), ("allow", 0, "value")),
        (("spec", "sourceRepos", 1), ("application", "source", "repoURL")),
        (("spec", "destinations", 0, "namespace"), ("namespace", "name")),
        (("spec", "destinations", 1), ("allow",)),
        (("spec", "roles", 0, "groups", 0), ("access", "admin")),
        (("spec", "roles", 1), ("access", "readonly")),
        (("spec", "roles", 2, "policies", 0), ("access", "roles", "deployer")),
        (("spec", "syncWindows", 1, "timeZone"), ("syncWindows", 1, "timeZone")),
        (("spec", "sourceNamespaces", 0), ("sourceNamespaces", 0)),
        (("spec", "destinationServiceAccounts", 0), ("namespace", "name")),
        (("spec", "clusterResourceWhitelist", 0, "name"), ("allow",)),
    ],
)
def test_of_the_project(shop: Project, path: DataPath, expected: DataPath) -> None:
    assert path_of_project(shop, plan_app_project(shop, TODAY).manifest, path) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (("metadata", "name"), ("application", "name")),
        (("spec", "source", "repoURL"), ("application", "source", "repoURL")),
        (("spec", "source", "targetRevision"), ("versions", "application")),
        (("spec", "destination", "server"), ("application",)),
        (("spec", "syncPolicy", "syncOptions", 0), ("application", "syncPolicy", "syncOptions", 0)),
    ],
)
def test_of_an_application(shop: Project, path: DataPath, expected: DataPath) -> None:
    (item,) = deployed(shop)
    assert path_of_application(item, path) == expected


def test_of_a_revision_that_the_source_sets(tmp_path: Path) -> None:
    text = "application: {source: {targetRevision: v1.4.2}}\n"
    (item,) = deployed(project_of(tree(tmp_path, {f"{SHOP}/prod/project.yaml": text})))
    path = ("application", "source", "targetRevision")
    assert path_of_application(item, ("spec", "source", "targetRevision")) == path


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (("metadata", "name"), ()),
        (("spec", "generators", 0, "list"), ("generators", 0, "list")),
        (("spec", "template", "spec", "project"), ()),
        (("spec", "template", "spec", "source", "repoURL"), ("template", "source", "repoURL")),
        (("spec", "template", "metadata", "name"), ("template", "name")),
        (("spec", "syncPolicy", "applicationsSync"), ("applicationsSync",)),
        (("spec", "strategy"), ("strategy",)),
    ],
)
def test_of_a_set(path: DataPath, expected: DataPath) -> None:
    assert path_of_set("parts", path) == ("applicationSets", "parts", *expected)
