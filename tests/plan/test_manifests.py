"""Fields of manifests where empty is not the same as missing."""

from __future__ import annotations

import datetime as dt
import textwrap
from pathlib import Path

import pytest

from argoproject.fleet.pipeline import load_fleet
from argoproject.plan.model import ProjectPlan
from tests.support.trees import PROJECT, platform, tree

TODAY = dt.date(2026, 11, 30)
OWN = "apiVersion: example.org/v1\nkind: Foo\nmetadata: {name: own}\nspec: {}\nitems: []\n"
MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: own}\ndata: {a: b}\n"
PLATFORMS = OWN.replace("own", "platforms")


def planned(tmp_path: Path, files: dict[str, str]) -> ProjectPlan:
    return load_fleet(tree(tmp_path, files), stack="dev", select=None, today=TODAY).plans[0]


@pytest.mark.parametrize(
    ("written", "expected"),
    [("{}", {}), ("{ignore: []}", {}), ("{warn: false}", {"warn": False}), ("null", None)],
)
def test_empty_orphaned_resources_switch_their_monitoring_on(
    tmp_path: Path, written: str, expected: object
) -> None:
    own = f"versions: {{application: v1.4.2}}\norphanedResources: {written}\n"
    spec = planned(tmp_path, {PROJECT: own}).app_project.manifest["spec"]
    found = spec.get("orphanedResources")
    assert (found and {key: item for key, item in found.items() if key != "ignore"}) == expected


def test_what_the_platform_makes_in_the_namespace_is_no_orphan(tmp_path: Path) -> None:
    overlay = "profiles: {medium: {platformManifests: [{file: platform/a.yaml}]}}"
    own = """
        versions: {application: v1.4.2}
        impersonation: true
        access: {kubernetes: {view: [blue-viewers]}}
        namespace: {secrets: {app-db: {password: {secret: db}}}}
        orphanedResources: {warn: true, ignore: [{kind: Secret, name: mine}]}
    """
    files = {
        "platform.yaml": platform(overlay),
        "platform/a.yaml": PLATFORMS,
        PROJECT: textwrap.dedent(own),
        f"{PROJECT.rpartition('/')[0]}/manifests/own.yaml": MAP,
    }
    plan = planned(tmp_path, files)
    ignored = plan.app_project.manifest["spec"]["orphanedResources"]["ignore"]
    assert ignored[0] == {"kind": "Secret", "name": "mine"}
    denied = {"ResourceQuota", "LimitRange"}
    assert [(it.get("group", ""), it["kind"], it["name"]) for it in ignored[1:]] == sorted(
        (it.group, it.kind, it.name)
        for it in plan.namespace.objects
        if it.kind not in denied and it.namespace == "blue-shop-prod"
    )
    assert {it["kind"] for it in ignored} >= {"Secret", "ConfigMap", "RoleBinding", "Foo", "Role"}


def test_applications_come_after_those_that_they_name(tmp_path: Path) -> None:
    url = "https://gitlab.example.org/blue/a.git"
    source = f"source: {{repoURL: '{url}', path: x, targetRevision: v1.0.0, directory: {{}}}}"
    own = f"""
        versions: {{application: v1.4.2}}
        application: {{after: [crds]}}
        applications:
          crds: {{{source}, after: []}}
          early: {{{source}, after: [last]}}
          last: {{{source}, after: [crds, application]}}
          other: {{{source}}}
    """
    plan = planned(tmp_path, {PROJECT: textwrap.dedent(own)})
    order = {it.object.key: list(it.after) for it in plan.applications}
    assert list(order.items()) == [
        ("application-crds", []),
        ("application-application", ["application-crds"]),
        ("application-last", ["application-crds", "application-application"]),
        ("application-early", ["application-last"]),
        ("application-other", ["application-application"]),
    ]


