"""Applications and ApplicationSets. Source: argo-cd v3.5, pkg/apis/application/v1alpha1/types.go."""

from __future__ import annotations

from typing import Any

from argoproject.identity import application_name
from argoproject.models import ApplicationSet, ApplicationSetTemplate, Finalizer, SyncPolicy
from argoproject.plan.manifests.common import ARGO_CD, compact, manifest, spelled
from argoproject.plan.model import Manifest
from argoproject.project.applications import (
    Deployed,
    SourceAt,
    set_finalizer,
    spelled_generator,
    template_sources,
)
from argoproject.project.model import Project

__all__ = ["application", "application_set"]

_FINALIZERS = {
    Finalizer.FOREGROUND: ["resources-finalizer.argocd.argoproj.io"],
    Finalizer.BACKGROUND: ["resources-finalizer.argocd.argoproj.io/background"],
    Finalizer.NONE: [],
}


def application(project: Project, item: Deployed) -> Manifest:
    """An Application. It deploys into the environment's own cluster and namespace, and belongs to its own AppProject;
    only a `base` Application belongs to the AppProject of the platform that it names."""
    settings = item.application
    base = project.settings.base if item.key == "base" else None
    sources = [_source(at) for at in item.sources]
    single = settings.source is not None
    spec = {
        "project": (base and base.project) or project.names.project,
        "destination": project.cluster.in_namespace(project.names.namespace),
        "source": sources[0] if single else None,
        "sources": None if single else sources,
        "syncPolicy": _sync_policy(settings.sync_policy),
        "ignoreDifferences": [spelled(item) for item in settings.ignore_differences],
        "info": [spelled(item) for item in settings.info],
        "revisionHistoryLimit": settings.revision_history_limit,
    }
    metadata = {
        "name": item.name,
        "namespace": project.platform.argocd.namespace,
        "annotations": dict(settings.annotations),
        "finalizers": _FINALIZERS[settings.finalizer or Finalizer.FOREGROUND],
        "labels": dict(settings.labels),
    }
    return manifest(ARGO_CD, "Application", metadata, project.identity, spec=compact(spec))


def application_set(
    project: Project, key: str, settings: ApplicationSet, *, retiring: bool = False
) -> Manifest:
    """An ApplicationSet.

    AppProject and destination are written out, never templated: no generator can deploy elsewhere.

    Args:
        project: The environment.
        key: The set's key.
        settings: The set.
        retiring: Whether it is about to be removed. Then it deletes what it generated: with the policy `create-update`
            its Applications would stay without an owner, and the AppProject would wait for them without end.
    """
    name = project.names.project
    template = settings.template or ApplicationSetTemplate()
    finalizers = _FINALIZERS[set_finalizer(settings)]
    sources = [_source(at) for at in template_sources(key, settings)]
    single = template.source is not None
    inner = {
        "project": name,
        "destination": project.cluster.in_namespace(project.names.namespace),
        "source": sources[0] if single else None,
        "sources": None if single else sources,
        "syncPolicy": _sync_policy(template.sync_policy),
        "ignoreDifferences": [spelled(item) for item in template.ignore_differences],
        "info": [spelled(item) for item in template.info],
        "revisionHistoryLimit": template.revision_history_limit,
    }
    metadata = {
        "name": f"{name}-{template.name or '{{ .index }}'}",
        "labels": dict(template.labels),
        "annotations": dict(template.annotations),
        "finalizers": finalizers,
    }
    ignored = [spelled(item) for item in settings.ignore_application_differences]
    spec = {
        "goTemplate": True,
        "goTemplateOptions": ["missingkey=error"],
        "generators": [spelled_generator(item) for item in settings.generators],
        "template": {"metadata": compact(metadata), "spec": compact(inner)},
        "syncPolicy": compact(
            {
                "applicationsSync": "sync"
                if retiring
                else settings.applications_sync or "create-update",
                "preserveResourcesOnDeletion": None if finalizers else True,
            }
        ),
        "strategy": None if settings.strategy is None else spelled(settings.strategy),
        "ignoreApplicationDifferences": ignored,
    }
    where = {
        "name": settings.name or application_name(name, key),
        "namespace": project.platform.argocd.namespace,
    }
    return manifest(ARGO_CD, "ApplicationSet", where, project.identity, spec=compact(spec))


def _source(at: SourceAt) -> dict[str, Any]:
    """A source without empty blocks: Argo CD removes `helm: {}` and the like, which would be a permanent difference."""
    spec = {key: value for key, value in spelled(at.source).items() if value not in ({}, [], None)}
    if at.revision is not None:
        spec["targetRevision"] = at.revision
    return spec


def _sync_policy(policy: SyncPolicy | None) -> dict[str, Any]:
    """The sync policy. An empty `automated` stays: it switches automated sync on."""
    if policy is None:
        return {}
    dumped = spelled(policy)
    if policy.automated is not None:
        dumped["automated"] = spelled(policy.automated)
    return dumped
