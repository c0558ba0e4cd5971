"""An environment's Applications as resolved: their order, names and revisions, and the repositories that they name.

A revision is what `targetRevision` holds: a branch, tag or commit of Git, a version of a chart, a tag or digest of an
OCI artifact. An exact one always yields the same content.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from argoproject.identity import APPLICATION_KEYS, application_name
from argoproject.models import (
    Application,
    ApplicationSet,
    Finalizer,
    Generator,
    Lifecycle,
    Source,
    SourceHydrator,
)
from argoproject.models.application_sets import ApplicationSetTemplate
from argoproject.models.validation import judge
from argoproject.problems import Mistake
from argoproject.project.model import Project, once
from argoproject.upstream.argocd.generators import Yielded, yielded
from argoproject.upstream.argocd.go_render import beginning, fill, render
from argoproject.upstream.argocd.go_values import Parameters, TemplateError
from argoproject.yamlfile.reader import DataPath, texts_in

__all__ = [
    "Deployed",
    "Generation",
    "SourceAt",
    "Version",
    "all_sources",
    "deployed",
    "destination",
    "generated",
    "generated_names",
    "is_chart_version",
    "is_fixed",
    "is_helm",
    "set_finalizer",
    "short",
    "source_key",
    "source_name",
    "spelled_generator",
    "template_data",
    "template_sources",
    "templated_urls",
    "used_urls",
    "versions",
]


@dataclass(frozen=True, slots=True)
class SourceAt:
    """A source of an Application, with its place and its effective revision."""

    path: DataPath
    """Its place in the settings: `("application", "source")` or `("applications", "db", "sources", 1)`."""

    source: Source
    keys: tuple[str, ...]
    """The names by which `versions` may refer to it: its name, ref and chart."""

    revision: str | None
    """From `versions`, else its own `targetRevision`."""

    version_path: DataPath | None
    """The entry of `versions` that sets the revision, if one does: `("versions", "db", "chart")`."""


@dataclass(frozen=True, slots=True)
class Deployed:
    """One Application with its place, its name and its sources."""

    key: str
    """The name of its field (`base`, `requirements`, `application`), or its key in `applications`."""

    path: DataPath
    """Its place in the settings: `("application",)` or `("applications", "db")`."""

    application: Application
    name: str
    sources: tuple[SourceAt, ...]
    after: tuple[str, ...]
    """The keys of the Applications after which it is created."""

    @property
    def hydrator(self) -> SourceHydrator | None:
        """Where its manifests are rendered to, if Argo CD writes them to Git."""
        return self.application.source_hydrator

    @property
    def retiring(self) -> bool:
        """Whether it is about to be removed."""
        return self.application.lifecycle is Lifecycle.RETIRING


@once
def deployed(project: Project) -> tuple[Deployed, ...]:
    """The Applications in the order of their creation: base, requirements, application, then the others by key, as far
    as `after` does not name another order. Those that would wait for each other are in no order, and refused."""
    settings = project.settings
    found: list[tuple[tuple[str, ...], Application | None]] = [
        ((key,), getattr(settings, key)) for key in APPLICATION_KEYS
    ]
    found += [(("applications", key), item) for key, item in sorted(settings.applications.items())]
    waiting = [(path, item) for path, item in found if item is not None]
    chain = [path[-1] for path, _ in waiting if len(path) == 1]
    base = [] if settings.base is None else ["base"]
    keys = {path[-1] for path, _ in waiting}
    items: list[Deployed] = []
    for path, item in waiting:
        before = chain[: chain.index(path[-1])] if len(path) == 1 else chain
        after = before[-1:] if item.after is None else [*base, *item.after]
        named = dict.fromkeys(key for key in after if key in keys and key != path[-1])
        items.append(_deployed(project, path, item, tuple(named)))
    ordered = any(item.after is not None for _, item in waiting)
    return _in_order(items) if ordered else tuple(items)


def _in_order(items: list[Deployed]) -> tuple[Deployed, ...]:
    """Each Application after those that it waits for, and as early as it can be in the given order."""
    done: dict[str, Deployed] = {}
    while len(done) < len(items):
        ready = (it for it in items if it.key not in done and done.keys() >= set(it.after))
        following = next(ready, None) or next(it for it in items if it.key not in done)
        done[following.key] = following
    return tuple(done.values())


@once
def used_urls(project: Project) -> tuple[tuple[DataPath, str], ...]:
    """Every repository that the environment names, with its place: in sources, generators, `subchartRepositories`.

    Those that a generator fills in are in `templated_urls` instead.
    """
    return tuple(item for item in _all_urls(project) if not _is_filled_in(*item))


@once
def templated_urls(project: Project) -> tuple[tuple[DataPath, str], ...]:
    """The repositories in ApplicationSets' templates that a generator fills in, each with its place."""
    return tuple(item for item in _all_urls(project) if _is_filled_in(*item))


