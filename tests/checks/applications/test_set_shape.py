"""ApplicationSets that Argo CD would read otherwise than they are written, or that lead elsewhere: the exact words."""

from __future__ import annotations

from pathlib import Path

import pytest

from argoproject.checks.project_settings import check
from tests.support.reports import told

GIT = "https://gitlab.example.org/blue/shop.git"
ELEMENTS = "{list: {elements: [{n: a}]}}"
PATH = "path: x"


def problems(tmp_path: Path, generator: str, source: str, more: str) -> list[str]:
    """What is told of the set `s`; the places without their lines."""
    text = f"""\
versions: {{application: v1.4.2}}
applicationSets:
  s:
    generators: [{generator}]
    template: {{name: "{{{{ .n }}}}", source: {{repoURL: "{GIT}", targetRevision: v1.0.0, {source}}}}}
    {more}
"""
    lines = told(check, tmp_path, {"project.yaml": text})
    return [line.partition(" applicationSets.s.")[2] for line in lines]


def words(place: str, message: str, remedy: str, code: str) -> list[str]:
    return [f"{place}: {message} ({remedy}) [{code}]"]


def nested(depth: int) -> str:
    """Matrices in each other, with a list in the innermost."""
    inner = ELEMENTS
    for index in range(depth):
        inner = f"{{matrix: {{generators: [{inner}, {{list: {{elements: [{{m{index}: b}}]}}}}]}}}}"
    return inner


NO_MAPPING = "an element is no mapping: Argo CD would generate nothing at all"
MAPPING = "write keys and values, for example {name: a}"
LIST = "generators[0].list.elements"


@pytest.mark.parametrize(
    ("generator", "expected"),
    [
        (ELEMENTS, []),
        ("{list: {elements: []}}", []),
        ("{list: {elementsYaml: '[{n: a}]'}}", []),
        ("{list: {elements: [a]}}", words(f"{LIST}[0]", NO_MAPPING, MAPPING, "set-element")),
        (
            "{list: {elements: [{n: a}, [x]]}}",
            words(f"{LIST}[1]", NO_MAPPING, MAPPING, "set-element"),
        ),
        (
            "{list: {elements: {n: a}}}",
            words(LIST, "must be a list", "write one element an item", "set-element"),
        ),
        (nested(1), []),
        (nested(2), []),
        (
            nested(3),
            words(
                "generators[0].matrix.generators[0].matrix.generators[0].matrix",
                "Argo CD drops a matrix that stands in two others",
                "generators nest two deep: join the lists, or read them from Git",
                "set-generator",
            ),
        ),
    ],
)
def test_generators(tmp_path: Path, generator: str, expected: list[str]) -> None:
    assert problems(tmp_path, generator, PATH, "") == expected


FUNCTION = "templates have no function {}: it would tell of Argo CD's own machine"
GENERATOR = "take the value from the generator"


def no_function(place: str, name: str) -> list[str]:
    return words(f"template.source.{place}", FUNCTION.format(name), GENERATOR, "set-function")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("path: '{{ .n | lower }}'", []),
        ("path: x, helm: {values: 'a: {{ .env }} {{ $env }} {{ .n.env }}'}", []),
        ("path: x, helm: {values: 'a: {{ printf \"env %s\" .n }} {{ eq .n `env` }} env'}", []),
        ("path: '{{ env \"HOME\" }}'", no_function("path", "env")),
        (
            "path: x, helm: {values: 'a: {{ .n | expandenv }}'}",
            no_function("helm.values", "expandenv"),
        ),
        (
            "path: x, helm: {parameters: [{name: a, value: '{{ getHostByName .n }}'}]}",
            no_function("helm.parameters[0].value", "getHostByName"),
        ),
    ],
)
def test_functions(tmp_path: Path, source: str, expected: list[str]) -> None:
    assert problems(tmp_path, ELEMENTS, source, "") == expected


