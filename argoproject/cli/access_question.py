"""`--can ACTION[:RESOURCE]`: what may be asked of Argo CD's roles, and which rows answer it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from argoproject.cli.common import unknown_word
from argoproject.project.access import AccessRow, covers
from argoproject.project.access.actions import ASKABLE, EXACT

__all__ = ["Question", "answering", "question"]


@dataclass(frozen=True, slots=True)
class Question:
    """May somebody do this with anything in the project? `str()` is how it is told: `sync applications`."""

    action: str
    resource: str

    def __str__(self) -> str:
        return f"{self.action} {self.resource}"


def question(text: str) -> Question:
    """What `--can` asks; without a resource it is about Applications.

    Raises:
        click.UsageError: for a resource or an action that no role of a project can be about.
    """
    action, _, resource = text.partition(":")
    asked = Question(action, resource or "applications")
    known = ASKABLE.get(asked.resource)
    if known is None:
        raise unknown_word("no resource of a project is called", asked.resource, ASKABLE)
    composed = asked.resource == "applications" and EXACT.fullmatch(action)
    if action not in known and not composed:
        message = f"no action on {asked.resource} is called"
        if action in ASKABLE:
            raise unknown_word(message, action, [], meant=f"{ASKABLE[action][0]}:{action}")
        raise unknown_word(message, action, known)
    return asked


def answering(rows: Iterable[AccessRow], asked: Question) -> Iterator[AccessRow]:
    """The rows that permit it, with the grants that do. What a ClusterRole permits only its cluster knows."""
    for row in rows:
        grants = tuple(it for it in row.grants if covers(it, asked.resource, asked.action))
        if grants:
            yield replace(row, grants=grants)
