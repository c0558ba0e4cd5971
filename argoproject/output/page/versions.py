"""Versions side by side: what a product's sources are at, from stage to stage."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from argoproject.fleet.inventory import EnvironmentRow, ProductRow, by_product
from argoproject.identity import Identity
from argoproject.project.versions import short

__all__ = ["At", "Stage", "VersionRow", "version_rows"]


@dataclass(frozen=True, slots=True)
class At:
    """One revision and the environments that are at it."""

    revision: str
    environments: tuple[Identity, ...]

    @property
    def short(self) -> str:
        """Of a commit or a digest the beginning."""
        return short(self.revision)


@dataclass(frozen=True, slots=True)
class Stage:
    """What a product is at in its environments of one name: mostly one revision, on one or several clusters."""

    name: str
    revisions: tuple[At, ...] = ()
    unchanged: bool = False
    """The stage before has the same: nothing waits for promotion."""


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One source of one product's Application."""

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
    """A row for each source, by product. `stages` are the names of environments, in their order."""
    for product in by_product(rows, stages):
        for (application, source), revisions in product.revisions.items():
            yield VersionRow(
                product.team,
                product.product,
                application,
                source,
                tuple(_stages(product, revisions, stages)),
            )


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
