"""Rules about Applications: the exact text of each report."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from argoproject.checks.applications.applications import check, shorter
from tests.support import cases
from tests.support.reports import reported

CASES = cases.read(__file__)


@pytest.mark.parametrize("name", CASES)
def test_report(tmp_path: Path, name: str, pytestconfig: pytest.Config) -> None:
    CASES.compare(name, reported(check, tmp_path, CASES[name].files), pytestconfig)


def test_a_suggested_name_fits_and_is_always_the_same() -> None:
    name = "customer-relationship-management-frontend-production-europe-west-1"
    assert shorter(name, 53) == "custome-relatio-managem-fronten-product-europe-west-1"
    assert len(shorter(name, 53)) <= 53
    assert len(shorter("x" * 70, 63)) == 63
    assert shorter("-".join("abcdefgh" * 9), 63) == "-".join("abcdefgh" * 4)


@pytest.mark.parametrize(
    ("values", "refused"),
    [
        ("{auth: {password: hunter2}}", True),
        ('auth: {"password":"hunter2"}', True),
        ("env:\n  - name: DB_PASSWORD\n    value: hunter2\n", True),
        ("auth:\n  password:\n    hunter2\n", True),
        ("auth: &a {password: hunter2}\nother: *a\n", True),
        ("{{ if .x }}\npassword: hunter2\n", True),
        ("auth: {existingSecret: db}", False),
        ("auth: {password: ''}", False),
        ("description: 'password: none'", False),
    ],
)
def test_a_text_of_values_is_read_as_yaml(values: str, refused: bool, tmp_path: Path) -> None:
    helm = {"releaseName": "shop", "values": values}
    text = yaml.safe_dump({"application": {"source": {"kustomize": None, "helm": helm}}})
    lines = reported(
        check, tmp_path, {"project.yaml": f"versions: {{application: v1.4.2}}\n{text}"}
    )
    assert any("[inline-secret]" in line for line in lines) is refused
    assert "hunter2" not in "".join(lines)
