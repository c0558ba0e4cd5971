"""Rules about extra manifests: the exact text of each report."""

from __future__ import annotations

from pathlib import Path

import pytest

from argoproject.checks.manifests.manifests import check
from tests.support import cases
from tests.support.reports import reported

CASES = cases.read(__file__)


@pytest.mark.parametrize("name", CASES)
def test_report(tmp_path: Path, name: str, pytestconfig: pytest.Config) -> None:
    CASES.compare(name, reported(check, tmp_path, CASES[name].files), pytestconfig)


@pytest.mark.parametrize(
    ("manifest", "path"),
    [
        (
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: x}, data: {password: hunter2}}",
            "data.password",
        ),
        (
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: x}, data: {a.yaml: 'db: {password: hunter2}\n'}}",
            "data.a.yaml",
        ),
        (
            "{apiVersion: v1, kind: Pod, metadata: {name: x}, spec: {containers: [{name: a, env: [{name: DB_PASSWORD, "
            "value: hunter2}]}]}}",
            "spec.containers[0].env[0].value",
        ),
    ],
)
def test_a_secret_in_clear_in_another_kind(manifest: str, path: str, tmp_path: Path) -> None:
    project = "versions: {application: v1.4.2}\n"
    files = {"project.yaml": project, "projects/blue/shop/manifests/x.yaml": f"{manifest}\n"}
    (line,) = reported(check, tmp_path, files)
    assert line.endswith("[inline-secret]")
    assert f" {path}: this looks like a secret, and is in Git in clear" in line
    assert "hunter2" not in line
    allow = (
        f"allow: [{{kind: inlineSecret, value: 'manifests/x.yaml:{path}', reason: no secret}}]\n"
    )
    other = tmp_path / "allowed"
    assert reported(check, other, {**files, "project.yaml": project + allow}) == []
