"""Every `allow` stays within the guardrails of platform.yaml."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from argoproject.checks.guardrails.values import check
from argoproject.models import AllowanceKind
from argoproject.problems import Problem
from tests.support import cases
from tests.support.reports import of_case
from tests.support.trees import PROJECT, TEAM, platform, project, report, tree

CASES = cases.read(__file__)

ACCEPTED: dict[str, dict[str, str | None]] = {
    "every kind of allow": {
        "platform.yaml": platform(
            "teams: {blue: {allow: ['*'], kinds: [rbac.authorization.k8s.io/*, /Secret, "
            "argoproj.io/Application]}}"
        ),
        PROJECT: """\
sourceNamespaces: [blue-apps]
allow:
  - {kind: source, value: "https://gitlab.example.org/blue/x.git", reason: r}
  - {kind: destination, value: hub/blue-apps, reason: r}
  - {kind: clusterResource, value: rbac.authorization.k8s.io/ClusterRole, reason: r}
  - {kind: namespaceResource, value: rbac.authorization.k8s.io/Role, reason: r}
  - {kind: namespaceResource, value: Secret, reason: r}
  - {kind: namespaceResource, value: /Secret, reason: r}
  - {kind: sourceNamespace, value: blue-apps, reason: r}
  - {kind: inlineSecret, value: "application.source.helm.values", reason: r}
""",
    },
    "whatever the profile sets": {
        "platform.yaml": platform("""\
profiles:
  medium:
    access: {admin: [platform], kubernetes: {admin: [platform]},
             roles: {ops: {groups: [platform], kubernetes: edit}}}
    namespace: {labels: {pod-security.kubernetes.io/x: y}, annotations: {argoproj.io/x: y}}
    repositories: {shared: {url: "https://gitlab.example.org/shared.git"}}
    credentials: {shared: {urlPrefix: "https://gitlab.example.org/", type: https, username: u,
                           password: {secret: s}}}
    registries: {shared: {server: shared.example.org, username: u, password: {secret: s}}}
    requirements: {source: {repoURL: "https://gitlab.example.org/shared/..", path: x}}
    hosts: [shared.example.org]
    sourceNamespaces: [platform-apps]
    allow: [{kind: destination, value: hub/argocd, reason: r}]
teams: {blue: {registries: []}}
"""),
        TEAM: "{}\n",
    },
}


@pytest.mark.parametrize("name", CASES)
def test_refused(tmp_path: Path, name: str, pytestconfig: pytest.Config) -> None:
    CASES.compare(name, of_case(check, tmp_path, CASES[name]), pytestconfig)


@pytest.mark.parametrize("files", ACCEPTED.values(), ids=ACCEPTED)
def test_accepted(tmp_path: Path, files: dict[str, str | None]) -> None:
    assert report(check(project(tree(tmp_path, files)))) == []


_CRD = "apiextensions.k8s.io/CustomResourceDefinition"


@pytest.mark.parametrize("by_profile", [False, True])
def test_no_destination_beyond_the_account_of_the_syncs(tmp_path: Path, by_profile: bool) -> None:
    entry = "{kind: destination, value: eu-1/%s, reason: r}"
    allow = f"[{entry % 'blue-x'}, {entry % 'blue-shop-prod'}]"
    below, own = (allow, "[]") if by_profile else ("[]", allow)
    text = platform(
        f"profiles: {{medium: {{impersonation: {{clusterRole: edit}}, allow: {below}}}}}\n"
        "teams: {blue: {allow: [destination]}}"
    )
    files = {"platform.yaml": text, PROJECT: "{}\n" if by_profile else f"allow: {own}\n"}
    [line] = report(check(project(tree(tmp_path, files))))
    whose = "in blue/shop/eu-1/prod: " if by_profile else ""
    assert line.split(": ", 1)[1] == (
        f"allow[0].value: {whose}syncs run as the account argocd-sync, which has rights in "
        "the environment's own namespace only (remove this entry; what belongs there needs an "
        "environment of its own, or a class that platform.yaml exempts with `impersonation: false`) "
        "[destination-with-impersonation]"
    )


@pytest.mark.parametrize(
    ("kinds", "entry", "expected"),
    [
        (f"{_CRD}/foos.example.org", f"clusterResource, value: {_CRD}/foos.example.org", None),
        (_CRD, f"clusterResource, value: {_CRD}/foos.example.org", None),
        (
            f"{_CRD}/foos.example.org",
            f"clusterResource, value: {_CRD}/bars.example.org",
            f"team blue may not deploy {_CRD}/bars.example.org (teams.blue.kinds of platform.yaml allows "
            f"{_CRD}/foos.example.org: choose from these, or let the platform team add it) [kind-not-allowed]",
        ),
        (
            f"{_CRD}/foos.example.org",
            f"clusterResource, value: {_CRD}",
            f"team blue may not deploy {_CRD} (teams.blue.kinds of platform.yaml allows {_CRD}/foos.example.org: "
            "choose from these, or let the platform team add it) [kind-not-allowed]",
        ),
        (
            "'*'",
            "clusterResource, value: Namespace/blue-shop-prod",
            "Namespace is never allowed: with it the guards could be lifted (remove this entry) [kind-reserved]",
        ),
        (
            "'*'",
            "clusterResource, value: NameSpace",
            "NameSpace is never allowed: with it the guards could be lifted (remove this entry) [kind-reserved]",
        ),
        (
            "'*'",
            f"clusterResource, value: '{_CRD}/*.example.org'",
            "this is not one kind of resource (write `<group>/<Kind>`, or `<Kind>` alone for the core group, without "
            "patterns) [allow-value]",
        ),
        (
            "'*'",
            "namespaceResource, value: example.org/Widget/mine",
            "this is not one kind of resource (write `<group>/<Kind>`, or `<Kind>` alone for the core group, without "
            "patterns) [allow-value]",
        ),
    ],
)
def test_one_object_of_the_cluster(
    tmp_path: Path, kinds: str, entry: str, expected: str | None
) -> None:
    text = platform(f"teams: {{blue: {{allow: [clusterResource, namespaceResource], kinds: [{kinds}]}}}}")  # fmt: skip
    files = {"platform.yaml": text, PROJECT: f"allow: [{{kind: {entry}, reason: r}}]\n"}

    found = report(check(project(tree(tmp_path, files))))

    assert [line.split("allow[0].value: ")[1] for line in found] == ([expected] if expected else [])


@pytest.mark.parametrize("kind", AllowanceKind)
def test_no_kind_of_allow_is_free(tmp_path: Path, kind: AllowanceKind) -> None:
    root = tree(tmp_path, {PROJECT: f"allow: [{{kind: {kind}, value: x, reason: r}}]\n"})
    assert _codes(check(project(root))) == ["allow-not-allowed"]


def _codes(problems: Iterable[Problem]) -> list[str]:
    return sorted(problem.code for problem in problems)
