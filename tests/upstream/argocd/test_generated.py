"""What generators yield: cases, and Argo CD's own generators as the judge of random ones."""

from __future__ import annotations

import random
from typing import Any

import pytest

from argoproject.upstream.argocd.application_sets import generated_manifests
from argoproject.upstream.argocd.generators import complete_values
from argoproject.upstream.argocd.go_render import could_yield, fill_text
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
        ([{"matrix": {"generators": [{"list": {"elements": [A]}}, {"list": {"elements": [B]}}]}}], (A,)),
        ([{"matrix": {"generators": [{"list": {"elements": [A]}}, {"git": {}}]}}], None),
        ([{"matrix": {"generators": [{"list": {"elements": [A]}}]}}], None),
        ([{"list": {"elements": [A]}}, {"git": {}}], None),
        ([{"list": {"elements": [A]}, "selector": {}}], (A,)),
        ([{"list": {"elements": [A, B]}, "selector": {"matchLabels": {"name": "b"}}}], (B,)),
        ([{"list": {"elements": [{"x": {"y": True}}]}, "selector": {"matchExpressions": [
            {"key": "x.y", "operator": "In", "values": ["true"]}, {"key": "z", "operator": "DoesNotExist"}]}}],
         ({"x": {"y": True}},)),
        ([{"list": {"elements": [A], "elementsYaml": "[]"}}], None),
        ([{"list": {"elements": [{"x": ["{{ .y }}"]}]}}], ({"x": ["{{ .y }}"]},)),
        ([{"list": {}}], ()),
        ([{"merge": {"mergeKeys": ["name"], "generators": [
            {"list": {"elements": [A, B]}}, {"list": {"elements": [{"name": "b", "x": 1}, {"name": "c"}]}}]}}],
         (A, {"name": "b", "x": 1.0})),
        ([{"merge": {"mergeKeys": ["name"], "generators": [{"list": {"elements": [A, A]}}, {"list": {}}]}}], None),
        ([{"merge": {"generators": []}}], None),
    ],
)  # fmt: skip
def test_parameters(generators: list[dict[str, Any]], expected: object) -> None:
    assert complete_values(generators) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("{{ .name }}", "a"),
        ("x/{{.name}}/{{ .deep.er }}", "x/a/b"),
        ("{{ .missing }}", None),
        ("{{ .name.more }}", None),
        ("{{ .number }}", "1"),
        ("{{ .deep }}", None),
        ("{{ .name | upper }}", "A"),
        ("{{ .name | kebabcase }}", "a"),
        ("{{ .name | slugify }}", None),
        ("{{- .name }}", "a"),
        ("{{ if true }}x{{ .name }}", None),
        ("{{ .name }}{{", None),
    ],
)
def test_filled(text: str, expected: str | None) -> None:
    values = {"name": "a", "deep": {"er": "b"}, "number": 1}
    assert fill_text(text, values) == expected


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


SETS = 4_000


@pytest.mark.argocd
def test_argo_cd_generates_the_same(argocd_oracle: Oracle) -> None:
    """Where all is known here, Argo CD generates the same Applications; what fails there is known to nobody here."""
    rng = random.Random(3)
    sets = [random_set(rng) for _ in range(SETS)]
    (answer,) = argocd_oracle.ask([Question(application_sets=sets)])
    compared = 0
    for item, there in zip(sets, answer.application_sets, strict=True):
        here = generated_manifests(item["spec"])
        if here is None or any(isinstance(made, list) for made in here.values()):
            continue
        assert there.error == "", item
        found = {made["metadata"]["name"]: made for made in there.applications}
        assert here.keys() == found.keys(), item
        if len(found) < len(there.applications):
            continue  # two of one name: which of both is found here is no matter
        for name, made in here.items():
            source = {key: value for key, value in made["spec"]["source"].items() if value != ""}
            assert source == found[name]["spec"]["source"], item
            assert made["metadata"].get("labels") == found[name]["metadata"].get("labels"), item
            expected = found[name]["metadata"].get("finalizers")
            assert item["spec"]["template"]["metadata"].get("finalizers", [FINALIZER]) == expected
        compared += 1
    assert compared > SETS / 8, compared


