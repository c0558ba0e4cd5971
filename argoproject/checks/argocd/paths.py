"""Which setting decides a field of a planned manifest of Argo CD's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from argoproject.project.applications import Deployed, used_urls
from argoproject.project.model import Project
from argoproject.yamlfile.reader import Path

__all__ = ["path_of_application", "path_of_project", "path_of_set", "setting_path"]

Manifest = Mapping[str, Any]

_PROJECT_FIELDS: Mapping[str, Path] = {
    "destinationServiceAccounts": ("namespace", "name"),
    "clusterResourceWhitelist": ("allow",),
    "namespaceResourceBlacklist": ("allow",),
}
_SAME_NAME = (
    "syncWindows",
    "sourceNamespaces",
    "sourceIntegrity",
    "description",
    "orphanedResources",
)
"""Fields of an AppProject that the settings call as Argo CD does."""


def setting_path(
    project: Project, manifest: Manifest, owner: Deployed | str | None, path: Path
) -> Path:
    """The setting behind a field of a manifest: of an Application, of the ApplicationSet with a key, or of the
    AppProject."""
    if isinstance(owner, Deployed):
        return path_of_application(owner, path)
    return path_of_project(project, manifest, path) if owner is None else path_of_set(owner, path)


def path_of_project(project: Project, manifest: Manifest, path: Path) -> Path:
    """The setting behind a field of the AppProject."""
    match path:
        case ("spec", "sourceRepos", int() as index, *_):
            found = _of_source(project, manifest["spec"]["sourceRepos"][index])
        case ("spec", "roles", int() as index, *_):
            found = _of_role(project, manifest["spec"]["roles"][index]["name"])
        case ("spec", "destinations", int() as index, *_):
            found = ("allow",) if index else ("namespace", "name")
        case ("spec", str() as field, *rest) if field in _SAME_NAME:
            found = (field, *rest)
        case ("spec", str() as field, *_):
            found = _PROJECT_FIELDS.get(field, ("name",))
        case _:
            found = ("name",)
    return found


def _of_source(project: Project, url: str) -> Path:
    used = (path for path, other in used_urls(project) if other == url)
    allowed = (
        ("allow", index, "value")
        for index, item in enumerate(project.settings.allow)
        if item.value == url
    )
    return next(used, None) or next(allowed, ())


def _of_role(project: Project, name: str) -> Path:
    access = project.settings.access
    own = access is not None and name in access.roles
    return ("access", "roles", name) if own else ("access", name)


def path_of_application(item: Deployed, path: Path) -> Path:
    """The setting behind a field of an Application, whose spec is spelled as in the settings."""
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


def path_of_set(key: str, path: Path) -> Path:
    """The setting behind a field of an ApplicationSet."""
    above: Path = ("applicationSets", key)
    match path:
        case ("spec", "template", "spec", "project" | "destination", *_):
            return above
        case ("spec", "template", "spec" | "metadata", *rest):
            return (*above, "template", *rest)
        case ("spec", "syncPolicy", *rest) | ("spec", *rest):
            return (*above, *rest)
    return above
