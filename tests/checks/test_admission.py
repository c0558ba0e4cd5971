"""What the cluster enforces can be enforced."""

from __future__ import annotations

from pathlib import Path

import pytest

from argoproject.checks.admission import check as check_project
from argoproject.checks.admission import check_fleet, check_stacks, overlapping
from argoproject.checks.platform import check_platform
from argoproject.fleet.pipeline import validate_tree
from argoproject.project.resolve import resolve
from argoproject.tree.load import load_tree
from tests.support import cases
from tests.support.reports import reported
from tests.support.trees import PROJECT, TODAY, load, platform, project, report, tree

CASES = cases.read(__file__)
VERSION = "versions: {application: v1.4.2}\n"
STAGING = "projects/blue/shop/eu-1/staging/project.yaml"
ON_HUB = "projects/blue/shop/hub/prod/project.yaml"


@pytest.mark.parametrize("name", CASES)
def test_report(tmp_path: Path, name: str, pytestconfig: pytest.Config) -> None:
    CASES.compare(name, reported(check_project, tmp_path, CASES[name].files), pytestconfig)


def hosts(root: Path) -> list[str]:
    projects, problems = resolve(load_tree(root, "config"))
    assert problems == []
    return report(check_fleet(projects))


def test_a_host_is_one_environments(tmp_path: Path) -> None:
    files: dict[str, str | None] = {
        PROJECT: VERSION + "hosts: [a.example.org, shop.example.org]\n",
        STAGING: "versions: {application: main}\nhosts: [shop.example.org]\n",
    }
    assert hosts(tree(tmp_path, files)) == [
        "config/projects/blue/shop/eu-1/prod/project.yaml:2:24: hosts[1]: the host shop.example.org on cluster eu-1 is "
        "also declared by blue/shop/eu-1/staging (leave it to one of them: the one that is deployed last "
        "would take the other's traffic) [host-collision]",
        "config/projects/blue/shop/eu-1/staging/project.yaml:2:9: hosts[0]: the host shop.example.org on cluster eu-1 "
        "is also declared by blue/shop/eu-1/prod (leave it to one of them: the one that is deployed last "
        "would take the other's traffic) [host-collision]",
    ]


def test_a_pattern_takes_in_what_is_below(tmp_path: Path) -> None:
    files: dict[str, str | None] = {
        PROJECT: VERSION + "hosts: ['*.shop.example.org']\n",
        STAGING: "versions: {application: main}\nhosts: [a.b.shop.example.org]\n",
    }
    assert hosts(tree(tmp_path, files)) == [
        "config/projects/blue/shop/eu-1/prod/project.yaml:2:9: hosts[0]: the host *.shop.example.org on cluster eu-1 "
        "overlaps a.b.shop.example.org, declared by blue/shop/eu-1/staging (leave it to one of them: the one that is "
        "deployed last would take the other's traffic) [host-collision]",
        "config/projects/blue/shop/eu-1/staging/project.yaml:2:9: hosts[0]: the host a.b.shop.example.org on cluster "
        "eu-1 overlaps *.shop.example.org, declared by blue/shop/eu-1/prod (leave it to one of them: the one that is "
        "deployed last would take the other's traffic) [host-collision]",
    ]


@pytest.mark.parametrize(
    ("file", "other"),
    [
        (STAGING, "shop.example.org"),  # next to a pattern, not below it
        (STAGING, "evilshop.example.org"),
        (ON_HUB, "a.shop.example.org"),  # another cluster
    ],
)
def test_hosts_that_do_not_meet(tmp_path: Path, file: str, other: str) -> None:
    files: dict[str, str | None] = {
        PROJECT: VERSION + "hosts: ['*.shop.example.org', a.shop.example.org]\n",
        file: f"versions: {{application: v1.0.0}}\nhosts: [{other}]\n",
    }
    assert hosts(tree(tmp_path, files)) == []


def test_what_takes_a_host_in() -> None:
    assert list(overlapping("a.example.org")) == ["a.example.org", "*.example.org", "*.org"]
    assert list(overlapping("*.example.org")) == ["*.example.org", "*.org"]


def test_hosts_beyond_the_profile(tmp_path: Path) -> None:
    text = platform("profiles: {medium: {admission: {hosts: ['*.blue.example.org']}}}")
    files: dict[str, str | None] = {
        "platform.yaml": text,
        PROJECT: VERSION + "hosts: [a.blue.example.org, shop.example.org]\n",
    }
    assert report(check_project(project(tree(tmp_path, files)))) == [
        "config/projects/blue/shop/eu-1/prod/project.yaml:2:29: hosts[1]: the profile medium does not serve "
        "shop.example.org (its admission.hosts in platform.yaml allows *.blue.example.org: choose from these, or let "
        "the platform team add it) [host-not-served]"
    ]


