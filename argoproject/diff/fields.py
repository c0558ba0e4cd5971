"""The differences between two values, field by field.

Elements of lists are matched by name where all of them have one, so that a list that becomes longer or shorter shows
exactly the elements that were added or removed. Other lists are compared in their order: one edit is one change. So are
lists with names that may be secrets: a path is printed as it is, and has the index of such an element.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any, TypeAlias, TypeVar

from argoproject.secrets.detection import NOT_SHOWN, looks_secret, masked_at
from argoproject.upstream.kinds import FIXED

__all__ = [
    "ABSENT",
    "BY_PATCH",
    "WHOLE",
    "Element",
    "FieldChange",
    "Option",
    "Steps",
    "below",
    "differences",
    "gained_lost",
    "is_replaced",
    "leaves",
]

T = TypeVar("T")

BY_PATCH, WHOLE = "by patch", "whole"
"""The values of `Option.OWNED`: only the fields that are set here are owned, or the whole object."""


class Option(StrEnum):
    """How Pulumi handles an object. Each option is compared like a field, with its name in parentheses."""

    OWNED = "owned"
    ADOPTED = "adopted"
    PROTECTED = "protected"
    KEPT = "kept when removed"
    TAKES_OVER = "takes over fields of others"
    WAITS = "waits until healthy"
    IGNORED = "left to others"
    AFTER = "created after"


_IDENTITY = ("kind", "metadata.name", "metadata.namespace", "(cluster)", f"({Option.OWNED})")
"""Fields that make it another resource of Pulumi: another object, or another type (owned whole, or by patch)."""


class _Absent:
    """The value of a field that does not exist, unlike a field with the value `None`."""

    def __repr__(self) -> str:
        return "(absent)"


ABSENT = _Absent()


class Element(str):
    """A step to an element of a list by its name; empty where the elements have no names."""

    __slots__ = ()


Steps: TypeAlias = tuple[str | int, ...]
"""The path of a field: keys, indexes, and `Element`s."""

_LONGEST = 253
"""A longer name of an element is cut in a path. Names of Kubernetes are not longer."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that differs. `before` or `after` is `ABSENT` where the field does not exist."""

    steps: Steps
    before: Any
    after: Any

    @property
    def path(self) -> str:
        """The path as text: `spec.sources[0].targetRevision`, `spec.roles[admin].groups`; `.` is the whole value."""
        text = "" if self.steps else "."
        for step in self.steps:
            inside = isinstance(step, int | Element)
            label = NOT_SHOWN if looks_secret(str(step)) else str(step)
            if inside and len(label) > _LONGEST:
                label = f"{label[: _LONGEST - 1]}…"
            text += f"[{label}]" if inside else f".{label}" if text else label
        return text


def differences(before: Any, after: Any, steps: Steps = ()) -> Iterator[FieldChange]:
    """The fields that differ, in the order of their paths.

    Args:
        before: the first value.
        after: the second value.
        steps: the path of both values.

    Example:
        >>> old = {"roles": [{"name": "a", "n": 1}]}
        >>> new = {"roles": [{"name": "b", "n": 1}, {"name": "a", "n": 2}]}
        >>> [change.path for change in differences(old, new)]
        ['roles[a].n', 'roles[b]']
    """
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in sorted({*before, *after}):
            yield from differences(before.get(key, ABSENT), after.get(key, ABSENT), (*steps, key))
    elif isinstance(before, list) and isinstance(after, list):
        yield from _of_lists(before, after, steps) if before != after else ()
    elif before != after:
        yield FieldChange(steps, before, after)


def _of_lists(before: list[Any], after: list[Any], steps: Steps) -> Iterator[FieldChange]:
    old, new = _by_name(before), _by_name(after)
    secret = any(_is_hidden(name, steps) for name in {*(old or ()), *(new or ())})
    if old is not None and new is not None and not secret:
        if old.keys() == new.keys() and list(old) != list(new):
            # The same names in another order may mean something else: the order is one change.
            yield FieldChange(steps, list(old), list(new))
        for name in dict.fromkeys([*old, *new]):
            here = (*steps, Element(name))
            yield from differences(old.get(name, ABSENT), new.get(name, ABSENT), here)
        return
    for index, old_item, new_item in _paired(before, after):
        alone = ABSENT in (old_item, new_item)
        named = any(isinstance(item, Mapping) and "name" in item for item in (old_item, new_item))
        if alone:
            yield FieldChange((*steps, index if secret else Element()), old_item, new_item)
        elif not named:
            yield from differences(old_item, new_item, (*steps, index))
        elif old_item != new_item:
            # An element with a name is shown as a whole: without its name, its fields explain nothing.
            yield FieldChange((*steps, index), old_item, new_item)


