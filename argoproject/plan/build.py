"""From a resolved environment to its plan. No rules are judged here: `argoproject.checks` did that."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from argoproject.identity import application_name
from argoproject.models import AllowanceKind, Keep, Lifecycle, OnConflict, TenantKinds, WaitUntil
from argoproject.plan.manifests.app_project import Permitted, app_project
from argoproject.plan.manifests.applications import Place, application, application_set
from argoproject.plan.manifests.common import spelled
from argoproject.plan.manifests.repositories import repository_secret
from argoproject.plan.model import ApplicationPlan, PlannedObject, ProjectPlan
from argoproject.plan.namespace import namespace_plan
from argoproject.plan.values import Values
from argoproject.project.access import application_names, current_allowances, project_roles
from argoproject.project.applications import Deployed, deployed, used_urls
from argoproject.project.impersonation import impersonation
from argoproject.project.kinds import (
    cluster_objects,
    denied_kinds,
    namespaced_kinds,
    only_kinds,
)
from argoproject.project.model import Project
from argoproject.project.repositories import selected

__all__ = [
    "plan_app_project",
    "plan_application",
    "plan_application_sets",
    "plan_project",
    "plan_repositories",
]


def plan_project(
    project: Project,
    today: dt.date,
    platform_files: Mapping[str, Mapping[str, Any]] | None = None,
) -> ProjectPlan:
    """The plan of one environment on a given day. The same input yields the same plan, to the byte."""
    values = Values(project, today, platform_files or {})
    return ProjectPlan(
        name=project.names.project,
        identity=project.identity,
        hub=project.platform.argocd.cluster,
        namespace_name=project.names.namespace,
        namespace=namespace_plan(project, values),
        app_project=plan_app_project(project, today),
        repositories=plan_repositories(project, values),
        applications=(*_applications(project), *plan_application_sets(project)),
        retiring=_retiring(project),
        moved_from=project.settings.moved_from,
    )


def _retiring(project: Project) -> bool:
    return project.settings.lifecycle is Lifecycle.RETIRING


def plan_app_project(project: Project, today: dt.date) -> PlannedObject:
    """The AppProject alone."""
    strict = project.settings.tenant_kinds is not TenantKinds.STANDARD
    permitted = namespaced_kinds(project, today)
    manifest = app_project(
        project.identity,
        project.names.project,
        project.platform.argocd.namespace,
        Permitted(
            sources=tuple(_sources(project, today)),
            destinations=_destinations(project, today),
            denied_kinds=denied_kinds(strict=strict, permitted=permitted),
            only_kinds=only_kinds(permitted),
            cluster_objects=cluster_objects(project, today),
            roles=project_roles(project, today),
        ),
        _extra(project, today),
    )
    return PlannedObject(
        key="project",
        cluster=project.platform.argocd.cluster,
        manifest=manifest,
        protect=not _retiring(project),
    )


def _sources(project: Project, today: dt.date) -> Iterator[str]:
    """What the project's own Applications read; a `base` Application stands in another project."""
    yield from (url for path, url in used_urls(project) if path[0] != "base")
    yield from (item.value for item in current_allowances(project, AllowanceKind.SOURCE, today))


def _destinations(project: Project, today: dt.date) -> tuple[tuple[str, str], ...]:
    own = (project.cluster.server, project.names.namespace)
    further = []
    for item in current_allowances(project, AllowanceKind.DESTINATION, today):
        cluster, _, namespace = item.value.partition("/")
        further.append((project.platform.clusters[cluster].server, namespace))
    return tuple(dict.fromkeys([own, *sorted(further)]))


def _extra(project: Project, today: dt.date) -> dict[str, Any]:
    settings = project.settings
    orphaned = settings.orphaned_resources
    source_namespaces = [
        item.value for item in current_allowances(project, AllowanceKind.SOURCE_NAMESPACE, today)
    ]
    return {
        "description": settings.description or str(project.identity),
        "syncWindows": _sync_windows(project),
        "orphanedResources": None if orphaned is None else spelled(orphaned),
        "sourceNamespaces": [
            item for item in settings.source_namespaces if item in source_namespaces
        ],
        "sourceIntegrity": settings.source_integrity,
        "destinationServiceAccounts": _sync_account(project),
    }


def _sync_windows(project: Project) -> list[dict[str, Any]]:
    return [
        {
            **spelled(window),
            "kind": window.kind,
            "applications": list(application_names(project, window.applications)),
        }
        for window in project.settings.sync_windows
    ]


def _sync_account(project: Project) -> list[dict[str, str]]:
    """The one destination that a project with impersonation has, exactly: no pattern, no other's account."""
    account = impersonation(project)
    if account is None:
        return []
    return [
        {
            "server": project.cluster.server,
            "namespace": project.names.namespace,
            "defaultServiceAccount": account.service_account,
        }
    ]


def plan_repositories(project: Project, values: Values) -> tuple[PlannedObject, ...]:
    """The repository Secrets alone."""
    argocd = project.platform.argocd
    return tuple(
        PlannedObject(
            key=f"repository-{repository.key}",
            cluster=argocd.cluster,
            manifest=repository_secret(
                project.identity,
                project.names.project,
                argocd.namespace,
                repository,
                values.secret,
            ),
        )
        for repository in selected(project)
        if repository.until is None or repository.until >= values.today
    )


def _applications(project: Project) -> Iterator[ApplicationPlan]:
    """Each Application after its predecessor in the order base, requirements, application; others after those."""
    previous: str | None = None
    for item in deployed(project):
        planned = plan_application(project, item)
        yield ApplicationPlan(
            object=planned,
            after=previous,
            moved_from=tuple(f"application-{key}" for key in item.application.moved_from),
            retiring=item.retiring,
        )
        if len(item.path) == 1:
            previous = planned.key


def plan_application(project: Project, item: Deployed) -> PlannedObject:
    """One Application alone."""
    settings = item.application
    return PlannedObject(
        key=f"application-{item.key}",
        cluster=project.platform.argocd.cluster,
        manifest=application(
            _place(project, item),
            item.name,
            settings,
            [(at.source, at.revision) for at in item.sources],
        ),
        protect=not (_retiring(project) or item.retiring),
        keep=Keep.APPLICATIONS in project.settings.keep,
        ignore_changes=tuple(f"spec.{field}" for field in settings.managed_elsewhere),
        force=settings.on_conflict is OnConflict.FORCE,
        wait_until_healthy=settings.wait_until is WaitUntil.HEALTHY,
    )


def _place(project: Project, item: Deployed | None = None) -> Place:
    """The environment's own project, but for a `base` Application, which stands in the platform's."""
    base = project.settings.base
    of_platform = item is not None and item.key == "base" and base is not None
    name = base.project if of_platform and base is not None else None
    return Place(
        project.identity,
        project.platform.argocd.namespace,
        name or project.names.project,
        project.cluster.server,
        project.names.namespace,
    )


def plan_application_sets(project: Project) -> Iterator[ApplicationPlan]:
    """The ApplicationSets by key."""
    for key, settings in sorted(project.settings.application_sets.items()):
        name = settings.name or application_name(project.names.project, key)
        retiring = settings.lifecycle is Lifecycle.RETIRING
        planned = PlannedObject(
            key=f"applicationset-{key}",
            cluster=project.platform.argocd.cluster,
            manifest=application_set(_place(project), name, settings),
            protect=not (_retiring(project) or retiring),
            keep=Keep.APPLICATIONS in project.settings.keep,
            force=False,
        )
        yield ApplicationPlan(object=planned, retiring=retiring)
