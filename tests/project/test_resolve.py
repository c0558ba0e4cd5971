"""Resolving: the order of layers, the rule of merging, placeholders, and the origin of values."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from argoproject.project.resolve import merge, resolve
from argoproject.yamlfile.reader import DataPath
from tests.support.trees import PLATFORM, load, platform, project, report, tree

PROD = "blue/shop/eu-1/prod"
PROJECT = "projects/blue/shop/eu-1/prod/project.yaml"


def unresolved(root: Path) -> list[str]:
    loaded = load(root)
    _, problems = resolve(loaded)
    return report([*loaded.problems, *problems])


@pytest.mark.parametrize(
    ("lower", "upper", "expected"),
    [
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 3}}, {"a": {"b": 3, "c": 2}}),
        ({"a": [1, 2]}, {"a": [3]}, {"a": [3]}),
        ({"a": {"b": 1}}, {"a": None}, {}),
        ({"a": {"b": 1}}, {"a": {"b": None}}, {"a": {}}),
        ({"a": "x"}, {"a": {"b": 1}}, {"a": {"b": 1}}),
        ({"a": {"b": 1}}, {"a": "x"}, {"a": "x"}),
        ({}, {"a": {"b": None}}, {"a": {}}),
    ],
)
def test_maps_merge_lists_and_scalars_replace_null_removes(
    lower: dict[str, Any], upper: dict[str, Any], expected: dict[str, Any]
) -> None:
    before = repr(lower)
    assert merge(lower, upper) == expected
    assert repr(lower) == before


def test_the_nearer_file_wins_and_the_class_comes_directly_after_its_file(tmp_path: Path) -> None:
    files = {
        "projects/blue/team.yaml": "description: team\nclasses: {production: {description: team for production}}\n",
        "projects/blue/shop/product.yaml": "hosts: [product.example.org]\n",
        PROJECT: "{}\n",
        "projects/blue/shop/eu-1/dev/project.yaml": "{}\n",
        "projects/blue/shop/eu-1/staging/project.yaml": "description: own\nhosts: []\n",
    }
    root = tree(tmp_path, files)
    assert project(root, PROD).settings.description == "team for production"
    assert project(root, "blue/shop/eu-1/dev").settings.description == "team"
    staging = project(root, "blue/shop/eu-1/staging").settings
    assert (staging.description, staging.hosts) == ("own", ())


def test_the_profile_is_chosen_first_and_lies_below_everything(tmp_path: Path) -> None:
    files = {"projects/blue/team.yaml": "profile: small\nnamespace: {quota: {pods: '5'}}\n"}
    settings = project(tree(tmp_path, files), PROD).settings
    assert settings.namespace is not None
    assert settings.namespace.quota == {"requests.cpu": "2", "limits.memory": "8Gi", "pods": "5"}


def test_network_policies_come_on_top_of_the_profiles(tmp_path: Path) -> None:
    root = tree(tmp_path, {PROJECT: "namespace: {networkPolicies: [from-ingress, dns]}\n"})
    namespace = project(root, PROD).settings.namespace
    assert namespace is not None
    assert namespace.network_policies == ("default-deny", "dns", "from-ingress")


def test_the_teams_own_network_policies_follow_the_rule_of_lists(tmp_path: Path) -> None:
    files = {"projects/blue/team.yaml": "namespace: {networkPolicies: [from-ingress]}\n"}
    namespace = project(tree(tmp_path, files), PROD).settings.namespace
    assert namespace is not None
    assert namespace.network_policies == ("default-deny", "dns", "from-ingress")
    files[PROJECT] = "namespace: {networkPolicies: []}\n"
    namespace = project(tree(tmp_path, files), PROD).settings.namespace
    assert namespace is not None
    assert namespace.network_policies == ("default-deny", "dns")


def test_network_policies_cannot_be_removed_with_null(tmp_path: Path) -> None:
    root = tree(tmp_path, {PROJECT: "namespace: {networkPolicies: null}\n"})
    namespace = project(root, PROD).settings.namespace
    assert namespace is not None
    assert namespace.network_policies == ("default-deny", "dns")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (("description",), "config/projects/blue/shop/eu-1/prod/project.yaml:1:1"),
        (("versions", "application"), "config/projects/blue/shop/eu-1/prod/project.yaml:2:12"),
        (("access", "admin", 0), "config/projects/blue/team.yaml:1:18"),
        (("application", "source", "path"), "config/projects/blue/shop/product.yaml:2:65"),
        (("application", "source", "chart"), "config/projects/blue/shop/product.yaml:2:3"),
    ],
)
def test_the_origin_of_a_value(tmp_path: Path, path: DataPath, expected: str) -> None:
    assert str(project(tree(tmp_path), PROD).layers.position(path)) == expected


def test_the_origin_of_a_value_of_the_profile_is_platform_yaml(tmp_path: Path) -> None:
    position = project(tree(tmp_path), PROD).layers.position(("namespace", "quota", "pods"))
    assert position.file == "config/platform.yaml"
    assert 'pods: "50"' in PLATFORM.splitlines()[position.line - 1]


def test_placeholders_are_filled_in_sources_and_manifests(tmp_path: Path) -> None:
    application = (
        "application: {source: {repoURL: 'https://gitlab.example.org/blue/${product}.git', path: '${environment}/x', "
        "helm: {valueFiles: ['$${team}-${team}.yaml']}}}\n"
    )
    manifest = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: about}\n"
    manifest += "data: {n: '${namespace}', p: '${project}'}\n"
    files = {
        PROJECT: application,
        "projects/blue/shop/eu-1/prod/manifests/about.yaml": manifest,
        "projects/blue/shop/product.yaml": None,
    }
    found = project(tree(tmp_path, files), PROD)
    assert found.settings.application is not None
    source = found.settings.application.source
    assert source is not None
    assert source.repo_url == "https://gitlab.example.org/blue/shop.git"
    assert source.path == "prod/x"
    assert source.helm is not None
    assert source.helm.value_files == ("${team}-blue.yaml",)
    assert found.manifests[0].data["data"] == {"n": "blue-shop-prod", "p": "blue-shop-prod-eu-1"}


def test_an_unknown_placeholder(tmp_path: Path) -> None:
    root = tree(tmp_path, {PROJECT: "application: {source: {path: '${env}/x'}}\n"})
    assert unresolved(root) == [
        "config/projects/blue/shop/eu-1/prod/project.yaml:1:24: application.source.path: nothing is known for `${env}` "
        "(known: ${namespace}, ${project}, ${team}, ${product}, ${cluster}, ${environment}; a plain `${` is written "
        "`$${`) [unknown-placeholder]"
    ]


def test_a_placeholder_where_it_has_no_meaning(tmp_path: Path) -> None:
    root = tree(tmp_path, {PROJECT: "description: 'for ${team}'\n"})
    assert unresolved(root) == [
        "config/projects/blue/shop/eu-1/prod/project.yaml:1:1: description: a `${…}` has no meaning here (placeholders "
        "are allowed in sources, value files, extra manifests and network policies) [placeholder-place]"
    ]


@pytest.mark.parametrize(
    ("folder", "expected"),
    [
        (
            "blue/shop/eu-1/prdo",
            "config/projects/blue/shop/eu-1/prdo: platform.yaml knows no environment 'prdo' (did you mean prod? rename "
            "the folder, or add 'prdo' to platform.yaml) [unknown-environment]",
        ),
        (
            "blue/shop/us-9/prod",
            "config/projects/blue/shop/us-9: platform.yaml knows no cluster 'us-9' (known: eu-1, hub; rename the "
            "folder, or add 'us-9' to platform.yaml) [unknown-cluster]",
        ),
        (
            "bleu/shop/eu-1/prod",
            "config/projects/bleu: platform.yaml knows no team 'bleu' (did you mean blue? rename the folder, or add "
            "'bleu' to platform.yaml) [unknown-team]",
        ),
    ],
)
def test_a_folder_that_the_platform_does_not_know(
    tmp_path: Path, folder: str, expected: str
) -> None:
    assert unresolved(tree(tmp_path, {f"projects/{folder}/project.yaml": "{}\n"})) == [expected]


def test_an_unknown_profile(tmp_path: Path) -> None:
    root = tree(tmp_path, {PROJECT: "profile: smal\n"})
    assert unresolved(root) == [
        "config/projects/blue/shop/eu-1/prod/project.yaml:1:1: profile: platform.yaml has no profile 'smal' (did you "
        "mean small?) [unknown-profile]"
    ]


def test_a_key_that_is_missing_after_merging_is_reported_where_it_would_be(tmp_path: Path) -> None:
    root = tree(tmp_path, {PROJECT: "repositories:\n  charts: {type: helm}\n"})
    assert unresolved(root) == [
        "config/projects/blue/shop/eu-1/prod/project.yaml:2:3: repositories.charts.url: is missing (add it) "
        "[missing-key]"
    ]


def test_names_can_be_overridden(tmp_path: Path) -> None:
    overlay = "name: shop\nnamespace: {name: blue-store}\n"
    names = project(tree(tmp_path, {PROJECT: overlay}), PROD).names
    assert (names.namespace, names.project) == ("blue-store", "shop")


def test_guardrails_of_a_class_replace_field_by_field(tmp_path: Path) -> None:
    overlay = "teams: {blue: {classes: {production: {groups: [prod-*]}}}}"
    root = tree(tmp_path, {"platform.yaml": platform(overlay)})
    guardrails = project(root, PROD).guardrails
    assert guardrails.groups == ("prod-*",)
    assert guardrails.clusters == ("hub", "eu-1")
    assert guardrails.quota_max == {"requests.cpu": "32"}
