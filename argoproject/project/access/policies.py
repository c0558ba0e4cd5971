"""Permissions as Argo CD writes them: the only place that knows the form of a policy, to write and to read it.

They are made from structured permissions; text of users never becomes part of one without having been checked against
Argo CD's grammar.

Source: argo-cd v3.5, pkg/apis/application/v1alpha1/types.go `validatePolicy` and docs/operator-manual/rbac.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["Grant", "Policy", "ProjectRole", "policies", "read_policy"]


@dataclass(frozen=True, slots=True)
class Grant:
    """A permission in Argo CD's terms. `objects` are Application names or patterns, without the project."""

    resource: str
    action: str
    objects: tuple[str, ...] = ("*",)


@dataclass(frozen=True, slots=True)
class ProjectRole:
    """A role and the SSO groups that have it."""

    name: str
    description: str
    groups: tuple[str, ...]
    grants: tuple[Grant, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """A line of a role: `object` is `<project>/<object>`."""

    subject: str
    resource: str
    action: str
    object: str
    effect: str


def policies(project: str, role: str, grants: Iterable[Grant]) -> tuple[str, ...]:
    """The lines of a role, each once."""
    lines = (
        f"p, proj:{project}:{role}, {grant.resource}, {grant.action}, {project}/{item}, allow"
        for grant in grants
        for item in grant.objects
    )
    return tuple(dict.fromkeys(lines))


def read_policy(line: str) -> Policy | None:
    """A line of a role, taken apart at its commas as Argo CD's own check does it; None for what it would refuse."""
    kind, *fields = (part.strip(" ") for part in line.split(","))
    return Policy(*fields) if kind == "p" and len(fields) == 5 else None
