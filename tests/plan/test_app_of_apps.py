"""App-of-apps: the parent makes Applications in a namespace of its own, and nothing else; its children stay in their
projects, which name that namespace."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from argoproject.checks.guardrails.allowances import NEVER_ALLOWED
from argoproject.fleet.pipeline import load_fleet
from argoproject.project.kinds import ALWAYS_DENIED, denied_kinds
from tests.support.trees import platform, tree

TODAY = dt.date(2026, 11, 27)
PARENT = "projects/blue/apps/hub/prod/project.yaml"
CHILD = "projects/blue/shop/eu-1/prod/project.yaml"
PLATFORM = platform(
    "teams: {blue: {allow: [namespaceResource, sourceNamespace], kinds: [argoproj.io/Application]}}"
)
ALLOW = "allow: [{kind: namespaceResource, value: argoproj.io/Application, reason: app of apps, until: 2026-12-01}]\n"


def app_projects(folder: Path, today: dt.date = TODAY) -> dict[str, dict[str, Any]]:
    files = {
        "platform.yaml": PLATFORM,
        PARENT: ALLOW,
        CHILD: (
            "versions: {application: v1.4.2}\nsourceNamespaces: [blue-apps-prod]\n"
            "allow: [{kind: sourceNamespace, value: blue-apps-prod, reason: the parent is there}]\n"
        ),
    }
    fleet = load_fleet(tree(folder, files), stack="dev", select=None, today=today)
    return {plan.name: plan.app_project.manifest["spec"] for plan in fleet.plans}


def test_the_parent_deploys_applications_to_its_own_namespace_and_nothing_else(
    tmp_path: Path,
) -> None:
    parent = app_projects(tmp_path)["blue-apps-prod-hub"]

    assert parent["namespaceResourceWhitelist"] == [{"group": "argoproj.io", "kind": "Application"}]
    assert {"group": "argoproj.io", "kind": "Application"} not in parent[
        "namespaceResourceBlacklist"
    ]
    assert parent["destinations"] == [
        {"server": "https://kubernetes.default.svc", "namespace": "blue-apps-prod"}
    ]
    assert "sourceNamespaces" not in parent, "what the parent makes is in no project of its own"


def test_the_child_takes_applications_of_that_namespace(tmp_path: Path) -> None:
    child = app_projects(tmp_path)["blue-shop-prod-eu-1"]

    assert child["sourceNamespaces"] == ["blue-apps-prod"]
    assert "namespaceResourceWhitelist" not in child
    assert {"group": "argoproj.io", "kind": "Application"} in child["namespaceResourceBlacklist"]


def test_it_ends_with_its_allow(tmp_path: Path) -> None:
    parent = app_projects(tmp_path, dt.date(2026, 12, 2))["blue-apps-prod-hub"]

    assert "namespaceResourceWhitelist" not in parent
    assert {"group": "argoproj.io", "kind": "Application"} in parent["namespaceResourceBlacklist"]


@pytest.mark.parametrize("kind", [item for item in ALWAYS_DENIED if item[1] != "Application"])
def test_no_allow_lifts_a_guard(kind: tuple[str, str]) -> None:
    assert kind in denied_kinds(strict=True, permitted=(kind,))


def test_what_is_always_denied_no_allow_may_name_but_the_application_of_an_app_of_apps() -> None:
    denied = {f"{group}/{kind}".removeprefix("/").lower() for group, kind in ALWAYS_DENIED}
    assert denied - NEVER_ALLOWED == {"argoproj.io/application"}
