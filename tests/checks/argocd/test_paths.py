"""Each field of a planned manifest leads back to the setting that decides it."""

from __future__ import annotations

from pathlib import Path

import pytest

from argoproject.checks.argocd.paths import path_of_application, path_of_project, path_of_set
from argoproject.plan.build import plan_app_project
from argoproject.project.applications import deployed
from argoproject.project.model import Project
from argoproject.yamlfile.reader import Path as Steps
from tests.checks.argocd.test_argocd import TODAY
from tests.support.reports import SHOP
from tests.support.trees import platform, project, tree

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
    return project(tree(tmp_path, files))


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
def test_of_the_project(shop: Project, path: Steps, expected: Steps) -> None:
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
def test_of_an_application(shop: Project, path: Steps, expected: Steps) -> None:
    (item,) = deployed(shop)
    assert path_of_application(item, path) == expected


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
def test_of_a_set(path: Steps, expected: Steps) -> None:
    assert path_of_set("parts", path) == ("applicationSets", "parts", *expected)
