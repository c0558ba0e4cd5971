"""Secret values of the config."""

from __future__ import annotations

import pulumi
import pytest

from argoproject.preview.record import Secret
from components import Secrets
from components.kubernetes import KubernetesObject
from tests.components.recording import record


def test_values_are_secrets_by_team_and_name() -> None:
    seen: dict[str, object] = {}

    def register() -> None:
        secrets = Secrets.of({"blue": {"token": "t", "pin": 1234}, "platform": {"token": "p"}})
        data = {str(key): value for key, value in secrets.items()}
        pulumi.Output.all(**data).apply(seen.update)
        manifest = {"apiVersion": "v1", "kind": "ConfigMap", "data": data}
        KubernetesObject("holder", manifest, pulumi.ResourceOptions())

    data = record(register).named("holder").inputs["data"]
    assert seen == {"blue/token": "t", "blue/pin": "1234", "platform/token": "p"}
    assert set(data) == set(seen)
    assert all(isinstance(value, Secret) for value in data.values())


def test_values_without_a_team_are_refused_and_not_shown() -> None:
    with pytest.raises(pulumi.RunError) as error:
        Secrets.of({"token": "s3cr3t", "blue": {}})
    assert str(error.value) == "config secrets: expected names with values in token"


def test_an_empty_value_is_none() -> None:
    seen: list[str] = []
    given = {"blue": {"none": None, "empty": "", "token": "t"}}
    record(lambda: seen.extend(map(str, Secrets.of(given))))
    assert seen == ["blue/token"]


@pytest.mark.parametrize("value", [["s3cr3t"], {"a": "s3cr3t"}, True])
def test_what_is_no_text_is_refused_and_not_shown(value: object) -> None:
    with pytest.raises(pulumi.RunError) as error:
        Secrets.of({"blue": {"token": value, "other": "x"}})
    assert str(error.value) == "config secrets: expected text for blue/token"
