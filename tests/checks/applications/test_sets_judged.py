"""Random ApplicationSets that every rule accepts: Argo CD's own code generates Applications of all of them."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from argoproject.checks.applications.sets import check_application_sets
from argoproject.checks.fleet import check_open_names
from argoproject.identity import Identity
from argoproject.models import ApplicationSet
from argoproject.models.validation import judge
from argoproject.plan.build import plan_application_sets
from argoproject.problems import Severity
from argoproject.project.applications import generated
from argoproject.project.resolve import resolve
from argoproject.yamlfile.reader import parse
from tests.checks.applications.test_set_generators import GUARDRAILS
from tests.e2e.test_sets import LIST, SELECTOR, URL, random_set
from tests.support.oracle import Oracle, Question
from tests.support.reports import SHOP
from tests.support.trees import TODAY, load, platform, tree, yaml_text

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


Accepted: TypeAlias = tuple[Mapping[str, Any], tuple[str, ...]]
"""The manifest of a set, and the names of its Applications that are known here."""


def accepted(
    rng: random.Random,
    root: Path,
    make: Callable[[random.Random, int], dict[str, Any]],
    **settings: Any,
) -> list[Accepted]:
    """The sets of one environment about which no rule has an error. `settings` are others of its file."""
    sets: dict[str, Any] = {}
    while len(sets) < SETS:
        made = make(rng, len(sets))
        data = parse("x.yaml", yaml_text(made).encode())[0].data
        if judge(ApplicationSet, data)[0] is not None:
            sets[f"s{len(sets)}"] = made
    text = yaml_text({"versions": {"application": "v1.4.2"}, **settings, "applicationSets": sets})
    files = {f"{SHOP}/prod/project.yaml": None, f"{SHOP}/dev/project.yaml": text}
    files["platform.yaml"] = platform(GUARDRAILS)
    (project,), _ = resolve(load(tree(root, files)), [Identity("blue", "shop", "eu-1", "dev")])
    problems = [*check_application_sets(project), *check_open_names([project])]
    refused = {it.path.split(".")[1] for it in problems if it.severity is Severity.ERROR}
    plans = zip(sorted(sets), plan_application_sets(project, TODAY), strict=True)
    names = {key: tuple(it.name for it in made.items) for key, made in generated(project).items()}
    return [(plan.object.manifest, names.get(key, ())) for key, plan in plans if key not in refused]


@pytest.mark.argocd
def test_argo_cd_generates_what_the_rules_accept(argocd_oracle: Oracle, tmp_path: Path) -> None:
    """Where the elements are in the file, the names are those that are known here."""
    rng = random.Random(3)
    sets = [it for at in range(TREES) for it in accepted(rng, tmp_path / str(at), some_set)]
    (answer,) = argocd_oracle.ask([Question(application_sets=[item for item, _ in sets])])
    for (item, known), there in zip(sets, answer.application_sets, strict=True):
        assert there.error == "", item
        names = [made["metadata"]["name"] for made in there.applications]
        assert len(set(names)) == len(names), item
        assert all(re.fullmatch(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?", name) for name in names), item
        assert not known or sorted(known) == sorted(names), item
    assert TREES * SETS / 10 < len(sets) < TREES * SETS


READING: tuple[dict[str, Any], ...] = (
    {"clusters": {}, "selector": {"matchLabels": {"name": "eu-1"}}},
    {
        "clusters": {"values": {"v": "{{ .metadata.labels.env }}"}},
        "selector": {
            "matchExpressions": [
                {"key": "name", "operator": "In", "values": ["in-cluster", "eu-1"]}
            ]
        },
    },
    {"pullRequest": {"gitlab": {"project": "blue/shop", "api": "https://gitlab.example.org"}}},
    {
        "pullRequest": {
            "gitlab": {"project": "blue/shop", "api": "https://gitlab.example.org"},
            "values": {"v": "{{ .head_sha }}"},
        }
    },
    {"scmProvider": {"gitlab": {"group": "blue", "api": "https://gitlab.example.org"}}},
    {"plugin": {"configMapRef": {"name": "blue-x"}}},
)
FIELDS = (
    *("name", "nameNormalized", "server", "metadata.labels.env", "values.v"),
    *("number", "title", "branch", "target_branch", "author", "branch_slug", "head_sha"),
    *("repository", "organization", "url", "sha", "branchNormalized", "branch", "foo"),
)
TEXTS = (
    *(
        "{{{{ .{0} }}}}",
        "x{{{{ .{0} }}}}",
        "x-{{{{ .{0} | lower }}}}",
        "{{{{ if .{0} }}}}x{{{{ end }}}}-y",
    ),
    *(
        "{{{{ $x := .{0} }}}}{{{{ $x }}}}",
        "{{{{ with .{0} }}}}{{{{ . }}}}{{{{ end }}}}",
        "{{{{ index .labels 0 }}}}",
    ),
    *(
        "{{{{ toJson . }}}}",
        "{{{{ range .labels }}}}{{{{ . }}}}{{{{ end }}}}",
        '{{{{ index . "{0}" }}}}',
        "v",
    ),
    *(
        '{{{{ get . "{0}" }}}}',
        '{{{{ default "y" .{0} }}}}',
        "{{{{ range . }}}}{{{{ . }}}}{{{{ end }}}}",
    ),
    *(
        '{{{{ if eq .{0} "y" }}}}x{{{{ end }}}}{{{{ .title }}}}',
        "{{{{ printf `%v` . }}}}",
        '{{{{ dig "{0}" "y" . }}}}',
    ),
)
"""Texts in which `{0}` is a field."""

SERVED: dict[str, Any] = {
    "clusters": [
        {"data": {"name": name, "server": f"https://{server}"}, "labels": {"env": "dev"}}
        for name, server in (
            ("in-cluster", "kubernetes.default.svc"),
            ("eu-1", "eu-1"),
            ("others", "others"),
        )
    ],
    "pulls": [
        {
            "iid": number,
            "title": "EVIL",
            "source_branch": "EVIL",
            "target_branch": "EVIL",
            "sha": f"{number}123456789",
            "labels": ["EVIL"],
            "author": {"username": "EVIL"},
        }
        for number in (1, 2)
    ],
    "repositories": [
        {
            "Organization": "blue",
            "Repository": "shop",
            "URL": "https://gitlab.example.org/blue/shop.git",
            "Branch": "EVIL",
            "SHA": "0123456789",
            "Labels": ["EVIL"],
            "RepositoryId": 3,
        }
    ],
    "parameters": [{"name": "a", "foo": "b", "labels": ["c"], "title": "d"}],
}
ALLOW: tuple[str, ...] = (
    "clusters/hub",
    "clusters/eu-1",
    "pullRequest/gitlab.example.org/blue/shop",
)
ALLOW += ("scmProvider/gitlab.example.org/blue", "plugin/blue-x")
SETTINGS: dict[str, Any] = {
    "allow": [{"kind": "generator", "value": value, "reason": "r"} for value in ALLOW]
    + [{"kind": "destination", "value": "hub/blue-x", "reason": "r"}]
}


def reading_set(rng: random.Random, number: int) -> dict[str, Any]:
    """A set with a generator that reads more than files, and its fields in many texts."""
    reads = rng.choice(READING)
    kinds = {"clusters": FIELDS[:5], "pullRequest": FIELDS[4:12], "scmProvider": FIELDS[12:18]}
    fields = kinds.get(next(iter(reads)), ("name", "foo"))  # a plugin may answer with any field
    fields = FIELDS if "plugin" not in reads and rng.random() < 0.1 else fields

    def text() -> str:
        return rng.choice(TEXTS).format(rng.choice(fields))

    listed = {"list": {"elements": [{"z": "a"}, {"z": "b"}]}}
    pair = [reads, listed] if rng.random() < 0.5 else [listed, reads]
    matrix = rng.random() < 0.3
    source: dict[str, Any] = {"repoURL": URL, "path": "a"}
    source |= {"targetRevision": rng.choice(("main", text()))}
    if rng.random() < 0.5:
        source["path"] = f"p/{text()}"
    if rng.random() < 0.5:
        source["helm"] = {"values": f"a: {text()}", "parameters": [{"name": "a", "value": text()}]}
    name = f"s{number}-{text()}" if rng.random() < 0.9 else text()
    template: dict[str, Any] = {
        "name": f"{name}-{{{{ .z }}}}" if matrix else name,
        "source": source,
    }
    if rng.random() < 0.2:
        template["info"] = [{"name": "a", "value": text()}]
    if rng.random() < 0.2:
        template["destination"] = {
            "name": rng.choice(("{{ .name }}", "in-cluster")),
            "namespace": "blue-x",
        }
    return {
        "generators": [{"matrix": {"generators": pair}} if matrix else reads],
        "template": template,
    }


@pytest.mark.argocd
def test_argo_cd_generates_nothing_that_others_write(argocd_oracle: Oracle, tmp_path: Path) -> None:
    """What the rules accept is generated, begins as it must, and has no text of others but in revisions."""
    rng = random.Random(5)
    sets = [
        it
        for at in range(TREES)
        for it in accepted(rng, tmp_path / str(at), reading_set, **SETTINGS)
    ]
    question = Question(application_sets=[item for item, _ in sets], served=SERVED)
    for (item, known), there in zip(
        sets, argocd_oracle.ask([question])[0].application_sets, strict=True
    ):
        assert there.error == "", item
        assert there.applications, item
        assert set(known) <= {made["metadata"]["name"] for made in there.applications}, item
        for made in there.applications:
            assert made["metadata"]["name"].startswith("blue-shop-dev-eu-1-"), item
            assert "others" not in str(made["metadata"]), item
            made["spec"]["source"].pop("targetRevision", None)
            assert "EVIL" not in str(made["metadata"]) + str(made["spec"]), item
    assert TREES * SETS / 20 < len(sets) < TREES * SETS, len(sets)
