"""What an environment may do beyond the least that it needs: each `allow`, in effect or ended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from argoproject.identity import Identity
from argoproject.models import AllowanceKind
from argoproject.problems import Position
from argoproject.project.access.expiry import lasts
from argoproject.project.model import Project
from argoproject.secrets.masking import masked

__all__ = ["Widening", "widenings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Widening:
    """One `allow` of one environment."""

    identity: Identity
    kind: AllowanceKind
    value: str
    reason: str
    until: dt.date | None
    position: Position
    expired: bool
    """It has ended, and so is not planned."""


def widenings(projects: Iterable[Project], today: dt.date) -> Iterator[Widening]:
    """Every `allow`: by environment, as the files list them, those that have ended marked."""
    for project in projects:
        for index, item in enumerate(project.settings.allow):
            yield Widening(
                identity=project.identity,
                kind=item.kind,
                value=str(masked(item.value)),
                reason=str(masked(item.reason)),
                until=item.until,
                position=project.layers.position(("allow", index)),
                expired=not lasts(item, today),
            )
