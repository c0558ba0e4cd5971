"""What the generators of an environment's ApplicationSets read other than files: clusters, APIs, plugins.

Each has a value of `allow` that permits it: `clusters/eu-1`, `pullRequest/gitlab.example.org/blue/shop`,
`scmProvider/api.github.com/blue`, `plugin/previews`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args
from urllib.parse import urlsplit

from argoproject.models import Generator, Provider, TokenRef
from argoproject.models.base import Model, key_of
from argoproject.models.generators import PullRequestGenerator, ScmGenerator
from argoproject.project.applications import generated
from argoproject.project.model import Project, once
from argoproject.upstream.argocd.generators import named_clusters
from argoproject.upstream.argocd.go_render import beginning, fill_text
from argoproject.yamlfile.reader import DataPath

__all__ = [
    "PROVIDERS",
    "Reading",
    "api_host",
    "generators_in",
    "open_names",
    "readings",
    "with_secrets",
]

KINDS = ("clusters", "pull_request", "scm_provider", "plugin")
"""The generators that read more than files, by their fields."""

PROVIDERS = {
    key_of(Generator, kind): tuple(
        key_of(model, name)
        for name, field in model.model_fields.items()
        if any(
            isinstance(it, type) and issubclass(it, Provider) for it in get_args(field.annotation)
        )
    )
    for kind, model in (
        ("pull_request", PullRequestGenerator),
        ("scm_provider", ScmGenerator),
    )
}
"""The keys of the servers that these generators can ask."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one generator reads.

    Attributes:
        path: The generator, with its kind at the end.
        values: Each value of `allow` that it needs, with the place that decides it. Empty: it reads everything.
        provider: The server that it asks; None for clusters and plugins.
        tokens: The tokens that it sends there, with their places.
        count: How many servers it names; one is right.
        unknown: Names of clusters in Argo CD that platform.yaml does not have.
        flat: Whether it yields all clusters as one value.
    """

    path: DataPath
    values: tuple[tuple[DataPath, str], ...]
    provider: Provider | None = None
    provider_path: DataPath = ()
    tokens: tuple[tuple[DataPath, TokenRef], ...] = ()
    count: int = 0
    unknown: tuple[str, ...] = ()
    flat: bool = False


def generators_in(
    path: DataPath, generators: Sequence[Generator]
) -> Iterator[tuple[DataPath, Generator]]:
    """Each generator with its place, those inside of matrix and merge as well."""
    for index, item in enumerate(generators):
        yield (*path, index), item
        for kind in ("matrix", "merge"):
            if (combined := getattr(item, kind)) is not None:
                yield from generators_in((*path, index, kind, "generators"), combined.generators)


@once
def readings(project: Project) -> tuple[Reading, ...]:
    """What the generators of all ApplicationSets read other than files."""
    return tuple(
        _reading(project, (*path, key_of(Generator, kind)), item, kind)
        for key, item_set in sorted(project.settings.application_sets.items())
        for path, item in generators_in(("applicationSets", key, "generators"), item_set.generators)
        for kind in KINDS
        if getattr(item, kind) is not None
    )


def _reading(project: Project, path: DataPath, item: Generator, kind: str) -> Reading:
    settings: Any = getattr(item, kind)
    model: type[Model] = type(settings)
    if kind == "plugin":
        place = (*path, "configMapRef", "name")
        return Reading(path, ((place, f"plugin/{settings.config_map_ref.name}"),))
    if kind == "clusters":
        selector = item.selector.model_dump(by_alias=True) if item.selector else {}
        names = {it.argocd_name: key for key, it in project.platform.clusters.items()}
        place = (*path[:-1], "selector")
        found = named_clusters(selector) or ()
        values = tuple((place, f"clusters/{names[name]}") for name in found if name in names)
        unknown = tuple(name for name in found if name not in names)
        return Reading(path, values, unknown=unknown, flat=bool(settings.flat_list))
    named = [
        (key_of(model, field), getattr(settings, field))
        for field in model.model_fields
        if isinstance(getattr(settings, field), Provider)
    ]
    if not named:
        return Reading(path, ())
    place, provider = (*path, named[0][0]), named[0][1]
    steps = [
        path[-1],
        api_host(provider.api_url),
        *(getattr(provider, it) for it in provider.names),
    ]
    value = "/".join(map(str, steps))
    return Reading(
        path, ((place, value),), provider, place, (*_tokens(place, provider),), len(named)
    )


def _tokens(path: DataPath, model: Model) -> Iterator[tuple[DataPath, TokenRef]]:
    for name in type(model).model_fields:
        value, place = getattr(model, name), (*path, key_of(type(model), name))
        if isinstance(value, TokenRef):
            yield place, value
        elif isinstance(value, Model):
            yield from _tokens(place, value)


def open_names(project: Project) -> Iterator[tuple[str, str]]:
    """The ApplicationSets whose names others choose, each with the text with which these names begin."""
    for key in dict.fromkeys(str(item.path[1]) for item in readings(project)):
        template, generation = project.settings.application_sets[key].template, generated(project)
        name = (template and template.name) or ""
        elements = generation[key].yielded.values if key in generation else ()
        if any(fill_text(name, element) is None for element in elements):
            yield key, beginning(name)


def api_host(url: str) -> str:
    """The host of a URL, with its port; empty where there is none."""
    return urlsplit(url).netloc.lower()


def with_secrets(
    generator: Mapping[str, Any], secrets: Mapping[str, tuple[str, str]]
) -> dict[str, Any]:
    """A generator as Argo CD spells it: with a Secret and its key in the place of a repository.

    Args:
        generator: The generator as files spell it.
        secrets: For each repository, its Secret and the key; the key is empty for a GitHub App.

    Example:
        `{"tokenRef": {"repository": "shop"}}` becomes `{"tokenRef": {"secretName": "p-shop", "key": "password"}}`, or
        `{"appSecretName": "p-shop"}`.
    """
    found = dict(generator)
    for kind in ("matrix", "merge"):
        if kind in found:
            inner = [with_secrets(item, secrets) for item in found[kind].get("generators", ())]
            found[kind] = {**found[kind], "generators": inner}
    for kind in ("pullRequest", "scmProvider"):
        if kind in found:
            found[kind] = _named_secrets(found[kind], secrets)
    return found


def _named_secrets(data: Mapping[str, Any], secrets: Mapping[str, tuple[str, str]]) -> Any:
    found: dict[str, Any] = {}
    for key, item in data.items():
        if not isinstance(item, Mapping) or "repository" not in item:
            found[key] = _named_secrets(item, secrets) if isinstance(item, Mapping) else item
            continue
        name, data_key = secrets.get(item["repository"], ("", "password"))
        found |= (
            {key: {"secretName": name, "key": data_key}} if data_key else {"appSecretName": name}
        )
    return found
