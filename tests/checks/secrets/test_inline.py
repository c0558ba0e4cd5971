"""Secrets in clear: the exact text of each report, and what only refers to a secret."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest

from argoproject.checks.applications.applications import check
from argoproject.secrets.detection import secret_paths
from argoproject.yamlfile.reader import path_text
from tests.support import cases
from tests.support.reports import reported

CASES = cases.read(__file__)


@pytest.mark.parametrize("name", CASES)
def test_report(tmp_path: Path, name: str, pytestconfig: pytest.Config) -> None:
    CASES.compare(name, reported(check, tmp_path, CASES[name].files), pytestconfig)


SEALED = base64.b64encode(b"\x02\x00" + bytes(range(256)) * 2 + bytes(40)).decode()
"""A value of a SealedSecret: the length of a key of 512 bytes, that key, and the encrypted value."""


@pytest.mark.parametrize(
    "data",
    [
        {"data": [{"secretKey": "password", "remoteRef": {"key": "shop/db"}}]},
        {"data": [{"secretKey": "db-2", "sourceRef": {"generatorRef": {"kind": "Password"}}}]},
        {"match": {"secretKey": "s3cr3t", "remoteRef": {"remoteKey": "shop"}}},
        {"target": {"template": {"data": {"url": "postgres://{{ .user }}:{{ .password }}@db/x"}}}},
        {"data": {"config.yaml": "db:\n  password: {{ .password }}\n  user: {{ .user }}\n"}},
        {"encryptedData": {"password": SEALED, "token": SEALED}},
        {"passwordSecretRef": {"name": "db", "key": "password"}},
        {"privateKeySecretRef": {"name": "account"}},
        {"basicAuth": {"password": {"name": "metrics", "key": "password"}}},
        {"auth": {"existingSecret": "db", "secretKeys": {"adminPasswordKey": "password"}}},
        {"auth": {"existingSecret": "db", "secretKey": "postgres-password"}},
        {"auth": {"secretName": "s3", "secretKey": "AWS_SECRET_ACCESS_KEY"}},
        {"auth": {"existingSecretName": "s3", "secretKey": "secretAccessKey"}},
        {"smtp": {"passwordSecretKey": "smtp-password", "tokenSecretKey": "token"}},
        {"auth": {"existingSecretPasswordKey": "password", "adminExistingSecretKey": "password"}},
        {"env": [{"name": "DB_PASSWORD", "valueFrom": {"secretKeyRef": {"key": "password"}}}]},
        {"volumes": [{"secret": {"secretName": "db", "items": [{"key": "token", "path": "t"}]}}]},
    ],
)
def test_a_reference_is_no_secret(data: dict[str, Any]) -> None:
    assert list(secret_paths(data)) == []


@pytest.mark.parametrize(
    ("data", "place"),
    [
        ({"secretKey": "password"}, "secretKey"),
        ({"existingSecret": "", "secretKey": "password"}, "secretKey"),
        ({"existingSecret": "db", "secretKey": "hunter2"}, "secretKey"),
        ({"existingSecret": "db", "secretKey": "wJalrXUtnFEMIK7MDENGbPxRfiCY"}, "secretKey"),
        ({"existingSecret": "db", "accessKey": "password"}, "accessKey"),
        ({"remoteRef": {}, "secretKey": "password"}, "secretKey"),
        ({"remoteRef": {"key": "x"}, "password": "password"}, "password"),
        ({"remoteRef": {"key": "x"}, "secretKey": "not a key"}, "secretKey"),
        ({"djangoSecretKey": "password"}, "djangoSecretKey"),
        ({"passwordSecretKey": "hunter2"}, "passwordSecretKey"),
        ({"encryptedData": {"password": "aHVudGVyMg=="}}, "encryptedData.password"),
        ({"encryptedData": {"password": "hunter2"}}, "encryptedData.password"),
        ({"data": {"password": SEALED}}, "data.password"),
        ({"data": {"c.yaml": "a: {{ .a }}\npassword: hunter2\n"}}, "data.c.yaml"),
    ],
)
def test_a_value_next_to_a_reference_is_one(data: dict[str, Any], place: str) -> None:
    assert [path_text(path) for path in secret_paths(data)] == [place]
