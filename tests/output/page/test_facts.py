"""What the page is made of: environments, versions, quotas, access, repositories, problems."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from argoproject.fleet.pipeline import validate_tree
from argoproject.output.page.facts import Facts, gather
from argoproject.output.page.page import site
from argoproject.output.page.quotas import quantity
from tests.support.trees import PROJECT, TEAM, TODAY, platform, tree

STAGING = "projects/blue/shop/eu-1/staging/project.yaml"
DEV = "projects/blue/shop/hub/dev/project.yaml"
ON_HUB = "projects/blue/shop/hub/prod/project.yaml"


def facts(tmp_path: Path, files: Mapping[str, str | None] | None = None) -> Facts:
    judged = validate_tree(tree(tmp_path, files), TODAY, "config")
    assert judged.tree.platform is not None
    return gather(judged, judged.tree.platform, TODAY)


def test_an_environment_has_its_revisions_and_quota_with_their_places(tmp_path: Path) -> None:
    [environment] = facts(tmp_path).environments
    assert str(environment.identity) == "blue/shop/eu-1/prod"
    assert (environment.row.environment_class, environment.row.stacks) == ("production", ())
    assert (environment.lifecycle, environment.description) == ("active", "Online shop, production")
    [version] = environment.row.versions
    assert (version.title, version.revision) == ("application", "v1.4.2")
    assert version.url == "https://gitlab.example.org/blue/shop.git"
    assert environment.project is not None
    assert str(environment.project.layers.position(version.path)) == f"config/{PROJECT}:2:12"
    assert environment.quota == {
        "requests.cpu": "4",
        "limits.memory": "16Gi",
        "pods": "50",
    }


def test_what_cannot_be_read_is_listed_with_its_problems(tmp_path: Path) -> None:
    made = facts(tmp_path, {STAGING: "namspace: {}\n"})
    readable, unreadable = made.environments
    assert (unreadable.lifecycle, readable.lifecycle) == ("unreadable", "active")
    assert [made.judged.problems[index].code for index in unreadable.problems] == ["unknown-key"]
    assert readable.problems == ()
    assert len(made.judged.errors) == 1


def test_the_next_day_on_which_something_ends(tmp_path: Path) -> None:
    text = """\
