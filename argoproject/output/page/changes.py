"""A comparison as the page shows it: environments with equal changes are one entry."""

from __future__ import annotations

import json
from dataclasses import dataclass

from argoproject.diff.fields import ABSENT, FieldChange
from argoproject.diff.model import Danger, Reason
from argoproject.diff.saved import SavedDiff
from argoproject.output.diff.data import Group, grouped, reason_text, value
from argoproject.output.text import shortened
from argoproject.problems import printable

__all__ = ["DANGERS", "Changes", "changes", "reason", "sides"]

DANGERS = tuple(sorted(map(str, Danger), key=lambda name: -Danger(name).level))
"""The most dangerous first."""

_LONGEST = 2000
"""Characters of a value that are shown."""


@dataclass(frozen=True, slots=True)
class Changes:
    """The whole comparison.

    Attributes:
        saved: What `diff --format json` wrote.
        groups: The environments that change, those with equal changes together, the most dangerous first.
    """

    saved: SavedDiff
    groups: tuple[Group, ...]


def changes(saved: SavedDiff) -> Changes:
    """Return what is shown of a comparison that `diff --format json` wrote."""
    return Changes(saved, tuple(grouped(saved.diff.environments)))


def reason(item: Reason, group: Group | None = None) -> str:
    """Return why a change has its class, with placeholders for the names of the environments of a group.

    The file may come from anywhere: what moves cursors or hides is shown as such.
    """

    def quoted(text: str) -> str:
        return printable(text if group is None else group.general(text))

    return reason_text(item, quoted)


def sides(field: FieldChange, group: Group | None = None) -> tuple[str | None, str | None]:
    """Return both sides of a field, None for an absent one: text as it is, other values as JSON, secrets masked.

    Args:
        field: A field of an object, or a line of a file.
        group: The environments that change in the same way; their own names become placeholders.
    """

    def text(side: object) -> str | None:
        if side is ABSENT:
            return None
        shown = value(field, side)
        text = shown if isinstance(shown, str) else json.dumps(shown, ensure_ascii=False)
        return shortened(text if group is None else group.general(text), _LONGEST)

    return text(field.before), text(field.after)
