"""The AppProject: what may be deployed, from where, to where, and by whom.

It permits only what the environment's own declarations need.
Source: argo-cd v3.5, pkg/apis/application/v1alpha1/{types,app_project_types}.go.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from argoproject.models import AllowanceKind, AppProjectMarks, TenantKinds
from argoproject.plan.admission import TOKEN_ROLES
from argoproject.plan.manifests.common import ARGO_CD, compact, manifest, spelled
from argoproject.plan.model import Manifest, Ownership, PlannedObject
from argoproject.project.access import (
    ProjectRole,
    application_names,
    current_allowances,
    policies,
    project_roles,
)
from argoproject.project.applications import used_urls
from argoproject.project.impersonation import impersonation
from argoproject.project.kinds import (
    ALWAYS_DENIED,
    blacklist,
    cluster_objects,
    denied_kinds,
    namespaced_kinds,
    only_kinds,
    whitelist,
)
from argoproject.project.model import Project

__all__ = ["app_project", "role"]


def app_project(
    project: Project, today: dt.date, objects: Iterable[PlannedObject] = ()
) -> Manifest:
    """The AppProject of an environment, with the allowances and access that have not expired on a given day.

    Args:
        project: The environment.
        today: The day.
        objects: What the platform itself puts into the namespace: no Application has it, and it is no orphan.
    """
    settings = project.settings
    name = project.names.project
    strict = settings.tenant_kinds is not TenantKinds.STANDARD
    permitted = namespaced_kinds(project, today)
    account = impersonation(project)
    roles = project_roles(project, today)
    allowed_namespaces = _allowed(project, AllowanceKind.SOURCE_NAMESPACE, today)
    spec = {
        "sourceRepos": sorted(
            # A `base` Application belongs to another project.
            {url for path, url in used_urls(project) if path[0] != "base"}
            | set(_allowed(project, AllowanceKind.SOURCE, today))
        ),
        "destinations": _destinations(project, today),
        # Argo CD knows the names of objects since 3.3. Source: types.go, ClusterResourceRestrictionItem.
        "clusterResourceWhitelist": [
            {"group": group, "kind": kind, **({"name": only} if only else {})}
            for group, kind, only in sorted(set(cluster_objects(project, today)))
        ],
        "namespaceResourceWhitelist": _kinds(only_kinds(permitted, whitelist(project))),
        "namespaceResourceBlacklist": _kinds(
            denied_kinds(strict=strict, permitted=permitted, further=blacklist(project))
        ),
        "roles": [role(name, item) for item in roles],
        "description": settings.description or str(project.identity),
        "syncWindows": [
            {
                **spelled(window),
                "kind": window.kind,
                "applications": list(application_names(project, window.applications)),
            }
            for window in settings.sync_windows
        ],
        "sourceNamespaces": [
            item for item in settings.source_namespaces if item in allowed_namespaces
        ],
        "sourceIntegrity": settings.source_integrity
        and settings.source_integrity.model_dump(mode="json", by_alias=True),
        # The one destination of a project with impersonation, exactly: no pattern, and no account of others.
        "destinationServiceAccounts": account
        and [
            {
                "server": project.cluster.server,
                "namespace": project.names.namespace,
                "defaultServiceAccount": account.service_account,
            }
        ],
    }
    spec = compact(spec)
    if settings.orphaned_resources is not None:
        # An empty one stays: it switches the monitoring on. Source: controller/appcontroller.go.
        orphaned = spelled(settings.orphaned_resources)
        if own := _not_orphaned(project, objects):
            orphaned["ignore"] = [*orphaned.get("ignore", ()), *own]
        spec["orphanedResources"] = orphaned
    metadata = _metadata(project, roles)
    return manifest(ARGO_CD, "AppProject", metadata, project.identity, spec=spec)


def _metadata(project: Project, roles: Iterable[ProjectRole]) -> dict[str, Any]:
    marks = project.settings.app_project or AppProjectMarks()
    tokens = {TOKEN_ROLES: ",".join(item.name for item in roles if item.tokens)}
    return {
        "name": project.names.project,
        "namespace": project.platform.argocd.namespace,
        # Keeps the project until no Application refers to it.
        "finalizers": ["resources-finalizer.argocd.argoproj.io"],
        "labels": dict(marks.labels),
        "annotations": {**marks.annotations, **compact(tokens)},
    }


def _not_orphaned(project: Project, objects: Iterable[PlannedObject]) -> list[dict[str, str]]:
    """The entries of `orphanedResources.ignore` for the platform's objects in the namespace, sorted.

    Guards need none: Argo CD reports only kinds that the project permits.
    """
    own = {
        (item.group, item.kind, item.name)
        for item in objects
        if item.namespace == project.names.namespace
        and item.ownership is not Ownership.PATCH
        and (item.group, item.kind) not in ALWAYS_DENIED
    }
    return [
        {**({"group": group} if group else {}), "kind": kind, "name": name}
        for group, kind, name in sorted(own)
    ]


def _allowed(project: Project, kind: AllowanceKind, today: dt.date) -> list[str]:
    return [item.value for item in current_allowances(project, kind, today)]


def _destinations(project: Project, today: dt.date) -> list[dict[str, str]]:
    """The environment's own destination first, then those that allowances add, sorted."""
    further = []
    for value in _allowed(project, AllowanceKind.DESTINATION, today):
        cluster, _, namespace = value.partition("/")
        further.append((project.platform.clusters[cluster].server, namespace))
    own = (project.cluster.server, project.names.namespace)
    return [
        {"server": server, "namespace": namespace}
        for server, namespace in dict.fromkeys([own, *sorted(further)])
    ]


def _kinds(kinds: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"group": group, "kind": kind} for group, kind in sorted(set(kinds))]


def role(app_project: str, role: ProjectRole) -> dict[str, Any]:
    """One entry of `roles`. `app_project` is the AppProject's name, which each policy repeats."""
    return compact(
        {
            "name": role.name,
            "description": role.description,
            "groups": list(role.groups),
            "policies": list(policies(app_project, role.name, role.grants)),
        }
    )
