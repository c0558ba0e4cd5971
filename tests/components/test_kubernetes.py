"""One planned object, one resource."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pulumi
import pytest

from argoproject.plan.model import DockerConfig, Ownership, PlannedObject, RegistryLogin, SecretRef
from argoproject.preview.record import Secret
from argoproject.secrets.file import SecretKey
from components.kubernetes import KubernetesObject, Placement, available_after
from tests.components.recording import Request, factory, record
from tests.support.plans import (
    CLUSTER,
    SECRETS,
    application,
    guards,
    namespace_object,
    on_cluster,
    shop,
)

PREFIX = "blue-shop-dev-eu-1"
FORCED = {"pulumi.com/patchForce": "true"}

TOKENS = {
    "quota": "kubernetes:core/v1:ResourceQuota",
    "limits": "kubernetes:core/v1:LimitRange",
    "network-policy-default-deny": "kubernetes:networking.k8s.io/v1:NetworkPolicy",
    "pull-secret-harbor": "kubernetes:core/v1:Secret",
    "account-default": "kubernetes:core/v1:ServiceAccountPatch",
    "sync": "kubernetes:core/v1:ServiceAccount",
    "role": "kubernetes:rbac.authorization.k8s.io/v1:Role",
    "access": "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding",
    "settings": "kubernetes:core/v1:ConfigMap",
    "backup": "kubernetes:velero.io/v1:Schedule",
}


class Parent(pulumi.ComponentResource):
    """A component to put objects below."""

    def __init__(self, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("test:index:Parent", "parent", None, opts)


def create(item: PlannedObject, **place: Any) -> Request:
    """Register one object."""
    recording = record(lambda: factory().create(item, Placement(parent=Parent(), **place)))
    return recording.named(f"{PREFIX}-{item.key}")


@pytest.mark.parametrize("item", guards("blue-shop-dev"), ids=lambda item: item.key)
def test_every_kind_keeps_its_token_and_its_manifest(item: PlannedObject) -> None:
    request = create(dataclasses.replace(item, force=False))
    assert request.raw.type == TOKENS[item.key]
    expected = dict(item.manifest)
    if item.kind == "Secret":
        (key,) = expected["stringData"]
        assert isinstance(request.inputs["stringData"][key], Secret)
        expected = {**expected, "stringData": request.inputs["stringData"]}
    assert request.inputs == expected


@pytest.mark.parametrize("kind", ["Application", "ApplicationSet", "AppProject"])
def test_argo_cd_kinds_keep_their_specs(kind: str) -> None:
    spec = {"project": "p", "template": {"snake_key": {"camelKey": [1, {"a_b": "c"}]}}}
    request = create(on_cluster("x", kind, "argocd", "argoproj.io/v1alpha1", spec=spec))
    assert request.raw.type == f"kubernetes:argoproj.io/v1alpha1:{kind}"
    assert request.inputs["spec"] == spec


@pytest.mark.parametrize(
    ("api_version", "kind", "token"),
    [
        ("v1", "Namespace", "kubernetes:core/v1:NamespacePatch"),
        ("v1", "ConfigMap", "kubernetes:core/v1:ConfigMapPatch"),
        ("argoproj.io/v1alpha1", "AppProject", "kubernetes:argoproj.io/v1alpha1:AppProjectPatch"),
    ],
)
def test_what_belongs_to_others_is_patched(api_version: str, kind: str, token: str) -> None:
    item = on_cluster("theirs", kind, "n", api_version)
    request = create(dataclasses.replace(item, ownership=Ownership.PATCH))
    assert request.raw.type == token
    assert request.inputs["kind"] == kind


@pytest.mark.parametrize(
    ("api_version", "kind", "token"),
    [
        ("v1", "ServiceAccount", "kubernetes:core/v1:ServiceAccount"),
        ("rbac.authorization.k8s.io/v1", "Role", "kubernetes:rbac.authorization.k8s.io/v1:Role"),
        ("argoproj.io/v1alpha1", "Rollout", "kubernetes:argoproj.io/v1alpha1:Rollout"),
    ],
)
def test_a_manifest_of_a_team_may_have_any_keys(api_version: str, kind: str, token: str) -> None:
    keys = {"opts": {"protect": "yes"}, "resourceName": "x", "typo": [1]}
    item = on_cluster("theirs", kind, "n", api_version, **keys)
    request = create(dataclasses.replace(item, as_written=True, force=False))
    assert request.raw.type == token
    assert request.inputs == item.manifest


def test_a_kind_whose_name_ends_in_patch_has_no_class_of_its_own() -> None:
    item = on_cluster("theirs", "NamespacePatch", "n", typo={})
    assert create(item).inputs["typo"] == {}


def test_forced_objects_take_fields_over() -> None:
    request = create(on_cluster("quota", "ResourceQuota", "n"))
    assert request.inputs["metadata"]["annotations"] == FORCED


def test_annotations_of_the_manifest_stay() -> None:
    item = on_cluster("quota", "ResourceQuota", "n")
    metadata = {**item.manifest["metadata"], "annotations": {"a": "b"}}
    request = create(dataclasses.replace(item, manifest={**item.manifest, "metadata": metadata}))
    assert request.inputs["metadata"]["annotations"] == {"a": "b", **FORCED}
    assert item.manifest["metadata"] == {"name": "quota", "namespace": "n"}


def test_an_empty_block_of_annotations_is_never_made() -> None:
    request = create(application("app", PREFIX).object)
    assert "annotations" not in request.inputs["metadata"]


def test_waiting_means_synced_and_healthy() -> None:
    request = create(application("reqs", PREFIX, wait_until_healthy=True).object)
    annotations = request.inputs["metadata"]["annotations"]
    assert set(annotations) == {"pulumi.com/waitFor"}
    assert json.loads(annotations["pulumi.com/waitFor"]) == [
        "jsonpath={.status.sync.status}=Synced",
        "jsonpath={.status.health.status}=Healthy",
    ]


def test_only_the_leaf_is_secret() -> None:
    item = on_cluster(
        "repository",
        "Secret",
        "argocd",
        stringData={"url": "https://x", "token": SecretRef(SecretKey("t", "s"))},
    )
    objects = dataclasses.replace(factory(), secrets={SecretKey("t", "s"): "value"})
    recording = record(lambda: objects.create(item, Placement(parent=Parent())))
    request = recording.named(f"{PREFIX}-repository")
    assert request.inputs["stringData"]["url"] == "https://x"
    assert isinstance(request.inputs["stringData"]["token"], Secret)
    assert set(request.raw.additionalSecretOutputs) == {"data", "stringData"}
    assert _secret_values(request) == ["value"]


def test_a_docker_configuration_is_made_of_all_its_secrets() -> None:
    config = DockerConfig(
        (
            RegistryLogin("a.example.org", "robot", SecretRef(SecretKey("blue", "gitlab-token"))),
            RegistryLogin(
                "b.example.org", "robot", SecretRef(SecretKey("blue", "harbor-password"))
            ),
        )
    )
    item = on_cluster("pull", "Secret", "n", stringData={".dockerconfigjson": config})
    assert _secret_values(create(item)) == [config.reveal(SECRETS)]


def test_a_secret_that_is_an_output_stays_one() -> None:
    item = on_cluster("s", "Secret", "n", stringData={"k": SecretRef(SecretKey("t", "s"))})

    def register() -> pulumi.Resource:
        secrets = {SecretKey("t", "s"): pulumi.Output.from_input("later")}
        objects = dataclasses.replace(factory(), secrets=secrets)
        return objects.create(item, Placement(parent=Parent()))

    assert _secret_values(record(register).named(f"{PREFIX}-s")) == ["later"]


def _secret_values(request: Request) -> list[str]:
    """The values behind the secret leaves of stringData, as they were sent."""
    leaves = request.raw.object.fields["stringData"].struct_value.fields.values()
    marked = [leaf.struct_value.fields for leaf in leaves if leaf.HasField("struct_value")]
    return [fields["value"].string_value for fields in marked]


def test_the_provider_is_the_clusters() -> None:
    assert create(on_cluster("quota", "ResourceQuota", "n")).provider == CLUSTER


def test_protection_is_the_plans_and_not_the_callers() -> None:
    def register() -> None:
        parent = Parent(pulumi.ResourceOptions(protect=True))
        quota = on_cluster("quota", "ResourceQuota", "n")
        factory().create(quota, Placement(parent=parent))

    request = record(register).named(f"{PREFIX}-quota")
    assert request.raw.HasField("protect")
    assert not request.raw.protect
    assert create(namespace_object("n")).raw.protect


def test_options_are_passed_on() -> None:
    item = dataclasses.replace(
        on_cluster("quota", "ResourceQuota", "n"),
        keep=True,
        ignore_changes=("spec.hard", "metadata.labels"),
    )
    request = create(item)
    assert request.raw.retainOnDelete
    assert list(request.raw.ignoreChanges) == ["spec.hard", "metadata.labels"]
    assert not request.raw.deletedWith
    assert not request.raw.importId


@pytest.mark.parametrize(
    ("item", "identifier"),
    [
        (namespace_object("theirs"), "theirs"),
        (on_cluster("quota", "ResourceQuota", "theirs"), "theirs/quota"),
    ],
)
def test_what_exists_is_imported(item: PlannedObject, identifier: str) -> None:
    request = create(dataclasses.replace(item, ownership=Ownership.ADOPT))
    assert request.raw.importId == identifier
    assert not request.raw.retainOnDelete


def test_labels_stay_on_a_namespace_of_another_owner() -> None:
    assert create(namespace_object("theirs", Ownership.PATCH)).raw.retainOnDelete


def test_a_patched_account_is_given_back() -> None:
    (account,) = (item for item in guards("n") if item.ownership is Ownership.PATCH)
    assert not create(account).raw.retainOnDelete


def test_former_names_of_project_and_key_are_aliases() -> None:
    plan = shop(moved_from=("old-a", "old-b"))
    app = application("web", plan.name).object

    def register() -> None:
        place = Placement(parent=Parent(), moved_from=("app",))
        factory(plan).create(app, place)

    aliases = record(register).named(f"{PREFIX}-web").aliases
    assert aliases == [
        f"{PREFIX}-app",
        "old-a-web",
        "old-a-app",
        "old-b-web",
        "old-b-app",
    ]


def test_without_former_names_there_are_no_aliases() -> None:
    assert create(namespace_object("n")).aliases == []


def test_a_value_after_resources_depends_on_them() -> None:
    def register() -> None:
        first = factory().create(on_cluster("one", "ConfigMap", "n"), Placement(parent=Parent()))
        manifest = {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "data": {"x": available_after([first], "known")},
        }
        KubernetesObject("two", manifest, pulumi.ResourceOptions())

    request = record(register).named("two")
    assert request.inputs["data"] == {"x": "known"}
    assert request.depends_on == {f"{PREFIX}-one"}
