"""What people may do: `access --can` and Argo CD's API server agree, and there is no way around the refusals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

import pytest

from argoproject.fleet.access import Question, answer
from argoproject.fleet.pipeline import Judged, judge
from tests.argocd.conftest import Live
from tests.argocd.people import Person

pytestmark = pytest.mark.live

GROUPS = (
    "blue-admins",
    "blue-viewers",
    "blue-oncall",
    "green-admins",
    "green-oncall",
    "auditors",
    "strangers",
)
APPLICATIONS = {
    "blue-search-dev-eu-1": "blue-search-dev-eu-1-dashboards",
    "blue-search-prod-eu-1": "blue-search-prod-eu-1-app",
    "blue-billing-staging-eu-1": "blue-billing-staging-eu-1-app",
}
"""An Application of each project that is asked about."""

FORBIDDEN = 403


def _application(name: str) -> str:
    return f"/api/v1/applications/{name}"


ACTIONS: Mapping[str, Callable[[Person, str, str, Live], tuple[int, Any]]] = {
    "get:applications": lambda who, _, name, __: who.ask("GET", _application(name)),
    "sync:applications": lambda who, _, name, __: who.sync(name, dryRun=True),
    "override:applications": lambda who, _, name, __: who.sync(name, dryRun=True, manifests=["{}"]),
    "update:applications": lambda who, _, name, __: who.ask(
        "PATCH", _application(name), {"name": name, "patch": "{}", "patchType": "merge"}
    ),
    "delete:applications": lambda who, _, name, __: who.ask("DELETE", _application(name)),
    "create:applications": lambda who, project, name, live: who.ask(
        "POST", "/api/v1/applications", _like(live.application(name), project)
    ),
    "rollback:applications": lambda who, _, name, __: who.ask(
        "POST", f"{_application(name)}/rollback", {"name": name, "id": 0, "dryRun": True}
    ),
    "get:logs": lambda who, _, name, __: who.ask(
        "GET", f"{_application(name)}/logs?podName=none&tailLines=1"
    ),
    "get:repositories": lambda who, project, _, live: who.ask(
        "GET",
        f"/api/v1/repositories/{quote(_repository(live, project), safe='')}?appProject={project}",
    ),
    "create:repositories": lambda who, project, _, __: who.ask(
        "POST", "/api/v1/repositories", {"repo": "https://127.0.0.1:1/x.git", "project": project}
    ),
    "delete:repositories": lambda who, project, _, live: who.ask(
        "DELETE",
        f"/api/v1/repositories/{quote(_repository(live, project), safe='')}?appProject={project}",
    ),
    "create:applicationsets": lambda who, project, _, __: who.ask(
        "POST", "/api/v1/applicationsets", _set(project)
    ),
}
"""How to try what `access --can` is asked about: gives Argo CD's answer."""


def _refused(status: int, answer: Any) -> bool:
    """Whether Argo CD refused for lack of rights.

    For a repository of a project that is not shown, it answers that there is none. Any other answer, such as 404 for
    the pod `none`, means that RBAC let the request through.
    """
    unknown = "repository not found for url" in str(answer)
    assert status < 500 or unknown, answer
    return status == FORBIDDEN or unknown


def _like(found: Any, project: str) -> dict[str, Any]:
    metadata = {"name": f"{project}-another"}
    return {"metadata": metadata, "spec": found["spec"]}


def _set(project: str) -> dict[str, Any]:
    template = {
        "metadata": {"name": "{{.name}}"},
        "spec": {
            "project": project,
            "source": {"repoURL": "https://127.0.0.1:1/x.git", "path": "x"},
            "destination": {"name": "in-cluster", "namespace": "x"},
        },
    }
    generators = [{"list": {"elements": [{"name": "x"}]}}]
    spec = {"goTemplate": True, "generators": generators, "template": template}
    return {"metadata": {"name": f"{project}-set"}, "spec": spec}


def _repository(live: Live, project: str) -> str:
    """The URL of a repository of the project, whose Secret Argo CD has."""
    (first, *_) = live.deployment.plans[project].app_project.manifest["spec"]["sourceRepos"]
    return str(first)


@pytest.fixture(scope="module")
def judged(live: Live) -> Judged:
    for name in APPLICATIONS.values():
        live.compared(name)
    return judge(live.deployment.root, dt.datetime.now(dt.UTC).date())


@pytest.mark.parametrize("project", APPLICATIONS)
@pytest.mark.parametrize("asked", ACTIONS)
def test_answers_agree(live: Live, judged: Judged, project: str, asked: str) -> None:
    action, _, resource = asked.partition(":")
    today = dt.datetime.now(dt.UTC).date()
    (environment,) = (item for item in judged.projects if item.names.project == project)
    rows = answer(judged, [environment], today, (), Question(action, resource)).rows
    expected = {row.group for row in rows} & set(GROUPS)

    answers = {
        group: ACTIONS[asked](live.person(group), project, APPLICATIONS[project], live)
        for group in GROUPS
    }

    assert {group for group, it in answers.items() if not _refused(*it)} == expected, answers


class TestWaysAround:
    def test_no_project_token_is_issued(self, live: Live) -> None:
        """A token would stay valid after a person leaves the group, and after `until`."""
        path = "/api/v1/projects/blue-search-dev-eu-1/roles/admin/token"
        body = {"project": "blue-search-dev-eu-1", "role": "admin", "expiresIn": 0}

        status, said = live.person("blue-admins").ask("POST", path, body)

        assert status != 200
        assert "project tokens" in str(said) or status == FORBIDDEN, said
        project = live.hub.get(
            "/apis/argoproj.io/v1alpha1/namespaces/argocd/appprojects/blue-search-dev-eu-1"
        )
        assert not [role for role in project["spec"]["roles"] if role.get("jwtTokens")]

    def test_no_other_revision_is_synced(self, live: Live) -> None:
        name = "green-docs-prod-eu-1-app"
        live.compared(name)
        other = live.sources.commit("green/docs-deploy.git", {"manifests/evil.yaml": "{}"})

        status, said = live.person("green-oncall").sync(name, revision=other)

        assert status in (400, FORBIDDEN), said
        assert any(words in str(said) for words in ("override", "Cannot sync")), said
        assert live.application(name)["spec"]["source"]["targetRevision"] == "v2.7.0"

    def test_no_cluster_is_shown(self, live: Live) -> None:
        server = quote(live.spoke.plane.server, safe="")
        for group in ("blue-admins", "green-oncall"):
            status, _ = live.person(group).ask("GET", f"/api/v1/clusters/{server}")
            assert status == FORBIDDEN

    def test_an_application_cannot_be_given_another_project(self, live: Live) -> None:
        name = "blue-search-dev-eu-1-dashboards"
        patch = '{"spec": {"project": "default"}}'
        body = {"name": name, "patch": patch, "patchType": "merge"}
        status, _ = live.person("blue-admins").ask("PATCH", _application(name), body)
        assert status == FORBIDDEN
