"""The first text of a new environment's project.yaml, and what of it cannot be known here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from argoproject.edit.fresh import about, default_description, example, fresh
from argoproject.edit.like import LeftOut, left_out, like
from argoproject.edit.proposal import with_project
from argoproject.edit.revisions import revisions, sources
from argoproject.identity import Identity
from argoproject.models.json_schema import wired
from argoproject.project.applications import deployed
from argoproject.project.model import Project
from argoproject.project.resolve import resolve
from argoproject.tree.model import Tree
from argoproject.yamlfile.edit import with_values
from argoproject.yamlfile.reader import Document, Path

__all__ = ["Draft", "Wish", "draft"]


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for. `like` is the environment whose file is taken over; `revisions` are by the sources' labels."""

    identity: Identity
    like: Project | None = None
    profile: str | None = None
    description: str | None = None
    revisions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Draft:
    """A text, and what of the other environment's file is not in it.

    `sources` are those whose revisions it may say, None where the files above are too broken to tell; `missing` those
    that nobody knows a revision for.
    """

    text: str
    left_out: tuple[LeftOut, ...] = ()
    sources: tuple[str, ...] | None = None
    missing: tuple[str, ...] = ()


def draft(tree: Tree, wish: Wish, projects: Iterable[Project]) -> Draft:
    """The text for a wish; revisions that nobody gives are those of a sibling among `projects`.

    Raises:
        EditError: where the other environment's file cannot be taken over without changing more.
    """
    begun = _like(wish, wish.like) if wish.like is not None else _fresh(wish)
    left = left_out(_document(wish.like)) if wish.like is not None else ()
    resolved, _ = resolve(with_project(tree, wish.identity, begun), [wish.identity])
    if not resolved:
        return Draft(begun, left)
    project = resolved[0]
    found = revisions(project, wish.revisions, projects)
    text = with_values(begun, found.values)
    if found.sibling is not None:
        but = f" but for {', '.join(wish.revisions)}" if wish.revisions else ""
        text = text.replace("\nversions:\n", f"\nversions: # as in {found.sibling}{but}\n", 1)
    if wish.like is None:
        text = about(project) + text + ("" if deployed(project) else example(project))
    return Draft(_wired(tree, text), left, tuple(sources(project)), found.missing)


def _like(wish: Wish, other: Project) -> str:
    document = _document(other)
    parts: dict[Path, str] = {}
    if wish.description or "description" in document.data:
        parts["description",] = wish.description or default_description(wish.identity)
    if wish.profile:
        parts["profile",] = wish.profile
    return like(document, parts)


def _fresh(wish: Wish) -> str:
    return fresh(wish.description or default_description(wish.identity), wish.profile)


def _document(project: Project) -> Document:
    return project.layers.items[-1].document


def _wired(tree: Tree, text: str) -> str:
    """The text with the line that tells editors its schema, where the tree has that."""
    has_schema = (tree.root / "schema" / "project.json").is_file()
    return wired("project", text) if has_schema else text