def _is_filled_in(path: DataPath, url: str) -> bool:
    return path[0] == "applicationSets" and path[2] == "template" and "{{" in url


def _all_urls(project: Project) -> Iterator[tuple[DataPath, str]]:
    for item in deployed(project):
        for at in item.sources:
            yield (*at.path, "repoURL"), at.source.repo_url
        if item.hydrator is not None and item.hydrator.sync_source.repo_url is not None:
            yield (*item.path, "sourceHydrator", "syncSource", "repoURL"), item.hydrator.url
        yield from _subcharts(item.path, item.application)
    for key, item_set in sorted(project.settings.application_sets.items()):
        path: DataPath = ("applicationSets", key)
        dumped = item_set.model_dump(by_alias=True, exclude_defaults=True)
        yield from (found for found in texts_in(dumped, path) if found[0][-1] == "repoURL")
        yield from _subcharts(path, item_set)


def template_sources(key: str, item: ApplicationSet) -> tuple[SourceAt, ...]:
    """The sources in the template of an ApplicationSet, with their places. Their texts may be `{{ … }}`."""
    path: DataPath = ("applicationSets", key, "template")
    return () if item.template is None else tuple(_sources(item.template, path, {}, path))


def all_sources(project: Project) -> Iterator[SourceAt]:
    """The sources of the Applications, and those in the templates of the ApplicationSets."""
    for item in deployed(project):
        yield from item.sources
    for key, item_set in project.settings.application_sets.items():
        yield from template_sources(key, item_set)


@dataclass(frozen=True, slots=True)
class Generation:
    """The Applications that an ApplicationSet generates, as far as they are known."""

    yielded: Yielded
    """The values of its generators."""

    items: tuple[Deployed, ...]
    """The Applications. Their `path` is that of the template."""

    labels: tuple[Mapping[str, Any], ...]
    """The labels of each Application."""

    destinations: tuple[str, ...]
    """The cluster and namespace of each, as `allow` names them: `eu-1/blue-shop-dev`."""

    complete: bool
    """Whether these are all of them, each as Argo CD generates it."""

    mistakes: tuple[tuple[DataPath, Mistake], ...]
    """Why Applications are missing in `items`: what generates them, or what it generates, is not accepted."""


def template_data(item: ApplicationSetTemplate) -> dict[str, Any]:
    """A template as an Application is written, in Argo CD's own spelling."""
    dumped = item.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_unset=True)
    return dict(dumped)


@once
def generated(project: Project) -> Mapping[str, Generation]:
    """What each ApplicationSet generates, by the set's key; without those that have no template or no name."""
    return {
        key: _generation(project, key, item.template, item.generators)
        for key, item in sorted(project.settings.application_sets.items())
        if item.template is not None and item.template.name
    }


def generated_names(project: Project, key: str) -> tuple[str, ...]:
    """The names of the Applications that an ApplicationSet generates: all of them, or a pattern where only Argo CD
    knows them. Empty where a pattern would also match other Applications.

    Example:
        `{{ .name }}-web` has no pattern: `*-web` would match what other ApplicationSets generate.
    """
    generation = generated(project).get(key)
    template = project.settings.application_sets[key].template
    if generation is not None and generation.complete:
        return tuple(item.name for item in generation.items)
    begin = beginning((template and template.name) or "")
    pattern = f"{project.names.project}-{begin}"
    others = [item.name for item in deployed(project)]
    others += [
        f"{project.names.project}-{(other.template and other.template.name) or ''}"
        for name, other in project.settings.application_sets.items()
        if name != key
    ]
    clear = begin and not any(
        other.startswith(pattern) or (pattern.startswith(beginning(other)) and "{{" in other)
        for other in others
    )
    return (f"{pattern}*",) if clear else ()


