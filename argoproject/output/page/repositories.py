"""Repositories and registries: with whose login they are read, by which environments. Secrets are named only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from argoproject.identity import Identity
from argoproject.models import Registry
from argoproject.output.page.environments import Environment
from argoproject.project.applications import used_urls
from argoproject.project.model import Project
from argoproject.project.repositories import SelectedRepository, login_of, named_in, selected
from argoproject.upstream.urls import normalise

__all__ = ["RepositoryRow", "repository_rows", "rows_of"]


@dataclass(frozen=True, slots=True, order=True)
class RepositoryRow:
    """One URL as it is read, or written, with one login."""

    url: str
    kind: str
    """`git`, `helm`, `oci`, or `registry` for what the pods pull; empty where no Secret says it."""

    login: str
    """`https as deploy-bot`; empty without a Secret of the environment's."""

    secrets: tuple[str, ...]
    """Where the values are looked up."""

    write: bool = False
    environments: tuple[Identity, ...] = ()


def repository_rows(environments: Iterable[Environment]) -> tuple[RepositoryRow, ...]:
    """All of them, by URL."""
    found: dict[RepositoryRow, list[Identity]] = {}
    for environment in environments:
        if environment.project is not None:
            for row in rows_of(environment.project):
                found.setdefault(row, []).append(environment.identity)
    return tuple(
        RepositoryRow(row.url, row.kind, row.login, row.secrets, row.write, tuple(users))
        for row, users in sorted(found.items())
    )


def rows_of(project: Project) -> Iterator[RepositoryRow]:
    """What one environment reads: its repository Secrets, what it reads without, and where its pods pull from."""
    secrets = selected(project)
    yield from (_repository(project, item) for item in secrets)
    read = {normalise(item.url) for item in secrets if not item.write}
    for url in dict.fromkeys(url for _, url in used_urls(project)):
        if normalise(url) not in read:
            yield RepositoryRow(url, "", "", ())
    for key, registry in sorted(project.settings.registries.items()):
        yield _registry(project, key, registry)


def _repository(project: Project, item: SelectedRepository) -> RepositoryRow:
    kind, user, *secrets = login_of(project, item) or ("", "")
    login = f"{kind} as {user}" if user else kind
    keys = tuple(secret.partition("=")[2] for secret in secrets)
    return RepositoryRow(item.url, item.type, login, keys, item.write)


def _registry(project: Project, key: str, registry: Registry) -> RepositoryRow:
    named = named_in(registry, ("registries", key))
    keys = tuple(project.secret_key(name) for _, name in named)
    login = f"as {registry.username}" if registry.username else ""
    return RepositoryRow(registry.server, "registry", login, keys)
