"""Generators of ApplicationSets that read clusters, APIs and plugins, with and without an `allow`."""

from __future__ import annotations

from typing import Any

from tests.properties.catalogue.sources import REVISION
from tests.properties.moves import Move, hostile, odd

__all__ = ["MOVES"]

_TOKEN = {"repository": "shop"}
_CA = {"configMapName": "ca", "key": "ca.crt"}
_LOGIN = {"username": "bot", "passwordRef": _TOKEN}
_API = "https://gitlab.example.org"
_SECRET = {"secretName": "argocd-secret", "key": "server.secretkey"}
_SELECTED = {"matchExpressions": [{"key": "name", "operator": "In", "values": ["eu-1"]}]}

_PULL = {"gitlab": {"project": "<own>/shop", "api": _API, "tokenRef": _TOKEN}}
_SCM = {"gitlab": {"group": "<own>", "api": _API, "tokenRef": _TOKEN}}

_PROVIDERS: tuple[dict[str, Any], ...] = (
    {"github": {"owner": "<own>", "repo": "a", "api": _API, "tokenRef": _TOKEN, "labels": ["a"]}},
    {"gitlab": {**_PULL["gitlab"], "labels": ["a"], "pullRequestState": "opened", "caRef": _CA}},
    {"gitea": {"owner": "<own>", "repo": "a", "api": _API, "labels": ["a"]}},
    {
        "bitbucketServer": {
            "project": "a",
            "repo": "a",
            "api": _API,
            "basicAuth": _LOGIN,
            "caRef": _CA,
        }
    },
    {"bitbucket": {"owner": "a", "repo": "a", "bearerToken": {"tokenRef": _TOKEN}}},
    {"azuredevops": {"organization": "a", "project": "a", "repo": "a", "tokenRef": _TOKEN}},
    {**_PULL, "values": {"a": "b"}, "requeueAfterSeconds": 60, "continueOnRepoNotFoundError": True},
    {**_PULL, "filters": [{"branchMatch": "a", "targetBranchMatch": "a", "titleMatch": "a"}]},
)
_ORGANISATIONS: tuple[dict[str, Any], ...] = (
    {"github": {"organization": "a", "allBranches": True, "excludeArchivedRepos": True}},
    {
        "gitlab": {
            **_SCM["gitlab"],
            "includeSubgroups": True,
            "includeSharedProjects": True,
            "topic": "a",
            "includeArchivedRepos": True,
        }
    },
    {"gitea": {"owner": "a", "api": _API, "excludeArchivedRepos": True}},
    {"bitbucketServer": {"project": "a", "api": _API}},
    {"bitbucket": {"owner": "a", "user": "a", "appPasswordRef": _TOKEN}},
    {"azureDevOps": {"organization": "a", "teamProject": "a", "accessTokenRef": _TOKEN}},
    {
        **_SCM,
        "cloneProtocol": "https",
        "filters": [
            {
                "repositoryMatch": "a",
                "pathsExist": ["a"],
                "pathsDoNotExist": ["b"],
                "labelMatch": "a",
                "branchMatch": "a",
            }
        ],
    },
)
_GENERATORS: tuple[dict[str, Any], ...] = (
    *({"pullRequest": item} for item in _PROVIDERS),
    *({"scmProvider": item} for item in _ORGANISATIONS),
    {"clusters": {"selector": {"matchLabels": {"a": "b"}}, "values": {"a": "b"}, "flatList": True}},
    {"clusters": {}, "selector": _SELECTED},
    {"plugin": {"configMapRef": {"name": "<own>-x"}, "input": {"parameters": {"a": "b"}}}},
)
_VALUES = (
    "clusters/eu-1",
    "pullRequest/gitlab.example.org/<own>/shop",
    "scmProvider/gitlab.example.org/<own>",
    "plugin/<own>-x",
)
_ALLOW = [{"kind": "generator", "value": value, "reason": "CHG-1"} for value in _VALUES]
_OTHER = {"kind": "destination", "value": "eu-1/<own>-other", "reason": "CHG-1"}


