"""What a rule is asked about, and the words that several rules use."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from argoproject.diff.fields import FieldChange
from argoproject.diff.model import Action, Danger, Reason
from argoproject.diff.states import ObjectState

__all__ = ["Changed", "Rule", "dangerous", "look", "safe"]


@dataclass(frozen=True, slots=True)
class Changed:
    """One object of an environment that is there before and after; the object itself may be new, or gone."""

    before: ObjectState | None
    after: ObjectState | None
    action: Action
    fields: tuple[FieldChange, ...]
    production: bool

    def values(self, *steps: str) -> tuple[Any, Any]:
        """What stands at a path, before and after; None where nothing does."""
        return (
            None if self.before is None else self.before.at(*steps),
            None if self.after is None else self.after.at(*steps),
        )

    def option(self, name: str) -> tuple[Any, Any]:
        """How Pulumi handles the object, before and after; None where that is not known."""
        return (
            None if self.before is None else self.before.options.get(name),
            None if self.after is None else self.after.options.get(name),
        )


Rule: TypeAlias = Callable[[Changed], Iterator[Reason]]


def dangerous(text: str, *values: str) -> Reason:
    """It widens, weakens, deletes, replaces, adopts, or sends a credential elsewhere."""
    return Reason(Danger.DANGEROUS, text, values)


def look(text: str, *values: str) -> Reason:
    """A person should know."""
    return Reason(Danger.LOOK, text, values)


def safe(text: str, *values: str) -> Reason:
    """Said because it explains a change."""
    return Reason(Danger.SAFE, text, values)
