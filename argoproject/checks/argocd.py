"""Argo CD's own rules, applied to the planned manifests; each violation is reported at the setting that causes it.

This check runs last, and only for environments without an error: an invalid environment has no plan. Nearly
everything here is refused earlier, by a check that knows more of what its author meant.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, TypeAlias

from argoproject.plan.build import plan_app_project, plan_application, plan_application_sets
from argoproject.plan.manifests.common import spelled
from argoproject.problems import Caution, Lack, Mistake, Problem, Severity
from argoproject.project.applications import Deployed, SourceAt, deployed, used_urls
from argoproject.project.impersonation import impersonation, platform_position
from argoproject.project.model import Found, Project, naming
from argoproject.project.repositories import newest_parts, selected
from argoproject.upstream.argocd import Violation
from argoproject.upstream.argocd.application_sets import check_application_set
from argoproject.upstream.argocd.applications import TOOLS, Permits, check_spec
from argoproject.upstream.argocd.projects import check_project
from argoproject.upstream.argocd.settings import (
    EXTENSION_FILTER,
    Exposure,
    Version,
    affecting,
    ignored,
    may_have_unknown,
    parse_version,
    unknown,
)
from argoproject.yamlfile.reader import DataPath

__all__ = ["check", "judged_spec", "path_of_application", "path_of_project", "path_of_set"]

Manifest: TypeAlias = Mapping[str, Any]

Locate: TypeAlias = Callable[[DataPath], DataPath]
"""From the path of a field in a manifest to the path of the setting that decides it."""

_PROJECT_FIELDS: Mapping[str, DataPath] = {
    "destinationServiceAccounts": ("namespace", "name"),
    "clusterResourceWhitelist": ("allow",),
    "namespaceResourceBlacklist": ("allow",),
}
"""Fields of an AppProject, with the setting that decides each."""

_SAME_NAME = (
    "syncWindows",
    "sourceNamespaces",
    "sourceIntegrity",
    "description",
    "orphanedResources",
)
"""Fields of an AppProject that have the same name in the settings."""

_OF_SOURCES = ("path", "chart", "ref", "name", *TOOLS)
"""Fields of a source that `check_spec` reads and that have the same name in the settings."""


def check(project: Project, today: dt.date) -> Iterator[Problem]:
    """All rules about the planned manifests of an environment that has no error yet.

    Args:
        project: The environment.
        today: The day of the plan: roles and allowances expire.
    """
    version = parse_version(project.platform.argocd.version)
    if version is None:
        return
    app_project = plan_app_project(project, today).manifest
    clusters = project.platform.clusters.values()
    permits = Permits(app_project, {item.argocd_name: item.server for item in clusters})
    locate = partial(path_of_project, project, app_project)
    yield from project.problems(
        _refused(locate, check_project(app_project, version.minor)),
        check_settings(project, version, app_project, locate),
        check_applications(project, version, permits, today),
        check_sets(project, version, permits, today),
        check_repository_settings(project, version),
    )
    yield from check_advisories(project, version)


def check_applications(
    project: Project, version: Version, permits: Permits, today: dt.date
) -> Found:
    """Refuse what Argo CD would refuse of each Application. `base` is in a project that is not planned here.

    The manifest, which takes ten times as long as `judged_spec`, is made only where a version could reject a field.
    """
    unknown_fields = may_have_unknown("Application", version.minor, except_field=EXTENSION_FILTER)
    for item in deployed(project):
        locate = partial(path_of_application, item)
        if item.key != "base":
            spec = judged_spec(project, item)
            yield from _refused(locate, check_spec(("spec",), spec, permits))
        if unknown_fields or any(map(_has_rare_options, item.sources)):
            manifest = plan_application(project, item, today).manifest
            yield from check_settings(project, version, manifest, locate)


def _has_rare_options(at: SourceAt) -> bool:
    """Whether a source has an option of which the version of Argo CD matters, and which few sources have."""
    helm, directory = at.source.helm, at.source.directory
    return (helm is not None and helm.version is not None) or (
        directory is not None and directory.disable_extension_filter is not None
    )


def judged_spec(project: Project, item: Deployed) -> Manifest:
    """The part of an Application's spec that `check_spec` reads, taken from the settings.

    Tests compare it with the planned manifest: both get the same violations.
    """
    policy = item.application.sync_policy
    spec: dict[str, Any] = {
        "project": project.names.project,
        "destination": project.cluster.in_namespace(project.names.namespace),
    }
    if policy is not None and (policy.sync_options or policy.retry is not None):
        spec["syncPolicy"] = spelled(policy)
    sources = [
        {
            "repoURL": at.source.repo_url,
            "targetRevision": at.revision,
            **{key: getattr(at.source, key) for key in _OF_SOURCES},
        }
        for at in item.sources
    ]
    if item.hydrator is not None:
        spec["sourceHydrator"] = {**spelled(item.hydrator), "drySource": sources[0]}
    elif item.application.source is not None:
        spec["source"] = sources[0]
    else:
        spec["sources"] = sources
    return spec


def check_sets(project: Project, version: Version, permits: Permits, today: dt.date) -> Found:
    """Refuse what Argo CD would refuse of each ApplicationSet."""
    sets = project.settings.application_sets
    plans = plan_application_sets(project, today) if sets else ()
    for key, plan in zip(sorted(sets), plans, strict=True):
        manifest, locate = plan.object.manifest, partial(path_of_set, key)
        yield from _refused(locate, check_application_set(manifest, permits))
        yield from check_settings(project, version, manifest, locate)


def check_settings(project: Project, version: Version, manifest: Manifest, locate: Locate) -> Found:
    """Refuse fields that this version of Argo CD does not know; warn of fields that have no effect in it."""
    for path, setting in unknown(manifest, version.minor):
        yield locate(path), _unknown(project, setting.field, setting.since)
    for path, setting in ignored(manifest, version.minor):
        message = f"this has no effect since Argo CD 3.{setting.since}"
        yield locate(path), Caution(code="argocd-ignored", message=message, remedy="remove it")


def check_repository_settings(project: Project, version: Version) -> Found:
    """Refuse options and kinds of credential that this version of Argo CD does not know."""
    for item in selected(project):
        for field, since in newest_parts(item, version.minor):
            yield item.path, _unknown(project, field, since)


def check_advisories(project: Project, version: Version) -> Iterator[Problem]:
    """Warn of published vulnerabilities of this version of Argo CD to which the environment is exposed.

    The place is the version, which platform.yaml sets once for all environments.
    """
    for advisory in affecting(version):
        match advisory.exposure:
            case Exposure.WITHOUT_IMPERSONATION:
                exposed = impersonation(project) is None
            case Exposure.SSH_PROXY:
                exposed = any(
                    item.options.proxy is not None and getattr(item.credential, "type", "") == "ssh"
                    for item in selected(project)
                )
            case Exposure.READERS:
                exposed = project.settings.access is not None
        if exposed:
            problem = Problem(
                position=platform_position(project, ("argocd", "version")),
                path="argocd.version",
                code="argocd-advisory",
                message=f"{advisory.cve} ({advisory.ghsa}): {advisory.what}",
                remedy=advisory.remedy(version),
                severity=Severity.WARNING,
            )
            yield naming(project.identity, problem)


def _refused(locate: Locate, violations: Iterator[Violation]) -> Found:
    remedy = (
        "correct it; Argo CD validates only what its API server receives, and would not report it"
    )
    for item in violations:
        lack = Lack(code=f"argocd-{item.rule}", message=item.message, remedy=remedy)
        yield locate(item.path), lack


def _unknown(project: Project, field: str, since: int) -> Mistake:
    message = (
        f"Argo CD knows {field} since 3.{since}, platform.yaml sets "
        f"{project.platform.argocd.version}: it would be dropped silently"
    )
    remedy = "remove it, or ask the platform team for a newer Argo CD"
    return Mistake(code="argocd-unknown", message=message, remedy=remedy)


def path_of_project(project: Project, manifest: Manifest, path: DataPath) -> DataPath:
    """The setting that decides a field of the AppProject.

    Args:
        project: The environment.
        manifest: Its AppProject: entries of lists are found by their content.
        path: The field, from the manifest's root on: `("spec", "roles", 0, "groups", 1)`.

    Returns:
        The path in the settings: `("access", "admin")`.
    """
    match path:
        case ("spec", "sourceRepos", int() as index, *_):
            url = manifest["spec"]["sourceRepos"][index]
            places = [place for place, other in used_urls(project) if other == url]
            places += [
                ("allow", at, "value")
                for at, item in enumerate(project.settings.allow)
                if item.value == url
            ]
            return places[0] if places else ()
        case ("spec", "roles", int() as index, *_):
            name = manifest["spec"]["roles"][index]["name"]
            access = project.settings.access
            own = access is not None and name in access.roles
            return ("access", "roles", name) if own else ("access", name)
        case ("spec", "destinations", int() as index, *_):
            return ("allow",) if index else ("namespace", "name")
        case ("spec", str() as field, *rest) if field in _SAME_NAME:
            return (field, *rest)
        case ("spec", str() as field, *_):
            return _PROJECT_FIELDS.get(field, ("name",))
    return ("name",)


def path_of_application(item: Deployed, path: DataPath) -> DataPath:
    """The setting that decides a field of an Application, whose spec has the keys of the settings.

    Args:
        item: The Application.
        path: The field, from the manifest's root on: `("spec", "source", "repoURL")`.

    Returns:
        The path in the settings: `("application", "source", "repoURL")`.
    """
    for at in item.sources:
        spot = at.path[len(item.path) :]
        if path[1:] == (*spot, "targetRevision") and at.version_path is not None:
            return at.version_path
    match path:
        case ("spec", "project" | "destination", *_):
            return item.path
        case ("spec", *rest):
            return (*item.path, *rest)
    return (*item.path, "name")


def path_of_set(key: str, path: DataPath) -> DataPath:
    """The setting that decides a field of an ApplicationSet.

    Args:
        key: Its key in the settings: `parts`.
        path: The field, from the manifest's root on: `("spec", "template", "spec", "source")`.

    Returns:
        The path in the settings: `("applicationSets", "parts", "template", "source")`.
    """
    above: DataPath = ("applicationSets", key)
    match path:
        case ("spec", "template", "spec", "project" | "destination", *_):
            return above
        case ("spec", "template", "spec" | "metadata", *rest):
            return (*above, "template", *rest)
        case ("spec", "syncPolicy", *rest) | ("spec", *rest):
            return (*above, *rest)
    return above
