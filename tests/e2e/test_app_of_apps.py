"""App-of-apps on a real API server: what the account of the parent's syncs makes there, and what it does not.

The parent is an environment on the hub, in a namespace of its own, built as planned. A refusal has its control:
the same request by the administrator.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.controlplane.cluster import ControlPlane
from tests.e2e.test_api_server import plans
from tests.e2e.test_sync_account import POD, Account, build, manifest, of
from tests.support import trees
from tests.support.api import ARGO_CD, Api, eventually

pytestmark = pytest.mark.cluster

PARENT = "blue-family-prod"
_PLATFORM = """
impersonation: true
teams: {blue: {allow: [namespaceResource], kinds: [argoproj.io/Application]}}
"""
_ALLOW = "allow: [{kind: namespaceResource, value: argoproj.io/Application, reason: app of apps}]\n"


@pytest.fixture(scope="module")
def built(hub: ControlPlane, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    api = Api(hub)
    root = trees.tree(
        tmp_path_factory.mktemp("family"),
        {
            "platform.yaml": trees.platform(_PLATFORM),
            trees.PROJECT: None,
            trees.PRODUCT: None,
            "projects/blue/family/hub/prod/project.yaml": _ALLOW,
        },
    )
    (plan,) = plans(root)
    build(api, plan)
    yield hub
    path = f"/api/v1/namespaces/{PARENT}"
    api.delete(path)
    assert eventually(lambda: not api.get(path), 60)


def child(kind: str = "Application") -> dict[str, Any]:
    source = {
        "repoURL": "https://gitlab.example.org/blue/shop.git",
        "path": "x",
        "targetRevision": "v1",
    }
    destination = {"server": "https://eu-1.example.org:6443", "namespace": "blue-shop-prod"}
    spec: dict[str, Any] = {
        "project": "blue-shop-prod-eu-1",
        "source": source,
        "destination": destination,
    }
    if kind == "ApplicationSet":
        template = {"metadata": {"name": "{{x}}"}, "spec": spec}
        spec = {"generators": [{"list": {"elements": [{"x": "y"}]}}], "template": template}
    return manifest(ARGO_CD, kind, spec={} if kind == "AppProject" else spec)


def test_it_makes_and_removes_applications_in_its_own_namespace(built: ControlPlane) -> None:
    account, made = Account(built, PARENT), child()
    place = of(ARGO_CD, "applications", PARENT)

    assert account.ask("POST", place, made).let
    name = made["metadata"]["name"]
    assert account.apply(f"{place}/{name}", made).let
    assert account.ask("DELETE", f"{place}/{name}").let


@pytest.mark.parametrize(
    ("place", "made"),
    [
        (of(ARGO_CD, "applications", "argocd"), child()),
        (of(ARGO_CD, "applications", "default"), child()),
        (of(ARGO_CD, "applicationsets", PARENT), child("ApplicationSet")),
        (of(ARGO_CD, "appprojects", PARENT), child("AppProject")),
        (of(ARGO_CD, "appprojects", "argocd"), child("AppProject")),
        (of("v1", "configmaps", PARENT), manifest("v1", "ConfigMap")),
        (of("v1", "pods", PARENT), {**manifest("v1", "Pod"), "spec": POD["spec"]}),
        (of("v1", "resourcequotas", PARENT), manifest("v1", "ResourceQuota", spec={"hard": {}})),
    ],
)
def test_it_makes_nothing_else(built: ControlPlane, place: str, made: dict[str, Any]) -> None:
    answer = Account(built, PARENT).ask("POST", place, made)
    assert answer.forbidden, answer

    allowed = Account(built).ask("POST", f"{place}?dryRun=All", made)
    assert allowed.let, allowed
