"""Every `allow` stays within the guardrails of platform.yaml."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from argoproject.checks.guardrails.values import check
from argoproject.models import AllowanceKind
from argoproject.problems import Problem
from tests.checks.guardrails.test_values import Case
from tests.support.trees import PROJECT, TEAM, platform, project, report, tree

REFUSED = [
    Case(
        "allow without a guardrail",
        {
            PROJECT: "allow: [{kind: source, value: 'https://gitlab.example.org/blue/x.git', reason: r}]\n"
        },
        [
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:1:10: allow[0].kind: team blue "
                "may not use `allow` of the kind source (let the platform team add it to "
                "teams.blue.allow of platform.yaml, which allows none) [allow-not-allowed]"
            ),
        ],
    ),
    Case(
        "allow of another kind",
        {
            "platform.yaml": platform("teams: {blue: {allow: [source]}}"),
            PROJECT: "allow: [{kind: inlineSecret, value: application.source, reason: r}]\n",
        },
        [
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:1:10: allow[0].kind: team blue "
                "may not use `allow` of the kind inlineSecret (teams.blue.allow of platform.yaml "
                "allows source: choose from these, or let the platform team add it) "
                "[allow-not-allowed]"
            ),
        ],
    ),
    Case(
        "allow: source",
        {
            "platform.yaml": platform("teams: {blue: {allow: [source]}}"),
            PROJECT: (
                "allow:\n"
                "  - {kind: source, value: 'https://gitlab.example.org/green/x.git', reason: r}\n"
                "  - {kind: source, value: 'https://gitlab.example.org/blue/*', reason: r}\n"
                "  - {kind: source, value: '*', reason: r}\n"
                "  - {kind: source, value: '!https://gitlab.example.org/blue/x', reason: r}\n"
            ),
        },
        [
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:2:20: allow[0].value: the "
                "repository is outside the sources of team blue (teams.blue.sources of "
                "platform.yaml allows https://gitlab.example.org/blue/, "
                "registry.example.org/blue/: choose from these, or let the platform team add it) "
                "[source-not-allowed]"
            ),
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:3:20: allow[1].value: this is "
                "not the URL of one repository (write the whole URL, without patterns, templates, "
                "`..` and encodings) [allow-value]"
            ),
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:4:20: allow[2].value: this is "
                "not the URL of one repository (write the whole URL, without patterns, templates, "
                "`..` and encodings) [allow-value]"
            ),
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:5:20: allow[3].value: this is "
                "not the URL of one repository (write the whole URL, without patterns, templates, "
                "`..` and encodings) [allow-value]"
            ),
        ],
    ),
    Case(
        "allow: kinds",
        {
            "platform.yaml": platform(
                "teams: {blue: {allow: ['*Resource'], kinds: ['rbac.authorization.k8s.io/*', "
                "'*Quota']}}"
            ),
            PROJECT: (
                "allow:\n"
                "  - {kind: clusterResource, value: apiextensions.k8s.io/CustomResourceDefinition, "
                "reason: r}\n"
                "  - {kind: namespaceResource, value: '*/*', reason: r}\n"
                "  - {kind: namespaceResource, value: core/Secret, reason: r}\n"
                "  - {kind: namespaceResource, value: ResourceQuota, reason: r}\n"
                "  - {kind: namespaceResource, value: /ResourceQuota, reason: r}\n"
                "  - {kind: clusterResource, value: Namespace, reason: r}\n"
                "  - {kind: namespaceResource, value: LimitRange, reason: r}\n"
                "  - {kind: namespaceResource, value: argoproj.io/AppProject, reason: r}\n"
                "  - {kind: namespaceResource, value: argoproj.io/Application, reason: r}\n"
                "  - {kind: namespaceResource, value: argoproj.io/ApplicationSet, reason: r}\n"
                "  - {kind: namespaceResource, value: v1/ResourceQuota, reason: r}\n"
            ),
        },
        [
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:2:29: allow[0].value: team blue "
                "may not deploy apiextensions.k8s.io/CustomResourceDefinition (teams.blue.kinds of "
                "platform.yaml allows rbac.authorization.k8s.io/*, *Quota: choose from these, or "
                "let the platform team add it) [kind-not-allowed]"
            ),
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:3:31: allow[1].value: this is "
                "not one kind of resource (write `<group>/<Kind>`, or `<Kind>` alone for the core "
                "group, without patterns) [allow-value]"
            ),
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:4:31: allow[2].value: this is "
                "not one kind of resource (write `<group>/<Kind>`, or `<Kind>` alone for the core "
                "group, without patterns) [allow-value]"
            ),
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:5:31: allow[3].value: "
                "ResourceQuota is never allowed: with it the guards could be lifted (remove this "
                "entry) [kind-reserved]"
            ),
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:6:31: allow[4].value: "
                "ResourceQuota is never allowed: with it the guards could be lifted (remove this "
                "entry) [kind-reserved]"
            ),
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:7:29: allow[5].value: Namespace "
                "is never allowed: with it the guards could be lifted (remove this entry) "
                "[kind-reserved]"
            ),
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:8:31: allow[6].value: LimitRange "
                "is never allowed: with it the guards could be lifted (remove this entry) "
                "[kind-reserved]"
            ),
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:9:31: allow[7].value: "
                "argoproj.io/AppProject is never allowed: with it the guards could be lifted "
                "(remove this entry) [kind-reserved]"
            ),
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:10:31: allow[8].value: team blue "
                "may not deploy argoproj.io/Application (teams.blue.kinds of platform.yaml allows "
                "rbac.authorization.k8s.io/*, *Quota: choose from these, or let the platform team "
                "add it) [kind-not-allowed]"
            ),
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:11:31: allow[9].value: "
                "argoproj.io/ApplicationSet is never allowed: with it the guards could be lifted "
                "(remove this entry) [kind-reserved]"
            ),
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:12:31: allow[10].value: this is "
                "not one kind of resource (write `<group>/<Kind>`, or `<Kind>` alone for the core "
                "group, without patterns) [allow-value]"
            ),
        ],
    ),
    Case(
        "Applications off the hub",
        {
            "platform.yaml": platform(
                "teams: {blue: {allow: [namespaceResource], kinds: [argoproj.io/Application]}}"
            ),
            PROJECT: "allow: [{kind: namespaceResource, value: argoproj.io/Application, reason: r}]\n",
        },
        [
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:1:35: allow[0].value: Argo CD "
                "heeds Applications on its own cluster, hub, only (let an environment on hub make "
                "them, in a namespace of its own) [applications-off-hub]"
            ),
        ],
    ),
    Case(
        "allow: no kinds guardrail allows no kind",
        {
            "platform.yaml": platform("teams: {blue: {allow: [clusterResource]}}"),
            PROJECT: (
                "allow: [{kind: clusterResource, value: rbac.authorization.k8s.io/ClusterRole, "
                "reason: r}]\n"
            ),
        },
        [
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:1:33: allow[0].value: team blue "
                "may not deploy rbac.authorization.k8s.io/ClusterRole (let the platform team add "
                "it to teams.blue.kinds of platform.yaml, which allows none) [kind-not-allowed]"
            ),
        ],
    ),
    Case(
        "allow: destination",
        {
            "platform.yaml": platform("teams: {blue: {allow: [destination], clusters: [eu-1]}}"),
            PROJECT: (
                "allow:\n"
                "  - {kind: destination, value: '*', reason: r}\n"
                "  - {kind: destination, value: 'eu-1/*', reason: r}\n"
                "  - {kind: destination, value: '!eu-1/blue-x', reason: r}\n"
                "  - {kind: destination, value: eu-1/kube-system, reason: r}\n"
                "  - {kind: destination, value: eu-1/green-shop-prod, reason: r}\n"
                "  - {kind: destination, value: hub/blue-x, reason: r}\n"
                "  - {kind: destination, value: eu-2/blue-x, reason: r}\n"
                "  - {kind: destination, value: eu-1/argocd, reason: r}\n"
            ),
        },
        [
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:2:25: allow[0].value: this is "
                "not one namespace on one cluster (write `<cluster>/<namespace>`, without "
                "patterns) [allow-value]"
            ),
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:3:25: allow[1].value: this is "
                "not one namespace on one cluster (write `<cluster>/<namespace>`, without "
                "patterns) [allow-value]"
            ),
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:4:25: allow[2].value: this is "
                "not one namespace on one cluster (write `<cluster>/<namespace>`, without "
                "patterns) [allow-value]"
            ),
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:5:25: allow[3].value: the "
                "namespace kube-system belongs to Kubernetes, Argo CD or the platform (name a "
                "namespace of the team) [namespace-reserved]"
            ),
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:6:25: allow[4].value: team blue "
                "may not have the namespace green-shop-prod (without teams.blue.namespaces in "
                "platform.yaml it is blue-*: choose that, or let the platform team add it) "
                "[namespace-not-allowed]"
            ),
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:7:25: allow[5].value: team blue "
                "may not use the cluster hub (teams.blue.clusters of platform.yaml allows eu-1: "
                "choose from these, or let the platform team add it) [cluster-not-allowed]"
            ),
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:8:25: allow[6].value: "
                "platform.yaml has no cluster eu-2 (one of hub, eu-1) [unknown-cluster]"
            ),
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:9:25: allow[7].value: the "
                "namespace argocd belongs to Kubernetes, Argo CD or the platform (name a namespace "
                "of the team) [namespace-reserved]"
            ),
        ],
    ),
    Case(
        "allow: source namespace",
        {
            "platform.yaml": platform("teams: {blue: {allow: [sourceNamespace]}}"),
            PROJECT: (
                "allow:\n"
                "  - {kind: sourceNamespace, value: argocd, reason: r}\n"
                "  - {kind: sourceNamespace, value: green-apps, reason: r}\n"
                "  - {kind: sourceNamespace, value: 'blue-*', reason: r}\n"
                "  - {kind: sourceNamespace, value: '/blue/', reason: r}\n"
            ),
        },
        [
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:2:29: allow[0].value: the "
                "namespace argocd belongs to Kubernetes, Argo CD or the platform (name a namespace "
                "of the team) [namespace-reserved]"
            ),
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:3:29: allow[1].value: team blue "
                "may not have the namespace green-apps (without teams.blue.namespaces in "
                "platform.yaml it is blue-*: choose that, or let the platform team add it) "
                "[namespace-not-allowed]"
            ),
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:4:29: allow[2].value: this is "
                "not the name of one namespace (write its name, without patterns) [allow-value]"
            ),
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:5:29: allow[3].value: this is "
                "not the name of one namespace (write its name, without patterns) [allow-value]"
            ),
        ],
    ),
    Case(
        "a source namespace that no allow names",
        {
            "platform.yaml": platform("teams: {blue: {allow: ['*']}}"),
            PROJECT: (
                "sourceNamespaces: [blue-apps]\n"
                "allow: [{kind: destination, value: eu-1/blue-apps, reason: r}]\n"
            ),
        },
        [
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:1:20: sourceNamespaces[0]: no "
                "`allow` names the source namespace blue-apps (add {kind: sourceNamespace, value: "
                "blue-apps, reason: …} to `allow`) [source-namespace-without-allow]"
            ),
        ],
    ),
]

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


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.name)
def test_refused(tmp_path: Path, case: Case) -> None:
    assert report(check(project(tree(tmp_path, case.files), case.identity))) == case.expected


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
