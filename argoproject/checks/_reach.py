"""What a team's sources and credentials reach besides repositories: plugins that render, servers that see logins."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from argoproject.applications import deployed
from argoproject.checks._bounds import Bounds, is_plain_url, within_sources
from argoproject.checks._repositories import endpoint_of
from argoproject.errors import Problem
from argoproject.models import CredentialTemplate, Repository
from argoproject.yamlfile import Path

__all__ = ["check_endpoints", "check_plugins"]


def check_plugins(bounds: Bounds) -> Iterator[Problem]:
    """Config management plugins: their code runs beside the repo-server, with what a source gives it."""
    for path, name in _plugins(bounds):
        if bounds.by_tenant(path) and not (name and bounds.permits("plugins", name)):
            yield _plugin(bounds, path, name)


def _plugin(bounds: Bounds, path: Path, name: str) -> Problem:
    if not name:
        message = "the plugin has no name: any that Argo CD has could run"
        return bounds.project.problem(path, "plugin-unnamed", message, "add its `name`")
    if "{{" in name:
        message = "the plugin is templated: it could be any"
        return bounds.project.problem(path, "plugin-templated", message, "write its name out")
    message = f"team {bounds.team} may not use the plugin {name}"
    return bounds.problem((*path, "name"), "plugin-not-allowed", message, "plugins")


def _plugins(bounds: Bounds) -> Iterator[tuple[Path, str]]:
    for item in deployed(bounds.project):
        for at in item.sources:
            if at.source.plugin is not None:
                yield (*at.path, "plugin"), at.source.plugin.name or ""
    for key, item_set in bounds.project.settings.application_sets.items():
        template = item_set.template
        if template is None:
            continue
        path: Path = ("applicationSets", key, "template")
        if template.source is not None:
            yield from _in_template((*path, "source"), template.source)
        for index, source in enumerate(template.sources):
            yield from _in_template((*path, "sources", index), source)


def _in_template(path: Path, source: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """The plugin of a source as Argo CD spells it, which nothing has typed."""
    if "plugin" not in source:
        return
    plugin = source["plugin"]
    name = plugin.get("name") if isinstance(plugin, Mapping) else None
    yield (*path, "plugin"), name if isinstance(name, str) else ""


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
        yield bounds.problem(path, "endpoint-not-allowed", message, "endpoints")
