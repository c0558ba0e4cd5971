"""The sources of Applications: their versions from stage to stage, and the repositories that they are read from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from argoproject.fleet.inventory import EnvironmentRow, ProductRow, by_product
from argoproject.identity import Identity
from argoproject.output.page.environments import Environment
from argoproject.project.applications import short, used_urls
from argoproject.project.model import Project
from argoproject.project.repositories import login_of, named_in, selected
from argoproject.upstream.urls import normalise

__all__ = [
    "At",
    "RepositoryRow",
    "Stage",
    "VersionRow",
    "repository_rows",
    "rows_of",
    "version_rows",
]


@dataclass(frozen=True, slots=True)
class At:
    """One revision and the environments that have it."""

    revision: str
    environments: tuple[Identity, ...]

    @property
    def short(self) -> str:
        """The revision; of a commit or a digest only the beginning."""
        return short(self.revision)


@dataclass(frozen=True, slots=True)
class Stage:
    """The revisions of a source in the environments of one name: mostly one, on one or several clusters.

    Attributes:
        name: The name of the environments, such as `prod`.
        revisions: The revisions that they have.
        unchanged: Whether the stage before has the same, so that nothing waits for promotion.
    """

    name: str
    revisions: tuple[At, ...] = ()
    unchanged: bool = False


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One source of one product's Application, with its revisions at each stage."""

    team: str
    product: str
    application: str
    source: str
    stages: tuple[Stage, ...]

    @property
    def path(self) -> str:
        """The product's folder below projects/."""
        return f"{self.team}/{self.product}"


def version_rows(rows: Iterable[EnvironmentRow], stages: Sequence[str]) -> Iterator[VersionRow]:
    """Yield a row for each source, by product.

    Args:
        rows: The readable environments.
        stages: Names of environments, in the order in which versions are promoted.
    """
    for product in by_product(rows, stages):
        for (application, source), revisions in product.revisions.items():
            found = tuple(_stages(product, revisions, stages))
            yield VersionRow(product.team, product.product, application, source, found)


def _stages(
    product: ProductRow, revisions: Sequence[str | None], names: Sequence[str]
) -> Iterator[Stage]:
    found: dict[str, dict[str, list[Identity]]] = {name: {} for name in names}
    for row, revision in zip(product.environments, revisions, strict=True):
        if revision is not None:
            found[row.identity.environment].setdefault(revision, []).append(row.identity)
    before: frozenset[str] = frozenset()
    for name, at in found.items():
        here = frozenset(at)
        placed = tuple(At(revision, tuple(items)) for revision, items in at.items())
        yield Stage(name, placed, unchanged=bool(here) and here == before)
        before = here or before


@dataclass(frozen=True, slots=True, order=True)
class RepositoryRow:
    """One URL that is read, or written, with one login. Secrets are named only.

    Attributes:
        url: The repository, or the server of a registry.
        kind: `git`, `helm`, `oci`, or `registry` for what the pods pull; empty without a Secret that names it.
        login: Such as `https as deploy-bot`; empty without a Secret of the environment's own.
        secrets: The keys of the secrets.
        write: Whether Argo CD writes to it.
        environments: The environments that use it.
    """

    url: str
    kind: str
    login: str
    secrets: tuple[str, ...]
    write: bool = False
    environments: tuple[Identity, ...] = ()


def repository_rows(environments: Iterable[Environment]) -> tuple[RepositoryRow, ...]:
    """Return all repositories and registries, by URL."""
    found: dict[RepositoryRow, list[Identity]] = {}
    for environment in environments:
        if environment.project is not None:
            for row in rows_of(environment.project):
                found.setdefault(row, []).append(environment.identity)
    return tuple(replace(row, environments=tuple(its)) for row, its in sorted(found.items()))


def rows_of(project: Project) -> Iterator[RepositoryRow]:
    """Yield what one environment uses: its repository Secrets, what it reads without a login, and its registries."""
    secrets = selected(project)
    for item in secrets:
        kind, user, *fields = login_of(project, item) or ("", "")
        login = f"{kind} as {user}" if user else kind
        keys = tuple(field.partition("=")[2] for field in fields)
        yield RepositoryRow(item.url, item.type, login, keys, item.write)
    read = {normalise(item.url) for item in secrets if not item.write}
    for url in dict.fromkeys(url for _, url in used_urls(project)):
        if normalise(url) not in read:
            yield RepositoryRow(url, "", "", ())
    for key, registry in sorted(project.settings.registries.items()):
        keys = tuple(
            str(project.secret_key(it)) for _, it in named_in(registry, ("registries", key))
        )
        login = f"as {registry.username}" if registry.username else ""
        yield RepositoryRow(registry.server, "registry", login, keys)
