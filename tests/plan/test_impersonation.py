"""The account of an environment's syncs: what is planned for it, and in which order."""

from __future__ import annotations

import random
from collections.abc import Iterable
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from argoproject.models import ClassSettings
from argoproject.plan.build import plan_project
from argoproject.plan.manifests.common import compact
from argoproject.plan.manifests.impersonation import (
    cluster_rules,
    namespace_rules,
    plural,
)
from argoproject.plan.model import ProjectPlan
from argoproject.project.kinds import (
    ALWAYS_DENIED,
    APPLICATION,
    DEPLOYABLE,
    STRICTLY_DENIED,
    denied_kinds,
    only_kinds,
)
from argoproject.project.resolve import project_of
from tests.support.oracle import Oracle, Question
from tests.support.trees import PROJECT, TODAY, platform, project, tree

CRD = "apiextensions.k8s.io/CustomResourceDefinition/foos.example.org"
CHANGING = {"create", "update", "patch", "delete", "deletecollection", "*"}


def planned(tmp_path: Path, overlay: str, own: str = "{}") -> ProjectPlan:
    files = {"platform.yaml": platform(overlay), PROJECT: own}
    return plan_project(project(tree(tmp_path, files)), TODAY)


def syncs(plan: ProjectPlan) -> dict[str, Any]:
    return {item.key: item for item in plan.namespace.objects if item.key.startswith("sync-")}


def verbs(rules: Any, group: str, resource: str) -> set[str]:
    """What rules permit for a resource, as an API server reads them."""
    return {
        verb
        for rule in rules
        if {group, "*"} & set(rule["apiGroups"]) and {resource, "*"} & set(rule["resources"])
        for verb in rule["verbs"]
    }


def test_nothing_where_syncs_have_argo_cds_rights(tmp_path: Path) -> None:
    plan = planned(tmp_path, "{}")

    assert syncs(plan) == {}
    assert "destinationServiceAccounts" not in plan.app_project.manifest["spec"]


def test_an_account_with_a_role_of_its_own(tmp_path: Path) -> None:
    plan = planned(tmp_path, "impersonation: true")
    found = syncs(plan)

    assert {key: item.after for key, item in found.items()} == {
        "sync-account-argocd-sync": None,
        "sync-role-argocd-sync": None,
        "sync-access-argocd-sync": "sync-role-argocd-sync",
    }
    binding = found["sync-access-argocd-sync"].manifest
    assert binding["roleRef"] == {
        "apiGroup": "rbac.authorization.k8s.io",
        "kind": "Role",
        "name": "argocd-sync",
    }
    assert binding["subjects"] == [
        {"kind": "ServiceAccount", "name": "argocd-sync", "namespace": "blue-shop-prod"}
    ]
    assert found["sync-account-argocd-sync"].manifest["automountServiceAccountToken"] is False
    assert plan.app_project.manifest["spec"]["destinationServiceAccounts"] == [
        {
            "server": "https://eu-1.example.org:6443",
            "namespace": "blue-shop-prod",
            "defaultServiceAccount": "argocd-sync",
        }
    ]


def test_a_cluster_role_of_the_platform_instead(tmp_path: Path) -> None:
    """The logical names of both forms are the same: what exists keeps its place in the state."""
    details = "{clusterRole: deployer, serviceAccount: syncer}"
    found = syncs(planned(tmp_path, f"profiles: {{medium: {{impersonation: {details}}}}}"))

    assert list(found) == ["sync-account-syncer", "sync-access-syncer"]
    assert found["sync-access-syncer"].manifest["roleRef"] == {
        "apiGroup": "rbac.authorization.k8s.io",
        "kind": "ClusterRole",
        "name": "deployer",
    }
    assert found["sync-access-syncer"].after is None


def test_an_environment_made_in_python_switches_it_on(tmp_path: Path) -> None:
    details = "{serviceAccount: syncer}"
    text = platform(
        f"profiles: {{medium: {{impersonation: {details}}}}}\n"
        "environmentClasses: {production: {impersonation: false}}"
    )
    found = project(tree(tmp_path, {"platform.yaml": text}))
    made = [
        project_of(found.platform, found.identity, ClassSettings(impersonation=on))
        for on in (True, None)
    ]

    assert [len(syncs(plan_project(item, TODAY))) for item in made] == [3, 0]


