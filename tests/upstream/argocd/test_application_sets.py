"""Rules about ApplicationSets, each with cases that break it and cases that do not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from argoproject.upstream.argocd.application_sets import check_application_set
from argoproject.upstream.argocd.applications import Permits
from tests.upstream.argocd import tables

_LIST: Mapping[str, Any] = {"list": {"elements": [{"name": "a"}]}}
_SPEC: Mapping[str, Any] = {
    "project": "my-proj",
    "source": {"repoURL": tables.URL, "path": "{{ .name }}", "targetRevision": "v1"},
    "destination": {"server": tables.SERVER, "namespace": "shop"},
}


def application_set(
    spec: Mapping[str, Any], template: Mapping[str, Any], name: str
) -> dict[str, Any]:
    base: dict[str, Any] = {
        "goTemplate": True,
        "goTemplateOptions": ["missingkey=error"],
        "generators": [_LIST],
        "template": {"metadata": {"name": name}, "spec": {**_SPEC, **template}},
    }
    return {"kind": "ApplicationSet", "metadata": {"name": "set"}, "spec": {**base, **spec}}


_MATRIX = {"matrix": {"generators": [_LIST, {"git": {"repoURL": tables.URL}}]}}
CASES: Mapping[str, tuple[Mapping[str, Any], Mapping[str, Any], tuple[str, ...]]] = {
    "valid": ({}, {}, ()),
    "matrix": ({"generators": [_MATRIX]}, {}, ()),
    "selector": ({"generators": [{**_LIST, "selector": {}}]}, {}, ()),
    "no Go templates": ({"goTemplate": False}, {}, ("set-options",)),
    "missing keys": ({"goTemplateOptions": []}, {}, ("set-options",)),
    "no generator": ({"generators": []}, {}, ("set-generator",)),
    "clusters": ({"generators": [{"clusters": {}}]}, {}, ()),
    "of a custom resource": (
        {"generators": [{"clusterDecisionResource": {}}]},
        {},
        ("set-generator",),
    ),
    "two in one": ({"generators": [{**_LIST, "git": {}}]}, {}, ("set-generator",)),
    "an empty one": ({"generators": [{}]}, {}, ("set-generator",)),
    "nested one of a custom resource": (
        {"generators": [{"matrix": {"generators": [_LIST, {"clusterDecisionResource": {}}]}}]},
        {},
        ("set-generator",),
    ),
    "a generator's template": (
        {"generators": [{"list": {"elements": [], "template": {}}}]},
        {},
        ("set-template",),
    ),
    "a nested generator's template": (
        {"generators": [{"matrix": {"generators": [{"list": {"template": {}}}, _LIST]}}]},
        {},
        ("set-template",),
    ),
    "a patch": ({"templatePatch": "spec: {}"}, {}, ("set-template",)),
    "an unknown policy": (
        {"syncPolicy": {"applicationsSync": "delete"}},
        {},
        ("set-policy",),
    ),
    "templated project": ({}, {"project": "{{ .project }}"}, ("set-template",)),
    "other project": ({}, {"project": "default"}, ("set-template",)),
    "templated namespace": (
        {},
        {"destination": {"server": tables.SERVER, "namespace": "{{ .name }}"}},
        ("set-template",),
    ),
    "cluster by name": (
        {},
        {"destination": {"name": "{{ .name }}", "namespace": "shop"}},
        ("set-template",),
    ),
    "other repository": (
        {},
        {"source": {"repoURL": "https://evil.example.org/x", "path": "x"}},
        ("source-permitted",),
    ),
    "no source": ({}, {"source": None}, ("source-missing",)),
    "create namespace": (
        {},
        {"syncPolicy": {"syncOptions": ["CreateNamespace=true"]}},
        ("create-namespace",),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_sets(case: str) -> None:
    spec, template, expected = CASES[case]
    item = application_set(spec, template, "my-proj-{{ .name }}")
    found = check_application_set(item, Permits(tables.project()))
    assert tuple(violation.rule for violation in found) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("my-proj-{{ .name }}", ()),
        ("my-proj-all", ("set-name-twice",)),
        ("{{ .name }}", ("set-name",)),
        ("my-proj2-{{ .name }}", ("set-name",)),
        ("", ("set-name",)),
    ],
)
def test_names(name: str, expected: tuple[str, ...]) -> None:
    found = check_application_set(application_set({}, {}, name), Permits(tables.project()))
    assert tuple(violation.rule for violation in found) == expected
