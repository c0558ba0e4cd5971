"""Sources of others, and options that fetch, run or reach more than a source."""

from __future__ import annotations

from typing import Any

from tests.properties.moves import Move, hostile, odd

__all__ = ["FOREIGN", "MOVES", "REVISION", "source"]

REVISION = "0123456789abcdef0123456789abcdef01234567"

_GIT = "https://gitlab.example.org"
FOREIGN = (
    f"{_GIT}/<victim>/shop.git",
    f"{_GIT}/<own>-evil/shop.git",
    f"{_GIT}/<own>/../<victim>/shop.git",
    f"{_GIT}/<own>/%2e%2e/<victim>/shop.git",
    f"{_GIT}/<own>/%252e%252e/<victim>/shop.git",
    f"{_GIT}/<own>/./../<victim>/x",
    f"{_GIT}/<own>%2f..%2f<victim>/x",
    f"{_GIT}/<own>/*",
    f"{_GIT}/<own>/**",
    f"!{_GIT}/<own>/x.git",
    f"{_GIT}/<own>/x?y",
    f"{_GIT}/<own>/x#y",
    f"{_GIT}/<own>/[a-z]",
    f"{_GIT}/<own>/x{{a,b}}",
    f"{_GIT}:8443/<own>/shop.git",
    "http://gitlab.example.org/<own>/shop.git",
    f"{_GIT}.evil.tld/<own>/shop.git",
    "https://evil.tld/<own>/shop.git",
    "https://gitlab.example.org@evil.tld/<own>/shop.git",
    "https://user@gitlab.example.org/<own>/shop.git",
    "https://user:password@gitlab.example.org/<own>/shop.git",
    "https://gitl\u0430b.example.org/<own>/shop.git",
    "git@gitlab.example.org:<own>/shop.git",
    "ssh://git@gitlab.example.org/<own>/shop.git",
    "file:///etc/<own>",
    "ext::sh -c id",
    "git://gitlab.example.org/<own>/shop.git",
    "https://evil.tld/https://gitlab.example.org/<own>/x",
    f"{_GIT}\\@evil.tld/<own>/x",
    f" {_GIT}/<own>/x.git",
    f"{_GIT}/<own>\n/x.git",
    "*",
    "https://*/<own>/x.git",
    "oci://registry.example.org/<victim>/charts",
    "registry.example.org.evil.tld/<own>/charts",
    "",
    "--upload-pack=id",
)
"""URLs that are not the team's. Some of the last are registries."""

_SAME = (
    f"{_GIT}/<own>/Shop.git",
    f"{_GIT}/<own>/shop",
    f"{_GIT}/<own>/shop/",
    f"{_GIT}/<own>//shop.git",
    "HTTPS://GITLAB.EXAMPLE.ORG/<own>/shop.git",
    "https://charts.example.org/stable/",
)
"""URLs of the team in another spelling."""


def source(**fields: Any) -> dict[str, Any]:
    """A source that replaces another one together with its tool."""
    place = {"repoURL": f"{_GIT}/<own>/shop.git", "path": "deploy", "targetRevision": REVISION}
    return {**place, "kustomize": None, "directory": None, **fields}


def hydrated(
    branch: str, *, path: str = "a", url: str | None = None, **options: Any
) -> dict[str, Any]:
    """An Application whose rendered manifests are written to a branch, and wait on another one."""
    dry = {
        "repoURL": f"{_GIT}/<own>/shop.git",
        "path": "deploy",
        "targetRevision": REVISION,
        **options,
    }
    synced = {
        "targetBranch": branch,
        "path": path,
        **({"repoURL": url} if url is not None else {}),
    }
    target = {"targetBranch": f"{branch}-next"}
    return {"sourceHydrator": {"drySource": dry, "syncSource": synced, "hydrateTo": target}}


def _helm(**fields: Any) -> dict[str, Any]:
    return source(helm=fields)


_PLUGINS: tuple[dict[str, str], ...] = (
    {},
    {"name": "evil"},
    {"name": "cue*"},
    {"name": "*"},
    {"name": ""},
)
_FILES = (
    "../../etc/passwd",
    "/etc/passwd",
    "https://evil.tld/values.yaml",
    "file:///etc/passwd",
    "$other/values.yaml",
    "secrets+gpg-import:///helm-secrets-private-keys/<victim>/key.asc?x.yaml",
    "http://169.254.169.254/latest",
    "secrets+age-import-kubernetes://argocd/helm-secrets-<victim>#key.txt?x.yaml",
    "a/../../../x.yaml",
)

