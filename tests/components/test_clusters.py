"""The providers: one for each cluster, explicit in everything that matters."""

from __future__ import annotations

import json
from typing import Any

import pulumi
import pytest

from argoproject.preview.record import Secret
from components.clusters import ClusterAccess, Clusters
from tests.components.recording import Recording, record

PROVIDER = "pulumi:providers:kubernetes"


def inputs(access: ClusterAccess, *, adopt: bool = False) -> dict[str, Any]:
    """What the provider of a cluster `eu-1` is given."""
    recording = record(lambda: Clusters({"eu-1": access}, adopt=adopt)["eu-1"])
    return dict(recording.named("eu-1", PROVIDER).inputs)


@pytest.fixture(autouse=True)
def no_ambient_cluster(monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK reads defaults from the environment."""
    monkeypatch.delenv("KUBECONFIG", raising=False)


def test_everything_that_matters_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULUMI_K8S_UPSERT_EXISTING_OBJECTS", "true")
    monkeypatch.setenv("PULUMI_K8S_ENABLE_PATCH_FORCE", "true")
    monkeypatch.setenv("PULUMI_K8S_DELETE_UNREACHABLE", "true")
    monkeypatch.setenv("PULUMI_K8S_CLIENT_QPS", "5")
    given = inputs(ClusterAccess())
    limits = json.loads(given.pop("kubeClientSettings"))
    assert limits == {"qps": 1000, "burst": 2000, "timeout": 30}
    assert given == {
        "clusterIdentifier": "eu-1",
        "context": "eu-1",
        "enableServerSideApply": "true",
        "enableSecretMutable": "true",
        "enableConfigMapMutable": "true",
        "upsertExistingObjects": "false",
        "enablePatchForce": "false",
        "deleteUnreachable": "false",
    }


def test_adoption_takes_existing_objects_and_their_fields() -> None:
    given = inputs(ClusterAccess(), adopt=True)
    assert (given["upsertExistingObjects"], given["enablePatchForce"]) == ("true", "true")
    assert given["deleteUnreachable"] == "false"


def test_limits_are_the_clusters_own() -> None:
    given = inputs(ClusterAccess(qps=5, burst=10, timeout=3))
    assert json.loads(given["kubeClientSettings"]) == {"qps": 5, "burst": 10, "timeout": 3}


def test_a_kubeconfig_is_a_secret_and_decides_the_context() -> None:
    given = inputs(ClusterAccess(kubeconfig="users: [{token: s3cr3t}]"))
    assert isinstance(given["kubeconfig"], Secret)
    assert "context" not in given


def test_a_context_of_a_kubeconfig_can_be_named() -> None:
    given = inputs(ClusterAccess(kubeconfig="/some/file", context="admin"))
    assert given["context"] == "admin"


def test_a_provider_is_made_once_and_only_when_it_is_used() -> None:
    def register() -> None:
        clusters = Clusters.of(["hub", "eu-1", "unused"], {})
        assert clusters["hub"] is clusters["hub"]
        assert clusters["eu-1"] is not clusters["hub"]
        assert list(clusters) == ["eu-1", "hub", "unused"]
        assert len(clusters) == 3
        assert "unused" in clusters
        assert "other" not in clusters

    assert record(register).names() == {"hub", "eu-1"}


def test_the_config_of_a_cluster_is_used() -> None:
    def register() -> None:
        _ = Clusters.of(["hub", "eu-1"], {"hub": {"context": "admin@hub"}})["hub"]

    recording: Recording = record(register)
    assert recording.named("hub").inputs["context"] == "admin@hub"


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"eu1": {}}, "config clusters: unknown eu1 (known: eu-1, hub)"),
        (
            {"hub": "admin"},
            "config clusters.hub: expected a mapping with any of "
            "context, kubeconfig, qps, burst, timeout",
        ),
        (
            {"eu-1": {"contxt": "x", "a": 1}},
            "config clusters.eu-1: unknown a, contxt (known: context, kubeconfig, qps, burst, timeout)",
        ),
    ],
)
def test_mistakes_in_the_config_are_reported(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(pulumi.RunError) as error:
        Clusters.of(["hub", "eu-1"], settings)
    assert str(error.value) == message


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"context": ""}, "config clusters.eu-1.context: expected text"),
        ({"context": 5}, "config clusters.eu-1.context: expected text"),
        ({"kubeconfig": None}, "config clusters.eu-1.kubeconfig: expected text"),
        ({"qps": "fast"}, "config clusters.eu-1.qps: expected a number above 0"),
        ({"qps": float("nan")}, "config clusters.eu-1.qps: expected a number above 0"),
        ({"qps": float("inf")}, "config clusters.eu-1.qps: expected a number above 0"),
        ({"burst": True}, "config clusters.eu-1.burst: expected an integer above 0"),
        ({"burst": 1.5}, "config clusters.eu-1.burst: expected an integer above 0"),
        ({"timeout": 2.5}, "config clusters.eu-1.timeout: expected an integer above 0"),
        ({"timeout": -1}, "config clusters.eu-1.timeout: expected an integer above 0"),
    ],
)
def test_values_that_cannot_be_meant(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(pulumi.RunError) as error:
        ClusterAccess.of("eu-1", settings)
    assert str(error.value) == message
