"""Nothing in a team's files goes past the guardrails of platform.yaml."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from argoproject.checks.guardrails.values import check
from argoproject.problems import Problem
from argoproject.project.guardrails import within_registries, within_sources
from argoproject.project.model import Layers
from argoproject.upstream.urls import is_plain_url
from tests.support import cases
from tests.support.reports import of_case, reported
from tests.support.trees import BASE, PRODUCT, PROJECT, TEAM, platform, project, report, tree

DEV = "projects/blue/shop/eu-1/dev/project.yaml"


CASES = cases.read(__file__)

ACCEPTED: dict[str, dict[str, str | None]] = {
    "the base tree": {},
    "a profile without a namespace": {
        "platform.yaml": platform(
            "{profiles: {medium: {namespace: null}}, teams: {blue: {quotaMax: null, classes: null}}}"
        )
    },
    "groups of the team": {
        TEAM: "access: {admin: [{group: blue-a, reason: r}], kubernetes: {view: [blue-b]}}\n"
    },
    "a cluster by a pattern": {"platform.yaml": platform("teams: {blue: {clusters: [eu-*]}}")},
    "the class's profile by name": {PROJECT: "profile: medium\n"},
    "the class's profile though the guardrail names others": {
        "platform.yaml": platform("teams: {blue: {profiles: [small]}}")
    },
    "a profile of the guardrail": {
        "platform.yaml": platform("teams: {blue: {profiles: [small]}}"),
        PROJECT: "profile: small\n",
    },
    "names of the team": {PROJECT: "name: blue-shop\nnamespace: {name: blue-x-prod}\n"},
    "a name of a longer team that the guardrail permits": {
        "platform.yaml": platform("teams: {blue: {namespaces: [blue-*]}, blue-x: {}}"),
        PROJECT: "namespace: {name: blue-x-shop-prod}\n",
    },
    "a name next to those of a longer team": {
        "platform.yaml": platform("teams: {blue-x: {}}"),
        PROJECT: "namespace: {name: blue-y-prod}\n",
    },
    "a product named like a longer team, with a name of its own": {
        "platform.yaml": platform("teams: {blue-shop: {}}"),
        PROJECT: "namespace: {name: blue-the-shop-prod}\n",
    },
    "names of Applications and former names": {
        PROJECT: "movedFrom: [blue-old]\napplication: {name: blue-a}\n"
        "applicationSets: {previews: {name: blue-b}}\n",
    },
    "a label of the guardrail": {
        "platform.yaml": platform("teams: {blue: {labels: [tier, blue.example.org/*]}}"),
        PROJECT: "namespace: {labels: {tier: x}, annotations: {blue.example.org/a: x}}\n",
    },
    "a label that only ends like a system domain": {
        "platform.yaml": platform("teams: {blue: {labels: ['*']}}"),
        PROJECT: "namespace: {labels: {my-k8s.io/a: x, cost-center: null}}\n",
    },
    "quota up to the guardrail": {PROJECT: 'namespace: {quota: {requests.cpu: "32", pods: "9"}}\n'},
    "quota up to the profile": {PROJECT: "namespace: {quota: {limits.memory: 16384Mi}}\n"},
    "quota below the profile though above the guardrail": {
        "platform.yaml": platform(
            'teams: {blue: {classes: {production: {quotaMax: {requests.cpu: "1"}}}}}'
        ),
        PROJECT: 'namespace: {quota: {requests.cpu: "3"}}\n',
    },
    "a further quota": {PROJECT: 'namespace: {quota: {count/jobs.batch: "500"}}\n'},
    "a quota that only the guardrail knows": {
        "platform.yaml": platform(
            'teams: {blue: {classes: {production: {quotaMax: {services: "2"}}}}}'
        ),
        PROJECT: 'namespace: {quota: {services: "2"}}\n',
    },
    "a cluster role of the guardrail": {
        "platform.yaml": platform("teams: {blue: {clusterRoles: [view, edit]}}"),
        TEAM: "access: {kubernetes: {edit: [blue-a]}, roles: {r: {kubernetes: view}}}\n",
    },
    "the profile's cluster roles for the team's groups": {
        "platform.yaml": platform(
            "profiles: {medium: {access: {clusterRoles: {admin: edit, readonly: view}}}}"
        ),
        TEAM: "access: {admin: [blue-admins], readonly: [blue-viewers]}\n",
    },
    "sources": {
        PRODUCT: "application: {source: {repoURL: registry.example.org/blue/charts, chart: shop}}\n"
        "requirements: {source: {repoURL: 'https://GITLAB.example.org/blue/a/b.git', path: x}}\n"
    },
    "credentials and repositories": {
        TEAM: "credentials: {a: {urlPrefix: 'https://gitlab.example.org/blue/', type: https, "
        "username: u, password: {secret: s}}}\n"
        "repositories: {b: {url: 'https://gitlab.example.org/blue/b.git'}}\n"
    },
    "any registry without a guardrail": {
        TEAM: "registries: {x: {server: 'any.example.org:5000', username: u, password: {secret: s}}}\n"
    },
    "a registry of the guardrail": {
        "platform.yaml": platform("teams: {blue: {registries: [harbor.example.org]}}"),
        TEAM: "registries: {x: {server: harbor.example.org/b, username: u, password: {secret: s}}}\n",
    },
    "a host of the guardrail": {
        "platform.yaml": platform("teams: {blue: {hosts: ['*.blue.example.org']}}"),
        PROJECT: "hosts: [shop.blue.example.org, '*.x.blue.example.org']\n",
    },
}


@pytest.mark.parametrize("name", CASES)
def test_refused(tmp_path: Path, name: str, pytestconfig: pytest.Config) -> None:
    CASES.compare(name, of_case(check, tmp_path, CASES[name]), pytestconfig)


@pytest.mark.parametrize("files", ACCEPTED.values(), ids=ACCEPTED)
def test_accepted(tmp_path: Path, files: dict[str, str | None]) -> None:
    assert report(check(project(tree(tmp_path, files)))) == []


def test_class_guardrails_replace_the_general_ones(tmp_path: Path) -> None:
    text = platform("teams: {blue: {classes: {production: {groups: [release-*]}}}}")
    found = report(check(project(tree(tmp_path, {"platform.yaml": text}))))
    assert found[0] == (
        "config/projects/blue/team.yaml:1:18: access.admin[0]: team blue may not give access to the "
        "group 'blue-admins' (teams.blue.classes.production.groups of platform.yaml allows "
        "release-*: choose from these, or let the platform team add it) [group-not-allowed]"
    )


def test_a_tenant_that_repeats_the_profile_is_judged(tmp_path: Path) -> None:
    text = platform("profiles: {medium: {hosts: [a.example.org]}}")
    root = tree(tmp_path, {"platform.yaml": text, PROJECT: "hosts: [a.example.org]\n"})
    assert _codes(check(project(root))) == ["host-not-allowed"]


def test_a_list_is_the_tenants_as_a_whole(tmp_path: Path) -> None:
    """A profile's list at the same index must not excuse what the team wrote."""
    text = platform("profiles: {medium: {access: {admin: [{group: platform, reason: r}]}}}")
    root = tree(tmp_path, {"platform.yaml": text, TEAM: "access: {admin: [platform]}\n"})
    assert _codes(check(project(root))) == ["group-not-allowed"]


