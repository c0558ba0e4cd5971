"""Rules about Applications: the exact text of each report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from argoproject.checks.applications.applications import check, shorter
from argoproject.models import Source, SyncPolicy
from argoproject.models.applications import Kustomize
from tests.support import cases
from tests.support.reports import told
from tests.support.trees import project, report, tree

CASES = cases.read(__file__)


@pytest.mark.parametrize("name", CASES)
def test_report(tmp_path: Path, name: str, pytestconfig: pytest.Config) -> None:
    CASES.compare(name, told(check, tmp_path, CASES[name].files), pytestconfig)


OPTIONS = "projects/blue/shop/product.yaml:2:3: application.syncPolicy.syncOptions"


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("ServerSideApply=true", "Prune=confirm", "Replace=true", "Force=true"), []),
        (
            ("CreateNamespace=true",),
            [
                "[0]: the platform makes the namespace, with its guards (remove the option) [create-namespace]"
            ],
        ),
        (
            ("ServerSideAply=true",),
            [
                "[0]: 'ServerSideAply' is not a sync option (did you mean ServerSideApply?) [sync-option]"
            ],
        ),
        (
            ("PruneLast",),
            [
                "[0]: PruneLast has no value (write one of PruneLast=true, PruneLast=false) [sync-option]"
            ],
        ),
        (
            ("PruneLast=yes",),
            [
                "[0]: PruneLast has no value 'yes' (write one of PruneLast=true, PruneLast=false) [sync-option]"
            ],
        ),
        (
            ("PruneLast=true", "PruneLast=false"),
            ["[1]: PruneLast stands here twice (keep one) [sync-option]"],
        ),
    ],
)
def test_sync_options(tmp_path: Path, options: tuple[str, ...], expected: list[str]) -> None:
    policy = SyncPolicy().model_copy(update={"sync_options": options})
    assert told_with(tmp_path, {"sync_policy": policy}, "syncPolicy.syncOptions") == expected


def test_fields_managed_elsewhere_by_index(tmp_path: Path) -> None:
    source = Source(
        repo_url="https://gitlab.example.org/blue/shop.git", path="a", kustomize=Kustomize()
    )
    fields = ("sources[0].targetRevision", "sources[1].targetRevision", "source.targetRevision")
    update = {"source": None, "sources": (source,), "managed_elsewhere": fields}
    assert told_with(tmp_path, update, "managedElsewhere") == [
        "[1]: the Application has 1 sources; the first is sources[0] (correct the number) [managed-field]",
        "[2]: the Application has `sources`, not `source` (begin with sources) [managed-field]",
    ]


def told_with(tmp_path: Path, update: Mapping[str, object], field: str) -> list[str]:
    """The report on an Application with values set in Python, from `field` on."""
    resolved = project(tree(tmp_path), "blue/shop/eu-1/prod")
    application = resolved.settings.application
    assert application is not None
    changed = application.model_copy(update=update)
    settings = resolved.settings.model_copy(update={"application": changed})
    lines = report(check(replace(resolved, settings=settings)))
    return [line.partition(f"application.{field}")[2] for line in lines]


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
    lines = told(check, tmp_path, {"project.yaml": f"versions: {{application: v1.4.2}}\n{text}"})
    assert any("[inline-secret]" in line for line in lines) is refused
    assert "hunter2" not in "".join(lines)


def test_a_text_of_values_that_is_no_yaml(tmp_path: Path) -> None:
    helm = {"releaseName": "shop", "values": "a: 1\nb: [\n"}
    text = yaml.safe_dump({"application": {"source": {"kustomize": None, "helm": helm}}})
    (line,) = told(check, tmp_path, {"project.yaml": f"versions: {{application: v1.4.2}}\n{text}"})
    assert line.endswith(
        "application.source.helm.values: the text is no valid YAML: line 3 of it cannot be read (correct it, or write "
        "`valuesObject`, which is checked as you write) [helm-values]"
    )


def test_two_releases_of_one_name(tmp_path: Path) -> None:
    text = """\
versions: {application: v1.4.2, requirements: v1.0.0}
requirements: {source: {repoURL: "https://gitlab.example.org/blue/db.git", path: ., helm: {releaseName: shop}}}
application: {source: {kustomize: null, helm: {releaseName: shop}}}
"""
    (line,) = told(check, tmp_path, {"project.yaml": text})
    assert line == (
        "project.yaml:3:48: application.source.helm.releaseName: the Application blue-shop-prod-eu-1-reqs has a "
        "release shop in the same namespace (give one of them another `releaseName`) [release-twice]"
    )


def test_a_chart_stays_in_its_repository(tmp_path: Path) -> None:
    source = "{repoURL: registry.example.org/blue/charts, chart: ../../green/shop, path: null}"
    text = f"versions: {{application: 1.4.2}}\napplication: {{source: {source}}}\n"
    lines = told(check, tmp_path, {"project.yaml": text})
    assert any("the chart leaves its folder through `..`" in line for line in lines)
