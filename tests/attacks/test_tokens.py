"""Project tokens: Argo CD's own code creates, uses and deletes them on a real API server that has the policies."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

import pytest

from argoproject.fleet.pipeline import load_fleet
from tests.controlplane.cluster import ControlPlane
from tests.support import trees
from tests.support.api import Api, eventually
from tests.support.oracle import Oracle, Question, Step
from tests.support.paths import ROOT
from tests.support.trees import TODAY

pytestmark = [pytest.mark.cluster, pytest.mark.argocd]

ARGO_CD = "system:serviceaccount:argocd:argocd-server"
PROJECT = "blue-shop-prod-eu-1"
PATH = f"/apis/argoproj.io/v1alpha1/namespaces/argocd/appprojects/{PROJECT}"
ROLES = "argo-projects/token-roles"
MANAGED = "app.kubernetes.io/managed-by"
FILES = {
    trees.PROJECT: """
versions: {application: v1.4.2}
access:
  admin: [blue-admins]
  roles:
    pipeline: {tokens: true, permissions: [{resource: applications, actions: [sync]}]}
    tool: {tokens: true, groups: [blue-ci], permissions: [{resource: applications, actions: [get]}]}
"""
}
REFUSED = (
    "the role admin has no project tokens: a token outlasts the groups of its role; log in, or write `tokens: true` "
    "for a role of `access.roles` of the environment"
)
MARKS = (
    f"the project {PROJECT} is an environment: only the platform changes its label app.kubernetes.io/managed-by and "
    "its annotation argo-projects/token-roles; change the folder of the environment instead"
)


class Hub:
    """The hub with the policies, and the AppProject of one environment."""

    def __init__(self, plane: ControlPlane, oracle: Oracle, manifest: Mapping[str, Any]) -> None:
        self.plane, self.api, self.manifest = plane, Api(plane), manifest
        self._oracle = oracle

    def deploy(self, **annotations: str | None) -> None:
        """As Pulumi does: applied on the server's side, with force."""
        metadata = {**self.manifest["metadata"]}
        metadata["annotations"] = {**metadata["annotations"], **annotations}
        status, answer = self.api.apply({**self.manifest, "metadata": metadata}, manager="pulumi")
        assert status in (200, 201), answer

    def steps(self, *steps: Step) -> list[str]:
        """The error of each step, without the words that come before the policy's own."""
        asked = {
            "server": self.plane.server, "ca": self.plane.ca, "bearer": self.plane.token,
            "as": ARGO_CD, "project": PROJECT, "steps": [asdict(step) for step in steps],
        }  # fmt: skip
        [answer] = self._oracle.ask([Question(tokens=asked)])
        return [text.rpartition("denied request: ")[2] for text in answer.tokens]

    def send(self, change: Mapping[str, Any], who: str | None = ARGO_CD) -> str:
        """Merge a change in a dry run, with every right; the refusal, empty if there is none."""
        headers = {"Impersonate-User": who, "Impersonate-Group": "system:masters"} if who else {}
        status, answer = self.plane.request(
            "PATCH", f"{PATH}?dryRun=All", change, "application/merge-patch+json", headers=headers
        )
        return "" if status == 200 else str(answer["message"]).rpartition("denied request: ")[2]

    def reset(self) -> None:
        """The AppProject as it was planned, without any token."""
        self.api.patch(PATH, {"metadata": {"finalizers": None}, "status": None})
        self.api.delete(PATH)
        self.deploy()

    def enforced(self) -> bool:
        """Policies reach the API server's caches within a second or so."""
        minted = {"status": {"jwtTokensByRole": {"admin": {"items": [{"iat": 1}]}}}}
        return self.send(minted) == REFUSED


@pytest.fixture(scope="module")
def built(
    hub: ControlPlane, argocd_oracle: Oracle, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Hub]:
    root = trees.tree(tmp_path_factory.mktemp("tokens"), FILES)
    fleet = load_fleet(root, stack="all", select=None, today=TODAY)
    (plan,) = fleet.plans
    made = Hub(hub, argocd_oracle, plan.app_project.manifest)
    [policies] = fleet.admission_policies(["hub"])
    try:
        for item in policies.objects:
            status, answer = made.api.create(item.manifest)
            assert status == 201, answer
        made.deploy()
        assert eventually(made.enforced), "the policies do not come into force"
        yield made
    finally:
        made.api.patch(PATH, {"metadata": {"finalizers": None}})
        made.api.delete(PATH)
        for item in policies.objects:
            kind = (
                f"{item.kind.lower()[:-1]}ies"
                if item.kind.endswith("y")
                else f"{item.kind.lower()}s"
            )
            made.api.delete(f"/apis/admissionregistration.k8s.io/v1/{kind}/{item.name}")