def _generation(
    project: Project, key: str, template: ApplicationSetTemplate, generators: Sequence[Generator]
) -> Generation:
    path: DataPath = ("applicationSets", key)
    try:
        values = yielded([spelled_generator(item) for item in generators])
    except TemplateError as error:
        mistake = Mistake("set-generator", error.message, error.remedy)
        mistakes = [((*path, "generators", *error.path), mistake)]
        none = Yielded((), complete=False)
        return Generation(none, (), (), (), complete=False, mistakes=tuple(mistakes))
    data = template_data(template)
    path = (*path, "template")
    items: list[Deployed] = []
    labels: list[Mapping[str, Any]] = []
    destinations: list[str] = []
    mistakes = []
    known = values.complete
    for element in values.values:
        found = _filled(data, element, path)
        mistakes += found.mistakes
        if found.data is None:
            known = False
            continue
        labels.append(found.data.get("labels", {}))
        name = f"{project.names.project}-{found.data.pop('name')}"
        place = destination(project, found.data.pop("destination", {}))
        application, refused = judge(Application, found.data)
        mistakes += [((*path, *below), mistake) for below, mistake in refused]
        if application is not None:
            destinations.append(place)
            sources = tuple(_sources(application, path, {}, path))
            items.append(Deployed(key, path, application, name, sources, ()))
    complete = known and len(items) == len(values.values)
    return Generation(
        values, tuple(items), tuple(labels), tuple(destinations), complete, tuple(mistakes)
    )


def destination(project: Project, given: Mapping[str, str]) -> str:
    """The destination of a generated Application as `allow` names it: `eu-1/blue-shop-dev`.

    Args:
        project: The environment.
        given: `destination` of the template, filled in. A cluster that platform.yaml does not have is in parentheses,
            as its name in Argo CD could be the key of another.
    """
    cluster = project.identity.cluster
    known = project.platform.clusters.items()
    if given.get("server"):
        servers = {item.server.rstrip("/"): key for key, item in known}
        cluster = servers.get(given["server"].rstrip("/"), f"({given['server']})")
    elif given.get("name"):
        names = {item.argocd_name: key for key, item in known}
        cluster = names.get(given["name"], f"({given['name']})")
    return f"{cluster}/{given.get('namespace') or project.names.namespace}"


class _Filled(NamedTuple):
    data: dict[str, Any] | None
    mistakes: list[tuple[DataPath, Mistake]]


def _filled(data: Mapping[str, Any], values: Parameters, path: DataPath) -> _Filled:
    """A template for one element; no data where a part of it is unknown, or fails."""
    mistakes: list[tuple[DataPath, Mistake]] = []
    unknown = not values
    for place, text in texts_in(data, path):
        try:
            unknown |= render(text, values) is None
        except TemplateError as error:
            mistakes.append((place, Mistake("set-template", error.message, error.remedy)))
    return _Filled(None if unknown or mistakes else fill(data, values), mistakes)


def set_finalizer(item: ApplicationSet) -> Finalizer:
    """What deleting a generated Application does to its workloads.

    Argo CD keeps them where the template has no finalizer and the set has `preserveResourcesOnDeletion`; with one of
    both alone it deletes them.
    """
    if item.preserve_resources_on_deletion:
        return Finalizer.NONE
    return item.finalizer or Finalizer.FOREGROUND


def spelled_generator(item: Generator) -> dict[str, Any]:
    """A generator in Argo CD's own spelling, with the fields that are written."""
    return dict(item.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_unset=True))


def _subcharts(
    path: DataPath, item: Application | ApplicationSet
) -> Iterator[tuple[DataPath, str]]:
    for index, url in enumerate(item.subchart_repositories):
        yield (*path, "subchartRepositories", index), url


def source_key(source: Source) -> tuple[str, ...]:
    """The names by which `versions` may refer to a source: its name, ref and chart, as far as it has them."""
    return tuple(key for key in (source.name, source.ref, source.chart) if key)


def is_helm(source: Source) -> bool:
    """Whether a source is a Helm chart, or could be one: then the Application's name becomes a release's.

    Argo CD decides by the files of a folder, unless the source has options of another tool.
    """
    if source.chart or source.helm:
        return True
    typed = (
        source.kustomize is not None or source.directory is not None or source.plugin is not None
    )
    return source.path is not None and not typed


def _deployed(
    project: Project, path: tuple[str, ...], application: Application, after: tuple[str, ...]
) -> Deployed:
    key = path[-1]
    versions = project.settings.versions.get(key, {})
    sources = tuple(_sources(application, path, versions, ("versions", key)))
    name = application.name or application_name(project.names.project, key)
    return Deployed(key, path, application, name, sources, after)


