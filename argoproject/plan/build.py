"""From a resolved environment to its plan. No rules are judged here: `argoproject.checks` has done that."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from argoproject.models import Keep, Lifecycle, OnConflict, WaitUntil
from argoproject.plan.admission import namespace_marks
from argoproject.plan.manifests import namespace as namespace_manifests
from argoproject.plan.manifests.app_project import app_project
from argoproject.plan.manifests.applications import application, application_set
from argoproject.plan.manifests.common import Values, manifest, planned
from argoproject.plan.manifests.impersonation import sync_account
from argoproject.plan.manifests.repositories import repository_secret
from argoproject.plan.model import (
    ApplicationPlan,
    Manifest,
    NamespacePlan,
    PlannedObject,
    ProjectPlan,
    SecretRef,
)
from argoproject.project.applications import Deployed, deployed
from argoproject.project.model import ExtraManifest, Project
from argoproject.project.repositories import selected
from argoproject.secrets.file import BOUND_KEY, SecretFile, is_encrypted
from argoproject.yamlfile.reader import DataPath

__all__ = [
    "plan_app_project",
    "plan_application",
    "plan_application_sets",
    "plan_namespace",
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
    namespace = plan_namespace(project, values)
    return ProjectPlan(
        name=project.names.project,
        identity=project.identity,
        hub=project.platform.argocd.cluster,
        namespace_name=project.names.namespace,
        namespace=namespace,
        app_project=plan_app_project(project, today, namespace.objects),
        repositories=plan_repositories(project, values),
        applications=(*_applications(project, today), *plan_application_sets(project, today)),
        retiring=_retiring(project),
        moved_from=project.settings.moved_from,
    )


def _retiring(project: Project) -> bool:
    return project.settings.lifecycle is Lifecycle.RETIRING


def _keeps_applications(project: Project) -> bool:
    """Whether Applications stay when the environment is removed, with all that they need in Argo CD.

    An AppProject that is deleted while an Application names it waits for that Application without an end (Argo CD,
    controller/appcontroller.go `finalizeProjectDeletion`).
    """
    return Keep.APPLICATIONS in project.settings.keep


def plan_app_project(
    project: Project, today: dt.date, objects: Iterable[PlannedObject] = ()
) -> PlannedObject:
    """The AppProject alone, on a given day. `objects` are those of the namespace, which are no orphans."""
    return PlannedObject(
        key="project",
        cluster=project.platform.argocd.cluster,
        manifest=app_project(project, today, objects),
        protect=not _retiring(project),
        keep=_keeps_applications(project),
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
            keep=_keeps_applications(project),
        )
        for repository in selected(project)
        if repository.until is None or repository.until >= values.today
    )


def _applications(project: Project, today: dt.date) -> Iterator[ApplicationPlan]:
    """Each Application, after those that it comes after."""
    for item in deployed(project):
        yield ApplicationPlan(
            object=plan_application(project, item, today),
            after=tuple(f"application-{key}" for key in item.after),
            moved_from=tuple(f"application-{key}" for key in item.application.moved_from),
            retiring=item.retiring,
        )


def plan_application(project: Project, item: Deployed, today: dt.date) -> PlannedObject:
    """One Application alone, on a given day."""
    settings = item.application
    return PlannedObject(
        key=f"application-{item.key}",
        cluster=project.platform.argocd.cluster,
        manifest=application(project, item, today),
        protect=not (_retiring(project) or item.retiring),
        keep=_keeps_applications(project),
        ignore_changes=tuple(f"spec.{field}" for field in settings.managed_elsewhere),
        force=settings.on_conflict is OnConflict.FORCE,
        wait_until_healthy=settings.wait_until is WaitUntil.HEALTHY,
    )


def plan_application_sets(project: Project, today: dt.date) -> Iterator[ApplicationPlan]:
    """The ApplicationSets on a given day, sorted by key."""
    for key, settings in sorted(project.settings.application_sets.items()):
        retiring = settings.lifecycle is Lifecycle.RETIRING
        keep = _keeps_applications(project)
        leaving = (_retiring(project) or retiring) and not keep
        made = PlannedObject(
            key=f"applicationset-{key}",
            cluster=project.platform.argocd.cluster,
            manifest=application_set(project, key, settings, today, retiring=leaving),
            protect=not (_retiring(project) or retiring),
            keep=keep,
            force=False,  # as Applications by default: `onConflict: fail`
        )
        yield ApplicationPlan(object=made, retiring=retiring)


def plan_namespace(project: Project, values: Values) -> NamespacePlan:
    """Namespace, guards, Secrets, accounts and extra manifests. Empty where a `base` Application makes them.

    Args:
        project: the environment.
        values: the day of the plan, its secrets and the platform's files.
    """
    if project.settings.base is not None:
        return NamespacePlan(namespace=None, objects=())
    own = (
        *namespace_manifests.guards(project, values),
        *namespace_manifests.secrets(project, values),
        *namespace_manifests.pull_secret_accounts(project),
        *namespace_manifests.access_bindings(project, values.today),
        *(
            replace(item, keep=_keeps_applications(project))
            for item in sync_account(project, values.today)
        ),
    )
    team = []
    for item in project.manifests:
        extra = _with_leaves(item)
        metadata = {**extra["metadata"], "namespace": project.names.namespace}
        key = f"manifest-{extra['kind'].lower()}-{metadata['name']}"
        team.append(_extra(project, key, {**extra, "metadata": metadata}))
    platforms = tuple(
        _extra(project, _platform_key(placed), placed) for placed in values.platform_manifests()
    )
    labels, annotations = namespace_marks(project, (*own, *platforms))
    return NamespacePlan(
        namespace=namespace_manifests.namespace(project, labels, annotations),
        objects=(*own, *team, *platforms),
    )


def _extra(project: Project, key: str, extra: Manifest) -> PlannedObject:
    """An extra manifest with the marks of everything that is planned here. Its empty fields stay: `spec: {}`."""
    built = manifest(extra["apiVersion"], extra["kind"], extra["metadata"], project.identity)
    rest = {field: item for field, item in extra.items() if field not in built and item is not None}
    return planned(project, key, {**built, **rest}, as_written=True)


def _platform_key(placed: Manifest) -> str:
    """`platform-schedule.velero.io/velero/blue-shop-prod-eu-1`.

    Unlike a tenant's, the platform's manifests may be in any namespace, so kind and name alone are not unique. No kind
    has a dot, no group and no namespace a slash: two objects never share a key, whatever their names are.
    """
    group = str(placed["apiVersion"]).rpartition("/")[0]
    kind = f"{str(placed['kind']).lower()}.{group}" if group else str(placed["kind"]).lower()
    return f"platform-{kind}/{placed['metadata']['namespace']}/{placed['metadata']['name']}"


def _with_leaves(manifest: ExtraManifest) -> Manifest:
    """A manifest with a secret leaf in the place of each encrypted value."""
    secret = manifest.secret
    if secret is None:
        return manifest.data
    filled: Manifest = _filled(manifest.data, secret, ())
    # The checks accept an encrypted manifest only with `BOUND_KEY`, which binds the file to its place in the tree.
    # Workloads have no use for it.
    values = {key: item for key, item in filled["stringData"].items() if key != BOUND_KEY}
    return {**filled, "stringData": values}


def _filled(data: Any, file: SecretFile, path: DataPath) -> Any:
    if isinstance(data, Mapping):
        return {key: _filled(value, file, (*path, key)) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_filled(value, file, (*path, index)) for index, value in enumerate(data)]
    return SecretRef(file.leaf_key(path)) if is_encrypted(data) else data
