"""Argo CD uses the right credentials, and the contents of a repository cannot reach outside it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.argocd.conftest import Live, comparison_error

pytestmark = pytest.mark.live

SEARCH = "blue-search-dev-eu-1-app"
REQUIREMENTS = "blue-search-dev-eu-1-reqs"
LAB = "blue-lab-dev-eu-1-app"


@contextmanager
def logins(live: Live, **changed: str) -> Iterator[None]:
    """Change passwords of the server inside the block: `logins(live, blue="…")` changes that of /blue/."""
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
    """Why Argo CD cannot compare an Application; empty if it can."""
    return comparison_error(live.refresh(name, group, kind="hard"))


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
    live.sources.commit("green/pages.git", {"overlay/kustomization.yaml": "resources: []\n"})
    live.wait(lambda: not error(live, name, "green-admins"), lambda: live.why(name))


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


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("../../../../etc/passwd", "outside repository root"),
        ("/../../etc/passwd", "outside repository root"),
        ("https://127.0.0.1:1/values.yaml", "is not allowed"),
        ("secrets://values-dev.yaml", "is not allowed"),
    ],
)
def test_value_files_outside_the_repository(live: Live, value: str, words: str) -> None:
    """An override of the repository names value files, too."""
    live.compared(REQUIREMENTS)
    name = "requirements/.argocd-source.yaml"
    live.sources.commit("blue/search-deploy.git", {name: f"helm: {{valueFiles: ['{value}']}}\n"})
    try:
        live.wait(lambda: words in error(live, REQUIREMENTS), lambda: live.why(REQUIREMENTS))
    finally:
        live.sources.commit("blue/search-deploy.git", {name: None})
    live.wait(lambda: not error(live, REQUIREMENTS), lambda: live.why(REQUIREMENTS))
