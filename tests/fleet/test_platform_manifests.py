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
        "config/a.yaml:1:1: the file has no object (write apiVersion, kind and metadata, or remove the file) "
        "[manifest-kind]",
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
        "profiles.medium.platformManifests[1]: in blue/shop/eu-1/prod: the ConfigMap a is the same object as that of "
        "platformManifests[0] "
        "(keep one, or give one another name or namespace) [platform-manifest-twice]"
    )


TAKEN = {
    "networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: default-deny}, spec: {podSelector: {}}": (
        "a network policy of the platform"
    ),
    "v1, kind: ResourceQuota, metadata: {name: quota}, spec: {hard: {pods: '1'}}": "the quota of the platform",
    "v1, kind: LimitRange, metadata: {name: limits}, spec: {limits: [{type: Container}]}": "the limits of the platform",
    "admissionregistration.k8s.io/v1, kind: ValidatingAdmissionPolicy, metadata: {name: argo-projects-guards}": (
        "one that environments share"
    ),
    "argoproj.io/v1alpha1, kind: AppProject, metadata: {name: '${project}'}": None,
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


@pytest.mark.parametrize(
    ("text", "owner"),
    [
        (
            "v1, kind: ResourceQuota, metadata: {name: quota, namespace: blue-shop-staging}, spec: {hard: {pods: '1'}}",
            "the quota of the platform in blue/shop/eu-1/staging",
        ),
        (
            "v1, kind: Namespace, metadata: {name: blue-shop-staging}",
            "the namespace of the environment in blue/shop/eu-1/staging",
        ),
    ],
)
def test_objects_of_another_environment_are_not_replaced(
    tmp_path: Path, text: str, owner: str
) -> None:
    files = {
        "platform.yaml": platform("profiles: {medium: {platformManifests: [{file: a.yaml}]}}"),
        "a.yaml": f"{{apiVersion: {text}}}\n",
        "projects/blue/shop/eu-1/staging/project.yaml": "versions: {application: v1.4.2}\n",
    }
    [line] = validated(tree(tmp_path, files))
    assert f" is {owner} (choose another name) [manifest-taken]" in line


@pytest.mark.parametrize(
    ("text", "owner"),
    [
        (
            "argoproj.io/v1alpha1, kind: AppProject, metadata: {name: '${project}'}",
            "the project that is planned",
        ),
        (
            "argoproj.io/v1alpha1, kind: Application, metadata: {name: blue-shop-prod-eu-1-app}",
            "the Application that is planned in blue/shop/eu-1/prod",
        ),
        ("v1, kind: Secret, metadata: {name: helm-secrets-blue}", "one that environments share"),
        ("v1, kind: Secret, metadata: {name: '${project}'}", ""),
    ],
)
def test_objects_of_argo_cd_are_not_replaced(tmp_path: Path, text: str, owner: str) -> None:
    files = {
        "platform.yaml": platform(
            "profiles: {small: {platformManifests: [{file: a.yaml, namespace: argocd}]}}"
        ),
        "a.yaml": f"{{apiVersion: {text}}}\n",
        "projects/blue/shop/hub/staging/project.yaml": "versions: {application: v1.4.2}\n",
    }
    lines = [line for line in validated(tree(tmp_path, files)) if "manifest-taken" in line]
    assert [f" is {owner} (" in line for line in lines] == ([True] if owner else [])


def test_an_object_of_the_cluster_has_one_name_in_all_namespaces(tmp_path: Path) -> None:
    manifests = "{platformManifests: [{file: a.yaml}]}"
    files = {
        "platform.yaml": platform(f"profiles: {{medium: {manifests}, small: {manifests}}}"),
        "a.yaml": "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: fixed}}\n",
        "projects/blue/shop/eu-1/staging/project.yaml": "versions: {application: v1.4.2}\n",
    }
    [line] = validated(tree(tmp_path, files))
    assert "the ClusterRole fixed is the same object as that of blue/shop/eu-1/prod" in line


GUARDS = {
    "ResourceQuota, metadata: {name: z}, spec: {hard: {nvidia.com/gpu: '1'}, scopes: [Foo]}": [
        "spec.scopes[0]: is not a known value (write one of Terminating, "
    ],
    "ResourceQuota, metadata: {name: z}, spec: {hard: {count/deployments: '2', pods: '1.5'}}": [
        "spec.hard.count/deployments: Kubernetes counts nothing under count/deployments",
        "spec.hard.pods: 1.5 is not a whole number of pods",
    ],
    "ResourceQuota, metadata: {name: z}": ["spec: the quota limits nothing"],
    "LimitRange, metadata: {name: z}, spec: {limits: [{type: Container, max: {gpu: '1'}}]}": [
        "spec.limits[0].max.gpu: Kubernetes knows no resource gpu here"
    ],
    "LimitRange, metadata: {name: z}, spec: {limits: [{type: Pod, max: {cpu: '1'}, min: {cpu: '2'}}]}": [
        "spec.limits[0].min.cpu: min of cpu is 2, above max, which is 1"
    ],
    "LimitRange, metadata: {name: z}, spec: {limits: [{type: Container, maxx: {cpu: '1'}}, {type: Container}, 1]}": [
        "spec.limits[0].maxx: unknown key (did you mean `max`?",
        "spec.limits[1]: there is an item of type Container already",
        "spec.limits[2]: ",
    ],
    "LimitRange, metadata: {name: z}, spec: {limits: [{type: Foo}]}": [
        "spec.limits[0].type: 'Foo' is not the type of a limit (write Container, Pod, PersistentVolumeClaim, or a "
        "name with a domain) [limit-range]"
    ],
    "LimitRange, metadata: {name: z}, spec: {limits: [{type: container}]}": [
        "spec.limits[0].type: 'container' is not the type of a limit (write Container, Pod, "
    ],
    "LimitRange, metadata: {name: z}, spec: {limit: []}": [
        "spec: the spec is not a list `limits` alone"
    ],
}


@pytest.mark.parametrize("text", GUARDS)
def test_guards_of_the_platform_are_judged_like_those_of_profiles(
    tmp_path: Path, text: str
) -> None:
    files = {
        "platform.yaml": platform("profiles: {medium: {platformManifests: [{file: a.yaml}]}}"),
        "a.yaml": f"{{apiVersion: v1, kind: {text}}}\n",
    }
    lines = [line.split(": ", 1)[1] for line in validated(tree(tmp_path, files))]
    assert [line[: len(it)] for line, it in zip(lines, GUARDS[text], strict=True)] == GUARDS[text]


@pytest.mark.parametrize(
    ("item", "least"),
    [
        ("type: Container, min: {cpu: '200'}", "200"),
        ("type: Pod, min: {cpu: '5'}", "5"),
        ("type: Pod, min: {cpu: '4'}", ""),
    ],
)
@pytest.mark.parametrize("namespace", ["", ", namespace: velero"])
def test_limits_of_the_platform_within_the_quota(
    tmp_path: Path, item: str, least: str, namespace: str
) -> None:
    """Nothing could start in the namespace. Of other namespaces the quota is not known."""
    files = {
        "platform.yaml": platform(
            f"profiles: {{medium: {{platformManifests: [{{file: a.yaml{namespace}}}], "
            "namespace: {quota: {requests.cpu: 4}}}}"
        ),
        "a.yaml": "{apiVersion: v1, kind: LimitRange, metadata: {name: z}, "
        f"spec: {{limits: [{{{item}}}]}}}}\n",
    }
    lines = validated(tree(tmp_path, files))
    expected = f"spec.limits[0].min.cpu: in blue/shop/eu-1/prod: min of cpu is {least}, above the quota, which is 4 "
    assert [line.split(": ", 1)[1].split("(")[0] for line in lines] == (
        [expected] if least and not namespace else []
    )
