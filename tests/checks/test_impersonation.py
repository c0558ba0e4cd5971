"""Impersonation: who switches it, what a team cannot switch, and what has no account."""

from __future__ import annotations

from pathlib import Path

import pytest

from argoproject.checks.impersonation import check, check_kinds, check_version
from argoproject.output.explain import explained
from argoproject.problems import together
from argoproject.project.impersonation import impersonation, switch
from argoproject.project.kinds import cluster_objects, namespaced_kinds
from tests.support import cases
from tests.support.trees import PROJECT, TEAM, TODAY, load, platform, project, report, tree

CASES = cases.read(__file__)
OWN = ("impersonation",)
OF_CLASS = ("environmentClasses", "production", "impersonation")
OF_PROFILE = ("profiles", "medium", "impersonation")
DETAILS = "profiles: {medium: {impersonation: {}}}"
EXEMPT = "environmentClasses: {production: {impersonation: false}}"


@pytest.mark.parametrize(
    ("overlay", "own", "on", "path"),
    [
        ("{}", "{}", False, ()),
        ("impersonation: true", "{}", True, ("impersonation",)),
        ("environmentClasses: {production: {impersonation: true}}", "{}", True, OF_CLASS),
        ("environmentClasses: {nonproduction: {impersonation: true}}", "{}", False, ()),
        ("profiles: {medium: {impersonation: {}}}", "{}", True, OF_PROFILE),
        ("profiles: {small: {impersonation: {}}}", "{}", False, ()),
        (f"impersonation: true\n{EXEMPT}", "{}", False, OF_CLASS),
        (f"{DETAILS}\n{EXEMPT}", "{}", False, OF_CLASS),
        ("{}", "impersonation: true", True, OWN),
        ("environmentClasses: {production: {impersonation: false}}", "impersonation: true", True, OWN),
        ("{}", "impersonation: false", False, ()),
    ],
)  # fmt: skip
def test_one_switch(
    tmp_path: Path, overlay: str, own: str, on: bool, path: tuple[str, ...]
) -> None:
    found = project(tree(tmp_path, {"platform.yaml": platform(overlay), PROJECT: own}))

    assert (switch(found).on, switch(found).path) == (on, path)
    assert (impersonation(found) is not None) is on


def test_the_account_has_the_details_of_the_profile_wherever_it_is_switched_on(
    tmp_path: Path,
) -> None:
    overlay = """
environmentClasses: {production: {impersonation: false}}
profiles: {medium: {impersonation: {clusterRole: deployer, serviceAccount: syncer}}}
"""
    files = {"platform.yaml": platform(overlay), PROJECT: "impersonation: true"}
    account = impersonation(project(tree(tmp_path, files)))

    assert account is not None
    assert (account.cluster_role, account.service_account) == ("deployer", "syncer")


@pytest.mark.parametrize("name", CASES)
def test_report(tmp_path: Path, name: str, pytestconfig: pytest.Config) -> None:
    case = CASES[name]
    root = tree(tmp_path, case.tree())
    loaded = load(root)
    assert loaded.platform is not None, report(loaded.problems)
    rules = (check_kinds(loaded.platform), check_version(loaded.platform))
    of_platform = loaded.platform_document.problems(*rules)
    seen = report([*check(project(root, case.environment)), *of_platform])
    CASES.compare(name, seen, pytestconfig)


def test_a_team_takes_back_what_it_said_itself(tmp_path: Path) -> None:
    files = {TEAM: "impersonation: true\n", PROJECT: "impersonation: false\n"}
    found = project(tree(tmp_path, files))

    assert report(check(found)) == []
    assert impersonation(found) is None


def test_a_team_chooses_no_role(tmp_path: Path) -> None:
    root = tree(tmp_path, {PROJECT: "impersonation: {clusterRole: cluster-admin}\n"})

    assert report(load(root).problems) == [
        "config/projects/blue/shop/eu-1/prod/project.yaml:1:1: impersonation: must be a truth value (write "
        "true or false) [wrong-type]"
    ]


def test_where_argo_cd_impersonates_every_environment_has_an_account_or_is_named(
    tmp_path: Path,
) -> None:
    """One line for a class, whichever of its environments it is about."""
    overlay = "impersonation: true\nenvironmentClasses: {nonproduction: {impersonation: false}}"
    files = {
        "platform.yaml": platform(overlay),
        "projects/blue/shop/eu-1/dev/project.yaml": "versions: {application: main}\n",
        "projects/blue/shop/eu-1/staging/project.yaml": "versions: {application: main}\n",
    }
    root = tree(tmp_path, files)
    found = [
        problem
        for name in ("dev", "staging", "prod")
        for problem in check(project(root, f"blue/shop/eu-1/{name}"))
    ]

    assert [str(problem) for problem in together(found)] == [
        "config/platform.yaml:17:5: environmentClasses.nonproduction.impersonation: warning: in blue/shop/eu-1/dev, "
        "blue/shop/eu-1/staging: the class nonproduction is exempted: where Argo CD impersonates, nothing of these "
        "environments is synced (remove `impersonation: false`, or let such syncs have Argo CD's own rights: "
        'application.sync.impersonation.enforced: "false" in argocd-cm, and `argocd.impersonationEnforced: false` '
        "here) [impersonation-unmatched]"
    ]


@pytest.mark.parametrize(
    ("overlay", "own", "expected"),
    [
        (
            "environmentClasses: {production: {impersonation: true}}\n"
            "profiles: {medium: {impersonation: {serviceAccount: syncer}}}",
            "{}",
            [
                ("impersonation", True, "config/platform.yaml"),
                ("impersonation.serviceAccount", "syncer", "config/platform.yaml"),
            ],
        ),
        (EXEMPT, "{}", [("impersonation", False, "config/platform.yaml")]),
        (EXEMPT, "impersonation: true", [("impersonation", True, f"config/{PROJECT}")]),
        ("{}", "{}", []),
    ],
)
def test_explain_shows_who_decided(
    tmp_path: Path, overlay: str, own: str, expected: list[tuple[str, object, str]]
) -> None:
    found = project(tree(tmp_path, {"platform.yaml": platform(overlay), PROJECT: own}))

    values, _ = explained(found, "impersonation")

    assert [(item.path, item.value, item.position.file) for item in values] == expected


def test_objects_of_the_cluster_by_name(tmp_path: Path) -> None:
    values = ["Node", "PersistentVolume/data", "example.org/Cluster", "example.org/Cluster/a.b"]
    entries = ", ".join(f"{{kind: clusterResource, value: {item}, reason: r}}" for item in values)
    found = project(tree(tmp_path, {PROJECT: f"allow: [{entries}]\n"}))

    assert cluster_objects(found, TODAY) == (
        ("", "Node", ""),
        ("", "PersistentVolume", "data"),
        ("example.org", "Cluster", ""),
        ("example.org", "Cluster", "a.b"),
    )
    assert namespaced_kinds(found, TODAY) == ()
