"""Roles on a given day, and what their permissions are about."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from argoproject.project.access import kubernetes_groups, project_roles
from tests.support.trees import platform, project, tree

PROD = "blue/shop/eu-1/prod"
PROJECT = f"projects/{PROD}/project.yaml"
DAY = dt.date(2026, 12, 24)

ROLES = """\
versions: {application: v1.4.2}
access:
  admin: [blue-admins, {group: blue-oncall, until: 2026-12-24, reason: CHG-1}]
  readonly: []
  roles:
    sets:
      groups: [blue-ci]
      kubernetes: view
      permissions:
        - {resource: applicationsets, actions: [get], applications: [previews]}
        - {resource: applications, actions: [get], applications: ["app*"]}
  kubernetes: {view: [blue-viewers, {group: blue-oncall, until: 2026-12-24, reason: CHG-1}]}
applicationSets:
  previews: {name: blue-previews, generators: [{list: {elements: []}}]}
"""


def test_a_binding_counts_on_its_last_day_and_not_after(tmp_path: Path) -> None:
    found = project(tree(tmp_path, {PROJECT: ROLES}), PROD)
    admin = project_roles(found, DAY)[0]
    assert admin.groups == ("blue-admins", "blue-oncall")
    assert project_roles(found, DAY + dt.timedelta(days=1))[0].groups == ("blue-admins",)
    assert kubernetes_groups(found, DAY) == {"view": ("blue-viewers", "blue-oncall", "blue-ci")}


def test_a_role_without_groups_is_left_out(tmp_path: Path) -> None:
    found = project(tree(tmp_path, {PROJECT: ROLES}), PROD)
    assert [role.name for role in project_roles(found, DAY)] == ["admin", "sets"]


def test_keys_become_the_names_of_what_the_permission_is_about(tmp_path: Path) -> None:
    found = project(tree(tmp_path, {PROJECT: ROLES}), PROD)
    grants = project_roles(found, DAY)[1].grants
    assert [(grant.resource, grant.objects) for grant in grants] == [
        ("applicationsets", ("blue-previews",)),
        ("applications", ("blue-shop-prod-eu-1-app",)),
    ]


def test_a_role_that_only_gives_a_cluster_role_is_none_of_argo_cds(tmp_path: Path) -> None:
    files = {
        PROJECT: "versions: {application: v1.4.2}\n"
        "access: {roles: {viewer: {groups: [blue-kubectl], kubernetes: view}}}\n"
    }
    found = project(tree(tmp_path, files), PROD)
    assert [role.name for role in project_roles(found, DAY)] == ["admin", "readonly"]
    assert kubernetes_groups(found, DAY) == {"view": ("blue-kubectl",)}


@pytest.mark.parametrize(
    ("version", "rolls_back"), [("3.4", []), ("3.5.7", []), ("v3.6", ["rollback"])]
)
def test_admin_and_readonly_by_the_version_of_argo_cd(
    version: str, rolls_back: list[str], tmp_path: Path
) -> None:
    files = {"platform.yaml": platform(f"argocd: {{version: {version!r}}}\n")}
    admin, readonly = project_roles(project(tree(tmp_path, files), PROD), DAY)
    actions = [grant.action for grant in admin.grants if grant.resource == "applications"]
    assert actions == ["get", "sync", *rolls_back, "action/*"]
    reads = [("applicationsets", "get"), ("logs", "get"), ("repositories", "get")]
    assert [(grant.resource, grant.action) for grant in admin.grants][-3:] == reads
    assert [(grant.resource, grant.action) for grant in readonly.grants] == [
        ("applications", "get"),
        *reads,
    ]


def test_the_groups_of_a_built_in_role_get_a_cluster_role_for_as_long(tmp_path: Path) -> None:
    files = {
        "platform.yaml": platform("profiles: {medium: {access: {clusterRoles: {admin: edit}}}}"),
        PROJECT: "versions: {application: v1.4.2}\n"
        "access: {admin: [blue-admins, {group: blue-oncall, until: 2026-12-24, reason: CHG-1}],\n"
        "  clusterRoles: {readonly: view}, kubernetes: {view: [blue-auditors]}}\n",
    }
    found = project(tree(tmp_path, files), PROD)
    assert kubernetes_groups(found, DAY) == {
        "view": ("blue-auditors", "blue-viewers"),
        "edit": ("blue-admins", "blue-oncall"),
    }
    assert kubernetes_groups(found, DAY + dt.timedelta(days=1))["edit"] == ("blue-admins",)


def test_an_environment_with_base_has_roles_in_argo_cd_only(tmp_path: Path) -> None:
    files = {
        "platform.yaml": platform("clusters: {eu-1: {base: true}}"),
        PROJECT: """\
base: {project: platform-base, source: {repoURL: "https://charts.example.org/platform", chart: base}}
versions: {application: v1.4.2, base: 1.0.0}
access: {kubernetes: {view: [blue-auditors]}}
""",
    }
    found = project(tree(tmp_path, files), PROD)
    assert [role.name for role in project_roles(found, DAY)] == ["admin", "readonly"]
    assert kubernetes_groups(found, DAY) == {}
