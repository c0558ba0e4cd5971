"""What may be shown of a value: nothing that is called or looks like a secret, however it is wrapped."""

from __future__ import annotations

from typing import Any

import pytest

from argoproject.diff.fields import Element, differences
from argoproject.secrets.detection import NOT_SHOWN, masked, masked_at, secret_paths


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("plain", "plain"),
        (15, 15),
        ({"replicas": 2, "password": "hunter2"}, {"replicas": 2, "password": NOT_SHOWN}),
        ({"password": 987654}, {"password": NOT_SHOWN}),
        ({"password": True}, {"password": True}),
        ({"token": ""}, {"token": NOT_SHOWN}),
        ({"password": "<secret blue/db>"}, {"password": "<secret blue/db>"}),
        ({"tokens": "hunter2"}, {"tokens": "hunter2"}),
        ({"apiTokens": ["hunter2"]}, {"apiTokens": [NOT_SHOWN]}),
        ({"passwords": [{"user": "a"}, 5]}, {"passwords": [{"user": NOT_SHOWN}, NOT_SHOWN]}),
        ({"maxTokens": 4096, "secretKeys": ["a"], "imagePullSecrets": ["b"]},
         {"maxTokens": 4096, "secretKeys": ["a"], "imagePullSecrets": ["b"]}),
        ({"https://u:hunter2secret@h": 1}, {NOT_SHOWN: 1}),
        ({"apiToken": {"admin": "hunter2", "n": [1]}}, {"apiToken": {"admin": NOT_SHOWN, "n": [NOT_SHOWN]}}),
        ([{"name": "auth.password", "value": "hunter2"}], [{"name": "auth.password", "value": NOT_SHOWN}]),
        ([{"name": "replicas", "value": "2"}], [{"name": "replicas", "value": "2"}]),
        ("db:\n  password: hunter2\n", NOT_SHOWN),
        ("https://user:hunter2@git.example.org/x", NOT_SHOWN),
        ("redis://:hunter2secret@redis:6379", NOT_SHOWN),
        ("amqps://shop:hun$ter2@mq", NOT_SHOWN),
        ("https://bot:hun:ter2@git.example.org", NOT_SHOWN),
        ("https://bot:hun{ter<2@git.example.org", NOT_SHOWN),
        ("redis://redis:6379", "redis://redis:6379"),
        ("redis://:$(PASSWORD)@redis", "redis://:$(PASSWORD)@redis"),
        ("redis://:${PASSWORD}@redis", "redis://:${PASSWORD}@redis"),
        ("redis://:$PASSWORD@redis", "redis://:$PASSWORD@redis"),
        ("redis://u:{{.password}}@redis", "redis://u:{{.password}}@redis"),
        ("redis://u:{password}@redis", "redis://u:{password}@redis"),
        ("redis://u:<password>@redis", "redis://u:<password>@redis"),
    ],
)  # fmt: skip
def test_masked(value: Any, shown: Any) -> None:
    assert masked(value) == shown


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        (("spec", "auth", "password"), NOT_SHOWN),
        (("spec", "parameters", "auth.password", "value"), NOT_SHOWN),
        (("apiToken", "admin"), NOT_SHOWN),
        (("spec", 0, "replicas"), "hunter2"),
        (("x", "apiTokens", 0), NOT_SHOWN),
        (("x", "tokens", Element("a")), NOT_SHOWN),
        (("x", "tokens", "issuer"), "hunter2"),
    ],
)
def test_a_value_by_the_keys_that_lead_to_it(names: tuple[object, ...], shown: str) -> None:
    assert masked_at("hunter2", names) == shown


@pytest.mark.parametrize(
    ("data", "paths"),
    [
        ({"apiTokens": ["hunter2", "$(TOKEN)", {"name": "a"}]}, [("apiTokens", 0)]),
        ({"a": {"passwords": ("x", "y")}}, [("a", "passwords", 0), ("a", "passwords", 1)]),
        ({"tokens": {"issuer": "x"}, "existingPasswords": ["a"], "secretKeys": ["b"]}, []),
        ({"maxTokens": 4096, "imagePullSecrets": ["a"], "tokens": "all"}, []),
        ({"passwords": "x", "apiKeys": {"a": "y"}}, [("passwords",), ("apiKeys", "a")]),
        ({"env": [{"name": "API_TOKENS", "value": "x"}]}, [("env", 0, "value")]),
        ({"passwords": {"existingSecret": "x", "key": "y"}, "apiKeys": "12"}, []),
        ({"hosts": {"https://bot:hunter2secret@h/": 1}}, [("hosts",)]),
    ],
)
def test_lists_of_secrets_and_keys_with_a_login(data: Any, paths: list[Any]) -> None:
    assert list(secret_paths(data)) == paths


def test_a_path_has_no_login() -> None:
    [change] = differences({}, {"https://bot:hunter2secret@h/": 1})
    assert change.path == NOT_SHOWN
    [item] = differences({"apiTokens": []}, {"apiTokens": ["hunter2"]})
    assert item.path == "apiTokens[0]"
