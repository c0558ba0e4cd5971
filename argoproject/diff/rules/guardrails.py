"""What changed lines of platform.yaml do to guardrails: whether a team may use more, or less, in some class.

Judged by their effect, not by the line: a list for a class replaces the team's, and a list that is missing means a
default. What a line does to environments is judged there, from their objects.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from argoproject.diff.fields import Steps
from argoproject.diff.model import Reason, dangerous, look
from argoproject.models import Guardrails, Platform
from argoproject.models.base import key_of
from argoproject.models.guardrails import GUARDRAILS, Match
from argoproject.project.guardrails import allowed, highest, within_field
from argoproject.upstream.quantities import exceeds

__all__ = ["guardrail_reasons"]

_FIELDS = {key_of(Guardrails, field): field for field in GUARDRAILS}
"""The guardrails, by their key in platform.yaml."""


def guardrail_reasons(before: Platform | None, after: Platform, steps: Steps) -> Iterator[Reason]:
    """Why a changed line at `teams.<team>[.classes.<class>].<guardrail>` has its class.

    Args:
        before: platform.yaml before the change; None where it was not valid, or not there.
        after: platform.yaml after it.
        steps: path of the line. A line about a guardrail of all classes is judged in each of them.
    """
    team, rest = str(steps[1]), steps[2:]
    classes: Iterable[str] = after.environment_classes
    if rest[:1] == ("classes",) and len(rest) > 2:
        classes, rest = (str(rest[1]),), rest[2:]
    field = _FIELDS.get(str(rest[0])) if rest else None
    if field is None:
        return
    found: dict[Reason, None] = {}
    for name in classes:
        if GUARDRAILS[field].match is Match.QUANTITY:
            old, new = (
                {} if side is None else highest(side, team, name, field) for side in (before, after)
            )
            keys = [str(step) for step in rest[1:2]] or sorted({*old, *new})
            found |= dict.fromkeys(_quantities(old, new, keys))
        else:
            was, now = (
                () if side is None else allowed(side, team, name, field) for side in (before, after)
            )
            found |= dict.fromkeys(_entries(field, was, now))
    yield from found


def _entries(field: str, old: tuple[str, ...], new: tuple[str, ...]) -> Iterator[Reason]:
    """Entries that allow something that no entry of the other side does."""
    gained = [item for item in new if not within_field(field, old, item)]
    lost = [item for item in old if not within_field(field, new, item)]
    if gained:
        yield dangerous("the guardrail is widened by {}", ", ".join(gained))
    if lost:
        yield look("the guardrail is narrowed by {}", ", ".join(lost))


def _quantities(
    old: Mapping[str, str], new: Mapping[str, str], keys: Iterable[str]
) -> Iterator[Reason]:
    """Of each key, a lower quantity narrows; so does one that is missing, since the profile's counts then."""
    for key in keys:
        before, after = old.get(key), new.get(key)
        if before == after:
            continue
        if before is not None and (after is None or exceeds(before, after)):
            yield look("the guardrail is narrowed: {} from {}", key, before)
        else:
            yield dangerous("the guardrail is widened: {} to {}", key, str(after))
