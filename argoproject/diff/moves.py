"""Environments that go from one stack to another. Each stack has a state of its own: no alias leads across."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from argoproject.diff.model import Action, EnvironmentChange
from argoproject.diff.rules.changed import dangerous, look
from argoproject.identity import Identity
from argoproject.tree.stacks import StackFile

__all__ = ["moved_between", "with_hints"]


def with_hints(changes: Iterable[EnvironmentChange]) -> Iterator[EnvironmentChange]:
    """The changes; where one environment goes and another comes that may be the same under another folder, it is said
    how everything stays as it is."""
    known = tuple(changes)
    gone = [item for item in known if item.action is Action.DELETE and item.project]
    for change in known:
        candidates = [
            item for item in gone if change.action is Action.CREATE and _alike(item, change)
        ]
        if len(candidates) != 1:
            yield change
            continue
        (old,) = candidates
        words = (
            "if it is {} under another folder, nothing needs to be deleted: keep its names, with name: {} and"
            " namespace: {{name: {}}} in project.yaml"
        )
        hint = look(words, str(old.identity), old.project, old.namespace)
        yield replace(change, reasons=(*change.reasons, hint))


def _alike(old: EnvironmentChange, new: EnvironmentChange) -> bool:
    """Whether all but one folder are the same."""
    pairs = zip(old.identity.steps, new.identity.steps, strict=True)
    different = [left != right for left, right in pairs]
    return different.count(True) == 1


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
