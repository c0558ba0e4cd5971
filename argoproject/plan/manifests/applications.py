"""Applications and ApplicationSets. Source: argo-cd v3.5, pkg/apis/application/v1alpha1/types.go."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from argoproject.identity import application_name
from argoproject.models import (
    AllowanceKind,
    Application,
    ApplicationSet,
    ApplicationSetTemplate,
    Finalizer,
    SyncPolicy,
)
from argoproject.plan.manifests.common import ARGO_CD, compact, manifest, spelled
from argoproject.plan.model import Manifest
from argoproject.project.access.roles import current_allowances
from argoproject.project.applications import (
    Deployed,
    SourceAt,
    set_finalizer,
    spelled_generator,
    template_sources,
)
from argoproject.project.generators import readings, with_secrets
from argoproject.project.model import Project
from argoproject.project.repositories import token_secrets

__all__ = ["application", "application_set"]

_NEUTRAL: Mapping[str, tuple[tuple[str, ...], Mapping[str, Any]]] = {
    "directory": (("recurse", "jsonnet", "include", "exclude"), {"include": "*"}),
    "helm": (
        (
            *("version", "releaseName", "valueFiles", "parameters", "fileParameters", "values"),
            *("valuesObject", "passCredentials", "ignoreMissingValueFiles", "skipCrds"),
            *("skipTests", "skipSchemaValidation", "kubeVersion", "apiVersions", "namespace"),
        ),
        {"ignoreMissingValueFiles": True},
    ),
    "kustomize": (
        (
            *("namePrefix", "nameSuffix", "version", "namespace", "images", "replicas"),
            *("commonLabels", "commonAnnotations", "patches", "components", "kubeVersion"),
            *("apiVersions", "ignoreMissingComponents"),
        ),
        {"ignoreMissingComponents": True},
    ),
}
"""For each tool the options without which Argo CD removes its block, and one that has no effect by itself: a pattern
that matches every file, and what to do with missing files where none is named.

Source: argo-cd v3.5.7, types.go, `IsZero` of each block; reposerver/repository/repository.go,
`getPotentiallyValidManifestFile`."""

_FINALIZERS = {
    Finalizer.FOREGROUND: ["resources-finalizer.argocd.argoproj.io"],
    Finalizer.BACKGROUND: ["resources-finalizer.argocd.argoproj.io/background"],
    Finalizer.NONE: [],
}


def application(project: Project, item: Deployed, today: dt.date) -> Manifest:
    """An Application. It deploys into the environment's own cluster and namespace, and belongs to its own AppProject;
    only a `base` Application belongs to the AppProject of the platform that it names.

    Args:
        project: The environment.
        item: The Application.
        today: Decides which `allow` has expired.
    """
    settings = item.application
    base = project.settings.base if item.key == "base" else None
    app_project = (base and base.project) or project.names.project
    spec = _spec(
        project, app_project, settings, item.sources, _may_be_empty(project, item.key, today)
    )
    metadata = {
        "name": item.name,
        "namespace": project.platform.argocd.namespace,
        "annotations": dict(settings.annotations),
        "finalizers": _FINALIZERS[settings.finalizer or Finalizer.FOREGROUND],
        "labels": dict(settings.labels),
    }
    return manifest(ARGO_CD, "Application", metadata, project.identity, spec=compact(spec))


def application_set(
    project: Project, key: str, settings: ApplicationSet, today: dt.date, *, retiring: bool = False
) -> Manifest:
    """An ApplicationSet.

    The AppProject is written out, never templated. A destination that is templated stays among those of the AppProject,
    with which Argo CD compares each Application.

    Args:
        project: The environment.
        key: The set's key.
        settings: The set.
        today: Decides which `allow` has expired.
        retiring: Whether it is about to be removed. Then it deletes what it generated: with the policy `create-update`
            its Applications would stay without an owner, and the AppProject would wait for them without end.
    """
    name = project.names.project
    generators, ended = _generators(project, key, settings, today)
    policy = "create-update" if ended else settings.applications_sync or "create-update"
    template = settings.template or ApplicationSetTemplate()
    finalizers = _FINALIZERS[set_finalizer(settings)]
    sources = template_sources(key, settings)
    inner = _spec(project, name, template, sources, _may_be_empty(project, key, today))
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
        "generators": generators,
        "template": {"metadata": compact(metadata), "spec": compact(inner)},
        "syncPolicy": compact(
            {
                "applicationsSync": "sync" if retiring else policy,
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


def _generators(
    project: Project, key: str, settings: ApplicationSet, today: dt.date
) -> tuple[list[Any], bool]:
    """The generators of a set, and whether the `allow` of one has expired.

    Such a generator reads nothing any more. The set then keeps what it generated: otherwise the policy `sync` would
    delete it on that day.
    """
    read = [item for item in readings(project) if item.path[1] == key]
    tokens = token_secrets(project) if read else {}
    found = [with_secrets(spelled_generator(item), tokens) for item in settings.generators]
    current = {it.value for it in current_allowances(project, AllowanceKind.GENERATOR, today)}
    ended = [item for item in read if any(value not in current for _, value in item.values)]
    for item in ended:
        above: Any = found
        for step in item.path[3:-2]:
            above = above[step]
        above[item.path[-2]] = {"list": {"elements": []}}
    return found, bool(ended)


def _spec(
    project: Project,
    app_project: str,
    settings: Application | ApplicationSetTemplate,
    sources: Sequence[SourceAt],
    may_be_empty: bool,
) -> dict[str, Any]:
    """The spec of an Application, or of those that an ApplicationSet generates, with empty fields."""
    found = [_source(at) for at in sources]
    single = settings.source is not None
    hydrator = settings.source_hydrator if isinstance(settings, Application) else None
    hydrated = {} if hydrator is None else {**spelled(hydrator), "drySource": found[0]}
    return {
        "project": app_project,
        "destination": _destination(project, settings),
        "source": found[0] if single else None,
        "sources": None if single or hydrated else found,
        "sourceHydrator": hydrated,
        "syncPolicy": _sync_policy(settings.sync_policy, may_be_empty),
        "ignoreDifferences": [spelled(item) for item in settings.ignore_differences],
        "info": [spelled(item) for item in settings.info],
        "revisionHistoryLimit": settings.revision_history_limit,
    }


def _destination(
    project: Project, settings: Application | ApplicationSetTemplate
) -> dict[str, str]:
    """The environment's own, with the cluster and the namespace that a template names."""
    own = project.cluster.in_namespace(project.names.namespace)
    if isinstance(settings, Application) or settings.destination is None:
        return own
    given: dict[str, str] = spelled(settings.destination)
    return {"namespace": own["namespace"], **given} if given.keys() - {"namespace"} else own | given


