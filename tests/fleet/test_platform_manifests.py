"""Manifests of the platform in the plans of a fleet: valid, and no object twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fleet.helpers import fleet, validated
from tests.support.trees import platform, tree


def test_platform_manifests_of_one_name_are_different_objects(tmp_path: Path) -> None:
    role = "apiVersion: %s\nkind: Role\nmetadata: {name: '${project}'}\n"
    files = {
        "platform.yaml": platform(
            "profiles: {medium: {platformManifests: [{file: a.yaml}, {file: a.yaml, namespace: velero}, "
            "{file: b.yaml}, {file: c.yaml}]}}"
        ),
        "a.yaml": role % "rbac.authorization.k8s.io/v1",
        "b.yaml": role % "iam.example.org/v1",
        "c.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: '${project}'}\n",
    }
    [plan] = fleet(tree(tmp_path, files)).plans
    assert [item.key for item in plan.objects() if item.key.startswith("platform-")] == [
        "platform-role.rbac.authorization.k8s.io/blue-shop-prod/blue-shop-prod-eu-1",
        "platform-role.rbac.authorization.k8s.io/velero/blue-shop-prod-eu-1",
        "platform-role.iam.example.org/blue-shop-prod/blue-shop-prod-eu-1",
        "platform-configmap/blue-shop-prod/blue-shop-prod-eu-1",
    ]


def test_a_platform_manifest_that_is_none(tmp_path: Path) -> None:
    files = {
        "platform.yaml": platform(
            "profiles: {medium: {platformManifests: [{file: a.yaml}, {file: b.yaml}, {file: c.yaml}]}}"
        ),
        "a.yaml": "spec: {}\n",
        "b.yaml": "{apiVersion: v1, kind: ConfigMap, metadata: {name: '${project}-b', labels: []}}\n",
        "c.yaml": "{apiVersion: v1, kind: ConfigMap, metadata: {name: 'c_${project}', labels: {a: true}}}\n",
    }
    name = (
        "metadata.name: the manifest has no valid metadata.name (write lower-case letters, digits, `-` and `.`, "
        "at most 253; generateName is not possible here) [manifest-name]"
    )
    assert validated(tree(tmp_path, files)) == [
        "config/a.yaml:1:1: apiVersion: the manifest has no valid apiVersion (write v1, apps/v1 or the like) "
        "[manifest-api-version]",
        "config/a.yaml:1:1: kind: the manifest has no valid kind (write for example ConfigMap) [manifest-kind]",
        f"config/a.yaml:1:1: {name}",
        "config/b.yaml:1:68: metadata.labels: metadata.labels is not a mapping (write keys and texts, or remove it) "
        "[manifest-metadata]",
        f"config/c.yaml:1:46: {name}",
        "config/c.yaml:1:77: metadata.labels.a: the value of a is not a text (write it in quotes) [manifest-metadata]",
    ]


def test_a_platform_manifest_twice(tmp_path: Path) -> None:
    files = {
        "platform.yaml": platform(
            "profiles: {medium: {platformManifests: [{file: a.yaml, namespace: velero}, {file: b.yaml}]}}"
        ),
        "a.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n",
        "b.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: velero}\n",
    }
    [line] = validated(tree(tmp_path, files))
    assert line.split(": ", 1)[1] == (
        "profiles.medium.platformManifests[1]: the ConfigMap a is the same object as that of platformManifests[0] "
        "(keep one, or give one another name or namespace) [platform-manifest-twice]"
    )


TAKEN = {
    "networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: default-deny}, spec: {podSelector: {}}": (
        "a network policy of the platform"
    ),
    "v1, kind: ResourceQuota, metadata: {name: quota}": "the quota of the platform",
    "v1, kind: LimitRange, metadata: {name: limits}": "the limits of the platform",
    "v1, kind: Namespace, metadata: {name: '${namespace}'}": "the namespace of the environment",
    "v1, kind: ServiceAccount, metadata: {name: default}": "the account that every namespace has",
    "rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: access-admin}": "what `access` gives",
    "v1, kind: ConfigMap, metadata: {name: about}": (
        "that of config/projects/blue/shop/eu-1/prod/manifests/about.yaml"
    ),
    "v1, kind: ConfigMap, metadata: {name: '${project}', namespace: velero}": None,
    "v1, kind: ConfigMap, metadata: {name: quota}": None,
    "crd.projectcalico.org/v1, kind: NetworkPolicy, metadata: {name: default-deny}": None,
}


@pytest.mark.parametrize("text", TAKEN)
def test_a_platform_manifest_replaces_no_other_object(tmp_path: Path, text: str) -> None:
    about = "{apiVersion: v1, kind: ConfigMap, metadata: {name: about}}\n"
    files = {
        "platform.yaml": platform("profiles: {medium: {platformManifests: [{file: a.yaml}]}}"),
        "a.yaml": f"{{apiVersion: {text}}}\n",
        "projects/blue/shop/eu-1/prod/manifests/about.yaml": about,
    }
    lines = validated(tree(tmp_path, files))
    owner = TAKEN[text]
    assert len(lines) == (owner is not None)
    assert all(f"is {owner} (" in line and "[manifest-taken]" in line for line in lines), lines


@pytest.mark.parametrize(("name", "count"), [("fixed", 1), ("'${project}'", 0)])
def test_platform_manifests_of_two_environments_are_two_objects(
    tmp_path: Path, name: str, count: int
) -> None:
    manifests = "{platformManifests: [{file: a.yaml, namespace: velero}]}"
    files = {
        "platform.yaml": platform(f"profiles: {{medium: {manifests}, small: {manifests}}}"),
        "a.yaml": f"{{apiVersion: v1, kind: ConfigMap, metadata: {{name: {name}}}}}\n",
        "projects/blue/shop/eu-1/staging/project.yaml": "versions: {application: v1.4.2}\n",
    }
    lines = validated(tree(tmp_path, files))
    assert [line.split(": ", 1)[1] for line in lines] == [
        "profiles.small.platformManifests[0]: in blue/shop/eu-1/staging: the ConfigMap fixed is the same object as "
        "that of blue/shop/eu-1/prod (write a placeholder into the name, for example ${project}) [manifest-taken]"
    ][:count]


def test_with_a_base_the_platforms_manifests_are_not_planned(tmp_path: Path) -> None:
    base = "{source: {repoURL: 'https://gitlab.example.org/platform/base.git', path: .}}"
    files = {
        "platform.yaml": platform(
            "argocd: {version: 3.5.7, baseProjects: [bases]}\nclusters: {eu-1: {base: true}}\n"
            f"profiles: {{medium: {{base: {base}, versions: {{base: v1.0.0}}, platformManifests: [{{file: a.yaml}}]}}}}"
        ),
        "a.yaml": "{apiVersion: v1, kind: ServiceAccount, metadata: {name: default}}\n",
    }
    assert not [line for line in validated(tree(tmp_path, files)) if "manifest-taken" in line]


def test_network_policies_of_the_platform_are_judged_like_those_of_teams(tmp_path: Path) -> None:
    policy = (
        "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: z}, spec: %s}\n"
    )
    files = {
        "platform.yaml": platform("profiles: {medium: {platformManifests: [{file: a.yaml}]}}"),
        "a.yaml": policy % "{podSelector: {}, ingress: [{form: []}]}",
    }
    [line] = validated(tree(tmp_path, files))
    assert line.startswith("config/a.yaml:1:")
    assert "spec.ingress[0].form" in line
