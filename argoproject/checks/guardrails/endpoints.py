"""What a team's sources and credentials reach besides repositories: plugins, namespaces, servers that see logins."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from argoproject.checks.guardrails.bounds import Bounds, is_plain_url, within_sources
from argoproject.models import CredentialTemplate, Repository
from argoproject.problems import Problem
from argoproject.project.applications import deployed
from argoproject.project.repositories import endpoint_of
from argoproject.tree.documents import data_at
from argoproject.yamlfile.reader import Path

__all__ = ["check_endpoints", "check_namespaces", "check_plugins"]


def check_plugins(bounds: Bounds) -> Iterator[Problem]:
    """Config management plugins: their code runs beside the repo-server, with what a source gives it."""
    for path, name in _plugins(bounds):
        if bounds.by_tenant(path) and not (name and bounds.permits("plugins", name)):
            yield _plugin(bounds, path, name)


def _plugin(bounds: Bounds, path: Path, name: str) -> Problem:
    if not name:
        message = "the plugin has no name: any that Argo CD has could run"
        return bounds.project.problem(
            path=path, code="plugin-unnamed", message=message, remedy="add its `name`"
        )
    if "{{" in name:
        message = "the plugin is templated: it could be any"
        return bounds.project.problem(
            path=path, code="plugin-templated", message=message, remedy="write its name out"
        )
    message = f"team {bounds.team} may not use the plugin {name}"
    return bounds.problem(
        path=(*path, "name"), code="plugin-not-allowed", message=message, field="plugins"
    )


def _plugins(bounds: Bounds) -> Iterator[tuple[Path, str]]:
    for item in deployed(bounds.project):
        for at in item.sources:
            if at.source.plugin is not None:
                yield (*at.path, "plugin"), at.source.plugin.name or ""
    for path, source in _templated(bounds):
        if "plugin" in source:
            name = data_at(source, ("plugin", "name"))
            yield (*path, "plugin"), name if isinstance(name, str) else ""


def _templated(bounds: Bounds) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """The sources of templates as Argo CD spells them, which nothing has typed."""
    for key, item in bounds.project.settings.application_sets.items():
        if item.template is None:
            continue
        path: Path = ("applicationSets", key, "template")
        if item.template.source is not None:
            yield (*path, "source"), item.template.source
        for index, source in enumerate(item.template.sources):
            yield (*path, "sources", index), source


def check_namespaces(bounds: Bounds) -> Iterator[Problem]:
    """Namespaces that Helm or Kustomize renders for. Argo CD would refuse the sync, once it is deployed."""
    project = bounds.project
    cluster, own = project.identity.cluster, project.names.namespace
    for path, name in _namespaces(bounds):
        place = f"{cluster}/{name}"
        destinations = (item for item in project.settings.allow if item.kind == "destination")
        if name == own or any(item.value == place for item in destinations):
            continue
        if bounds.by_tenant(path):
            message = f"{name} is not the environment's namespace, {own}, and no `allow` opens it"
            remedy = "remove it: what names no namespace is deployed to the environment's"
            yield project.problem(
                path=path, code="rendered-namespace", message=message, remedy=remedy
            )


def _namespaces(bounds: Bounds) -> Iterator[tuple[Path, str]]:
    for item in deployed(bounds.project):
        for at in item.sources:
            for tool in ("helm", "kustomize"):
                name = getattr(getattr(at.source, tool), "namespace", None)
                if name is not None:
                    yield (*at.path, tool, "namespace"), name
    for path, source in _templated(bounds):
        for tool in ("helm", "kustomize"):
            name = data_at(source, (tool, "namespace"))
            if name is not None:
                yield (*path, tool, "namespace"), str(name)


def check_endpoints(bounds: Bounds) -> Iterator[Problem]:
    """Proxies and login servers: each could keep what is sent through it or to it."""
    settings = bounds.project.settings
    for key, repository in settings.repositories.items():
        yield from _endpoints(bounds, ("repositories", key), repository)
    for key, template in settings.credentials.items():
        yield from _endpoints(bounds, ("credentials", key), template)


def _endpoints(
    bounds: Bounds, path: Path, item: Repository | CredentialTemplate
) -> Iterator[Problem]:
    if item.proxy is not None:
        yield from _endpoint(bounds, (*path, "proxy"), item.proxy)
    if isinstance(item, Repository):
        if item.credentials is None:
            return
        path, found = (*path, "credentials"), endpoint_of(item.credentials)
    else:
        found = endpoint_of(item)
    if found is not None:
        yield from _endpoint(bounds, (*path, found[0]), found[1])


def _endpoint(bounds: Bounds, path: Path, url: str) -> Iterator[Problem]:
    within = is_plain_url(url) and within_sources(bounds.allowed("endpoints"), url)
    if not within and bounds.by_tenant(path):
        message = f"team {bounds.team} may not send credentials to {url}"
        yield bounds.problem(
            path=path, code="endpoint-not-allowed", message=message, field="endpoints"
        )