def _set(generator: dict[str, Any], name: str = "x-{{ .x }}", **template: Any) -> dict[str, Any]:
    source = {
        "repoURL": "https://gitlab.example.org/<own>/shop.git",
        "path": "a",
        "targetRevision": REVISION,
    }
    return {
        "generators": [generator],
        "template": {"name": name, "source": source, **template},
    }


def _allowed(
    generator: dict[str, Any], name: str, allow: list[dict[str, str]] | None = None, **template: Any
) -> dict[str, Any]:
    return {
        "allow": _ALLOW if allow is None else allow,
        "applicationSets": {"more": _set(generator, name, **template)},
    }


_PULLS = {"pullRequest": {"gitlab": {"project": "<own>/shop", "api": _API}}}
_LISTED = {
    "list": {"elements": [{"name": "a", "to": "<own>-other"}, {"name": "b", "to": "<own>-other"}]}
}

MOVES: tuple[Move, ...] = (
    hostile("generator without an allow", "applicationSets|evil", *map(_set, _GENERATORS)),
    hostile(
        "generator beyond its allow",
        "classes|nonproduction",
        _allowed({"clusters": {}}, "x-{{ .name }}"),
        _allowed({"clusters": {"selector": _SELECTED}}, "x-{{ .name }}"),
        _allowed({"clusters": {"flatList": True}, "selector": _SELECTED}, "x-{{ .x }}"),
        *(
            _allowed({"pullRequest": {"gitlab": settings}}, "pr-{{ .number }}")
            for settings in (
                {"project": "<victim>/shop", "api": _API},
                {"project": "<own>/shop", "api": "https://evil.tld"},
                {"project": "<own>/shop", "api": "https://gitlab.example.org/<own>/pages"},
                {"project": "<own>/shop", "api": _API, "tokenRef": _SECRET},
                {"project": "<own>/shop", "api": _API, "tokenRef": {"repository": "<victim>"}},
                {"project": "<own>/shop", "api": _API, "insecure": True},
                {"project": "{{ .x }}", "api": _API},
            )
        ),
        _allowed({"plugin": {"configMapRef": {"name": "<victim>-x"}}}, "x-{{ .x }}"),
        _allowed(_PULLS, "{{ .branch_slug }}"),
        _allowed(_PULLS, "pr-{{ .branch }}"),
        _allowed(_PULLS, "pr-{{ .number }}", info=[{"name": "a", "value": "{{ .title }}"}]),
        levels=("project",),
    ),
    odd(
        "generator with an allow",
        "classes|nonproduction",
        _allowed({"clusters": {}, "selector": _SELECTED}, "x-{{ .name }}"),
        _allowed(_PULLS, "pr-{{ .number }}"),
        _allowed({"scmProvider": {"gitlab": {"group": "<own>", "api": _API}}}, "r-{{ .sha }}"),
        _allowed({"plugin": {"configMapRef": {"name": "<own>-x"}}}, "x-{{ .x }}"),
    ),
    odd(
        "destination of a set",
        "classes|nonproduction",
        _allowed(_LISTED, "{{ .name }}", [_OTHER], destination={"namespace": "{{ .to }}"}),
        _allowed(
            _LISTED, "{{ .name }}", [_OTHER], destination={"name": "eu-1", "namespace": "{{ .to }}"}
        ),
        _allowed(
            {"clusters": {}, "selector": _SELECTED},
            "x-{{ .name }}",
            [*_ALLOW, _OTHER],
            destination={"server": "{{ .server }}", "namespace": "<own>-other"},
        ),
    ),
    hostile(
        "destination of a set beyond its allow",
        "applicationSets|evil",
        *(
            _set(_LISTED, "{{ .name }}", destination=destination)
            for destination in (
                {"namespace": "{{ .to }}"},
                {"namespace": "<victim>-shop-dev"},
                {"namespace": "argocd"},
                {"name": "us-1", "namespace": "<namespace>"},
                {"server": "https://evil.tld", "namespace": "<namespace>"},
                {"namespace": "{{ .missing }}"},
            )
        ),
    ),
)