@pytest.mark.parametrize(
    "entry", ["harbor.example.org/blue:1", "https://harbor.example.org", "*", "harbor.*.org", "*.example.org/x"]
)  # fmt: skip
def test_what_is_no_registry(tmp_path: Path, entry: str) -> None:
    text = platform(f"profiles: {{medium: {{admission: {{registries: ['{entry}']}}}}}}")
    loaded = load(tree(tmp_path, {"platform.yaml": text}))
    if loaded.platform is None:  # no pattern at all
        assert "is not a pattern" in report(loaded.problems)[0]
        return
    (line,) = report(check_platform(loaded, loaded.platform))
    assert line.endswith(
        f"profiles.medium.admission.registries[0]: '{entry}' is not a registry (write harbor.example.org, "
        "harbor.example.org/blue/*, or *.example.org; no scheme and no tag) [admission-registry]"
    )


@pytest.mark.parametrize(
    "entry",
    ["harbor.example.org", "harbor.example.org:5000", "harbor.example.org/*", "harbor.example.org/blue/*",
     "harbor.example.org/blue", "harbor.example.org/blue/", "*.example.org", "docker.io", "localhost:5000/x"],
)  # fmt: skip
def test_registries(tmp_path: Path, entry: str) -> None:
    text = platform(f"profiles: {{medium: {{admission: {{registries: ['{entry}']}}}}}}")
    loaded = load(tree(tmp_path, {"platform.yaml": text}))
    assert loaded.platform is not None, report(loaded.problems)
    assert report(check_platform(loaded, loaded.platform)) == []


def stacks(tmp_path: Path, profile: str, **files: str) -> list[str]:
    root = tree(tmp_path, {"platform.yaml": platform(f"profiles: {{medium: {profile}}}")})
    (tmp_path / "Pulumi.yaml").write_text("name: argo-projects\n")
    for name, text in files.items():
        (tmp_path / f"Pulumi.{name}.yaml").write_text(f"config:\n  {text}\n")
    loaded = load(root)
    assert loaded.platform is not None, report(loaded.problems)
    return report(check_stacks(loaded, loaded.platform))


def test_a_cluster_whose_policies_no_stack_deploys(tmp_path: Path) -> None:
    (line,) = stacks(
        tmp_path, "{admission: {}}", one="argo-projects:admissionPolicies: [hub]", two="a:b: c"
    )
    assert line == (
        "config/platform.yaml:10:3: clusters.eu-1: profiles have `admission`, but no stack deploys this cluster's "
        "policies: nothing would be enforced (add eu-1 to argo-projects:admissionPolicies of one stack file, for "
        "example Pulumi.one.yaml) [no-admission-policies]"
    )


def test_policies_that_two_stacks_deploy(tmp_path: Path) -> None:
    both = "argo-projects:admissionPolicies: [hub, eu-1]"
    lines = stacks(tmp_path, "{admission: {}}", one=both, two=both)
    assert [line.partition(": ")[2] for line in lines] == [
        f"argo-projects:admissionPolicies[{index}]: Pulumi.one.yaml deploys the policies of {cluster} as well: each "
        "would overwrite the other's (keep one) [admission-policies-twice]"
        for index, cluster in enumerate(("hub", "eu-1"))
    ]


def test_policies_of_a_cluster_that_is_not_there(tmp_path: Path) -> None:
    (line,) = stacks(tmp_path, "{}", one="argo-projects:admissionPolicies: [eu-2]")
    assert line.partition(": ")[2] == (
        "argo-projects:admissionPolicies[0]: platform.yaml has no cluster eu-2 that Pulumi reaches (did you mean "
        "eu-1?) [unknown-cluster]"
    )


def test_without_admission_no_stack_need_deploy_any(tmp_path: Path) -> None:
    assert stacks(tmp_path, "{}", one="a:b: c") == []


def test_validate_asks_all_of_it(tmp_path: Path) -> None:
    text = platform(
        "profiles: {medium: {admission: {hosts: [b], registries: ['a/b:c']}}}\nteams: {blue: {hosts: ['*']}}"
    )
    files: dict[str, str | None] = {
        "platform.yaml": text,
        PROJECT: VERSION + "hosts: [a.example.org]\n",
        STAGING: "versions: {application: main}\nhosts: [a.example.org]\n",
    }
    root = tree(tmp_path, files)
    (tmp_path / "Pulumi.yaml").write_text("name: argo-projects\n")
    (tmp_path / "Pulumi.dev.yaml").write_text("config: {}\n")
    codes = {problem.code for problem in validate_tree(root, TODAY, "config").problems}
    assert codes >= {
        "host-not-served",
        "host-collision",
        "admission-registry",
        "no-admission-policies",
    }
