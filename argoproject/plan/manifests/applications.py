"""Applications and ApplicationSets. Source: argo-cd v3.5, pkg/apis/application/v1alpha1/types.go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from argoproject.identity import Identity
from argoproject.models import Application, ApplicationSet, Finalizer, Source, SyncPolicy
from argoproject.plan.leaves import Manifest
from argoproject.plan.manifests.common import compact, manifest, spelled

__all__ = ["Place", "application", "application_set"]

API_VERSION = "argoproj.io/v1alpha1"
_FINALIZERS = {
    Finalizer.FOREGROUND: ["resources-finalizer.argocd.argoproj.io"],
    Finalizer.BACKGROUND: ["resources-finalizer.argocd.argoproj.io/background"],
    Finalizer.NONE: [],
}


class Place:
    """Where Applications stand and deploy to: always the environment's own project, cluster and namespace."""

    __slots__ = ("argocd_namespace", "identity", "namespace", "project", "server")

    def __init__(
        self, identity: Identity, argocd_namespace: str, project: str, server: str, namespace: str
    ) -> None:
        self.identity = identity
        self.argocd_namespace = argocd_namespace
        self.project = project
        self.server = server
        self.namespace = namespace

    @property
    def destination(self) -> dict[str, str]:
        return {"server": self.server, "namespace": self.namespace}


def application(
    place: Place,
    name: str,
    settings: Application,
    sources: Sequence[tuple[Source, str | None]],
) -> Manifest:
    """An Application. `sources` are its sources with their revisions."""
    spelled_sources = [_source(source, revision) for source, revision in sources]
    single = settings.source is not None
    spec = {
        "project": place.project,
        "destination": place.destination,
        "source": spelled_sources[0] if single else None,
        "sources": None if single else spelled_sources,
        "syncPolicy": _sync_policy(settings.sync_policy),
        "ignoreDifferences": [spelled(item) for item in settings.ignore_differences],
        "info": [spelled(item) for item in settings.info],
        "revisionHistoryLimit": settings.revision_history_limit,
    }
    metadata = {
        "name": name,
        "namespace": place.argocd_namespace,
        "annotations": dict(settings.annotations),
        "finalizers": _FINALIZERS[settings.finalizer or Finalizer.FOREGROUND],
    }
    return manifest(API_VERSION, "Application", metadata, place.identity, spec=compact(spec))


def application_set(place: Place, name: str, settings: ApplicationSet) -> Manifest:
    """An ApplicationSet. Project and destination are written out, never templated: a generator cannot leave them."""
    template = settings.template
    inner: dict[str, Any] = {"project": place.project, "destination": place.destination}
    metadata: dict[str, Any] = {"name": f"{place.project}-{{{{ .index }}}}"}
    if template is not None:
        inner["source"] = None if template.source is None else dict(template.source)
        inner["sources"] = [dict(item) for item in template.sources]
        inner["syncPolicy"] = _sync_policy(template.sync_policy)
        metadata = compact(
            {
                "name": f"{place.project}-{template.name}",
                "annotations": dict(template.annotations),
                "finalizers": _FINALIZERS[Finalizer.FOREGROUND],
            }
        )
    spec = {
        "goTemplate": True,
        "goTemplateOptions": ["missingkey=error"],
        "generators": [dict(item) for item in settings.generators],
        "template": {"metadata": metadata, "spec": compact(inner)},
        "syncPolicy": compact(
            {
                "applicationsSync": settings.applications_sync or "create-update",
                "preserveResourcesOnDeletion": settings.preserve_resources_on_deletion,
            }
        ),
        "strategy": settings.strategy,
    }
    where = {"name": name, "namespace": place.argocd_namespace}
    return manifest(API_VERSION, "ApplicationSet", where, place.identity, spec=compact(spec))


def _source(source: Source, revision: str | None) -> dict[str, Any]:
    """A source without empty blocks: Argo CD removes `helm: {}` and its like, and would differ for ever."""
    dumped = _without_empty(spelled(source))
    if revision is not None:
        dumped["targetRevision"] = revision
    return dumped


def _without_empty(data: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if value not in ({}, [], None)}


def _sync_policy(policy: SyncPolicy | None) -> dict[str, Any]:
    """The sync policy. An empty `automated` stays: it switches automated sync on."""
    if policy is None:
        return {}
    dumped = spelled(policy)
    if policy.automated is not None:
        dumped["automated"] = spelled(policy.automated)
    return dumped