def _source(at: SourceAt) -> dict[str, Any]:
    """A source without empty fields, and with blocks that Argo CD keeps: a chart's is always that of Helm."""
    dumped = spelled(at.source)
    spec = {key: value for key, value in dumped.items() if value not in ({}, [], None)}
    tools = [tool for tool in _NEUTRAL if getattr(at.source, tool) is not None]
    if at.source.chart is not None and at.source.plugin is None:
        tools = ["helm"]
    spec |= kept_options({tool: dumped.get(tool, {}) for tool in tools})
    if at.revision is not None:
        spec["targetRevision"] = at.revision
    return spec


def kept_options(options: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """The options of tools that Argo CD would remove, with one that keeps them and changes nothing.

    The controller removes `directory: {}` and the like from an Application (util/argo/argo.go, `NormalizeSource`). What
    is left says nothing about the tool, so that plugins look at the folder and one of them may render it.

    Args:
        options: The declared options of a source by tool: `{"directory": {}}`.
    """
    return {
        tool: {**options[tool], **neutral}
        for tool, (counted, neutral) in _NEUTRAL.items()
        if tool in options and not any(options[tool].get(key) for key in counted)
    }


def _may_be_empty(project: Project, key: str, today: dt.date) -> bool:
    """Whether an `allow` that has not expired lets the Application, or what the set generates, delete everything."""
    allowed = current_allowances(project, AllowanceKind.EMPTY_SOURCE, today)
    return any(item.value == key for item in allowed)


def _sync_policy(policy: SyncPolicy | None, may_be_empty: bool) -> dict[str, Any]:
    """The sync policy. An empty `automated` stays: it switches automated sync on.

    Without an `allow` in force, `allowEmpty` is left out where it would delete everything.
    """
    if policy is None:
        return {}
    dumped = spelled(policy)
    if policy.automated is not None:
        automated = spelled(policy.automated)
        if policy.automated.prune and policy.automated.allow_empty and not may_be_empty:
            del automated["allowEmpty"]
        dumped["automated"] = automated
    return dumped
