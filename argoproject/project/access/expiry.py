"""What lasts on a given day: bindings and widenings leave the plan after their last day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from argoproject.models import Allowance, AllowanceKind, Binding
from argoproject.project.model import Project

__all__ = ["current", "current_allowances", "lasts"]


def current(bindings: Iterable[Binding], today: dt.date) -> tuple[str, ...]:
    """The groups whose binding has not expired; the last day counts."""
    return tuple(dict.fromkeys(item.group for item in bindings if lasts(item, today)))


def lasts(item: Binding | Allowance, today: dt.date) -> bool:
    """Whether a binding or a widening has not expired."""
    return item.until is None or item.until >= today


def current_allowances(
    project: Project, kind: AllowanceKind, today: dt.date
) -> tuple[Allowance, ...]:
    """The widenings of one kind that have not expired."""
    return tuple(
        item for item in project.settings.allow if item.kind is kind and lasts(item, today)
    )
