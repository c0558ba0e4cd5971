"""The AppProject: what may be deployed, from where, to where, and by whom.

Only what the environment's own declarations need is permitted.
Source: argo-cd v3.5, pkg/apis/application/v1alpha1/{types,app_project_types}.go.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from argoproject.identity import Identity
from argoproject.plan.leaves import Manifest
from argoproject.plan.manifests.common import compact, manifest
from argoproject.project.access import ProjectRole, policies

__all__ = ["Permitted", "app_project"]

API_VERSION = "argoproj.io/v1alpha1"
FINALIZER = "resources-finalizer.argocd.argoproj.io"
"""Keeps the project until no Application refers to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Permitted:
    """What an AppProject permits. `destinations` are (server, namespace), kinds are (group, kind), cluster-scoped
    objects (group, kind, name), where no name stands for all."""

    sources: tuple[str, ...]
    destinations: tuple[tuple[str, str], ...]
    denied_kinds: tuple[tuple[str, str], ...]
    only_kinds: tuple[tuple[str, str], ...] = ()
    """Where there are any, no other namespaced kind is permitted."""

    cluster_objects: tuple[tuple[str, str, str], ...] = ()
    roles: tuple[ProjectRole, ...] = ()


def app_project(
    identity: Identity,
    name: str,
    argocd_namespace: str,
    permitted: Permitted,
    extra: Mapping[str, Any],
) -> Manifest:
    """The AppProject; `extra` are fields of its spec that are passed on as they are."""
    spec = {
        "sourceRepos": sorted(set(permitted.sources)),
        "destinations": [
            {"server": server, "namespace": namespace}
            for server, namespace in permitted.destinations
        ],
        "clusterResourceWhitelist": _cluster_objects(permitted.cluster_objects),
        "namespaceResourceWhitelist": _kinds(permitted.only_kinds) or None,
        "namespaceResourceBlacklist": _kinds(permitted.denied_kinds),
        "roles": [_role(name, role) for role in permitted.roles],
        **extra,
    }
    metadata = {"name": name, "namespace": argocd_namespace, "finalizers": [FINALIZER]}
    return manifest(API_VERSION, "AppProject", metadata, identity, spec=compact(spec))


def _kinds(kinds: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"group": group, "kind": kind} for group, kind in sorted(set(kinds))]


def _cluster_objects(objects: Iterable[tuple[str, str, str]]) -> list[dict[str, str]]:
    """Names are known since Argo CD 3.3. Source: types.go, ClusterResourceRestrictionItem."""
    return [
        {"group": group, "kind": kind, **({"name": name} if name else {})}
        for group, kind, name in sorted(set(objects))
    ]


def _role(project: str, role: ProjectRole) -> dict[str, Any]:
    return compact(
        {
            "name": role.name,
            "description": role.description,
            "groups": list(role.groups),
            "policies": list(policies(project, role.name, role.grants)),
        }
    )