def _sources(
    item: Application | ApplicationSetTemplate,
    path: DataPath,
    versions: Mapping[str, str],
    versions_path: DataPath,
) -> Iterator[SourceAt]:
    """The sources of an Application or of a template, with the revisions that `versions` sets."""
    pairs: list[tuple[DataPath, Source]] = [
        ((*path, "sources", at), source) for at, source in enumerate(item.sources)
    ]
    if item.source is not None:
        pairs = [((*path, "source"), item.source)]
    if isinstance(item, Application) and item.source_hydrator is not None:
        dry = item.source_hydrator.dry_source.as_source()
        pairs = [((*path, "sourceHydrator", "drySource"), dry)]
    for place, source in pairs:
        keys = source_key(source)
        revision = source.target_revision
        version_path: DataPath | None = None
        named = next((name for name in keys if name in versions), None)
        if len(pairs) == 1 and "" in versions:
            revision, version_path = versions[""], versions_path
        elif named is not None:
            revision, version_path = versions[named], (*versions_path, named)
        yield SourceAt(place, source, keys, revision, version_path)


_HASH = re.compile(r"\b([0-9a-f]{8})[0-9a-f]{32,56}\b")
"""A commit or digest; what people compare of it is the beginning."""

_SEMVER = re.compile(r"v?[0-9]+\.[0-9]+\.[0-9]+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?")
_CHART_RANGE = re.compile(
    r"(?:[~^]|[<>]=?|=|!=)?v?(?:[0-9]+|[xX*])(?:\.(?:[0-9]+|[xX*])){0,2}(?:-[0-9A-Za-z.*-]+)?(?:\+[0-9A-Za-z.-]+)?"
)
_OPERATOR = re.compile(r"(?<=[<>=~^!]) +")
_JOINT = re.compile(r" *(?:\|\||,| - | ) *")
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_VERSION_TAG = re.compile(r"v?[0-9]+(?:\.[0-9]+){2,3}(?:[-+._][0-9A-Za-z.+_-]+)?")
_TAG_REF = re.compile(rf"refs/tags/(?:[A-Za-z0-9_./@-]+[-/@])?{_VERSION_TAG.pattern}")


@dataclass(frozen=True, slots=True)
class Version:
    """The version of one source of an Application."""

    application: str
    """The Application's key."""

    source: str
    """The source's name, ref or chart, as `versions` refers to it, else the end of its URL; empty for an only one."""

    url: str
    """The repository."""

    revision: str | None
    """None only where it is missing, which checks report."""

    path: DataPath
    """The place of the revision in the settings."""

    @property
    def title(self) -> str:
        """The Application and its source: `application shop`."""
        return f"{self.application} {self.source}".rstrip()


def versions(project: Project) -> tuple[Version, ...]:
    """The versions of an environment, in the order in which its Applications are created."""
    found: list[Version] = []
    for item in deployed(project):
        for at in item.sources:
            path = at.version_path or (*at.path, "targetRevision")
            name, url = source_name(item, at), at.source.repo_url
            found.append(Version(item.key, name, url, at.revision, path))
    return tuple(found)


def source_name(item: Deployed, at: SourceAt) -> str:
    """The name of a source within its Application, as `Version.source` describes it; empty for an only one."""
    if len(item.sources) == 1:
        return ""
    last = at.source.repo_url.rstrip("/").rpartition("/")[2]
    return at.keys[0] if at.keys else last.removesuffix(".git")


def short(revision: str | None) -> str:
    """A revision as people compare it: of a commit or digest the first eight digits, `?` for a missing one."""
    return "?" if revision is None else _HASH.sub(r"\1", revision)


def is_fixed(revision: str, *, chart: bool) -> bool:
    """Whether a revision is exact: a version of three or four numbers, a full commit hash or a digest.

    A tag that is a version counts as exact, although Git could move it. `v1` and `v1.2` do not: such tags are meant to
    move, and so are branches and ranges of chart versions.

    Args:
        revision: The revision.
        chart: Whether it is a chart's: then only a semantic version, of three numbers, is exact.
    """
    patterns = (_SEMVER,) if chart else (_COMMIT, _DIGEST, _VERSION_TAG, _TAG_REF)
    return any(item.fullmatch(revision) for item in patterns)


def is_chart_version(revision: str) -> bool:
    """Whether a revision is a version of a chart, or ranges of versions joined by blanks, `,` or `||`.

    Source: Helm's Masterminds/semver v3, constraints.go.

    Example:
        `1.4.2`, `~1.4`, `>=1.2 <2`, `1.x || 3.x`, `1.2 - 1.4`; not `latest` or `main`.
    """
    parts = _JOINT.split(_OPERATOR.sub("", revision))
    return all(map(_CHART_RANGE.fullmatch, parts))
