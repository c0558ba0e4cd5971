"""`argoproject explain`: every value with the place that decides it, secrets with the place where they were found."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from argoproject.cli.main import main
from tests.support.trees import PROJECT, TEAM, tree

FILES = {
    TEAM: "namespace: {secrets: {db: {password: {secret: db-password}, user: {secret: db-user}}}}\n",
    PROJECT: """\
description: Online shop, production
versions: {application: v1.4.2}
namespace: {quota: {requests.cpu: "8"}}
allow: [{kind: inlineSecret, value: application.source.helm.valuesObject.apiToken, reason: a test}]
application:
  source: {kustomize: null, helm: {releaseName: shop, valuesObject: {apiToken: hunter2, on: true}}}
""",
    "projects/blue/shop/secrets/db-user.yaml": "{value: hunter2, for: blue/shop/db-user}\n",
}


def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> Result:
    tree(tmp_path, FILES)
    monkeypatch.chdir(tmp_path)
    return CliRunner().invoke(main, ["explain", *arguments])


def test_values_come_with_their_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    output = run(tmp_path, monkeypatch, "blue/shop/eu-1/prod", "namespace.quota").output
    assert output == (
        "blue/shop/eu-1/prod: project blue-shop-prod-eu-1, profile medium\n"
        f"namespace.quota.requests.cpu: 8\n    config/{PROJECT}:3:21\n"
        f"namespace.quota.limits.memory: 16Gi\n    config/platform.yaml:{line(tmp_path, '16Gi')}:34\n"
        f"namespace.quota.pods: 50\n    config/platform.yaml:{line(tmp_path, '16Gi')}:55\n"
    )


def test_secrets_come_with_the_place_where_they_were_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = run(tmp_path, monkeypatch, "blue-shop-prod-eu-1", "namespace.secrets").output
    assert output.endswith(
        "secret blue/db-password: no file; whether Pulumi config has a value cannot be read here\n"
        f"    namespace.secrets.db.password at config/{TEAM}:1:28\n"
        "secret blue/shop/db-user: config/projects/blue/shop/secrets/db-user.yaml\n"
        f"    namespace.secrets.db.user at config/{TEAM}:1:61\n"
    )


def test_what_may_be_a_secret_is_not_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = run(tmp_path, monkeypatch, "blue/shop/eu-1/prod", "--format", "json")
    values = {item["path"]: item["value"] for item in json.loads(result.output)["values"]}
    assert values["application.source.helm.valuesObject.apiToken"] == "<not shown>"
    assert values["application.source.helm.valuesObject.on"] is True
    assert "hunter2" not in result.output


def test_an_environment_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = run(tmp_path, monkeypatch, "blue/shop/eu-1/prdo")
    assert result.exit_code == 2
    assert (
        "no environment is called blue/shop/eu-1/prdo (did you mean blue/shop/eu-1/prod?)"
        in result.output
    )


def line(tmp_path: Path, text: str) -> int:
    """The line of a text in platform.yaml."""
    rows = (tmp_path / "config/platform.yaml").read_text().splitlines()
    return next(number for number, row in enumerate(rows, 1) if text in row)


def test_a_folder_above_environments_is_no_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree(tmp_path, {"projects/blue/shop/eu-1/dev/project.yaml": "{}\n"})
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["explain", "blue/shop"])
    assert result.exit_code == 2
    assert "name one environment: blue/shop/eu-1/dev, blue/shop/eu-1/prod" in result.output