def test_without_layers_everything_is_judged(tmp_path: Path) -> None:
    """A project that a program built has no files that could excuse a value."""
    text = platform("profiles: {medium: {hosts: [a.example.org]}}")
    built = replace(project(tree(tmp_path, {"platform.yaml": text})), layers=Layers())
    assert _codes(check(built)) == ["host-not-allowed", "label-not-allowed"]


def test_every_problem_is_reported_at_once(tmp_path: Path) -> None:
    text = "hosts: [a]\nname: default\nnamespace: {name: kube-x, labels: {a: b}}\n"
    root = tree(tmp_path, {PROJECT: text})
    assert _codes(check(project(root))) == [
        "host-not-allowed",
        "label-not-allowed",
        "namespace-reserved",
        "project-reserved",
    ]


@pytest.mark.parametrize(
    "name",
    ["argocd", "default", "kube-system", "kube-public", "kube-node-lease", "openshift", "openshift-x",
     "istio-system", "cert-manager", "ingress-nginx", "kyverno", "velero"],
)  # fmt: skip
def test_reserved_namespaces(tmp_path: Path, name: str) -> None:
    text = platform("teams: {blue: {namespaces: ['*']}}")
    root = tree(tmp_path, {"platform.yaml": text, PROJECT: f"namespace: {{name: {name}}}\n"})
    assert _codes(check(project(root))) == ["namespace-reserved"]


