"""ApplicationSets: fields that a generator may fill in, and fields that it may not."""

from __future__ import annotations

from typing import Any

from tests.properties.catalogue.sources import FOREIGN, REVISION
from tests.properties.moves import Move, hostile, odd

__all__ = ["MOVES"]

_OWN = "https://gitlab.example.org/<own>/shop.git"
_GIT = {"repoURL": _OWN, "revision": REVISION, "directories": [{"path": "previews/*"}]}


def _source(**fields: Any) -> dict[str, Any]:
    return {"repoURL": _OWN, "path": "{{ .path.path }}", "targetRevision": REVISION, **fields}


def _set(**fields: Any) -> dict[str, Any]:
    template = {"name": "{{ .path.basename }}", "source": _source(**fields.pop("source", {}))}
    return {
        "generators": [{"git": _GIT}],
        "template": {**template, **fields.pop("template", {})},
        **fields,
    }


def _listed(url: str, *elements: dict[str, str]) -> dict[str, Any]:
    template = {"name": "{{ .name }}", "source": _source(repoURL=url, path="x")}
    return {"generators": [{"list": {"elements": list(elements)}}], "template": template}


_GENERATORS: tuple[dict[str, Any], ...] = (
    {"clusters": {}},
    {"scmProvider": {"github": {"organization": "<victim>"}}},
    {"pullRequest": {}},
    {"plugin": {}},
    {"clusterDecisionResource": {}},
    {"git": {**_GIT, "template": {"spec": {"project": "default"}}}},
    {
        "list": {
            "elements": [{"name": "a"}],
            "template": {"spec": {"project": "default"}},
        }
    },
    {"list": {"elementsYaml": "{{ .x }}", "template": {}}},
    {},
)

