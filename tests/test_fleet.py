"""The whole way: what stops whom, collisions across the fleet, stacks, missing secrets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from argoproject.errors import ConfigError
from argoproject.fleet import Fleet, load_fleet, validate_tree
from tests.support.trees import platform, report, tree

TODAY = dt.date(2026, 11, 21)
BROKEN = {"projects/green/api/eu-1/dev/project.yaml": "descripton: x\n"}


def fleet(root: Path, select: Mapping[str, Any] | None = None) -> Fleet:
    return load_fleet(root, stack="dev", select=select, today=TODAY)


def stopped(root: Path, select: Mapping[str, Any] | None = None) -> str:
    with pytest.raises(ConfigError) as caught:
        fleet(root, select)
    return str(caught.value).replace(str(root), "config")


def validated(root: Path) -> list[str]:
    return report(validate_tree(root, TODAY, "config").problems)


def test_a_correct_tree_has_no_problems_and_is_planned(tmp_path: Path) -> None:
    root = tree(tmp_path)
    assert validated(root) == []
    found = fleet(root)
    assert [plan.name for plan in found.plans] == ["blue-shop-prod-eu-1"]
    assert list(found.clusters) == ["eu-1", "hub"]


def test_another_teams_broken_file_does_not_block(tmp_path: Path) -> None:
    root = tree(tmp_path, BROKEN)
    assert fleet(root, {"teams": ["blue"]}).plans
    assert stopped(root) == (
        "config/projects/green/api/eu-1/dev/project.yaml:1:1: descripton: unknown key (did you mean `description`?) "
        "[unknown-key]\n1 problem in 1 file; nothing was done"
    )


@pytest.mark.parametrize(
    "file",
    [
        "projects/blue/team.yaml",
        "projects/blue/shop/product.yaml",
        "projects/blue/shop/eu-1/prod/project.yaml",
        "platform.yaml",
    ],
)
def test_what_an_environment_depends_on_stops_its_stack(tmp_path: Path, file: str) -> None:
    root = tree(tmp_path, {file: "a: [\n"})
    assert "[yaml-syntax]" in stopped(root, {"teams": ["blue"]})


def test_an_environment_that_cannot_be_read_is_no_deleted_one(tmp_path: Path) -> None:
    files = {"projects/blue/shop/eu-1/dev/project.yaml": "a: [\n"}
    assert "[yaml-syntax]" in stopped(tree(tmp_path, files), {"products": ["shop"]})
    (tmp_path / "config/projects/blue/shop/eu-1/dev/project.yaml").unlink()
    assert "[no-project]" in stopped(tmp_path / "config", {"products": ["shop"]})


def test_a_stack_that_takes_nothing_is_a_mistake(tmp_path: Path) -> None:
    assert stopped(tree(tmp_path), {"teams": ["blu"]}) == (
        "Pulumi.dev.yaml: argo-projects:select: the stack takes no environment (teams: blu) (correct the selection; to "
        "remove environments, retire them first) [nothing-selected]\n1 problem in 1 file; nothing was done"
    )


def test_names_that_meet_after_joining_are_refused_for_both(tmp_path: Path) -> None:
    teams = "teams: {blue: {namespaces: ['*']}, blue-shop: {groups: [blue-*], clusters: [eu-1], namespaces: ['*']}}"
    files = {
        "platform.yaml": platform(teams),
        "projects/blue/shop-web/eu-1/dev/project.yaml": "{}\n",
        "projects/blue-shop/web/eu-1/dev/project.yaml": "{}\n",
    }
    root = tree(tmp_path, files)
    seen = [line for line in validated(root) if "name-collision" in line]
    assert seen == [
        "config/projects/blue-shop/web/eu-1/dev/project.yaml:1:1: name: the project blue-shop-web-dev-eu-1 is also "
        "claimed by blue/shop-web/eu-1/dev (set another `name` in one of them) [name-collision]",
        "config/projects/blue-shop/web/eu-1/dev/project.yaml:1:1: namespace.name: the namespace blue-shop-web-dev on "
        "cluster eu-1 is also claimed by blue/shop-web/eu-1/dev (set another `namespace.name` in one of them) "
        "[name-collision]",
        "config/projects/blue/shop-web/eu-1/dev/project.yaml:1:1: name: the project blue-shop-web-dev-eu-1 is also "
        "claimed by blue-shop/web/eu-1/dev (set another `name` in one of them) [name-collision]",
        "config/projects/blue/shop-web/eu-1/dev/project.yaml:1:1: namespace.name: the namespace blue-shop-web-dev on "
        "cluster eu-1 is also claimed by blue-shop/web/eu-1/dev (set another `namespace.name` in one of them) "
        "[name-collision]",
    ]
    assert "[name-collision]" in stopped(root, {"teams": ["blue-shop"]})
    assert fleet(root, {"products": ["shop"]}).plans


def test_two_applications_of_one_name(tmp_path: Path) -> None:
    text = (
        "applications: {x: {name: same, source: {repoURL: 'https://gitlab.example.org/blue/x', path: a, "
        "kustomize: {}, targetRevision: v1.0.0}}}\n"
        "application: {name: same}\nversions: {application: v1.4.2}\n"
    )
    root = tree(tmp_path, {"projects/blue/shop/eu-1/prod/project.yaml": text})
    assert [line for line in validated(root) if "name-collision" in line] == [
        "config/projects/blue/shop/eu-1/prod/project.yaml:1:20: applications.x.name: the Application same is claimed "
        "twice by this environment (set another `applications.x.name` in one of them) [name-collision]",
        "config/projects/blue/shop/eu-1/prod/project.yaml:2:15: application.name: the Application same is claimed "
        "twice by this environment (set another `application.name` in one of them) [name-collision]",
    ]


def test_stacks_that_overlap_or_leave_something_out(tmp_path: Path) -> None:
    root = tree(
        tmp_path, {"projects/blue/shop/eu-1/dev/project.yaml": "versions: {application: main}\n"}
    )
    (tmp_path / "Pulumi.yaml").write_text("name: argo-projects\n")
    (tmp_path / "Pulumi.a.yaml").write_text(
        "config: {argo-projects:select: {environments: [prod]}}\n"
    )
    (tmp_path / "Pulumi.b.yaml").write_text(
        "config: {argo-projects:select: {environments: [prod, staging]}}\n"
    )
    assert validated(root) == [
        "config/projects/blue/shop/eu-1/dev/project.yaml:1:1: no stack takes the environment (add it to the "
        "argo-projects:select of a stack file, Pulumi.<stack>.yaml) [no-stack]",
        "config/projects/blue/shop/eu-1/prod/project.yaml:1:1: the environment is in 2 stacks: Pulumi.a.yaml and "
        "Pulumi.b.yaml (let their argo-projects:select exclude each other) [two-stacks]",
    ]


def test_all_missing_secrets_are_named_at_once(tmp_path: Path) -> None:
    text = (
        "namespace: {secrets: {db: {user: {secret: db-user}, password: {secret: db-password}}}}\n"
    )
    root = tree(
        tmp_path,
        {"projects/blue/shop/eu-1/prod/project.yaml": text + "versions: {application: v1.4.2}\n"},
    )
    found = fleet(root)
    found.missing_secrets(["blue/db-user", "blue/db-password"])
    with pytest.raises(ConfigError) as caught:
        found.missing_secrets(["green/db-user", "blue/db-password-2"])
    assert str(caught.value).replace(str(root), "config") == (
        "config/projects/blue/shop/eu-1/prod/project.yaml:1:28: namespace.secrets.db.user: the secret 'db-user' has no "
        "value (pulumi config set --secret --path 'argo-projects:secrets.blue.db-user') [secret-missing]\n"
        "config/projects/blue/shop/eu-1/prod/project.yaml:1:53: namespace.secrets.db.password: the secret "
        "'db-password' has no value (pulumi config set --secret --path 'argo-projects:secrets.blue.db-password') "
        "[secret-missing]\n2 problems in 1 file; nothing was done"
    )


def test_quotas_beyond_a_clusters_budget_warn(tmp_path: Path) -> None:
    files = {"platform.yaml": platform("clusters: {eu-1: {budget: {requests.cpu: '3'}}}")}
    root = tree(tmp_path, files)
    [line] = validated(root)
    assert line.split(": ", 1)[1] == (
        "clusters.eu-1.budget: warning: the quotas of all environments ask for 4 requests.cpu, the cluster has 3 "
        "(lower quotas, or enlarge the cluster) [over-budget]"
    )
    assert fleet(root).warnings
