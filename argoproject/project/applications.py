"""An environment's Applications with everything that follows from its files: order, names, revisions, URLs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from argoproject.identity import application_name
from argoproject.models import Application, ApplicationSet, Lifecycle, Source
from argoproject.project.model import Project, once
from argoproject.yamlfile.reader import Path

__all__ = [
    "Deployed",
    "SourceAt",
    "deployed",
    "is_helm",
    "source_key",
    "templated_urls",
    "used_urls",
]


@dataclass(frozen=True, slots=True)
class SourceAt:
    """A source, where it stands, and the revision that it gets.

    `keys` are the names by which `versions` may call it. `version_path` is set where `versions` decides.
    """

    path: Path
    source: Source
    keys: tuple[str, ...]
    revision: str | None
    version_path: Path | None


@dataclass(frozen=True, slots=True)
class Deployed:
    """One Application in its place. `key` is the field's name, or the key in `applications`."""

    key: str
    path: Path
    application: Application
    name: str
    sources: tuple[SourceAt, ...]

    @property
    def retiring(self) -> bool:
        return self.application.lifecycle is Lifecycle.RETIRING


@once
def deployed(project: Project) -> tuple[Deployed, ...]:
    """The Applications in the order of their creation: base, requirements, application, then the others by key."""
    settings = project.settings
    fields: list[tuple[str, Path, Application]] = [
        (key, (key,), application)
        for key, application in (
            ("base", settings.base),
            ("requirements", settings.requirements),
            ("application", settings.application),
        )
        if application is not None
    ]
    others = sorted(settings.applications.items())
    fields += [(key, ("applications", key), application) for key, application in others]
    return tuple(_deployed(project, key, path, application) for key, path, application in fields)


@once
def used_urls(project: Project) -> tuple[tuple[Path, str], ...]:
    """Every repository that the environment names, with the place: of sources, of generators, of charts' dependencies.

    Without those that a generator fills in: see `templated_urls`.
    """
    return tuple(item for item in _used_urls(project) if not _is_filled_in(*item))


@once
def templated_urls(project: Project) -> tuple[tuple[Path, str], ...]:
    """The repositories of ApplicationSets' templates that a generator fills in, with the place."""
    return tuple(item for item in _used_urls(project) if _is_filled_in(*item))


def _is_filled_in(path: Path, url: str) -> bool:
    return path[0] == "applicationSets" and path[2] == "template" and "{{" in url


def _used_urls(project: Project) -> Iterator[tuple[Path, str]]:
    for item in deployed(project):
        for at in item.sources:
            yield (*at.path, "repoURL"), at.source.repo_url
        yield from _subcharts(item.path, item.application)
    for key, item_set in sorted(project.settings.application_sets.items()):
        path: Path = ("applicationSets", key)
        yield from _set_urls(item_set.model_dump(by_alias=True, exclude_defaults=True), path)
        yield from _subcharts(path, item_set)


def _subcharts(path: Path, item: Application | ApplicationSet) -> Iterator[tuple[Path, str]]:
    for index, url in enumerate(item.subchart_repositories):
        yield (*path, "subchartRepositories", index), url


def source_key(source: Source) -> tuple[str, ...]:
    """The names by which `versions` may call a source: its name, ref and chart."""
    return tuple(key for key in (source.name, source.ref, source.chart) if key)


def is_helm(source: Source) -> bool:
    """Whether a source is, or may turn out to be, a Helm chart, so that the Application's name is a release's."""
    if source.chart or source.helm:
        return True
    typed = (
        source.kustomize is not None or source.directory is not None or source.plugin is not None
    )
    return source.path is not None and not typed


def _deployed(project: Project, key: str, path: Path, application: Application) -> Deployed:
    name = application.name or application_name(project.names.project, key)
    if application.source is not None:
        pairs = [((*path, "source"), application.source)]
    else:
        pairs = [((*path, "sources", at), item) for at, item in enumerate(application.sources)]
    versions = project.settings.versions.get(key, {})
    single = len(pairs) == 1
    sources = tuple(_source(key, at, source, versions, single) for at, source in pairs)
    return Deployed(key, path, application, name, sources)


def _source(
    key: str, path: Path, source: Source, versions: Mapping[str, str], single: bool
) -> SourceAt:
    keys = source_key(source)
    if single and "" in versions:
        return SourceAt(path, source, keys, versions[""], ("versions", key))
    for name in keys:
        if name in versions:
            return SourceAt(path, source, keys, versions[name], ("versions", key, name))
    return SourceAt(path, source, keys, source.target_revision, None)


def _set_urls(data: object, path: Path) -> Iterator[tuple[Path, str]]:
    """`repoURL`s anywhere in an ApplicationSet: in its generators and its template."""
    if isinstance(data, dict):
        for key, value in data.items():
            if key == "repoURL" and isinstance(value, str):
                yield (*path, key), value
            else:
                yield from _set_urls(value, (*path, key))
    elif isinstance(data, list | tuple):
        for index, value in enumerate(data):
            yield from _set_urls(value, (*path, index))