def _paired(before: list[Any], after: list[Any]) -> Iterator[tuple[int, Any, Any]]:
    """The elements that differ, as one edit made them: changed in place, added or removed; those removed come first.

    Yields:
        The index in the new list (of a removed element: in the old one), and the element before and after; `ABSENT`
        where it is on one side only.

    Example:
        >>> list(_paired([{"port": 1}, {"port": 2}], [{"port": 2}, {"port": 3}]))
        [(0, {'port': 1}, (absent)), (1, (absent), {'port': 3})]
    """
    old, new = (tuple(map(_canonical, items)) for items in (before, after))
    removed: list[tuple[int, Any, Any]] = []
    others: list[tuple[int, Any, Any]] = []
    for tag, i, i_end, j, j_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        both = min(i_end - i, j_end - j)
        others += ((j + at, before[i + at], after[j + at]) for at in range(both))
        removed += ((at, before[at], ABSENT) for at in range(i + both, i_end))
        others += ((at, ABSENT, after[at]) for at in range(j + both, j_end))
    return iter([*removed, *others])


def _by_name(items: list[Any]) -> Mapping[str, Any] | None:
    """The elements by name, or by themselves where they are texts; None where names are missing or not unique."""
    found: dict[str, Any] = {}
    for item in items:
        name = item.get("name") if isinstance(item, Mapping) else item
        if not isinstance(name, str) or name in found:
            return None
        found[name] = item
    return found


def _is_hidden(name: str, steps: Steps) -> bool:
    """Whether the name of an element may be a secret, so that its path must have the index instead."""
    return bool(masked_at(name, (*steps, 0)) != name)


def _canonical(item: Any) -> str:
    return json.dumps(item, sort_keys=True, default=repr)


def gained_lost(before: Iterable[T] | None, after: Iterable[T] | None) -> tuple[list[T], list[T]]:
    """The items that were added, and those that were removed, each in its order."""
    old, new = list(before or ()), list(after or ())
    return [item for item in new if item not in old], [item for item in old if item not in new]


def leaves(change: FieldChange) -> Iterator[FieldChange]:
    """Split the change of a map, or of a list of texts, that exists on one side only into one change per line.

    Example:
        A new team `{groups: [a, b]}` gives the changes `groups[a]` and `groups[b]`.
    """
    added = change.before is ABSENT
    whole = change.after if added else change.before if change.after is ABSENT else None
    parts: list[tuple[str | int, Any]] = []
    if isinstance(whole, Mapping):
        parts = [(str(key), item) for key, item in whole.items()]
    elif isinstance(whole, list) and all(isinstance(item, str) for item in whole):
        parts = [
            (index if _is_hidden(item, change.steps) else Element(item), item)
            for index, item in enumerate(whole)
        ]
    if not parts:
        yield change
    for step, item in parts:
        sides = (ABSENT, item) if added else (item, ABSENT)
        yield from leaves(FieldChange((*change.steps, step), *sides))


def below(path: str, fields: Iterable[str]) -> bool:
    """Whether a path is one of the fields, or inside one of them."""
    return any(path == item or path.startswith((f"{item}.", f"{item}[")) for item in fields)


def is_replaced(
    before: Mapping[str, Any], after: Mapping[str, Any], changes: Iterable[FieldChange]
) -> bool:
    """Whether Pulumi deletes an object and creates it again for these changes, instead of updating it.

    Args:
        before: the manifest; only its API group is read, `apps` of `apps/v1`, which is part of Pulumi's type.
        after: the manifest with the changes.
        changes: the differences of both, with `(cluster)` where the cluster differs.
    """
    immutable = (*_IDENTITY, *FIXED.get(str(after.get("kind")), ()))
    old, new = (str(item.get("apiVersion", "")).rpartition("/")[0] for item in (before, after))
    return old != new or any(below(item.path, immutable) for item in changes)
