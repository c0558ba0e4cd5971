"""`--can ACTION[:RESOURCE]`: what may be asked of Argo CD's roles, and which rows answer it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from argoproject.access import AccessRow, covers
from argoproject.commands.common import unknown_word

__all__ = ["Question", "answering", "question"]

_OF_EVERY = ("get", "create", "update", "delete")
_ACTIONS: Mapping[str, tuple[str, ...]] = {
    "applications": (*_OF_EVERY, "sync", "rollback", "override"),
    "applicationsets": _OF_EVERY,
    "clusters": _OF_EVERY,
    "exec": ("create",),
    "logs": ("get",),
    "repositories": _OF_EVERY,
}
"""What Argo CD asks about a project's objects. Source: argo-cd v3.6, docs/operator-manual/rbac.md."""

_COMPOSED = re.compile(r"action/[^/*]*/[^/*]+/[^/*]+|(?:update|delete)/[^/*]*/[^/*]+/[^/*]+/[^/*]+")
"""`action/apps/Deployment/restart`, `delete//Pod/<namespace>/<name>`."""


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
    known = _ACTIONS.get(asked.resource)
    if known is None:
        raise unknown_word("no resource of a project is called", asked.resource, _ACTIONS)
    composed = asked.resource == "applications" and _COMPOSED.fullmatch(action)
    if action not in known and not composed:
        raise unknown_word(f"no action on {asked.resource} is called", action, known)
    return asked


def answering(rows: Iterable[AccessRow], asked: Question) -> Iterator[AccessRow]:
    """The rows that permit it, with the grants that do. What a ClusterRole permits only its cluster knows."""
    for row in rows:
        grants = tuple(it for it in row.grants if covers(it, asked.resource, asked.action))
        if grants:
            yield replace(row, grants=grants)