MOVES: tuple[Move, ...] = (
    hostile("foreign source", "application|source|repoURL", *FOREIGN),
    odd("own source in other letters", "application|source|repoURL", *_SAME),
    hostile(
        "foreign source of another Application",
        "applications|more",
        *({"source": source(repoURL=url)} for url in FOREIGN[:9]),
    ),
    hostile(
        "foreign source among several",
        "applications|more",
        {
            "sources": [
                source(),
                {"repoURL": FOREIGN[0], "ref": "values", "targetRevision": REVISION},
            ]
        },
    ),
    odd(
        "several sources",
        "applications|more",
        {
            "sources": [
                source(helm={"valueFiles": ["$values/a.yaml"]}),
                {
                    "repoURL": f"{_GIT}/<own>/values.git",
                    "ref": "values",
                    "name": "values",
                    "targetRevision": REVISION,
                },
            ]
        },
    ),
    hostile("foreign requirements", "requirements|source|repoURL", *FOREIGN[:12]),
    hostile("foreign sub-chart", "application|subchartRepositories", *([url] for url in FOREIGN)),
    odd("own sub-chart", "application|subchartRepositories", ["registry.example.org/<own>/charts"]),
    hostile(
        "path outside",
        "application|source",
        source(path="../x"),
        source(path="/etc"),
        source(path="a/../../b"),
        source(path=".."),
    ),
    hostile(
        "value file outside", "application|source", *(_helm(valueFiles=[name]) for name in _FILES)
    ),
    hostile(
        "value read from outside",
        "application|source",
        *(_helm(fileParameters=[{"name": "a", "path": name}]) for name in _FILES),
    ),
    hostile("credentials passed on", "application|source", _helm(passCredentials=True)),
    hostile(
        "components from elsewhere",
        "application|source",
        source(kustomize={"components": ["https://evil.tld/x"]}),
        source(kustomize={"components": ["github.com/evil/x"]}),
    ),
    odd("components", "application|source", source(kustomize={"components": ["../../../x"]})),
    hostile(
        "plugin of the platform",
        "application|source",
        *(source(plugin=plugin) for plugin in _PLUGINS),
    ),
    odd(
        "own plugin",
        "application|source",
        source(
            plugin={
                "name": "cue",
                "env": [{"name": "A", "value": "b"}],
                "parameters": [{"name": "a", "string": "b"}],
            }
        ),
    ),
    hostile(
        "library outside",
        "application|source",
        source(directory={"jsonnet": {"libs": ["../../<victim>"]}}),
        source(directory={"jsonnet": {"libs": ["vendor", "/etc"]}}),
        source(directory={"jsonnet": {"libs": ["https://evil.tld"]}}),
    ),
    odd(
        "Jsonnet",
        "application|source",
        source(
            directory={
                "recurse": True,
                "include": "*.jsonnet",
                "exclude": "x*",
                "jsonnet": {
                    "libs": ["vendor/lib"],
                    "extVars": [{"name": "a", "value": "b", "code": True}],
                    "tlas": [{"name": "a", "value": "b"}],
                },
            }
        ),
    ),
    hostile(
        "namespace of another in Helm",
        "application|source",
        _helm(namespace="<victim>-shop-dev"),
        _helm(namespace="kube-system"),
        _helm(namespace="argocd"),
    ),
    hostile(
        "namespace of another in Kustomize",
        "application|source",
        source(kustomize={"namespace": "<victim>-shop-dev"}),
        source(kustomize={"namespace": "argocd"}),
    ),
    odd(
        "own namespace in Helm",
        "application|source",
        _helm(namespace="<namespace>"),
        source(kustomize={"namespace": "<namespace>"}),
    ),
    odd(
        "Helm",
        "application|source",
        _helm(values="a: 1"),
        _helm(parameters=[{"name": "a", "value": "b", "forceString": True}]),
        _helm(
            skipCrds=True,
            skipTests=True,
            skipSchemaValidation=True,
            ignoreMissingValueFiles=True,
            version="v3",
            kubeVersion="1.34",
            apiVersions=["batch/v1"],
        ),
        _helm(values="a: ["),
    ),
    odd(
        "fields of newer versions",
        "application|source",
        source(tagPrefix="shop/", directory={"disableExtensionFilter": True}),
    ),
    hostile(
        "branch that Argo CD writes",
        "applications|written",
        *(
            hydrated(item)
            for item in (
                "main",
                "v1.4.2",
                REVISION,
                "refs/heads/environments/x",
                "environments/../main",
                "HEAD",
                "*",
            )
        ),
    ),
    hostile(
        "rendered manifests outside",
        "applications|written",
        *(
            hydrated("environments/<victim>", **{key: value})
            for key, value in (
                ("path", "."),
                ("path", "../x"),
                ("path", "/x"),
                ("path", ""),
                ("url", FOREIGN[0]),
                ("url", FOREIGN[1]),
            )
        ),
    ),
    odd(
        "rendered manifests in Git",
        "applications|written",
        hydrated("environments/a", path="a"),
        hydrated("environments/a", kustomize={}, path="a"),
        hydrated("environments/a", directory={}, path="a"),
        hydrated("environments/a", plugin={"name": "cue"}, path="a"),
        hydrated("environments/a", helm={"valueFiles": ["secrets://a.yaml"]}, path="a"),
        hydrated(
            "environments/a", helm={"valueFiles": ["a.yaml"]}, url=f"{_GIT}/<own>/rendered.git"
        ),
    ),
    odd(
        "Kustomize",
        "application|source",
        source(
            kustomize={
                "images": ["a=evil.tld/a:1"],
                "namePrefix": "x-",
                "nameSuffix": "-y",
                "replicas": [{"name": "a", "count": 3}],
                "patches": [
                    {
                        "target": {
                            "group": "",
                            "version": "v1",
                            "kind": "ResourceQuota",
                            "name": ".*",
                            "namespace": ".*",
                            "labelSelector": "a=b",
                            "annotationSelector": "a=b",
                        },
                        "patch": "[]",
                        "options": {"allowNameChange": True},
                    },
                    {"path": "../../<victim>/patch.yaml"},
                ],
            }
        ),
        source(
            kustomize={
                "commonLabels": {"argocd.argoproj.io/instance": "<victim>-shop-dev-eu-1-app"},
                "commonAnnotations": {"argocd.argoproj.io/sync-options": "Prune=false"},
            }
        ),
    ),
    odd(
        "switches of Kustomize",
        "application|source|kustomize",
        {
            "commonAnnotationsEnvsubst": True,
            "forceCommonAnnotations": True,
            "forceCommonLabels": True,
            "ignoreMissingComponents": True,
            "labelIncludeTemplates": True,
            "labelWithoutSelector": True,
        },
        {"kubeVersion": "1.34", "apiVersions": ["apps/v1"]},
        {"version": "v5.0.0"},
    ),
)
