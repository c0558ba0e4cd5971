"""What public manifests want is planned, field by field: tests/data/public has them in our own words and names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import yaml

from argoproject.fleet.pipeline import platform_files, validate_tree
from argoproject.plan.build import plan_project
from argoproject.plan.model import plain
from tests.support.paths import DATA
from tests.support.trees import TODAY

PUBLIC = DATA / "public"
WANTED = yaml.safe_load((PUBLIC / "wanted.yaml").read_text(encoding="utf-8"))
KINDS = {
    "Application",
    "ApplicationSet",
    "AppProject",
    "ResourceQuota",
    "LimitRange",
    "NetworkPolicy",
}
OURS: Mapping[str, tuple[str, ...]] = {
    "Application": ("project", "destination.server", "destination.namespace"),
    "ApplicationSet": (
        *("goTemplate", "goTemplateOptions[0]", "syncPolicy.applicationsSync"),
        *("template.metadata.finalizers[0]", "template.spec.project"),
        *("template.spec.destination.server", "template.spec.destination.namespace"),
    ),
}
"""What the environment itself decides."""


@pytest.fixture(scope="module")
def planned() -> dict[tuple[str, str, str], Mapping[str, Any]]:
    """The planned specs by environment, kind and name."""
    judged = validate_tree(PUBLIC / "config", TODAY, "config")
    assert list(map(str, judged.errors)) == []
    files = platform_files(judged.tree)
    found = {}
    for project in judged.projects:
        for item in plan_project(project, TODAY, files).objects():
            identity = str(project.identity).removeprefix("atlas/")
            found[identity, item.kind, item.name] = plain(item.manifest).get("spec", {})
    return found


def leaves(data: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(data, Mapping) and data:
        for key, value in data.items():
            yield from leaves(value, f"{path}.{key}" if path else str(key))
    elif isinstance(data, list) and data:
        for index, value in enumerate(data):
            yield from leaves(value, f"{path}[{index}]")
    else:
        yield path, data


def name_of(case: Mapping[str, Any]) -> str:
    product, cluster, environment = case["in"].split("/")
    project = f"atlas-{product}-{environment}-{cluster}"
    if case["kind"] == "AppProject":
        return project
    return f"{project}-{case['name']}" if case["kind"].startswith("Application") else case["name"]


@pytest.mark.parametrize("case", WANTED, ids=[case["of"] for case in WANTED])
def test_it_is_planned_field_by_field(
    planned: Mapping[tuple[str, str, str], Mapping[str, Any]], case: Mapping[str, Any]
) -> None:
    spec, wanted = planned[case["in"], case["kind"], name_of(case)], case["wanted"]
    if case["kind"] == "AppProject":
        for field, value in wanted.items():
            given = spec[field]
            if isinstance(value, list):
                assert [item for item in value if item not in given] == [], field
            else:
                assert {key: given[key] for key in value} == value, field
        return
    found, expected = dict(leaves(spec)), dict(leaves(wanted))
    added = {*OURS.get(case["kind"], ()), *case.get("added", ())}
    assert {path: value for path, value in found.items() if path not in added} == expected
    assert set(case.get("added", ())) <= found.keys()


def test_there_are_thirty_and_more_of_every_kind() -> None:
    assert len(WANTED) >= 30
    assert {case["kind"] for case in WANTED} == KINDS
    assert len({case["of"] for case in WANTED}) == len(WANTED)
