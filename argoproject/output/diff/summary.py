"""Summaries and values of a comparison that all its formats share."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

from argoproject.diff.fields import ABSENT, FieldChange
from argoproject.diff.model import Action, Danger, FleetDiff, Reason
from argoproject.output.text import shortened
from argoproject.plan.model import plain
from argoproject.problems import counted, printable
from argoproject.secrets.detection import masked, masked_at

__all__ = ["counts", "not_shown", "one_line", "reason_text", "sentence", "value", "where"]

_DONE = {
    Action.CREATE: "new",
    Action.UPDATE: "changed",
    Action.REPLACE: "replaced",
    Action.DELETE: "deleted",
}


def counts(diff: FleetDiff) -> str:
    """Return the number of changes of each class: `2 dangerous, 7 to look at, 1 safe`."""
    found = Counter(diff.dangers())
    return f"{found[Danger.DANGEROUS]} dangerous, {found[Danger.LOOK]} to look at, {found[Danger.SAFE]} safe"


def sentence(diff: FleetDiff) -> str:
    """Return the number of environments by action: `8 environments: 1 new, 7 changed`."""
    broken = (
        f"; {counted(len(diff.broken), 'environment')} NOT COMPARED, not valid"
        if diff.broken
        else ""
    )
    if not diff.environments:
        return f"no environment changes{broken}"
    found = Counter(item.action for item in diff.environments)
    parts = [f"{found[action]} {word}" for action, word in _DONE.items() if found[action]]
    return f"{counted(len(diff.environments), 'environment')}: {', '.join(parts)}{broken}"


def not_shown(diff: FleetDiff) -> str:
    """Return a sentence about what a comparison cannot show."""
    return f"Not shown: {'; '.join(diff.unseen)}."


def where(diff: FleetDiff, danger: Danger) -> list[str]:
    """Return the environments, then the shared files, that have a change of a class."""
    places = [str(item.identity) for item in diff.environments if danger in item.dangers()]
    places += [
        file.file
        for file in diff.files
        if any(item.reasons and item.danger is danger for item in file.changes)
    ]
    return places


def value(field: FieldChange, side: Any) -> Any:
    """Return one side of a field as JSON data, without what may be a secret."""
    return masked_at(plain(side), field.steps)


def one_line(field: FieldChange, side: Any, most: int) -> str:
    """Return one side of a field as JSON in one line of at most `most` characters, `(none)` for an absent one."""
    if side is ABSENT:
        return "(none)"
    return shortened(printable(json.dumps(value(field, side), ensure_ascii=False)), most)


def reason_text(reason: Reason, quoted: Callable[[str], str]) -> str:
    """Return the text of a reason.

    Args:
        reason: The reason.
        quoted: Formats each value in it, such as a name from a file. Secrets in it are masked already.
    """
    return reason.formatted(lambda text: quoted(str(masked(text))))