FINALIZER = "resources-finalizer.argocd.argoproj.io"
WORDS = ("shop", "blog", "a.b", "x-1", "{{ .name }}", "{{ .deep.er }}", "", 3, True, 1.5)
TEMPLATES = (
    *("{{ .name }}", "{{.size}}", "{{ .deep.er }}", "{{ .name | upper }}", "v"),
    *(
        "{{ .number }}",
        '{{ default "x" .name }}',
        '{{ index . "name" }}',
        "{{ if .on }}on{{ end }}",
    ),
    *("{{ .nmae }}", "{{ .name | slugify }}", '{{ if hasKey . "size" }}{{ .size }}{{ end }}'),
)
FIELDS = ("name", "size", "deep", "number", "on")


def random_set(rng: random.Random) -> dict[str, Any]:
    url = f"https://git.example.org/{rng.choice(TEMPLATES)}/{rng.choice(TEMPLATES)}.git"
    spec = {
        "project": "p",
        "source": {"repoURL": url, "path": rng.choice(TEMPLATES)},
        "destination": {},
    }
    metadata: dict[str, Any] = {"name": f"{rng.choice(TEMPLATES)}-{rng.choice(TEMPLATES)}"}
    if rng.random() < 0.5:
        metadata["labels"] = {"tier": rng.choice(TEMPLATES)}
    if rng.random() < 0.5:
        metadata["finalizers"] = [FINALIZER]
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "ApplicationSet",
        "metadata": {"name": "s"},
        "spec": {
            "goTemplate": True,
            "goTemplateOptions": ["missingkey=error"],
            "generators": [generator(rng) for _ in range(rng.choice((1, 1, 1, 2)))],
            "template": {"metadata": metadata, "spec": spec},
        },
    }


def generator(rng: random.Random, depth: int = 0) -> dict[str, Any]:
    choice = rng.random()
    if choice < 0.25 and depth < 2:
        inner = [generator(rng, depth + 1), generator(rng, depth + 1)]
        found: dict[str, Any] = {"matrix": {"generators": inner}}
    elif choice < 0.45 and depth < 2:
        inner = [generator(rng, depth + 1) for _ in range(rng.randint(2, 3))]
        found = {
            "merge": {"generators": inner, "mergeKeys": rng.sample(FIELDS, rng.choice((1, 1, 2)))}
        }
    else:
        found = {"list": {"elements": [element(rng) for _ in range(rng.randint(1, 3))]}}
    if rng.random() < 0.25:
        found["selector"] = selector(rng)
    return found


def element(rng: random.Random) -> dict[str, Any]:
    found: dict[str, Any] = {name: rng.choice(WORDS[:4]) for name in ("name", "size")}
    found["deep"] = {"er": rng.choice(WORDS[:4])}
    found |= {"number": rng.choice((1, 0, 20, 1.0)), "on": rng.random() < 0.5}
    if rng.random() < 0.2:
        found[rng.choice(FIELDS)] = rng.choice(WORDS)
    if rng.random() < 0.3:
        del found[rng.choice(FIELDS)]
    return found


def selector(rng: random.Random) -> dict[str, Any]:
    key, values = rng.choice((*FIELDS, "deep.er")), [rng.choice(("shop", "true", "1", "3"))]
    if rng.random() < 0.5:
        return {"matchLabels": {key: values[0]}}
    operator = rng.choice(("In", "NotIn", "Exists", "DoesNotExist"))
    expression = {"key": key, "operator": operator}
    return {
        "matchExpressions": [{**expression, "values": values} if "In" in operator else expression]
    }