def test_an_object_of_the_cluster_that_is_allowed_by_name(tmp_path: Path) -> None:
    own = f"""\
allow:
  - {{kind: clusterResource, value: {CRD}, reason: r}}
  - {{kind: clusterResource, value: example.org/Old, reason: r, until: 2026-11-19}}
"""
    plan = planned(tmp_path, "impersonation: true", own)
    found = syncs(plan)
    name = "argocd-sync:blue-shop-prod-eu-1"
    role = found["sync-cluster-role-argocd-sync"].manifest
    binding = found["sync-cluster-access-argocd-sync"]

    assert (role["kind"], role["metadata"]["name"]) == ("ClusterRole", name)
    crds = {"apiGroups": ["apiextensions.k8s.io"], "resources": ["customresourcedefinitions"]}
    assert role["rules"] == [
        {**crds, "verbs": ["create"]},
        {
            **crds,
            "resourceNames": ["foos.example.org"],
            "verbs": ["delete", "get", "list", "patch", "update", "watch"],
        },
    ]
    assert binding.after == "sync-cluster-role-argocd-sync"
    assert binding.manifest["roleRef"]["name"] == name
    assert plan.app_project.manifest["spec"]["clusterResourceWhitelist"] == [
        {
            "group": "apiextensions.k8s.io",
            "kind": "CustomResourceDefinition",
            "name": "foos.example.org",
        }
    ]


def test_what_allow_and_the_platform_add_to_the_role(tmp_path: Path) -> None:
    own = """\
allow:
  - {kind: namespaceResource, value: networking.k8s.io/NetworkPolicy, reason: r}
  - {kind: namespaceResource, value: example.org/Old, reason: r, until: 2026-11-19}
"""
    overlay = "profiles: {medium: {impersonation: {kinds: [example.org/Widget]}}}"
    rules = syncs(planned(tmp_path, overlay, own))["sync-role-argocd-sync"].manifest["rules"]

    assert "create" in verbs(rules, "networking.k8s.io", "networkpolicies")
    assert "create" in verbs(rules, "example.org", "widgets")
    assert verbs(rules, "example.org", "olds") == set()
    assert verbs(rules, "argoproj.io", "applications") == set()
    assert "create" not in verbs(rules, "rbac.authorization.k8s.io", "roles")


def test_the_profiles_kinds_are_not_the_parents_of_an_app_of_apps(tmp_path: Path) -> None:
    own = "allow: [{kind: namespaceResource, value: argoproj.io/Application, reason: r}]\n"
    overlay = "profiles: {medium: {impersonation: {kinds: [kafka.strimzi.io/KafkaTopic]}}}"
    rules = syncs(planned(tmp_path, overlay, own))["sync-role-argocd-sync"].manifest["rules"]

    assert "create" in verbs(rules, "argoproj.io", "applications")
    assert verbs(rules, "kafka.strimzi.io", "kafkatopics") == set()


@pytest.mark.parametrize("strict", [False, True])
def test_the_role_agrees_with_the_app_project(strict: bool) -> None:
    """What the one denies, the other does not have, even if it is asked for."""
    guards = [item for item in ALWAYS_DENIED if item != APPLICATION]
    misspelt = ((group, kind.upper()) for group, kind in (*ALWAYS_DENIED, *STRICTLY_DENIED))
    rules = namespace_rules(strict=strict, permitted=(*guards, *misspelt, ("", "Namespace")))
    denied = {*ALWAYS_DENIED, *(STRICTLY_DENIED if strict else ())}

    for group, kind in denied:
        assert not CHANGING & verbs(rules, group, plural(kind)), kind
    assert verbs(rules, "", "namespaces") == {"get"}
    for group, kind in {*DEPLOYABLE, *STRICTLY_DENIED} - denied:
        assert {"get", "create", "patch", "update", "delete"} <= verbs(rules, group, plural(kind))


@pytest.mark.parametrize("strict", [False, True])
def test_the_parent_of_an_app_of_apps_makes_applications_and_nothing_else(strict: bool) -> None:
    rules = namespace_rules(strict=strict, permitted=(APPLICATION,))

    changed = {
        (group, resource)
        for rule in rules
        for group, resource in product(rule["apiGroups"], rule["resources"])
        if CHANGING & set(rule["verbs"])
    }
    assert changed == {("argoproj.io", "applications")}


@pytest.mark.parametrize("strict", [False, True])
def test_the_role_has_no_way_out(strict: bool) -> None:
    rules = namespace_rules(strict=strict, permitted=())
    named = {
        (group, resource, verb)
        for rule in rules
        for group, resource, verb in product(rule["apiGroups"], rule["resources"], rule["verbs"])
    }

    ways = {"*", "bind", "escalate", "impersonate", "deletecollection"}
    assert not ways & {verb for _, _, verb in named}
    assert not {"*"} & {part for group, item, _ in named for part in (group, item)}
    assert {item for _, item, _ in named if "/" in item} == {
        "deployments/scale", "pods/log", "pods/status", "replicasets/scale", "statefulsets/scale",
    }  # fmt: skip
    assert {verb for group, item, verb in named if (group, item) == ("", "namespaces")} == {"get"}


