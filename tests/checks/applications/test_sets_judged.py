"""Random ApplicationSets that every rule accepts: Argo CD's own code generates Applications of all of them."""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import Any

import pytest

from argoproject.checks.applications.sets import check_application_sets
from argoproject.identity import Identity
from argoproject.models import ApplicationSet
from argoproject.models.validation import judge
from argoproject.plan.build import plan_application_sets
from argoproject.problems import Severity
from argoproject.project.resolve import resolve
from argoproject.yamlfile.reader import parse
from tests.e2e.test_sets import LIST, SELECTOR, URL, random_set
from tests.support.oracle import Oracle, Question
from tests.support.reports import SHOP
from tests.support.trees import TODAY, load, tree, yaml_text

TREES, SETS = 120, 25
ELEMENTS = [{"name": "a", "n": 1}, {"name": "b", "n": 2, "deep": {"x": "z"}}]
TWO: dict[str, Any] = {"list": {"elements": ELEMENTS}}
GENERATORS: tuple[dict[str, Any], ...] = (
    LIST,
    TWO,
    {**LIST, "selector": SELECTOR},
    {"matrix": {"generators": [LIST, {"list": {"elements": [{"z": "{{ .name }}"}]}}]}},
    {"merge": {"mergeKeys": ["name"], "generators": [TWO, LIST]}},
)
NAMES = (
    "{{ .name }}-{{ .n }}",
    "{{ .name }}",
    "k{{ .name | normalize }}",
    "{{ .nmae }}",
    "{{name}}",
)
PATHS = ("a", "{{ .name }}", "p/{{ .n }}", "../x", "{{ .deep.x }}", '{{ index . "name" }}')


def some_set(rng: random.Random, number: int) -> dict[str, Any]:
    found = {**random_set(rng), "generators": [rng.choice(GENERATORS)]}
    source = {"repoURL": URL, "path": rng.choice(PATHS), "targetRevision": "main", "kustomize": {}}
    template = {"name": f"{rng.choice(NAMES)}-{number}", "source": source}
    if isinstance(found.get("template"), dict) and rng.random() < 0.7:
        template = {**found["template"], **template}
        template.pop("sources", None)
    return {**found, "template": template, "strategy": {}, "ignoreApplicationDifferences": []}


def accepted(rng: random.Random, root: Path) -> list[Any]:
    """The manifests of the sets of one environment about which no rule has an error."""
    sets: dict[str, Any] = {}
    while len(sets) < SETS:
        made = some_set(rng, len(sets))
        data = parse("x.yaml", yaml_text(made).encode())[0].data
        if judge(ApplicationSet, data)[0] is not None:
            sets[f"s{len(sets)}"] = made
    text = yaml_text({"versions": {"application": "v1.4.2"}, "applicationSets": sets})
    files = {f"{SHOP}/prod/project.yaml": None, f"{SHOP}/dev/project.yaml": text}
    (project,), _ = resolve(load(tree(root, files)), [Identity("blue", "shop", "eu-1", "dev")])
    problems = check_application_sets(project)
    refused = {it.path.split(".")[1] for it in problems if it.severity is Severity.ERROR}
    plans = zip(sorted(sets), plan_application_sets(project, TODAY), strict=True)
    return [plan.object.manifest for key, plan in plans if key not in refused]


@pytest.mark.argocd
def test_argo_cd_generates_what_the_rules_accept(argocd_oracle: Oracle, tmp_path: Path) -> None:
    rng = random.Random(3)
    sets = [made for at in range(TREES) for made in accepted(rng, tmp_path / str(at))]
    (answer,) = argocd_oracle.ask([Question(application_sets=sets)])
    for item, there in zip(sets, answer.application_sets, strict=True):
        assert there.error == "", item
        names = [made["metadata"]["name"] for made in there.applications]
        assert len(set(names)) == len(names), item
        assert all(re.fullmatch(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?", name) for name in names), item
    assert TREES * SETS / 10 < len(sets) < TREES * SETS
