"""What is different between two snapshots: created, updated field by field, replaced, deleted.

It is the difference of two programs' wishes, not of a wish and a cluster. Former names (aliases) are followed as the
engine follows them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from argoproject.diff.fields import FieldChange, below, differences
from argoproject.preview.record import Resource, Resources
from argoproject.preview.snapshot import Snapshot

__all__ = ["Action", "Change", "compare"]


class Action(StrEnum):
    """What became of a resource."""

    SAME = "same"
    CREATE = "create"
    UPDATE = "update"
    REPLACE = "replace"
    """Deleted and created anew: its identity or its cluster changed."""

    DELETE = "delete"


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
    found = differences(_comparable(before[former]), _comparable(resource))
    ignored = resource.options.get("ignoreChanges", ())
    fields = tuple(item for item in found if not below(item.path, ignored))
    moved_from = former if former != resource.urn else ""
    return Change(resource, _action(fields), fields, moved_from)


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
