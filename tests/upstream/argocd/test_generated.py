"""What generators yield: cases, and Argo CD's own generators as the judge of random ones."""

from __future__ import annotations

import random
from typing import Any

import pytest

from argoproject.upstream.argocd.application_sets import could_yield, filled, parameters
from tests.support.oracle import Oracle, Question

A, B = {"name": "a"}, {"name": "b"}


@pytest.mark.parametrize(
    ("generators", "expected"),
    [
        ([], ()),
        ([{"list": {"elements": [A, B]}}], (A, B)),
        ([{"list": {"elements": [A]}}, {"list": {"elements": [B]}}], (A, B)),
        (
            [{"matrix": {"generators": [{"list": {"elements": [A, B]}}, {"list": {"elements": [{"x": "1"}]}}]}}],
            ({"name": "a", "x": "1"}, {"name": "b", "x": "1"}),
        ),
        ([{"matrix": {"generators": [{"list": {"elements": [A]}}, {"list": {"elements": [B]}}]}}], None),
        ([{"matrix": {"generators": [{"list": {"elements": [A]}}, {"git": {}}]}}], None),
        ([{"matrix": {"generators": [{"list": {"elements": [A]}}]}}], None),
        ([{"list": {"elements": [A]}}, {"git": {}}], None),
        ([{"list": {"elements": [A]}, "selector": {}}], None),
        ([{"list": {"elements": [A], "elementsYaml": "[]"}}], None),
        ([{"list": {"elements": [{"x": ["{{ .y }}"]}]}}], None),
        ([{"list": {}}], None),
        ([{"merge": {"generators": []}}], None),
    ],
)  # fmt: skip
def test_parameters(generators: list[dict[str, Any]], expected: object) -> None:
    assert parameters(generators) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("{{ .name }}", "a"),
        ("x/{{.name}}/{{ .deep.er }}", "x/a/b"),
        ("{{ .missing }}", None),
        ("{{ .name.more }}", None),
        ("{{ .number }}", None),
        ("{{ .deep }}", None),
        ("{{ .name | upper }}", None),
        ("{{- .name }}", None),
        ("{{ if true }}x{{ .name }}", None),
        ("{{ .name }}{{", None),
    ],
)
def test_filled(text: str, expected: str | None) -> None:
    values = {"name": "a", "deep": {"er": "b"}, "number": 1}
    assert filled(text, values) == expected


@pytest.mark.parametrize(
    ("template", "text", "expected"),
    [
        ("https://g/{{ .x }}.git", "https://g/shop.git", True),
        ("https://g/{{ .x }}.git", "https://g/shop", False),
        ("https://g/{{ .x }}.git", "https://other/shop.git", False),
        ("{{ .url }}", "https://g/shop.git", True),
        ("https://g/a+b/{{ .x }}", "https://g/aab/x", False),
        ("https://g/plain", "https://g/plain", True),
    ],
)
def test_what_a_template_could_yield(template: str, text: str, expected: bool) -> None:
    assert could_yield(template, text) is expected


@pytest.mark.argocd
def test_argo_cd_generates_the_same(argocd_oracle: Oracle) -> None:
    rng = random.Random(3)
    sets = [random_set(rng) for _ in range(400)]
    (answer,) = argocd_oracle.ask([Question(application_sets=sets)])
    compared = 0
    for item, there in zip(sets, answer.application_sets, strict=True):
        known = parameters(item["spec"]["generators"])
        source = item["spec"]["template"]["spec"]["source"]
        if known is None:
            continue
        here = [filled(source["repoURL"], values) for values in known]
        if None in here:
            continue
        assert there.error == ""
        assert here == [made["spec"]["source"]["repoURL"] for made in there.applications]
        compared += 1
    assert compared > 150


WORDS = ("shop", "blog", "a.b", "x-1", "{{ .name }}")
TEMPLATES = ("{{ .name }}", "{{.size}}", "{{ .deep.er }}", "{{ .name | upper }}", "v")


def random_set(rng: random.Random) -> dict[str, Any]:
    url = f"https://git.example.org/{rng.choice(TEMPLATES)}/{rng.choice(TEMPLATES)}.git"
    spec = {"project": "p", "source": {"repoURL": url, "path": "x"}, "destination": {}}
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "ApplicationSet",
        "metadata": {"name": "s"},
        "spec": {
            "goTemplate": True,
            "goTemplateOptions": ["missingkey=error"],
            "generators": [_generator(rng) for _ in range(rng.randint(1, 2))],
            "template": {"metadata": {"name": "x"}, "spec": spec},
        },
    }  # fmt: skip


def _generator(rng: random.Random) -> dict[str, Any]:
    if rng.random() < 0.4:
        inner = [
            _list(rng, ("name", "deep")),
            _list(rng, ("size",) if rng.random() < 0.8 else ("name", "size")),
        ]
        return {"matrix": {"generators": inner}}
    return _list(rng, ("name", "size", "deep"))


def _list(rng: random.Random, fields: tuple[str, ...]) -> dict[str, Any]:
    elements = []
    for _ in range(rng.randint(1, 3)):
        # A template in an element is a text of its own for Argo CD, unless a matrix fills it.
        element: dict[str, Any] = {
            field: rng.choice(WORDS[:4]) for field in fields if field != "deep"
        }
        if rng.random() < 0.1:
            element[fields[0]] = WORDS[4]
        if "deep" in fields:
            element["deep"] = {"er": rng.choice(WORDS[:4])}
        elements.append(element)
    return {"list": {"elements": elements}}