versions: {application: v1.4.2}
access: {admin: [{group: blue-a, until: 2027-01-31}, {group: blue-b, until: 2026-11-20}]}
allow: [{kind: namespaceResource, value: apps/Deployment, reason: a test, until: 2027-01-30}]
"""
    [environment] = facts(tmp_path, {PROJECT: text}).environments
    assert environment.ends == dt.date(2027, 1, 30)
    assert [row.expired for row in environment.access if row.group == "blue-b"] == [True]


def test_a_description_that_may_be_a_secret_is_not_shown(tmp_path: Path) -> None:
    token = "ghp_" + "a1b2c3d4e5f6g7h8i9j0k1"
    text = f"description: use {token}\nversions: {{application: v1.4.2}}\n"
    [environment] = facts(tmp_path, {PROJECT: text}).environments
    assert environment.description == "<not shown>"


FOUR: Mapping[str, str] = {
    PROJECT: "versions: {application: v1.4.2}\n",
    STAGING: "versions: {application: v1.5.0}\n",
    DEV: "versions: {application: v1.5.0}\n",
    ON_HUB: "versions: {application: v1.4.1}\n",
}


def test_versions_stand_side_by_side_in_the_order_of_platform_yaml(tmp_path: Path) -> None:
    made = facts(tmp_path, FOUR)
    assert made.stages == ("dev", "staging", "prod")
    [row] = made.versions
    assert (row.path, row.application, row.source) == ("blue/shop", "application", "")
    assert [
        [(at.revision, [item.cluster for item in at.environments]) for at in stage.revisions]
        for stage in row.stages
    ] == [
        [("v1.5.0", ["hub"])],
        [("v1.5.0", ["eu-1"])],
        [("v1.4.2", ["eu-1"]), ("v1.4.1", ["hub"])],
    ]
    assert [stage.unchanged for stage in row.stages] == [False, True, False]


def test_a_stage_without_an_environment_is_passed_over(tmp_path: Path) -> None:
    files = {
        DEV: "versions: {application: v1.4.2}\n",
        "projects/blue/search/eu-1/staging/project.yaml": "description: Search\n",
    }
    row = next(row for row in facts(tmp_path, files).versions if row.product == "shop")
    assert [stage.unchanged for stage in row.stages] == [False, False, True]
    assert row.stages[1].revisions == ()


def test_quotas_are_summed_next_to_the_budget(tmp_path: Path) -> None:
    text = platform('{clusters: {eu-1: {budget: {requests.cpu: "5", limits.memory: 64Gi}}}}')
    eu, hub = facts(tmp_path, {**FOUR, "platform.yaml": text}).clusters
    assert (eu.name, eu.environments, eu.budgeted) == ("eu-1", 2, True)
    assert [
        (item.resource, item.asked, item.budget, item.percent, item.over) for item in eu.resources
    ] == [
        ("requests.cpu", "6", "5", 120, True),
        ("limits.memory", "24Gi", "64Gi", 38, False),
        ("pods", "70", None, None, False),
    ]
    assert [(team.team, team.environments, team.asked) for team in eu.teams] == [
        ("blue", 2, ("6", "24Gi", "70"))
    ]
    assert (hub.budgeted, hub.environments) == (False, 2)


def test_what_no_quota_limits_is_counted(tmp_path: Path) -> None:
    text = platform("{profiles: {small: {namespace: {quota: {pods: null}}}}}")
    files = {STAGING: FOUR[STAGING], "platform.yaml": text}
    [eu, _] = facts(tmp_path, files).clusters
    assert {item.resource: item.unlimited for item in eu.resources}["pods"] == 1


@pytest.mark.parametrize(
    ("resource", "value", "text"),
    [
        ("requests.cpu", "2.50", "2.5"),
        ("pods", "1000", "1000"),
        ("requests.memory", "1610612736", "1.5Gi"),
        ("limits.memory", "536870912", "512Mi"),
        ("requests.storage", "109951162777600", "102400Gi"),
    ],
)
def test_sums_are_written_as_people_write_them(resource: str, value: str, text: str) -> None:
    assert quantity(resource, Decimal(value)) == text


def test_access_says_in_how_many_environments(tmp_path: Path) -> None:
    team = (
        "access: {admin: [blue-admins]}\nclasses: {production: {access: {admin: [blue-oncall]}}}\n"
    )
    rows = {item.row.group: item for item in facts(tmp_path, {**FOUR, TEAM: team}).roles}
    admins, oncall = rows["blue-admins"], rows["blue-oncall"]
    assert (admins.row.role, admins.row.what) == (
        "admin",
        "sync Applications, run their actions, read logs",
    )
    assert [(reach.stage, len(reach.environments), reach.total) for reach in admins.reach] == [
        ("dev", 1, 1),
        ("staging", 1, 1),
        ("prod", 0, 2),
    ]
    assert [reach.everywhere for reach in admins.reach] == [True, True, False]
    assert [reach.everywhere for reach in oncall.reach] == [False, False, True]


def test_access_that_ends_at_different_days_is_apart(tmp_path: Path) -> None:
    def access(until: str) -> str:
        return f"versions: {{application: v1.4.2}}\naccess: {{admin: [{{group: blue-a, until: {until}}}]}}\n"

    files = {PROJECT: access("2027-01-31"), ON_HUB: access("2026-11-20")}
    rows = [item for item in facts(tmp_path, files).roles if item.row.group == "blue-a"]
    assert [(str(it.row.until), it.row.expired, len(it.reach[-1].environments)) for it in rows] == [
        ("2026-11-20", True, 1),
        ("2027-01-31", False, 1),
    ]


def test_a_widening_is_one_entry_for_all_its_environments(tmp_path: Path) -> None:
    allow = "{kind: namespaceResource, value: apps/Deployment, reason: a move, until: 2026-11-20}"
    text = f"versions: {{application: v1.4.2}}\nallow: [{allow}]\n"
    [widened] = facts(tmp_path, {PROJECT: text, ON_HUB: text}).widened
    item = widened.first
    assert (item.kind, item.value, item.reason, str(item.until), item.expired) == (
        "namespaceResource", "apps/Deployment", "a move", "2026-11-20", True,
    )  # fmt: skip
    assert list(map(str, widened.environments)) == ["blue/shop/eu-1/prod", "blue/shop/hub/prod"]


def test_repositories_name_their_login_secrets_and_users(tmp_path: Path) -> None:
    team = """\
credentials:
  gitlab: {urlPrefix: "https://gitlab.example.org/blue/", type: https, username: bot, password: {secret: token}}
registries: {harbor: {server: harbor.example.org, username: robot, password: {secret: harbor}}}
"""
    harbor, shop = facts(tmp_path, {**FOUR, TEAM: team}).repositories
    assert (shop.url, shop.kind, shop.login, shop.secrets) == (
        "https://gitlab.example.org/blue/shop.git",
        "git",
        "https as bot",
        ("blue/token",),
    )
    assert len(shop.environments) == 4
    assert (harbor.url, harbor.kind, harbor.login, harbor.secrets) == (
        "harbor.example.org",
        "registry",
        "as robot",
        ("blue/harbor",),
    )


def test_a_repository_without_a_login_of_the_environments_is_listed_too(tmp_path: Path) -> None:
    [repository] = facts(tmp_path).repositories
    assert (repository.url, repository.login) == ("https://gitlab.example.org/blue/shop.git", "")
    assert [str(item) for item in repository.environments] == ["blue/shop/eu-1/prod"]


def test_a_table_of_access_has_a_bound_and_says_so(tmp_path: Path) -> None:
    groups = ", ".join(f"blue-{number}" for number in range(40))
    found = facts(tmp_path, {TEAM: f"access: {{readonly: [{groups}]}}\n"})
    text = "".join(text for _, text in site(replace(found, most=30)))
    assert f"{len(found.roles) - 30} more roles of groups are left out here" in text
    assert "left out here" not in "".join(text for _, text in site(found))
