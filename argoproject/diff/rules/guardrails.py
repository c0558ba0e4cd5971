"""What changed lines of platform.yaml do to guardrails: whether a team may use more, or less, in some class.

Judged by their effect, not by the line: a list for a class replaces the team's, and a list that is not there stands for
a default. What a line does to environments is judged there, from their objects.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from argoproject.diff.fields import Steps
from argoproject.diff.model import Reason
from argoproject.diff.rules.changed import dangerous, look
from argoproject.models import Guardrails, Platform
from argoproject.project.guardrails import allowed, within_field
from argoproject.project.model import effective_guardrails
from argoproject.upstream.quantities import exceeds

__all__ = ["guardrail_reasons"]

_FIELDS = {field.alias or name: name for name, field in Guardrails.model_fields.items()}
"""The guardrails, by their key in platform.yaml."""


@dataclass(frozen=True, slots=True)
class _Sides:
    """One team's guardrail for one class of environments, before and after."""

    before: Platform | None
    after: Platform
    team: str
    environment_class: str

    def allowed(self, field: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """What a guardrail that lists allows."""
        return (
            () if self.before is None else self._allowed(self.before, field),
            self._allowed(self.after, field),
        )

    def _allowed(self, platform: Platform, field: str) -> tuple[str, ...]:
        return allowed(platform, self.team, self.environment_class, field)

    def quota(self) -> tuple[dict[str, str], dict[str, str]]:
        """The highest quota."""
        return (
            {} if self.before is None else self._quota(self.before),
            self._quota(self.after),
        )

    def _quota(self, platform: Platform) -> dict[str, str]:
        known = self.team in platform.teams
        return (
            dict(effective_guardrails(platform, self.team, self.environment_class).quota_max)
            if known
            else {}
        )


def guardrail_reasons(before: Platform | None, after: Platform, steps: Steps) -> Iterator[Reason]:
    """Why a changed line at `teams.<team>[.classes.<class>].<guardrail>` has its class."""
    team, rest = str(steps[1]), steps[2:]
    classes: Iterable[str] = after.environment_classes
    if rest[:1] == ("classes",) and len(rest) > 2:
        classes, rest = (str(rest[1]),), rest[2:]
    field = _FIELDS.get(str(rest[0])) if rest else None
    if field is None:
        return
    found = [
        reason
        for name in classes
        for reason in _reasons(_Sides(before, after, team, name), field, rest)
    ]
    yield from dict.fromkeys(found)


def _reasons(sides: _Sides, field: str, rest: Steps) -> Iterator[Reason]:
    if field == "quota_max":
        yield from _quota(sides, [str(step) for step in rest[1:2]])
        return
    old, new = sides.allowed(field)
    gained, lost = _beyond(new, old, field), _beyond(old, new, field)
    if gained:
        yield dangerous("the guardrail is widened by {}", ", ".join(gained))
    if lost:
        yield look("the guardrail is narrowed by {}", ", ".join(lost))


def _beyond(patterns: Iterable[str], others: tuple[str, ...], field: str) -> list[str]:
    """The patterns that allow something that the others do not."""
    return [item for item in patterns if not within_field(field, others, item)]


def _quota(sides: _Sides, keys: list[str]) -> Iterator[Reason]:
    old, new = sides.quota()
    for key in keys or sorted({*old, *new}):
        before, after = old.get(key), new.get(key)
        if before == after:
            continue
        if before is not None and (after is None or exceeds(before, after)):
            yield look("the guardrail is narrowed: {} from {}", key, before)
        else:
            yield dangerous("the guardrail is widened: {} to {}", key, str(after))
