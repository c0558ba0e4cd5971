"""Which kinds the allowances of an environment open on a given day."""

from __future__ import annotations

import datetime as dt

from argoproject.access import current_allowances
from argoproject.models import AllowanceKind
from argoproject.project import Project

__all__ = ["cluster_object", "cluster_objects", "group_kind", "namespaced_kinds"]


def group_kind(text: str) -> tuple[str, str]:
    """`group/Kind` as (group, kind); the core group may be left out."""
    group, _, kind = text.rpartition("/")
    return group, kind


def namespaced_kinds(project: Project, today: dt.date) -> tuple[tuple[str, str], ...]:
    """Allowed kinds as (group, kind)."""
    allowed = current_allowances(project, AllowanceKind.NAMESPACE_RESOURCE, today)
    return tuple(group_kind(item.value) for item in allowed)


def cluster_objects(project: Project, today: dt.date) -> tuple[tuple[str, str, str], ...]:
    """Allowed cluster-scoped objects as (group, kind, name), without a name all of the kind."""
    allowed = current_allowances(project, AllowanceKind.CLUSTER_RESOURCE, today)
    return tuple(cluster_object(item.value) for item in allowed)


def cluster_object(text: str) -> tuple[str, str, str]:
    """`[group/]Kind[/name]` as (group, kind, name). A kind begins with a capital, no group does: so `Kind/name` is told
    from `group/Kind`."""
    first, _, rest = text.partition("/")
    if first[:1].isupper():
        return "", first, rest
    kind, _, name = rest.partition("/")
    return first, kind, name
