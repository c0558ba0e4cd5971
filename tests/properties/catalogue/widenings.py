"""`allow` with values that it must never allow."""

from __future__ import annotations

from typing import Any

from tests.properties.catalogue.sources import FOREIGN
from tests.properties.moves import Move, hostile, odd

__all__ = ["MOVES"]

_GUARDS = (
    "ResourceQuota",
    "resourcequota",
    "/ResourceQuota",
    "v1/ResourceQuota",
    "core/ResourceQuota",
    "RESOURCEQUOTA",
    "Resourcequota",
    "LimitRange",
    "Limitrange",
    "Namespace",
    "NameSpace",
    "argoproj.io/ApplicationSet",
    "argoproj.io/Applicationset",
    "argoproj.io/AppProject",
    "ARGOPROJ.IO/AppProject",
    "argoproj.io/*",
    "*/*",
    "*",
    "argoproj.io/",
    "Node",
    "rbac.authorization.k8s.io/ClusterRole",
    "networking.k8s.io/Network*",
)
_NAMESPACES = (
    "<victim>-shop-dev",
    "kube-system",
    "argocd",
    "monitoring",
    "blue-system",
    "default",
    "<own>",
    "*",
    "<own>-*",
    "/.*/",
    "",
)


def _allow(kind: str, value: str, **fields: Any) -> dict[str, Any]:
    return {"kind": kind, "value": value, "reason": "CHG-1", **fields}


def _each(kind: str, *values: str, **fields: Any) -> list[list[dict[str, Any]]]:
    return [[_allow(kind, value, **fields)] for value in values]


_ENDED = {"until": "2026-11-20"}
_LASTING = {"until": "2026-11-21"}

MOVES: tuple[Move, ...] = (
    hostile("allow a guard", "allow", *_each("namespaceResource", *_GUARDS)),
    hostile(
        "allow a guard of the cluster",
        "allow",
        *_each(
            "clusterResource",
            *_GUARDS,
            "Namespace/<victim>-shop-dev",
            "rbac.authorization.k8s.io/ClusterRole/admin",
            "apiextensions.k8s.io/CustomResourceDefinition",
            "apiextensions.k8s.io/CustomResourceDefinition/applications.argoproj.io",
            "apiextensions.k8s.io/CustomResourceDefinition/rollouts.blue.example.org*",
        ),
    ),
    hostile(
        "allow others' namespaces",
        "allow",
        *_each(
            "destination",
            *(f"<cluster>/{name}" for name in _NAMESPACES),
            "us-1/<own>-x",
            "nowhere/<own>-other",
            "<own>-other",
            "eu-1/<own>-other/x",
            "*/<own>-other",
        ),
    ),
    hostile("allow others' sources", "allow", *_each("source", *FOREIGN)),
    hostile(
        "allow others' hub namespaces",
        "allow",
        *_each("sourceNamespace", *_NAMESPACES, "/<own>-.*/"),
    ),
    hostile(
        "hub namespaces of others",
        "sourceNamespaces",
        *([name] for name in _NAMESPACES),
        ["<own>-unnamed"],
    ),
    hostile(
        "allow without a reason",
        "allow",
        [{"kind": "source", "value": "https://gitlab.example.org/<own>/x.git"}],
        [_allow("everything", "x")],
        [_allow("namespaceResource", "acid.zalan.do/postgresql", until="tomorrow")],
    ),
    hostile("ended allow of a guard", "allow", *_each("namespaceResource", *_GUARDS[:9], **_ENDED)),
    odd(
        "allow a kind",
        "allow|+",
        *(
            _allow("namespaceResource", kind, **fields)
            for fields in ({}, _ENDED, _LASTING)
            for kind in (
                "argoproj.io/Application",
                "apps/Deployment",
                "networking.k8s.io/NetworkPolicy",
                "acid.zalan.do/postgresql",
                "monitoring.coreos.com/Probe",
            )
        ),
    ),
    odd(
        "allow an object",
        "allow|+",
        *(
            _allow(
                "clusterResource",
                "apiextensions.k8s.io/CustomResourceDefinition/rollouts.blue.example.org",
                **fields,
            )
            for fields in ({}, _ENDED, _LASTING)
        ),
    ),
    odd(
        "allow a namespace",
        "allow|+",
        *(
            _allow("destination", value, **fields)
            for fields in ({}, _ENDED)
            for value in (
                "eu-1/<own>-other",
                "hub/<own>-x-shop-dev",
                "<cluster>/<namespace>",
                "us-1/<own>-other",
            )
        ),
    ),
    odd(
        "allow a source",
        "allow|+",
        *(
            _allow("source", value, **fields)
            for fields in ({}, _ENDED)
            for value in (
                "https://gitlab.example.org/<own>/x.git",
                "https://gitlab.example.org/<OWN>/y",
            )
        ),
    ),
    odd(
        "hub namespace of one's own", "sourceNamespaces", ["blue-apps-dev"], ["<own>-apps-dev"], []
    ),
    odd(
        "allow a hub namespace",
        "allow|+",
        _allow("sourceNamespace", "blue-apps-dev"),
        _allow("sourceNamespace", "<own>-apps-dev"),
        _allow("sourceNamespace", "<own>-apps-dev", **_ENDED),
    ),
    odd(
        "allow a value in clear",
        "allow|+",
        _allow("inlineSecret", "application.source.helm.valuesObject.password"),
        _allow("emptySource", "application"),
    ),
    hostile(
        "hub namespaces of others with an allow",
        "classes|nonproduction",
        *(
            {"sourceNamespaces": [name], "allow": [_allow("sourceNamespace", name)]}
            for name in _NAMESPACES
        ),
        levels=("project",),
    ),
)
