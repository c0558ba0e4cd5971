"""`argoproject render`: a folder of manifests."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from argoproject.identity import Identity
from argoproject.tree.selection import takes
from tests.support.commands import command
from tests.support.trees import platform

run = command("render")

FILES = {
    "projects/blue/shop/hub/dev/project.yaml": "versions: {application: v1.4.2}\n",
    "projects/blue/shop/eu-1/prod/project.yaml": """\
versions: {application: v1.4.2}
namespace: {secrets: {db: {password: {secret: db-password}}}}
registries: {harbor: {server: harbor.example.org, username: robot, password: {secret: harbor}}}
""",
}


def contents(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*.yaml")
    }


def test_every_manifest_has_a_file(here: Path) -> None:
    assert run("--out", "out").output == "out: 17 manifests of 2 environments\n"
    files = contents(here / "out")
    assert sorted(name for name in files if "prod" in name.split("/")[1]) == [
        "eu-1/blue-shop-prod-eu-1/limitrange.limits.yaml",
        "eu-1/blue-shop-prod-eu-1/namespace.blue-shop-prod.yaml",
        "eu-1/blue-shop-prod-eu-1/networkpolicy.default-deny.yaml",
        "eu-1/blue-shop-prod-eu-1/networkpolicy.dns.yaml",
        "eu-1/blue-shop-prod-eu-1/resourcequota.quota.yaml",
        "eu-1/blue-shop-prod-eu-1/secret.db.yaml",
        "eu-1/blue-shop-prod-eu-1/secret.pull-harbor.yaml",
        "eu-1/blue-shop-prod-eu-1/serviceaccount.default.yaml",
        "hub/blue-shop-prod-eu-1/application.blue-shop-prod-eu-1-app.yaml",
        "hub/blue-shop-prod-eu-1/appproject.blue-shop-prod-eu-1.yaml",
    ]
    assert yaml.safe_load(files["eu-1/blue-shop-prod-eu-1/secret.db.yaml"])["stringData"] == {
        "password": "<secret blue/db-password>"
    }


def test_it_is_the_same_to_the_byte_and_takes_the_folders_place(here: Path) -> None:
    run("--out", "out")
    before = contents(here / "out")
    (here / "out/hub/stale.yaml").write_text("x")
    run("--out", "out")
    assert contents(here / "out") == before
    assert sorted(path.name for path in here.iterdir()) == ["config", "out"]


def test_a_selection(here: Path) -> None:
    run("blue/shop/hub", "--out", "out")
    assert {name.split("/")[1] for name in contents(here / "out")} == {"blue-shop-dev-hub"}
    assert (
        "no environment is called green (known: blue)"
        in run("green", "--out", "other", status=2).output
    )


def test_a_folder_of_somebody_else_is_left_alone(here: Path) -> None:
    (here / "mine").mkdir()
    (here / "mine/file").write_text("x")
    assert run("--out", "mine", status=1).output == (
        "Error: mine was not written by this command: name another folder, or remove it\n"
    )
    assert (here / "mine/file").read_text() == "x"


def test_a_tree_with_mistakes_is_not_rendered(here: Path) -> None:
    (here / "config/projects/blue/team.yaml").write_text("acess: {}\n")
    assert "[unknown-key]" in run("--out", "out", status=1).output
    assert not (here / "out").exists()


def test_twins_in_other_namespaces_have_files_of_their_own(here: Path) -> None:
    manifest = "{apiVersion: v1, kind: ConfigMap, metadata: {name: about}}\n"
    items = "[{file: platform/a.yaml}, {file: platform/a.yaml, namespace: velero}]"
    text = f"{{profiles: {{medium: {{platformManifests: {items}}}}}}}"
    (here / "config/platform.yaml").write_text(platform(text))
    (here / "config/platform").mkdir()
    (here / "config/platform/a.yaml").write_text(manifest)
    run("blue/shop/eu-1", "--out", "out")
    assert [
        name.split("/")[2] for name in sorted(contents(here / "out")) if "configmap" in name
    ] == [
        "configmap.about.blue-shop-prod.yaml",
        "configmap.about.velero.yaml",
    ]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("blue", True),
        ("blue/", True),
        ("blue/shop", True),
        ("blue/shop/eu-1/prod", True),
        ("blue/*/*/prod", True),
        ("*/shop", True),
        ("blue-shop-prod-eu-1", True),
        ("blue-*", True),
        ("blu", False),
        ("blue/shop/hub", False),
        ("blue/shop/eu-1/prod/x", False),
        ("shop", False),
    ],
)
def test_patterns(pattern: str, expected: bool) -> None:
    identity = Identity("blue", "shop", "eu-1", "prod")
    assert takes(pattern, identity, "blue-shop-prod-eu-1") is expected


def test_the_policies_that_a_stack_deploys_are_next_to_the_environments(here: Path) -> None:
    (here / "Pulumi.yaml").write_text("name: argo-projects\n")
    (here / "Pulumi.live.yaml").write_text("config: {argo-projects:admissionPolicies: [eu-1]}\n")
    output = run("--out", "out").output
    shared = {name: text for name, text in contents(here / "out").items() if "/_shared/" in name}
    assert output == (
        f"out: 17 manifests of 2 environments, {len(shared)} manifests of the admission policies of 1 cluster\n"
    )
    assert {name.split("/")[0] for name in shared} == {"eu-1"}
    guards = "eu-1/_shared/validatingadmissionpolicy.argo-projects-guards.yaml"
    assert yaml.safe_load(shared[guards])["spec"]["failurePolicy"] == "Fail"


def test_a_selection_has_no_shared_policies(here: Path) -> None:
    (here / "Pulumi.yaml").write_text("name: argo-projects\n")
    (here / "Pulumi.live.yaml").write_text("config: {argo-projects:admissionPolicies: [eu-1]}\n")
    assert run("blue/shop/eu-1", "--out", "out").output == "out: 10 manifests of 1 environment\n"
