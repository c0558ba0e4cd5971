"""The shipped configuration works with Argo CD: every Application becomes Synced and Healthy, and has no condition."""

from __future__ import annotations

import pytest

from tests.argocd.conftest import Live

pytestmark = pytest.mark.live

MANUAL = {
    "blue-billing-staging-eu-1-app": "blue-admins",
    "blue-search-dev-eu-1-dashboards": "blue-admins",
}
"""Applications without automated syncs, and who may sync them."""


@pytest.fixture(scope="module")
def all_synced(live: Live) -> Live:
    """All Applications synced once: those in `MANUAL` by a person, the others automatically."""
    for name, group in MANUAL.items():
        live.compared(name)
        status, answer = live.person(group).sync(name)
        assert status == 200, answer
    for name in live.deployment.applications():
        live.synced(name)
    return live


def test_no_application_has_a_condition(all_synced: Live) -> None:
    conditions = {
        name: found["status"]["conditions"]
        for name in all_synced.deployment.applications()
        if (found := all_synced.application(name))["status"].get("conditions")
    }
    assert conditions == {}


def test_charts_and_values_come_from_their_own_places(all_synced: Live) -> None:
    path = "/api/v1/namespaces/blue-shop-prod/configmaps/blue-shop-prod-eu-1-app-shop"
    assert all_synced.spoke.get(path)["data"] == {
        "version": "1.4.2",
        "values": '{"greeting":"prod"}',
    }


def test_a_range_takes_its_newest_version(all_synced: Live) -> None:
    path = "/api/v1/namespaces/blue-shop-dev/configmaps/blue-shop-dev-hub-reqs-postgresql"
    assert all_synced.hub.get(path)["data"]["version"] == "15.2.9"


def test_a_wrapper_chart_brings_its_dependency(all_synced: Live) -> None:
    path = "/api/v1/namespaces/blue-search-prod/configmaps/blue-search-prod-eu-1-reqs-postgresql"
    assert '"size":"prod"' in all_synced.spoke.get(path)["data"]["values"]


def test_production_is_synced_by_its_own_account(all_synced: Live) -> None:
    path = "/api/v1/namespaces/blue-search-prod/configmaps/search-prod"
    project = all_synced.deployment.plans["blue-search-prod-eu-1"].app_project.manifest
    (account,) = project["spec"]["destinationServiceAccounts"]
    assert account["defaultServiceAccount"] == "argocd-sync"
    assert all_synced.spoke.get(path) is not None