@pytest.mark.parametrize(("until", "kept"), [("2026-11-30", True), ("2026-11-29", False)])
def test_an_empty_source_deletes_everything_only_while_its_allow_lasts(
    tmp_path: Path, until: str, kept: bool
) -> None:
    url = "https://gitlab.example.org/blue/a.git"
    source = f"source: {{repoURL: '{url}', path: x, targetRevision: v1.0.0, directory: {{}}}}"
    policy = "syncPolicy: {automated: {prune: true, allowEmpty: true}}"
    own = f"""
        versions: {{application: v1.4.2}}
        application: {{{policy}}}
        applications: {{a: {{{source}, syncPolicy: {{automated: {{allowEmpty: true}}}}}}}}
        applicationSets:
          s:
            generators: [{{list: {{elements: [{{n: b}}]}}}}]
            template: {{name: "{{{{ .n }}}}", {source}, {policy}}}
        allow:
        - {{kind: emptySource, value: application, reason: CHG-1, until: {until}}}
        - {{kind: emptySource, value: s, reason: CHG-1, until: {until}}}
    """
    files = {
        PROJECT: textwrap.dedent(own),
        "platform.yaml": platform("teams: {blue: {allow: [emptySource]}}"),
    }
    app, without_prune, made = planned(tmp_path, files).applications
    spec = made.object.manifest["spec"]["template"]["spec"]
    emptied = {"prune": True, "allowEmpty": True} if kept else {"prune": True}
    assert app.object.manifest["spec"]["syncPolicy"]["automated"] == emptied
    assert spec["syncPolicy"]["automated"] == emptied
    automated = without_prune.object.manifest["spec"]["syncPolicy"]["automated"]
    assert automated == {"allowEmpty": True}


def test_the_key_of_a_set_is_what_it_generates(tmp_path: Path) -> None:
    url = "https://gitlab.example.org/blue/shop.git"
    source = f"source: {{repoURL: '{url}', targetRevision: v1.0.0, path: a, directory: {{}}}}"
    own = f"""
        versions: {{application: v1.4.2}}
        applicationSets:
          known:
            generators: [{{list: {{elements: [{{n: a}}, {{n: b}}]}}}}]
            template: {{name: "known-{{{{ .n }}}}", {source}}}
          found:
            generators: [{{git: {{repoURL: "{url}", revision: v1.0.0, directories: [{{path: "*"}}]}}}}]
            template: {{name: "found-{{{{ .path.basename }}}}", {source}}}
        syncWindows: [{{kind: deny, schedule: "0 22 * * 5", duration: 8h, applications: [known, found]}}]
        access:
          roles:
            ci:
              groups: [blue-ci]
              permissions: [{{resource: applications, actions: [sync], applications: [found]}}]
    """
    spec = planned(tmp_path, {PROJECT: textwrap.dedent(own)}).app_project.manifest["spec"]
    project = "blue-shop-prod-eu-1"
    names = [f"{project}-{name}" for name in ("known-a", "known-b", "found-*")]
    assert spec["syncWindows"][0]["applications"] == names
    (role,) = [role for role in spec["roles"] if role["name"] == "ci"]
    policy = f"p, proj:{project}:ci, applications, sync, {project}/{project}-found-*, allow"
    assert role["policies"] == [policy]


def test_applications_that_stay_keep_what_they_need(tmp_path: Path) -> None:
    own = "versions: {application: v1.4.2}\nimpersonation: true\nkeep: [namespace, applications]\n"
    plan = planned(tmp_path, {PROJECT: own})
    kept = [item.kind for item in plan.objects() if item.keep]
    accounts = ["ServiceAccount", "Role", "RoleBinding"]
    assert kept == ["Namespace", *accounts, "AppProject", "Application"]
    without = planned(tmp_path, {PROJECT: own.replace("namespace, applications", "namespace")})
    assert [item.kind for item in without.objects() if item.keep] == ["Namespace"]


def test_empty_fields_of_extra_manifests_are_as_written(tmp_path: Path) -> None:
    overlay = """
        profiles: {medium: {platformManifests: [{file: platform/a.yaml}]}}
        teams: {blue: {allow: [namespaceResource], kinds: [example.org/Foo]}}
    """
    allow = "{kind: namespaceResource, value: example.org/Foo, reason: tests}"
    files = {
        "platform.yaml": platform(overlay),
        PROJECT: f"versions: {{application: v1.4.2}}\nallow: [{allow}]\n",
        "platform/a.yaml": PLATFORMS,
        f"{PROJECT.removesuffix('project.yaml')}manifests/a.yaml": OWN,
    }
    found = {item.name: item.manifest for item in planned(tmp_path, files).namespace.objects}
    for name in ("own", "platforms"):
        assert list(found[name]) == ["apiVersion", "kind", "metadata", "spec", "items"]
        assert (found[name]["spec"], found[name]["items"]) == ({}, [])