@pytest.mark.parametrize(
    ("source", "url", "expected"),
    [
        ("https://g.org/blue/", "https://g.org/blue/a.git", True),
        ("https://g.org/blue/", "https://g.org/blue", True),
        ("https://g.org/blue/", "https://g.org/blue-x/a", False),
        ("https://g.org/blue/a.git", "https://g.org/blue/a", True),
        ("https://g.org/blue/a", "https://g.org/blue/a/b", False),
        ("https://g.org/*/shared/", "https://g.org/blue/shared/a", True),
        ("https://g.org/*/shared/", "https://g.org/blue/x/shared/a", False),
        ("https://g.org/blue/*", "https://g.org/blue/a/b", True),
        ("https://g.org/blue/*", "https://g.org/green/a", False),
        ("https://*.g.org/", "https://x.g.org/a", True),
        ("https://*.g.org/", "https://evil.tld/x.g.org/a", False),
        ("https://*.g.org", "https://x.g.org", True),
        ("https://*.g.org", "https://x.g.org/a", False),
        ("git@g.org:blue/", "ssh://git@g.org/blue/a.git", True),
        ("*", "https://g.org/a", True),
        ("git@*.example.org:blue/", "git@evil.tld:1.example.org:blue/shop.git", False),
        ("https://*.example.org/", "https://evil.tld:1@git.example.org/shop.git", False),
        ("https://*/", "https://git.example.org:8443/shop.git", True),
    ],
)
def test_sources(source: str, url: str, expected: bool) -> None:
    assert within_sources((source,), url) is expected


@pytest.mark.parametrize(
    ("registry", "server", "expected"),
    [
        ("h.org", "h.org", True),
        ("h.org", "h.org/blue", True),
        ("h.org", "h.org.evil.tld", False),
        ("h.org/blue", "h.org/blue-x", False),
        ("*.h.org", "a.h.org/x", True),
        ("*.h.org", "evil.tld/a.h.org", False),
        ("*", "h.org/blue", True),
    ],
)
def test_registries(registry: str, server: str, expected: bool) -> None:
    assert within_registries((registry,), server) is expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://g.org/a.b/c..d/...x.git", True),
        ("https://dev.azure.com/org/My%20Project/_git/repo", True),
        ("https://g.org/a/./b", False),
        ("https://g.org/a/..", False),
        ("git@g.org:../b", False),
        ("https://g.org/a%2fb", False),
        ("https://g.org/a%252e", False),
        ("https://g.org/a\\b", False),
        ("https://g.org/{a,b}", False),
        ("https://g.org/[ab]", False),
        ("https://g.org/a?", False),
        ("https://evil.tld#.g.org/a", False),
        ("!https://g.org/a", False),
        (" https://g.org/a", False),
        ("https://g.org/a\n", False),
    ],
)
def test_plain_urls(url: str, expected: bool) -> None:
    assert is_plain_url(url) is expected


def test_base_tree_is_what_the_others_differ_from(tmp_path: Path) -> None:
    """Every case overlays files that exist, so that a renamed file cannot empty a test."""
    assert {TEAM, PRODUCT, PROJECT, "platform.yaml"} == set(BASE)
    assert report(check(project(tree(tmp_path)))) == []


def _codes(problems: Iterable[Problem]) -> list[str]:
    return sorted(problem.code for problem in problems)


@pytest.mark.parametrize(
    ("guardrail", "expected"),
    [
        ("null", []),
        ("[from-*]", []),
        (
            "[to-database]",
            [
                "project.yaml:2:31: namespace.networkPolicies[0]: team blue may not add the network policy "
                "from-ingress (teams.blue.networkPolicies of platform.yaml allows to-database: choose from these, or "
                "let the platform team add it) [network-policy-not-allowed]"
            ],
        ),
    ],
)
def test_network_policies_that_a_team_may_add(
    guardrail: str, expected: list[str], tmp_path: Path
) -> None:
    files = {
        "platform": f"teams: {{blue: {{networkPolicies: {guardrail}}}}}",
        "project.yaml": "versions: {application: v1.4.2}\nnamespace: {networkPolicies: [from-ingress]}\n",
    }
    assert reported(check, tmp_path, files) == expected