MOVES: tuple[Move, ...] = (
    odd(
        "set",
        "applicationSets|more",
        _set(),
        _set(applicationsSync="create-only", preserveResourcesOnDeletion=True),
        _set(strategy={"type": "RollingSync", "rollingSync": {"steps": []}}, lifecycle="retiring"),
        _set(
            template={
                "syncPolicy": {"automated": {}},
                "annotations": {"link.argocd.argoproj.io/x": "https://example.org"},
            }
        ),
        _listed(_OWN, {"name": "a"}, {"name": "b"}),
    ),
    odd(
        "fields of a set",
        "applicationSets|more",
        _set(
            finalizer="background",
            ignoreApplicationDifferences=[
                {
                    "name": "a",
                    "jsonPointers": ["/spec/syncPolicy"],
                    "jqPathExpressions": [".spec.info"],
                }
            ],
            strategy={
                "type": "RollingSync",
                "deletionOrder": "Reverse",
                "rollingSync": {
                    "steps": [
                        {
                            "matchExpressions": [
                                {"key": "tier", "operator": "In", "values": ["a"]}
                            ],
                            "maxUpdate": "25%",
                        }
                    ]
                },
            },
            template={
                "labels": {"tier": "{{ .path.basename }}"},
                "ignoreDifferences": [
                    {"group": "apps", "kind": "Deployment", "jsonPointers": ["/spec/replicas"]}
                ],
                "info": [{"name": "a", "value": "{{ .path.path }}"}],
                "revisionHistoryLimit": 3,
            },
        ),
        _set(
            source={
                "name": "{{ .path.basename }}",
                "helm": {
                    "releaseName": "{{ .path.basename }}",
                    "kubeVersion": "1.34",
                    "namespace": "<namespace>",
                },
            }
        ),
        _set(
            source={
                "kustomize": {
                    "replicas": [{"name": "a", "count": "{{ .path.basename | len }}"}],
                    "namespace": "<namespace>",
                    "version": "v5.0.0",
                    "kubeVersion": "1.34",
                }
            }
        ),
        _set(source={"path": None, "chart": "{{ .path.basename }}"}),
        _set(
            source={
                "plugin": {
                    "name": "cue",
                    "parameters": [
                        {"name": "a", "string": "b"},
                        {"name": "c", "array": ["d"]},
                        {"name": "e", "map": {"f": "g"}},
                    ],
                }
            }
        ),
        _set(generators=[{"git": {**_GIT, "pathParamPrefix": "x", "values": {"a": "b"}}}]),
        _set(
            generators=[
                {
                    "git": {
                        **{key: _GIT[key] for key in ("repoURL", "revision")},
                        "files": [{"path": "a.yaml"}, {"path": "b.yaml", "exclude": True}],
                        "requeueAfterSeconds": 60,
                    }
                }
            ]
        ),
        {
            "generators": [
                {
                    "merge": {
                        "mergeKeys": ["name"],
                        "generators": [
                            {"list": {"elements": [{"name": "a"}, {"name": "b"}]}},
                            {
                                "matrix": {
                                    "generators": [
                                        {"list": {"elements": [{"name": "b"}]}},
                                        {"list": {"elementsYaml": "[]"}},
                                    ]
                                }
                            },
                        ],
                    },
                    "selector": {
                        "matchLabels": {"name": "a"},
                        "matchExpressions": [
                            {"key": "name", "operator": "In", "values": ["a", "b"]}
                        ],
                    },
                }
            ],
            "template": {"name": "{{ .name }}", "source": _source(path="x")},
        },
    ),
    hostile(
        "foreign source of a set",
        "applicationSets|evil",
        *(_set(source={"repoURL": url}) for url in FOREIGN),
    ),
    hostile(
        "foreign sources of a set",
        "applicationSets|evil",
        {
            "generators": [{"git": _GIT}],
            "template": {
                "name": "{{ .path.basename }}",
                "sources": [_source(), _source(repoURL=FOREIGN[0])],
            },
        },
    ),
    hostile(
        "foreign generator",
        "applicationSets|evil",
        *(_set(generators=[{"git": {**_GIT, "repoURL": url}}]) for url in FOREIGN),
        _set(
            generators=[
                {
                    "matrix": {
                        "generators": [{"git": _GIT}, {"git": {**_GIT, "repoURL": FOREIGN[0]}}]
                    }
                }
            ]
        ),
    ),
    hostile(
        "generator that reads more",
        "applicationSets|evil",
        *(_set(generators=[item]) for item in _GENERATORS),
    ),
    hostile(
        "source that is filled in",
        "applicationSets|evil",
        _set(source={"repoURL": "{{ .url }}"}),
        _set(source={"repoURL": "https://gitlab.example.org/{{ .path.basename }}/shop.git"}),
        _set(source={"repoURL": "https://gitlab.example.org/<own>/{{ .path.path }}"}),
        _listed("{{ .url }}", {"name": "a", "url": FOREIGN[0]}),
        _listed(
            "https://gitlab.example.org/<own>/{{ .x }}", {"name": "a", "x": "../<victim>/shop.git"}
        ),
    ),
    hostile(
        "project or destination of a set",
        "applicationSets|evil",
        _set(template={"project": "default"}),
        _set(template={"destination": {"namespace": "<victim>-shop-dev"}}),
        _set(template={"spec": {"project": "default"}}),
        _set(template={"metadata": {"namespace": "argocd"}}),
        _set(templatePatch="spec: {project: default}"),
        _set(source={"destination": {}}),
        _set(syncPolicy={}),
    ),
    hostile(
        "options of a set",
        "applicationSets|evil",
        _set(source={"helm": {"passCredentials": True}}),
        _set(source={"plugin": {"name": "evil"}}),
        _set(source={"plugin": {"name": "{{ .x }}"}}),
        _set(source={"path": "../x"}),
        _set(source={"helm": {"valueFiles": ["https://evil.tld/x"]}}),
        _set(source={"helm": {"valueFiles": ["{{ .x }}"]}}),
        _set(source={"kustomize": {"components": ["https://evil.tld/x"]}}),
        _set(source={"directory": {"jsonnet": {"libs": ["../../<victim>"]}}}),
        _set(source={"helm": {"namespace": "argocd"}}),
        _set(source={"kustomize": {"namespace": "<victim>-shop-dev"}}),
        _set(template={"syncPolicy": {"syncOptions": ["CreateNamespace=true"]}}),
        _set(template={"annotations": {"argocd.argoproj.io/refresh": "hard"}}),
        _set(subchartRepositories=[FOREIGN[0]]),
    ),
    hostile(
        "element that leads outside",
        "applicationSets|evil",
        *(
            {
                "generators": [{"list": {"elements": [{"name": "a"}, {"name": "b", **element}]}}],
                "template": {"name": "{{ .name }}", "source": _source(**fields)},
            }
            for element, fields in (
                ({"x": "../../<victim>"}, {"path": "{{ .x }}"}),
                ({"x": ".."}, {"path": "x/{{ .x }}/{{ .x }}"}),
                ({"x": "/etc"}, {"path": "{{ .x }}"}),
                ({"x": ".."}, {"path": "x", "directory": {"jsonnet": {"libs": ["{{ .x }}/y"]}}}),
                ({"x": "https://evil.tld"}, {"path": "x", "helm": {"valueFiles": ["{{ .x }}/y"]}}),
                ({"x": "<victim>-shop-dev"}, {"path": "x", "helm": {"namespace": "{{ .x }}"}}),
            )
        ),
    ),
    hostile(
        "name of another set",
        "applicationSets|evil",
        _set(name="<victim>-shop"),
        _set(name="argocd"),
        _set(template={"name": "same"}),
        _set(template={"name": None}),
    ),
)
