"""Credentials that are really asked for, and what the contents of a repository reach: nothing outside."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.argocd.conftest import Live

pytestmark = pytest.mark.live

SEARCH = "blue-search-dev-eu-1-app"
REQUIREMENTS = "blue-search-dev-eu-1-reqs"
LAB = "blue-lab-dev-eu-1-app"


@contextmanager
def logins(live: Live, **changed: str) -> Iterator[None]:
    """Serve with other passwords inside the block."""
    file = live.sources.folder / "logins.json"
    before = file.read_text()
    data = json.loads(before)
    for path, password in changed.items():
        data[f"/{path}/"]["password"] = password
    file.write_text(json.dumps(data))
    try:
        yield
    finally:
        file.write_text(before)


def error(live: Live, name: str, group: str = "blue-admins") -> str:
    """Why Argo CD cannot compare an Application; empty where it can."""
    status, found = live.person(group).ask("GET", f"/api/v1/applications/{name}?refresh=hard")
    assert status == 200, found
    conditions = found.get("status", {}).get("conditions", [])
    return " ".join(it["message"] for it in conditions if it["type"] == "ComparisonError")


def test_a_wrong_password_is_refused(live: Live) -> None:
    live.synced(SEARCH)
    with logins(live, blue="another"):
        live.wait(lambda: "authentication" in error(live, SEARCH), lambda: live.why(SEARCH))
    live.wait(lambda: not error(live, SEARCH), lambda: live.why(SEARCH))


def test_credentials_of_a_project_do_not_reach_another(live: Live) -> None:
    """Team green reads Git without a login: a base of team blue is not rendered for it."""
    base = f"{live.sources.url}/blue/search-deploy.git//base?ref=main"
    files = {"overlay/kustomization.yaml": f"resources: ['{base}']\n"}
    live.sources.commit("green/pages.git", files)
    name = "green-pages-dev-hub-app"
    live.wait(lambda: error(live, name, "green-admins"), lambda: live.why(name))
    assert "search" not in str(live.application(name)["status"].get("resources", []))


def test_an_override_in_the_repository_brings_no_plugin(live: Live) -> None:
    """An Application says which tool renders it, so that an override can only contradict."""
    live.compared(LAB)
    name = "app/.argocd-source.yaml"
    live.sources.commit("blue/lab.git", {name: "plugin: {name: evil}\n"})
    live.wait(
        lambda: "multiple application sources defined: Directory,Plugin" in error(live, LAB),
        lambda: live.why(LAB),
    )
    live.sources.commit("blue/lab.git", {name: None})
    live.wait(lambda: not error(live, LAB), lambda: live.why(LAB))


def test_value_files_outside_the_repository(live: Live) -> None:
    """An override names them too; Argo CD keeps them inside."""
    live.compared(REQUIREMENTS)
    name = "requirements/.argocd-source.yaml"
    for value in (
        "../../../../etc/passwd",
        "/../../etc/passwd",
        f"{live.sources.url}/charts/blue/index.yaml",
    ):
        live.sources.commit(
            "blue/search-deploy.git", {name: f"helm: {{valueFiles: ['{value}']}}\n"}
        )
        live.wait(lambda: error(live, REQUIREMENTS), lambda: live.why(REQUIREMENTS))
    live.sources.commit("blue/search-deploy.git", {name: None})
    live.wait(lambda: not error(live, REQUIREMENTS), lambda: live.why(REQUIREMENTS))
