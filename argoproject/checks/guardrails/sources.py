"""What a team's sources and credentials reach: repositories, registries, plugins, and servers that receive a login."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from argoproject.checks.guardrails.bounds import Bounds
from argoproject.problems import Problem
from argoproject.project.applications import deployed, used_urls
from argoproject.project.repositories import endpoint_of
from argoproject.tree.documents import data_at
from argoproject.upstream.urls import is_plain_url
from argoproject.yamlfile.reader import Path

__all__ = ["endpoints", "plugins", "registries", "rendered_namespaces", "sources"]


def sources(bounds: Bounds) -> Iterator[Problem]:
    """Refuses repositories that are outside the team's sources, and credentials that would be sent to such.

    A URL with a pattern or `..` is compared with no source: what fetches it resolves it first, perhaps to elsewhere.
    """
    settings = bounds.project.settings
    urls: list[tuple[Path, str, str]] = [
        *((path, url, "the repository is") for path, url in used_urls(bounds.project)),
        *(
            (("repositories", key, "url"), item.url, "the repository is")
            for key, item in settings.repositories.items()
        ),
        *(
            (("credentials", key, "urlPrefix"), item.url_prefix, "the credential would reach")
            for key, item in settings.credentials.items()
        ),
    ]
    for path, url, subject in urls:
        if is_plain_url(url):
            yield from bounds.refuse(path, "sources", url, subject=subject)
        elif bounds.by_tenant(path):
            message = (
                "the URL holds a pattern, a template, `..` or an encoding, which may lead outside "
                "the team's sources"
            )
            yield bounds.project.problem(
                path=path, code="url-not-plain", message=message, remedy="write the plain URL"
            )


def registries(bounds: Bounds) -> Iterator[Problem]:
    """Refuses container registries that are not the team's."""
    for key, registry in bounds.project.settings.registries.items():
        path: Path = ("registries", key, "server")
        if is_plain_url(registry.server):
            yield from bounds.refuse(path, "registries", registry.server)
        elif bounds.by_tenant(path):
            message = "the server holds a pattern, `..` or an encoding: it may lead outside the team's registries"
            remedy = "write the host, with its port and path where it has them"
            yield bounds.project.problem(
                path=path, code="url-not-plain", message=message, remedy=remedy
            )


def plugins(bounds: Bounds) -> Iterator[Problem]:
    """Refuses config management plugins that the guardrail does not name.

    Their code runs next to the repo-server and gets what a source contains. A plugin without a name could be any that
    matches the source (argo-cd, docs/operator-manual/config-management-plugins.md, "discover"), and so could one whose
    name a template fills.
    """
    found: list[tuple[Path, str]] = [
        ((*at.path, "plugin"), at.source.plugin.name or "")
        for item in deployed(bounds.project)
        for at in item.sources
        if at.source.plugin is not None
    ]
    for path, source in _templated(bounds):
        if "plugin" in source:
            name = data_at(source, ("plugin", "name"))
            found.append(((*path, "plugin"), name if isinstance(name, str) else ""))
    for path, name in found:
        if name and "{{" not in name:
            yield from bounds.refuse(path, "plugins", name, at=(*path, "name"))
        elif bounds.by_tenant(path) and not (name and bounds.permits("plugins", name)):
            code, message, remedy = (
                (
                    "plugin-templated",
                    "the plugin is templated: it could be any",
                    "write its name out",
                )
                if name
                else (
                    "plugin-unnamed",
                    "the plugin has no name: any that Argo CD has could run",
                    "add its `name`",
                )
            )
            yield bounds.project.problem(path=path, code=code, message=message, remedy=remedy)


def _templated(bounds: Bounds) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """The sources in templates of ApplicationSets, with their places.

    A template is free-form data in Argo CD's own spelling, since its values may be `{{ … }}`. No model validates it.
    """
    for key, item in bounds.project.settings.application_sets.items():
        if item.template is None:
            continue
        path: Path = ("applicationSets", key, "template")
        if item.template.source is not None:
            yield (*path, "source"), item.template.source
        for index, source in enumerate(item.template.sources):
            yield (*path, "sources", index), source


def rendered_namespaces(bounds: Bounds) -> Iterator[Problem]:
    """Refuses namespaces that Helm or Kustomize renders for. Argo CD would refuse the sync, once it is deployed."""
    project = bounds.project
    cluster, own = project.identity.cluster, project.names.namespace
    tools = ("helm", "kustomize")
    found: list[tuple[Path, Any]] = [
        ((*at.path, tool, "namespace"), getattr(getattr(at.source, tool), "namespace", None))
        for item in deployed(project)
        for at in item.sources
        for tool in tools
    ]
    found += [
        ((*path, tool, "namespace"), data_at(source, (tool, "namespace")))
        for path, source in _templated(bounds)
        for tool in tools
    ]
    opened = {item.value for item in project.settings.allow if item.kind == "destination"}
    for path, name in found:
        if name is None or name == own or f"{cluster}/{name}" in opened:
            continue
        if bounds.by_tenant(path):
            message = f"{name} is not the environment's namespace, {own}, and no `allow` opens it"
            remedy = "remove it: what names no namespace is deployed to the environment's"
            yield project.problem(
                path=path, code="rendered-namespace", message=message, remedy=remedy
            )


def endpoints(bounds: Bounds) -> Iterator[Problem]:
    """Refuses proxies and login servers that the platform does not name: each could keep what is sent through it or
    to it."""
    settings = bounds.project.settings
    found: list[tuple[Path, str | None]] = []
    for key, repository in settings.repositories.items():
        path: Path = ("repositories", key)
        found.append(((*path, "proxy"), repository.proxy))
        if repository.credentials is not None:
            field, url = endpoint_of(repository.credentials) or ("", None)
            found.append(((*path, "credentials", field), url))
    for key, template in settings.credentials.items():
        path = ("credentials", key)
        field, url = endpoint_of(template) or ("", None)
        found += [((*path, "proxy"), template.proxy), ((*path, field), url)]
    for path, url in found:
        if url is None:
            continue
        if is_plain_url(url):
            yield from bounds.refuse(path, "endpoints", url)
        elif bounds.by_tenant(path):
            yield bounds.refusal(path, "endpoints", value=url)