OUTSIDE = "it is fetched from outside the source and its revision"
INSIDE = "write a path in the source's repository, `./…` or `../…`"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("path: x, kustomize: {patches: [{path: ../p.yaml}, {patch: 'a: b'}, x], components: [../c]}", []),
        (
            "path: x, kustomize: {patches: [{patch: x}, {path: 'https://evil.tld/p.yaml'}]}",
            words(
                "template.source.kustomize.patches[1].path",
                f"the patch is a URL: {OUTSIDE}",
                INSIDE,
                "patch-url",
            ),
        ),
        (
            "path: x, kustomize: {patches: [{path: '{{ .n }}'}]}",
            words(
                "template.source.kustomize.patches[0].path",
                "the patch is templated: it could be any",
                INSIDE,
                "patch-url",
            ),
        ),
        (
            "path: x, kustomize: {components: [a, 'git@evil.tld:x']}",
            words(
                "template.source.kustomize.components[1]",
                f"the component is a URL: {OUTSIDE}",
                INSIDE,
                "component-url",
            ),
        ),
        (
            "chart: '{{ .n }}/../x'",
            words(
                "template.source.chart",
                "the chart leaves its folder through `..`",
                "write the path from the repository's root",
                "source-chart",
            ),
        ),
    ],
)  # fmt: skip
def test_files_from_elsewhere(tmp_path: Path, source: str, expected: list[str]) -> None:
    assert problems(tmp_path, ELEMENTS, source, "") == expected


ROLLING = (
    "type: RollingSync, "
    "rollingSync: {steps: [{matchExpressions: [{key: a, operator: In, values: [b]}], maxUpdate: 1}]}"
)
NO_STEPS = "RollingSync has no steps: nothing would be synced, or all at once"


@pytest.mark.parametrize(
    ("strategy", "expected"),
    [
        ("{}", []),
        ("{type: AllAtOnce, deletionOrder: Reverse}", []),
        (f"{{{ROLLING}}}", []),
        (
            "RollingSync",
            words("strategy", "must be a mapping", "write deletionOrder, rollingSync, type", "set-strategy"),
        ),
        (
            "{type: Rolling}",
            words("strategy.type", "'Rolling' is no type", "write one of AllAtOnce, RollingSync", "set-strategy"),
        ),
        (
            "{deletionOrder: reverse}",
            words(
                "strategy.deletionOrder",
                "'reverse' is no deletionOrder",
                "write one of AllAtOnce, Reverse",
                "set-strategy",
            ),
        ),
        (
            "{typ: AllAtOnce}",
            words("strategy.typ", "Argo CD knows no 'typ' here", "did you mean type?", "set-strategy"),
        ),
        (
            "{zzz: 1}",
            words(
                "strategy.zzz", "Argo CD knows no 'zzz' here", "known: deletionOrder, rollingSync, type", "set-strategy"
            ),
        ),
        ("{type: RollingSync}", words("strategy", NO_STEPS, "add `rollingSync: {steps: […]}`", "set-strategy")),
        (
            "{type: RollingSync, rollingSync: {steps: []}}",
            words("strategy", NO_STEPS, "add `rollingSync: {steps: […]}`", "set-strategy"),
        ),
        (
            "{rollingSync: {step: []}}",
            words("strategy.rollingSync.step", "Argo CD knows no 'step' here", "did you mean steps?", "set-strategy"),
        ),
        (
            "{rollingSync: {steps: [x]}}",
            words(
                "strategy.rollingSync.steps[0]",
                "must be a mapping",
                "write matchExpressions, maxUpdate",
                "set-strategy",
            ),
        ),
        (
            f"{{{ROLLING.replace('maxUpdate', 'maxupdate')}}}",
            words(
                "strategy.rollingSync.steps[0].maxupdate",
                "Argo CD knows no 'maxupdate' here",
                "did you mean maxUpdate?",
                "set-strategy",
            ),
        ),
        (
            f"{{{ROLLING.replace('In', 'Exists')}}}",
            words(
                "strategy.rollingSync.steps[0].matchExpressions[0].operator",
                "'Exists' is no operator",
                "write one of In, NotIn",
                "set-strategy",
            ),
        ),
    ],
)  # fmt: skip
def test_strategies(tmp_path: Path, strategy: str, expected: list[str]) -> None:
    assert problems(tmp_path, ELEMENTS, PATH, f"strategy: {strategy}") == expected