@pytest.fixture
def argocd(built: Hub) -> Hub:
    built.reset()
    return built


def test_a_member_of_a_role_gets_no_token_of_it(argocd: Hub) -> None:
    admins = ["blue-admins"]
    assert argocd.steps(
        Step("create", "admin", "mine", admins),
        Step("create", "admin", "", admins),
        Step("use", id="mine"),
    )[:2] == [REFUSED, REFUSED]


def test_a_role_that_declares_tokens_has_them(argocd: Hub) -> None:
    """They are created, work, survive deployments and restarts, and are deleted. Groups of others create none."""
    ci = ["blue-ci"]
    created = argocd.steps(
        Step("create", "tool", "one", ci),
        Step("use", id="one"),
        Step("create", "tool", "one", ci),
        Step("create", "tool", "two", ["blue-admins"]),
        Step("normalize"),
    )
    assert created[:2] == ["", ""]
    assert "has been used" in created[2]
    assert "permission denied" in created[3]
    assert created[4] == ""
    argocd.deploy()
    assert argocd.steps(Step("normalize"), Step("delete", "tool", "one", ci)) == ["", ""]
    assert not argocd.api.get(PATH)["status"]["jwtTokensByRole"].get("tool", {}).get("items")


def test_an_older_token_stays_until_it_is_deleted(argocd: Hub) -> None:
    """Once a role has none any more, Argo CD creates no others; it may still write, copy and delete the older."""
    ci = ["blue-ci"]
    assert argocd.steps(Step("create", "tool", "one", ci), Step("create", "tool", "two", ci)) == [
        "",
        "",
    ]
    argocd.deploy(**{ROLES: "pipeline"})  # takes the tokens out of the spec, not out of the status
    assert not any("jwtTokens" in role for role in argocd.api.get(PATH)["spec"]["roles"])
    refused = REFUSED.replace("role admin", "role tool")
    assert argocd.steps(
        Step("normalize"),
        Step("create", "tool", "three", ci),
        Step("delete", "tool", "one", ci),
        Step("create", "tool", "one", ci),
        Step("delete", "tool", "two", ci),
    ) == ["", refused, "", refused, ""]
    assert not argocd.api.get(PATH)["status"]["jwtTokensByRole"].get("tool", {}).get("items")


def test_a_token_of_an_earlier_version_gets_its_id(argocd: Hub) -> None:
    """Before the policies, and before tokens had ids and a status."""
    binding = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings/argo-projects-tokens-deny"
    roles = [
        {**role, "jwtTokens": [{"iat": 1700000000}]} if role["name"] == "admin" else role
        for role in argocd.manifest["spec"]["roles"]
    ]
    argocd.api.patch(binding, {"spec": {"validationActions": ["Audit"]}})
    assert eventually(lambda: argocd.send({"spec": {"roles": roles}}) == "")
    argocd.api.patch(PATH, {"spec": {"roles": roles}})
    argocd.api.patch(binding, {"spec": {"validationActions": ["Deny"]}})
    assert eventually(argocd.enforced)
    assert argocd.steps(Step("normalize")) == [""]
    token = {"iat": 1700000000, "id": "1700000000"}
    stored = argocd.api.get(PATH)
    assert stored["status"]["jwtTokensByRole"]["admin"]["items"] == [token]
    assert stored["spec"]["roles"][0]["jwtTokens"] == [token]
    assert argocd.steps(Step("delete", "admin", "1700000000", ["blue-admins"])) == [""]


