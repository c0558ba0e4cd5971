"""Environments that go from one stack to another. Each stack has a state of its own: no alias leads across."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from argoproject.diff.model import EnvironmentChange
from argoproject.diff.rules.changed import dangerous
from argoproject.identity import Identity
from argoproject.stacks import StackFile

__all__ = ["moved_between"]


def moved_between(
    stacks: Sequence[StackFile], changes: Iterable[EnvironmentChange]
) -> Iterator[EnvironmentChange]:
    """The changes; of an environment that another stack takes from now on, it is said."""
    for change in changes:
        former = change.moved_from
        old, new = (_takers(stacks, item) for item in (former, change.identity))
        if former is None or old == new:
            yield change
            continue
        words = (
            "the stack {} takes it instead of {}, and each has a state of its own: the one deletes it, which"
            " Pulumi refuses, while the other makes it anew"
        )
        reason = dangerous(words, ", ".join(new) or "none", ", ".join(old) or "none")
        yield replace(change, reasons=(reason, *change.reasons))


def _takers(stacks: Sequence[StackFile], identity: Identity | None) -> list[str]:
    if identity is None:
        return []
    return [stack.name for stack in stacks if stack.selection.takes(identity)]
