"""Fields of manifests where empty is not the same as missing."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from argoproject.fleet.pipeline import load_fleet
from argoproject.plan.model import ProjectPlan
from tests.support.trees import PROJECT, platform, tree

TODAY = dt.date(2026, 11, 30)
OWN = "apiVersion: example.org/v1\nkind: Foo\nmetadata: {name: own}\nspec: {}\nitems: []\nstatus:\n"
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
    assert spec.get("orphanedResources") == expected


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