@pytest.mark.skipif(shutil.which("jq") is None, reason="jq is not installed")
def test_the_documented_command_finds_what_nobody_declared() -> None:
    """As jq reads it: one command for each token, from the status and from the spec; none for declared roles."""
    block = (ROOT / "docs/operations.md").read_text().split("| jq -r '", 1)[1]
    program = block.split("' | sort -u", 1)[0]
    one, two, three = ({"iat": number, "id": "x"} for number in (1, 2, 3))
    projects = [
        {
            "metadata": {"name": "a", "annotations": {ROLES: "ci,tool"}},
            "spec": {"roles": [{"name": "ci", "jwtTokens": [one]}, {"name": "admin", "jwtTokens": [one, two]}]},
            "status": {"jwtTokensByRole": {"ci": {"items": [one]}, "admin": {"items": [one, three]}, "tools": {}}},
        },
        {"metadata": {"name": "b", "annotations": {"x": "y"}}, "spec": {}},
        {"metadata": {"name": "c", "annotations": {}}, "status": {"jwtTokensByRole": {"gone": {"items": [one]}}}},
    ]  # fmt: skip
    done = subprocess.run(
        ["jq", "-r", program],
        input=json.dumps({"items": projects}),
        capture_output=True,
        text=True,
        check=True,
    )
    assert sorted(set(done.stdout.splitlines())) == [
        f"argocd proj role delete-token {token}"
        for token in ("a admin 1", "a admin 2", "a admin 3", "c gone 1")
    ]


ADMIN_TOKENS = {"jwtTokensByRole": {"admin": {"items": [{"iat": 1, "id": "x"}]}}}


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"status": ADMIN_TOKENS}, REFUSED),
        ({"spec": {"roles": [{"name": "admin", "jwtTokens": [{"iat": 1}]}]}}, REFUSED),
        ({"spec": {"roles": [{"name": "admin", "jwtTokens": [{"iat": 1, "exp": 9}]}]}}, REFUSED),
        (
            {"status": {"jwtTokensByRole": {"later": {"items": [{"iat": 1}]}}}},
            REFUSED.replace("role admin", "role later"),
        ),
        ({"status": ADMIN_TOKENS, "metadata": {"labels": {MANAGED: None}}}, REFUSED),
        ({"metadata": {"labels": {MANAGED: None}}}, MARKS),
        ({"metadata": {"labels": {MANAGED: "someone"}}}, MARKS),
        ({"metadata": {"annotations": {ROLES: "pipeline,tool,admin"}}}, MARKS),
        ({"status": ADMIN_TOKENS, "metadata": {"annotations": {ROLES: "admin"}}}, MARKS),
        ({"metadata": {"annotations": {ROLES: None}}}, MARKS),
        ({"status": {"jwtTokensByRole": {"tool": {"items": [{"iat": 1}]}}}}, ""),
        ({"metadata": {"annotations": {"example.org/x": "y"}, "finalizers": None}}, ""),
        ({"spec": {"syncWindows": None}, "status": {"jwtTokensByRole": {"admin": {}}}}, ""),
    ],
)  # fmt: skip
def test_argo_cds_own_account(argocd: Hub, change: Mapping[str, Any], refusal: str) -> None:
    """With every right on AppProjects, it gives tokens to declared roles only, and does not declare any."""
    assert argocd.send(change) == refusal


def test_the_platform_declares_tokens(argocd: Hub) -> None:
    assert argocd.send({"metadata": {"annotations": {ROLES: "admin"}}}, None) == ""
    assert argocd.send({"metadata": {"labels": {MANAGED: None}}}, None) == ""
    assert argocd.send({"status": ADMIN_TOKENS}, None) == REFUSED


def test_projects_of_others_are_left_alone(argocd: Hub) -> None:
    """An AppProject without the label; and one that Argo CD creates with it has no tokens to declare."""
    path = PATH.rpartition("/")[0]
    headers = {"Impersonate-User": ARGO_CD, "Impersonate-Group": "system:masters"}
    spec = {"roles": [{"name": "ci", "jwtTokens": [{"iat": 1}]}]}
    for labels, marked, status in (
        ({}, {}, 201), ({MANAGED: "argo-projects"}, {}, 403), ({MANAGED: "argo-projects"}, {ROLES: "ci"}, 403),
    ):  # fmt: skip
        metadata = {
            "name": "other",
            "namespace": "argocd",
            "labels": labels,
            "annotations": marked,
        }
        body = {
            "apiVersion": "argoproj.io/v1alpha1",
            "kind": "AppProject",
            "metadata": metadata,
            "spec": spec,
        }
        answer = argocd.plane.request("POST", f"{path}?dryRun=All", body, headers=headers)
        assert answer[0] == status, answer
