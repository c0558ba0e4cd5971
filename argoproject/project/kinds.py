"""Which kinds the allowances of an environment open on a given day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from argoproject.models import AllowanceKind
from argoproject.project.access import current_allowances
from argoproject.project.model import Project
from argoproject.upstream.kinds import Kind, parse_kind

__all__ = ["cluster_objects", "namespaced_kinds", "planned_kind"]


def namespaced_kinds(project: Project, today: dt.date) -> tuple[tuple[str, str], ...]:
    """Allowed kinds as (group, kind)."""
    allowed = _allowed(project, AllowanceKind.NAMESPACE_RESOURCE, today)
    return tuple((item.group, item.kind) for item in allowed)


def cluster_objects(project: Project, today: dt.date) -> tuple[Kind, ...]:
    """Allowed cluster-scoped objects; without a name all of the kind."""
    return tuple(_allowed(project, AllowanceKind.CLUSTER_RESOURCE, today))


def planned_kind(text: str, *, named: bool = False) -> Kind:
    """A kind that was judged before.

    Raises:
        ValueError: for what is none, and should have been refused.
    """
    kind = parse_kind(text, named=named)
    if kind is None:
        message = f"{text!r} is no kind of resource, and no check refused it"
        raise ValueError(message)
    return kind


def _allowed(project: Project, sort: AllowanceKind, today: dt.date) -> Iterator[Kind]:
    named = sort is AllowanceKind.CLUSTER_RESOURCE
    for item in current_allowances(project, sort, today):
        yield planned_kind(item.value, named=named)
