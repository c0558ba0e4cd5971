"""The last wall: what Argo CD would refuse of the planned manifests, told where the configuration causes it.

Almost everything here is refused before, by a check that knows more of what its author meant. An environment that
has an error already cannot be planned, and so is not judged here until that is mended.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from argoproject.checks.argocd.paths import (
    path_of_application,
    path_of_project,
    path_of_set,
    setting_path,
)
from argoproject.plan.build import (
    plan_app_project,
    plan_application,
    plan_application_sets,
    plan_repositories,
)
from argoproject.plan.manifests.common import spelled
from argoproject.plan.values import Values
from argoproject.problems import Position, Problem, Severity
from argoproject.project.applications import Deployed, SourceAt, deployed
from argoproject.project.impersonation import impersonation
from argoproject.project.model import Project, naming
from argoproject.project.repositories import selected
from argoproject.upstream.argocd.advisories import Advisory, Exposure, affecting
from argoproject.upstream.argocd.application_sets import check_application_set
from argoproject.upstream.argocd.applications import Permits, check_spec
from argoproject.upstream.argocd.projects import check_project
from argoproject.upstream.argocd.settings import (
    Setting,
    Version,
    has_unknown,
    ignored,
    parse_version,
    unknown,
)
from argoproject.upstream.argocd.violation import Violation
from argoproject.yamlfile.reader import Path

__all__ = ["check", "judged_spec"]

Manifest = Mapping[str, Any]

_REMEDY = "correct it; Argo CD judges only what its own API server receives, and would not tell"


def check(project: Project, today: dt.date) -> Iterator[Problem]:
    """All rules about the planned manifests of an environment that has no error yet."""
    version = parse_version(project.platform.argocd.version)
    if version is None:
        return
    app_project = plan_app_project(project, today).manifest
    permits = Permits(app_project)
    for violation in check_project(app_project, version.minor):
        yield _refused(project, path_of_project(project, app_project, violation.path), violation)
    yield from _check_versions(project, version, app_project, None)
    for item in deployed(project):
        if item.key != "base":
            for violation in check_spec(("spec",), judged_spec(project, item), permits):
                yield _refused(project, path_of_application(item, violation.path), violation)
        if _heeds_versions(item, version):
            manifest = plan_application(project, item).manifest
            yield from _check_versions(project, version, manifest, item)
    if project.settings.application_sets:
        yield from _check_sets(project, version, permits)
    if has_unknown("Secret", version.minor):
        yield from _check_secrets(project, version, today)
    yield from _check_advisories(project, version)


def judged_spec(project: Project, item: Deployed) -> Manifest:
    """What the rules read of an Application's spec. Made from the settings: the manifest takes ten times as long."""
    policy = item.application.sync_policy
    spec: dict[str, Any] = {
        "project": project.names.project,
        "destination": {"server": project.cluster.server, "namespace": project.names.namespace},
    }
    if policy is not None and (policy.sync_options or policy.retry is not None):
        spec["syncPolicy"] = spelled(policy)
    sources = [_judged_source(at) for at in item.sources]
    if item.application.source is not None:
        spec["source"] = sources[0]
    else:
        spec["sources"] = sources
    return spec


def _judged_source(at: SourceAt) -> Manifest:
    source = at.source
    return {
        "repoURL": source.repo_url,
        "path": source.path,
        "chart": source.chart,
        "ref": source.ref,
        "name": source.name,
        "targetRevision": at.revision,
        "helm": source.helm,
        "kustomize": source.kustomize,
        "directory": source.directory,
        "plugin": source.plugin,
    }


def _heeds_versions(item: Deployed, version: Version) -> bool:
    """Whether an Application may have what its version of Argo CD does not know or does not heed."""
    helms = (at.source.helm for at in item.sources)
    return has_unknown("Application", version.minor) or any(
        helm is not None and helm.version is not None for helm in helms
    )


def _check_sets(project: Project, version: Version, permits: Permits) -> Iterator[Problem]:
    for key, plan in zip(
        sorted(project.settings.application_sets), plan_application_sets(project), strict=True
    ):
        manifest = plan.object.manifest
        for violation in check_application_set(manifest, permits):
            yield _refused(project, path_of_set(key, violation.path), violation)
        yield from _check_versions(project, version, manifest, key)


def _refused(project: Project, path: Path, violation: Violation) -> Problem:
    return project.lack(
        path=path, code=f"argocd-{violation.rule}", message=violation.message, remedy=_REMEDY
    )


def _check_versions(
    project: Project, version: Version, manifest: Manifest, owner: Deployed | str | None
) -> Iterator[Problem]:
    """What this version of Argo CD does not know, and what it does not heed any more."""
    for path, setting in unknown(manifest, version.minor):
        yield _unknown(project, setting_path(project, manifest, owner, path), setting)
    for path, setting in ignored(manifest, version.minor):
        message = f"this does nothing since Argo CD 3.{setting.since}"
        place = setting_path(project, manifest, owner, path)
        problem = project.problem(
            path=place, code="argocd-ignored", message=message, remedy="remove it"
        )
        yield replace(problem, severity=Severity.WARNING)


def _unknown(project: Project, path: Path, setting: Setting) -> Problem:
    message = (
        f"Argo CD has {setting.field} since 3.{setting.since}, platform.yaml says "
        f"{project.platform.argocd.version}: it would be dropped without a word"
    )
    remedy = "remove it, or ask the platform team for a newer Argo CD"
    return project.problem(path=path, code="argocd-unknown", message=message, remedy=remedy)


def _check_secrets(project: Project, version: Version, today: dt.date) -> Iterator[Problem]:
    places = {f"repository-{item.key}": item.path for item in selected(project)}
    for plan in plan_repositories(project, Values(project, today)):
        for _, setting in unknown(plan.manifest, version.minor):
            yield _unknown(project, places[plan.key], setting)


def _check_advisories(project: Project, version: Version) -> Iterator[Problem]:
    for advisory in affecting(version):
        if _is_exposed(project, advisory):
            yield _told(project, advisory, version)


def _is_exposed(project: Project, advisory: Advisory) -> bool:
    match advisory.exposure:
        case Exposure.WITHOUT_IMPERSONATION:
            return impersonation(project) is None
        case Exposure.SSH_PROXY:
            return any(
                item.options.proxy is not None and getattr(item.credential, "type", "") == "ssh"
                for item in selected(project)
            )
        case Exposure.READERS:
            return project.settings.access is not None


def _told(project: Project, advisory: Advisory, version: Version) -> Problem:
    """At the version, which platform.yaml says once for all environments."""
    layers = project.layers.items
    position = layers[0].document.position(("argocd", "version")) if layers else Position("")
    message = f"{advisory.cve} ({advisory.ghsa}): {advisory.what}"
    problem = Problem(
        position=position,
        path="argocd.version",
        code="argocd-advisory",
        message=message,
        remedy=advisory.remedy(version),
        severity=Severity.WARNING,
    )
    return naming(project.identity, problem)
