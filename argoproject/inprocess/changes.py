"""What is different between two snapshots: created, updated field by field, replaced, deleted.

It is the difference of two programs' wishes, not of a wish and a cluster. Former names (aliases) are followed as the
engine follows them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from argoproject.inprocess.record import Resource, Resources
from argoproject.inprocess.snapshot import Snapshot

__all__ = ["ABSENT", "Action", "Change", "FieldChange", "compare"]


class Action(StrEnum):
    """What became of a resource."""

    SAME = "same"
    CREATE = "create"
    UPDATE = "update"
    REPLACE = "replace"
    """Deleted and created anew: its identity or its cluster changed."""

    DELETE = "delete"


class _Absent:
    """The value of a field that is not there; `None` is one that is."""

    def __repr__(self) -> str:
        return "(absent)"


ABSENT = _Absent()


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field. `path` is written as in an error message: `spec.sources[0].targetRevision`."""

    path: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Change:
    """A resource and what became of it. A deleted one is as it was last."""

    resource: Resource
    action: Action
    fields: tuple[FieldChange, ...] = ()
    moved_from: str = ""
    """URN under which it was known before."""

    @property
    def changed(self) -> bool:
        return self.action is not Action.SAME or bool(self.moved_from)

    @property
    def refused(self) -> bool:
        """Whether Pulumi will not do it, because the resource was protected when it was deployed."""
        return self.action is Action.DELETE and self.resource.protected


_IDENTITY = ("apiVersion", "kind", "metadata.name", "metadata.namespace", "(cluster)")


def compare(before: Snapshot | None, after: Snapshot) -> tuple[Change, ...]:
    """Tell of every resource what became of it. Without a snapshot to compare with, all are the same."""
    if before is None:
        return tuple(Change(resource, Action.SAME) for resource in after.resources.values())
    former = {urn: _former(item, before.resources) for urn, item in after.resources.items()}
    known = set(former.values())
    deleted = (item for urn, item in before.resources.items() if urn not in known)
    return (
        *(_change(before.resources, item, former[urn]) for urn, item in after.resources.items()),
        *(Change(item, Action.DELETE) for item in deleted),
    )


def _former(resource: Resource, before: Resources) -> str:
    candidates = (resource.urn, *resource.options.get("aliases", ()))
    return next((urn for urn in candidates if urn in before), "")


def _change(before: Resources, resource: Resource, former: str) -> Change:
    if not former:
        return Change(resource, Action.CREATE)
    differences = _differences("", _comparable(before[former]), _comparable(resource))
    ignored = resource.options.get("ignoreChanges", ())
    fields = tuple(item for item in differences if not _below(item.path, ignored))
    moved_from = former if former != resource.urn else ""
    return Change(resource, _action(fields), fields, moved_from)


def _below(path: str, ignored: Iterable[str]) -> bool:
    return any(path == item or path.startswith((f"{item}.", f"{item}[")) for item in ignored)


def _comparable(resource: Resource) -> dict[str, Any]:
    # Aliases and dependencies hold URNs, which change with every rename of another resource.
    quiet = ("aliases", "deletedWith")
    options = {name: value for name, value in resource.options.items() if name not in quiet}
    return {
        **resource.inputs,
        **({"(cluster)": resource.cluster} if resource.provider else {}),
        **{f"({name})": value for name, value in options.items()},
    }


def _action(fields: tuple[FieldChange, ...]) -> Action:
    if not fields:
        return Action.SAME
    return Action.REPLACE if any(item.path in _IDENTITY for item in fields) else Action.UPDATE


def _differences(path: str, before: Any, after: Any) -> Iterator[FieldChange]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in sorted({*before, *after}):
            inner = f"{path}.{key}" if path else key
            yield from _differences(inner, before.get(key, ABSENT), after.get(key, ABSENT))
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for index, (old, new) in enumerate(zip(before, after, strict=True)):
            yield from _differences(f"{path}[{index}]", old, new)
    elif (named := _named(before, after)) is not None:
        yield from _element_differences(path, *named)
    elif before != after:
        yield FieldChange(path, before, after)


def _element_differences(
    path: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[FieldChange]:
    for key in dict.fromkeys([*before, *after]):
        yield from _differences(f"{path}[{key}]", before.get(key, ABSENT), after.get(key, ABSENT))


def _named(before: Any, after: Any) -> tuple[Mapping[str, Any], Mapping[str, Any]] | None:
    """Two lists by the names of their elements, where a longer or shorter list would hide what came or went."""
    if not (isinstance(before, list) and isinstance(after, list)):
        return None
    old, new = _by_name(before), _by_name(after)
    return None if old is None or new is None else (old, new)


def _by_name(items: list[Any]) -> Mapping[str, Any] | None:
    found: dict[str, Any] = {}
    for item in items:
        name = item.get("name") if isinstance(item, Mapping) else item
        if not isinstance(name, str) or name in found:
            return None
        found[name] = item
    return found
