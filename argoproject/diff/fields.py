"""What is different between two values, field by field.

Elements of lists are matched by their name where all have one, so that a longer or shorter list does not hide what came
or went; lists of other elements tell what came and what went as a whole.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

__all__ = ["ABSENT", "Element", "FieldChange", "Steps", "below", "differences", "leaves"]


class _Absent:
    """The value of a field that is not there; `None` is one that is."""

    def __repr__(self) -> str:
        return "(absent)"


ABSENT = _Absent()


class Element(str):
    """An element of a list, by its name; empty where elements have none."""

    __slots__ = ()


Steps: TypeAlias = tuple[str | int, ...]
"""Where a field stands: keys, indexes, and `Element`s."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field. What is not there is `ABSENT`."""

    steps: Steps
    before: Any
    after: Any

    @property
    def path(self) -> str:
        """As written in an error message: `spec.sources[0].targetRevision`, `spec.roles[admin].groups`; `.` is all."""
        text = "" if self.steps else "."
        for step in self.steps:
            inside = isinstance(step, int | Element)
            text += f"[{step}]" if inside else f".{step}" if text else str(step)
        return text


def differences(before: Any, after: Any, steps: Steps = ()) -> Iterator[FieldChange]:
    """Every field that is not equal, in the order of its path."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in sorted({*before, *after}):
            yield from differences(before.get(key, ABSENT), after.get(key, ABSENT), (*steps, key))
    elif isinstance(before, list) and isinstance(after, list):
        yield from _of_lists(before, after, steps)
    elif before != after:
        yield FieldChange(steps, before, after)


def leaves(change: FieldChange) -> Iterator[FieldChange]:
    """A map or a list of names that came or went as a whole, as the lines that it has."""
    came = change.before is ABSENT
    whole = change.after if came else change.before if change.after is ABSENT else None
    parts = _parts(whole)
    if not parts:
        yield change
        return
    for step, item in parts:
        sides = (ABSENT, item) if came else (item, ABSENT)
        yield from leaves(FieldChange((*change.steps, step), *sides))


def _parts(whole: Any) -> list[tuple[str, Any]]:
    if isinstance(whole, Mapping):
        return [(str(key), item) for key, item in whole.items()]
    if isinstance(whole, list) and all(isinstance(item, str) for item in whole):
        return [(Element(item), item) for item in whole]
    return []


def below(path: str, fields: Iterable[str]) -> bool:
    """Whether a path is one of the fields, or inside one."""
    return any(path == item or path.startswith((f"{item}.", f"{item}[")) for item in fields)


def _of_lists(before: list[Any], after: list[Any], steps: Steps) -> Iterator[FieldChange]:
    old, new = _by_name(before), _by_name(after)
    if old is not None and new is not None and not _reordered(old, new):
        for name in dict.fromkeys([*old, *new]):
            here = (*steps, Element(name))
            yield from differences(old.get(name, ABSENT), new.get(name, ABSENT), here)
    elif len(before) == len(after):
        for index, (left, right) in enumerate(zip(before, after, strict=True)):
            yield from _at(left, right, (*steps, index))
    else:
        yield from _came_and_went(before, after, steps)


def _at(left: Any, right: Any, steps: Steps) -> Iterator[FieldChange]:
    """Two elements at one place. What has a name stays whole: the name says what its value is."""
    if any(isinstance(item, Mapping) and "name" in item for item in (left, right)):
        if left != right:
            yield FieldChange(steps, left, right)
    else:
        yield from differences(left, right, steps)


def _reordered(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Whether the same names stand in another order, which may matter."""
    return old.keys() == new.keys() and list(old) != list(new)


def _by_name(items: list[Any]) -> Mapping[str, Any] | None:
    found: dict[str, Any] = {}
    for item in items:
        name = item.get("name") if isinstance(item, Mapping) else item
        if not isinstance(name, str) or name in found:
            return None
        found[name] = item
    return found


def _came_and_went(before: list[Any], after: list[Any], steps: Steps) -> Iterator[FieldChange]:
    old, new = ([(_canonical(item), item) for item in items] for items in (before, after))
    here = (*steps, Element())
    for item in _missing(old, new):
        yield FieldChange(here, item, ABSENT)
    for item in _missing(new, old):
        yield FieldChange(here, ABSENT, item)


def _missing(items: list[tuple[str, Any]], others: list[tuple[str, Any]]) -> Iterator[Any]:
    """The items that the others do not have, each as often as it is missing."""
    left = Counter(text for text, _ in others)
    for text, item in items:
        if left[text]:
            left[text] -= 1
        else:
            yield item


def _canonical(item: Any) -> str:
    return json.dumps(item, sort_keys=True, default=repr)
