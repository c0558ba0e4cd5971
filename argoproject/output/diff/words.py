"""Mistake and values that every form of a comparison shares."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from argoproject.diff.fields import ABSENT, FieldChange
from argoproject.diff.model import Action, Danger, FleetDiff, Reason
from argoproject.plan.leaves import plain
from argoproject.problems import counted
from argoproject.secrets.masking import masked, masked_at

__all__ = [
    "MARKS",
    "counts",
    "cut",
    "listed",
    "not_shown",
    "one_line",
    "printable",
    "sentence",
    "told",
    "value",
    "where",
]

MARKS = {Action.CREATE: "+", Action.UPDATE: "~", Action.REPLACE: "!", Action.DELETE: "-"}

_DONE = {
    Action.CREATE: "new",
    Action.UPDATE: "changed",
    Action.REPLACE: "made anew",
    Action.DELETE: "deleted",
}


def counts(diff: FleetDiff) -> str:
    """`2 dangerous, 7 to look at, 1 safe`."""
    found = Counter(diff.dangers())
    return f"{found[Danger.DANGEROUS]} dangerous, {found[Danger.LOOK]} to look at, {found[Danger.SAFE]} safe"


def sentence(diff: FleetDiff) -> str:
    """`8 environments: 1 new, 7 changed`."""
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
    """What a comparison does not tell."""
    return f"Not shown: {'; '.join(diff.unseen)}."


def where(diff: FleetDiff, danger: Danger) -> list[str]:
    """The environments and files that have a change of a class."""
    places = [str(item.identity) for item in diff.environments if danger in item.dangers()]
    places += [
        file.file
        for file in diff.files
        if any(item.reasons and item.danger is danger for item in file.changes)
    ]
    return places


def listed(names: Sequence[str], most: int) -> str:
    """Names, the first `most` of them."""
    shown = ", ".join(names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown


def value(field: FieldChange, side: Any) -> Any:
    """One side of a field, without what may be a secret."""
    return masked_at(plain(side), field.steps)


def one_line(field: FieldChange, side: Any, most: int) -> str:
    """One side of a field as JSON in one line, cut where it is longer than `most`."""
    if side is ABSENT:
        return "(none)"
    return cut(printable(json.dumps(value(field, side), ensure_ascii=False)), most)


def told(reason: Reason, quoted: Callable[[str], str]) -> str:
    """A reason, its values without what may be a secret, and as `quoted` writes them."""
    return reason.formatted(lambda text: quoted(str(masked(text))))


def cut(text: str, most: int) -> str:
    """The begin of a text, with a mark where more was there."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def printable(text: str) -> str:
    """A text that moves no cursor and hides nothing, whatever file it came from."""
    return text if text.isprintable() else "".join(map(_visible, text))


def _visible(letter: str) -> str:
    return letter if letter.isprintable() else f"\\u{ord(letter):04x}"
