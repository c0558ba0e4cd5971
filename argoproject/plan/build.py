"""From a resolved environment to its plan. No rules are judged here: `argoproject.checks` has done that."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from argoproject.models import Keep, Lifecycle, OnConflict, WaitUntil
from argoproject.plan.manifests.app_project import app_project
from argoproject.plan.manifests.applications import application, application_set
from argoproject.plan.manifests.common import Values
from argoproject.plan.manifests.repositories import repository_secret
from argoproject.plan.model import ApplicationPlan, PlannedObject, ProjectPlan
from argoproject.plan.namespace import namespace_plan
from argoproject.project.applications import Deployed, deployed
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
    """The plan of one environment on a given day. The same input gives the same plan, byte for byte.

    Args:
        project: the resolved environment, in which no check has found an error.
        today: decides what has expired: allowances, access, repositories.
        platform_files: the platform's own manifests by the name that a profile gives them, with their placeholders.
    """
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
    """The AppProject alone, on a given day."""
    return PlannedObject(
        key="project",
        cluster=project.platform.argocd.cluster,
        manifest=app_project(project, today),
        protect=not _retiring(project),
    )


def plan_repositories(project: Project, values: Values) -> tuple[PlannedObject, ...]:
    """The repository Secrets alone, without those that have expired."""
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
    """Each Application after its predecessor in the order base, requirements, application; all others after those."""
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
        manifest=application(project, item),
        protect=not (_retiring(project) or item.retiring),
        keep=Keep.APPLICATIONS in project.settings.keep,
        ignore_changes=tuple(f"spec.{field}" for field in settings.managed_elsewhere),
        force=settings.on_conflict is OnConflict.FORCE,
        wait_until_healthy=settings.wait_until is WaitUntil.HEALTHY,
    )


def plan_application_sets(project: Project) -> Iterator[ApplicationPlan]:
    """The ApplicationSets, sorted by key."""
    for key, settings in sorted(project.settings.application_sets.items()):
        retiring = settings.lifecycle is Lifecycle.RETIRING
        planned = PlannedObject(
            key=f"applicationset-{key}",
            cluster=project.platform.argocd.cluster,
            manifest=application_set(project, key, settings),
            protect=not (_retiring(project) or retiring),
            keep=Keep.APPLICATIONS in project.settings.keep,
            force=False,
        )
        yield ApplicationPlan(object=planned, retiring=retiring)
