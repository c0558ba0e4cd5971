"""ApplicationSets that the models accept, judged by a real API server with Argo CD's own definition of the kind.

Random sets are changed at random places: keys are renamed, removed or added, values are replaced by those of other
types. None that is accepted here is refused there.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from argoproject.models import ApplicationSet
from argoproject.models.validation import judge
from argoproject.plan.manifests.applications import application_set
from argoproject.yamlfile.reader import parse
from tests.controlplane.cluster import ControlPlane
from tests.support.api import Api
from tests.support.trees import TODAY, project, tree, yaml_text

pytestmark = pytest.mark.cluster

SETS = 2_000
URL = "https://gitlab.example.org/blue/shop.git"

LIST: dict[str, Any] = {
    "list": {"elements": [{"name": "a", "n": 1, "deep": {"x": [1.5, True, "z"]}}]}
}
FOLDERS: dict[str, Any] = {
    "git": {
        "repoURL": URL,
        "revision": "main",
        "directories": [{"path": "parts/*"}, {"path": "parts/old", "exclude": True}],
        "requeueAfterSeconds": 60,
        "values": {"zone": "a"},
    }
}
FILES: dict[str, Any] = {
    "git": {"repoURL": URL, "revision": "v1", "files": [{"path": "*.yaml"}], "pathParamPrefix": "x"}
}
SELECTOR = {
    "matchLabels": {"name": "a"},
    "matchExpressions": [{"key": "n", "operator": "In", "values": ["1"]}],
}
GENERATORS: tuple[dict[str, Any], ...] = (
    LIST,
    FOLDERS,
    FILES,
    {**LIST, "selector": SELECTOR},
    {"matrix": {"generators": [FOLDERS, {"list": {"elementsYaml": "{{ .x | toJson }}"}}]}},
    {"merge": {"mergeKeys": ["name"], "generators": [{**LIST, "selector": SELECTOR}, FILES]}},
    {"matrix": {"generators": [LIST, {"merge": {"mergeKeys": ["n"], "generators": [LIST, LIST]}}]}},
)
SOURCES: tuple[dict[str, Any], ...] = (
    {
        "chart": "web",
        "helm": {
            "releaseName": "{{ .name }}",
            "valueFiles": ["$values/{{ .name }}.yaml"],
            "valuesObject": {"a": {"b": ["{{ .n }}", 1, 1.5, True]}},
            "parameters": [{"name": "a", "value": "{{ .n }}", "forceString": True}],
            "fileParameters": [{"name": "a", "path": "x"}],
            "ignoreMissingValueFiles": True,
            "skipCrds": False,
            "version": "v3",
            "kubeVersion": "{{ .n }}",
            "apiVersions": ["batch/v1"],
            "namespace": "blue-shop-prod",
        },
    },
    {
        "path": "{{ .name }}",
        "kustomize": {
            "images": ["a=b:{{ .n }}"],
            "replicas": [{"name": "a", "count": 3}, {"name": "b", "count": "{{ .n }}"}],
            "commonLabels": {"a": "{{ .name }}"},
            "patches": [{"patch": "[]", "target": {"kind": "Deployment"}}],
            "components": ["../x"],
        },
    },
    {"path": ".", "directory": {"recurse": True, "jsonnet": {"extVars": [{"name": "a", "value": "b"}]}}},
    {"path": ".", "plugin": {"name": "cue", "env": [{"name": "A", "value": "{{ .n }}"}],
                                "parameters": [{"name": "a", "array": ["b"]}, {"name": "b", "map": {"c": "d"}}]}},
)  # fmt: skip
REST: dict[str, Any] = {
    "finalizer": "none",
    "applicationsSync": "sync",
    "strategy": {
        "type": "RollingSync",
        "deletionOrder": "Reverse",
        "rollingSync": {
            "steps": [
                {
                    "matchExpressions": [{"key": "a", "operator": "In", "values": ["b"]}],
                    "maxUpdate": 1,
                },
                {"maxUpdate": "25%"},
            ]
        },
    },
    "ignoreApplicationDifferences": [{"name": "a", "jsonPointers": ["/spec/info"]}],
}
TEMPLATE: dict[str, Any] = {
    "name": "{{ .name }}",
    "labels": {"a": "{{ .n }}"},
    "annotations": {"example.org/a": "{{ .name }}"},
    "syncPolicy": {
        "automated": {"prune": True},
        "syncOptions": ["ServerSideApply=true"],
        "retry": {"limit": 3, "backoff": {"duration": "5s", "factor": 2}},
    },
    "ignoreDifferences": [
        {"kind": "Deployment", "group": "apps", "jsonPointers": ["/spec/replicas"]}
    ],
    "info": [{"name": "a", "value": "{{ .name }}"}],
    "revisionHistoryLimit": 3,
}
VALUES: tuple[Any, ...] = (
    "x",
    "1",
    "{{ .name }}",
    3,
    -1,
    1.5,
    True,
    {},
    [],
    {"a": "b"},
    ["a"],
    [{}],
)


def random_set(rng: random.Random) -> dict[str, Any]:
    generators = [rng.choice(GENERATORS) for _ in range(rng.choice((1, 1, 2)))]
    source = {"repoURL": URL, "targetRevision": "main", **rng.choice(SOURCES)}
    template = {key: value for key, value in TEMPLATE.items() if rng.random() < 0.6}
    template |= {"name": "{{ .name }}"}
    template |= (
        {"source": source}
        if rng.random() < 0.6
        else {"sources": [source, {"repoURL": URL, "ref": "values"}]}
    )
    rest = {key: value for key, value in REST.items() if rng.random() < 0.5}
    found: dict[str, Any] = copy.deepcopy({"generators": generators, "template": template, **rest})
    for _ in range(rng.choice((0, 1, 1, 1, 2, 3))):
        change(rng, found)
    return found


def change(rng: random.Random, data: dict[str, Any]) -> None:
    """Change the data at one place."""
    owner, key = rng.choice(list(places(data)))
    choice = rng.random()
    if choice < 0.2:
        del owner[key]
    elif choice < 0.35 and isinstance(owner, dict):
        owner[str(key)[:-1]] = owner.pop(key)
    elif choice < 0.45 and isinstance(owner, dict):
        owner["more"] = copy.deepcopy(rng.choice(VALUES))
    else:
        owner[key] = copy.deepcopy(rng.choice(VALUES))


def places(data: Any) -> Iterator[tuple[Any, Any]]:
    keys = (
        list(data) if isinstance(data, dict) else range(len(data)) if isinstance(data, list) else ()
    )
    for key in keys:
        yield data, key
        yield from places(data[key])


def test_what_the_models_accept_the_api_server_accepts(hub: ControlPlane, tmp_path: Path) -> None:
    rng = random.Random(14)
    environment = project(tree(tmp_path))
    api = Api(hub)
    if api.get("/api/v1/namespaces/argocd") is None:
        api.namespace("argocd")
    judged = refused = 0
    while judged < SETS:
        data = parse("x.yaml", yaml_text(random_set(rng)).encode())[0].data
        model, _ = judge(ApplicationSet, data)
        if model is None:
            refused += 1
            continue
        manifest = application_set(environment, "parts", model, TODAY)
        if not manifest["spec"].get("generators") or not model.template:
            continue  # rules about several fields refuse these
        status, answer = api.create(manifest, dry_run=True)
        assert status == 201, answer["message"]
        judged += 1
    assert refused > SETS / 10