def test_a_kind_that_is_allowed_whole_needs_no_name() -> None:
    assert cluster_rules([("example.org", "Cluster", "a"), ("example.org", "Cluster", "")]) == [
        {
            "apiGroups": ["example.org"],
            "resources": ["clusters"],
            "verbs": ["create", "delete", "get", "list", "patch", "update", "watch"],
        }
    ]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("Deployment", "deployments"),
        ("Ingress", "ingresses"),
        ("NetworkPolicy", "networkpolicies"),
        ("Endpoints", "endpoints"),
        ("Gateway", "gateways"),
        ("EventBus", "eventbus"),
        ("CiliumNetworkPolicy", "ciliumnetworkpolicies"),
    ],
)
def test_plurals(kind: str, expected: str) -> None:
    assert plural(kind) == expected


def test_accounts_come_before_the_project_and_go_after_the_applications(tmp_path: Path) -> None:
    """Deletion runs backwards, and a finalizer deletes as the account: it must be there until then."""
    keys = [item.key for item in planned(tmp_path, "impersonation: true").objects()]
    first = keys.index("sync-account-argocd-sync")

    assert first < keys.index("sync-role-argocd-sync") < keys.index("sync-access-argocd-sync")
    assert keys.index("sync-access-argocd-sync") < keys.index("project")
    assert keys.index("project") < keys.index("application-application")


def test_lists_of_kinds_restrict_the_role() -> None:
    listed = (("apps", "Deployment"), ("", "Service"), ("batch", "CronJob"))
    rules = namespace_rules(
        strict=False,
        permitted=(("example.org", "Widget"),),
        listed=listed,
        further=(("batch", "*"),),
    )
    deployed = {
        (group, resource)
        for rule in rules
        for group, resource in product(rule["apiGroups"], rule["resources"])
        if "delete" in rule["verbs"]
    }
    assert deployed == {("apps", "deployments"), ("", "services"), ("example.org", "widgets")}
    scaled = [it for rule in rules for it in rule["resources"] if it.endswith("/scale")]
    assert scaled == ["deployments/scale"]


def test_lists_of_kinds_in_the_app_project(tmp_path: Path) -> None:
    text = (
        "namespaceResourceWhitelist: [{group: apps, kind: Deployment}]\n"
        "namespaceResourceBlacklist: [{group: batch, kind: '*'}, {kind: Pod}]\n"
        "allow: [{kind: namespaceResource, value: example.org/Widget, reason: r}]\n"
    )
    own = project(tree(tmp_path, {PROJECT: f"versions: {{application: v1.4.2}}\n{text}"}))
    spec = plan_project(own, TODAY).app_project.manifest["spec"]
    assert spec["namespaceResourceWhitelist"] == [
        {"group": "apps", "kind": "Deployment"},
        {"group": "example.org", "kind": "Widget"},
    ]
    denied = [(it["group"], it["kind"]) for it in spec["namespaceResourceBlacklist"]]
    assert {("batch", "*"), ("", "Pod"), *ALWAYS_DENIED, *STRICTLY_DENIED} == set(denied)


@pytest.mark.argocd
def test_argo_cd_permits_what_the_role_does(argocd_oracle: Oracle) -> None:
    """Lists of kinds in an AppProject, judged by Argo CD's own code, and the Role of the same environment."""
    chance = random.Random(14)
    known = sorted({*DEPLOYABLE, *STRICTLY_DENIED, *ALWAYS_DENIED})
    groups = sorted({group for group, _ in known})
    cases = []
    for _ in range(400):
        listed = tuple(chance.sample(known, chance.choice((0, 0, 1, 5, 20))))
        permitted = tuple(chance.sample(known, chance.choice((0, 0, 1, 3))))
        further = tuple(
            (chance.choice([*groups, "*"]), "*") if chance.random() < 0.3 else chance.choice(known)
            for _ in range(chance.choice((0, 1, 4)))
        )
        cases.append((chance.random() < 0.5, permitted, listed, further))
    questions = [
        Question(
            project={
                "metadata": {"name": "a"},
                "spec": compact(
                    {
                        "namespaceResourceWhitelist": named(only_kinds(permitted, listed)),
                        "namespaceResourceBlacklist": named(
                            denied_kinds(strict=strict, permitted=permitted, further=further)
                        ),
                    }
                ),
            },
            kinds=[{**it, "name": "x", "namespaced": True} for it in named(known)],
        )
        for strict, permitted, listed, further in cases
    ]
    some = 0
    for case, answer in zip(cases, argocd_oracle.ask(questions), strict=True):
        strict, permitted, listed, further = case
        rules = namespace_rules(strict=strict, permitted=permitted, listed=listed, further=further)
        deployed = {
            (group, resource)
            for rule in rules
            for group, resource in product(rule["apiGroups"], rule["resources"])
            if "delete" in rule["verbs"]
        }
        for (group, kind), argo in zip(known, answer.kinds, strict=True):
            assert argo == ((group, plural(kind)) in deployed), (kind, case)
            some += argo
    assert some > 2000


def named(kinds: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"group": group, "kind": kind} for group, kind in kinds]
