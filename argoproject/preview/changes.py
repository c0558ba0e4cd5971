"""The difference between two snapshots: created, updated field by field, replaced, deleted.

Both sides are what a program registered; the clusters are not looked at. Former names (aliases) are followed as the
engine follows them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from argoproject.diff.fields import FieldChange, below, differences, is_replaced
from argoproject.preview.record import STACK_TYPE, Resource, Snapshot

__all__ = ["Action", "Change", "Preview", "compare"]

_PROJECT_TYPE = "argoproject:index:ArgoProject"


class Action(StrEnum):
    """What becomes of a resource."""

    SAME = "same"
    CREATE = "create"
    UPDATE = "update"
    REPLACE = "replace"
    """Deleted and created again: its identity, its cluster or a field changed that Kubernetes does not let change."""

    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Change:
    """A resource and what becomes of it. A deleted one is shown as it was last."""

    resource: Resource
    action: Action
    fields: tuple[FieldChange, ...] = ()
    moved_from: str = ""
    """Its former URN, if that was another one."""

    @property
    def changed(self) -> bool:
        return self.action is not Action.SAME or bool(self.moved_from)

    @property
    def refused(self) -> bool:
        """Whether Pulumi will refuse it, because the resource was protected when it was deployed."""
        return self.action is Action.DELETE and self.resource.protected


def compare(before: Snapshot | None, after: Snapshot) -> tuple[Change, ...]:
    """What becomes of every resource. Without an earlier snapshot to compare with, all are the same."""
    if before is None:
        return tuple(Change(resource, Action.SAME) for resource in after.resources.values())
    known = before.resources
    former = {
        urn: next((name for name in (urn, *item.options.get("aliases", ())) if name in known), "")
        for urn, item in after.resources.items()
    }
    kept = set(former.values())
    return (
        *(_change(known.get(former[urn]), item) for urn, item in after.resources.items()),
        *(Change(item, Action.DELETE) for urn, item in known.items() if urn not in kept),
    )


def _change(before: Resource | None, after: Resource) -> Change:
    if before is None:
        return Change(after, Action.CREATE)
    ignored = after.options.get("ignoreChanges", ())
    found = differences(_comparable(before), _comparable(after))
    fields = tuple(item for item in found if not below(item.path, ignored))
    action = Action.SAME
    if fields:
        replaced = is_replaced(before.inputs, after.inputs, fields)
        action = Action.REPLACE if replaced else Action.UPDATE
    return Change(after, action, fields, before.urn if before.urn != after.urn else "")


def _comparable(resource: Resource) -> dict[str, Any]:
    """The inputs, and in parentheses the cluster and the options."""
    # These options contain URNs, which change with every rename of another resource.
    quiet = ("aliases", "deletedWith")
    shown = {f"({key})": value for key, value in resource.options.items() if key not in quiet}
    cluster = {"(cluster)": resource.cluster} if resource.provider else {}
    return {**resource.inputs, **cluster, **shown}


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """The result of a preview, and its resources as the tree that they form."""

    stack: str
    project: str
    changes: Sequence[Change]
    outputs: Mapping[str, Any]
    """What the stack exports."""

    messages: Sequence[str] = ()
    """Warnings and errors that the program logged."""

    first: bool = False
    """There was no earlier preview to compare with."""

    everything: bool = False
    """Show every environment in full, however many there are."""

    _children: Mapping[str, Sequence[Change]] = field(init=False, repr=False)
    """By the parent's URN."""

    def __post_init__(self) -> None:
        # What moved has children that still have the former parent.
        now = {item.moved_from: item.resource.urn for item in self.changes if item.moved_from}
        children: dict[str, list[Change]] = defaultdict(list)
        for change in self.changes:
            parent = change.resource.parent
            children[now.get(parent, parent)].append(change)
        object.__setattr__(self, "_children", dict(children))

    def environments(self) -> list[Change]:
        """The environments' components, by name."""
        found = [item for item in self.changes if item.resource.type == _PROJECT_TYPE]
        return sorted(found, key=lambda item: (item.resource.name, item.resource.urn))

    def others(self) -> list[Change]:
        """What belongs to no environment, by URN: the clusters' policies and providers, and what a program adds."""
        owned = {item.resource.urn for env in self.environments() for item in self.inside(env)}
        outside = [
            item
            for item in self.changes
            if item.resource.type not in (_PROJECT_TYPE, STACK_TYPE)
            and item.resource.urn not in owned
        ]
        return sorted(outside, key=lambda item: item.resource.urn)

    def inside(self, change: Change) -> Iterator[Change]:
        """Everything below a component, at any depth."""
        for child in self._children.get(change.resource.urn, ()):
            yield child
            yield from self.inside(child)

    def has_changes(self, change: Change) -> bool:
        """Whether a resource changes, or anything below it."""
        return change.changed or any(item.changed for item in self.inside(change))

    def children(self, parent: Change) -> list[Change]:
        """What is directly below a component, in the order of creation as far as that is fixed: predecessors first,
        then by type and name."""
        changes = self._children.get(parent.resource.urn, ())
        ranks: dict[str, int] = {}
        by_urn = {change.resource.urn: change for change in changes}

        def rank(urn: str) -> int:
            if urn not in ranks:
                before = (item for item in by_urn[urn].resource.dependencies if item in by_urn)
                ranks[urn] = max((rank(item) + 1 for item in before), default=0)
            return ranks[urn]

        return sorted(
            changes,
            key=lambda item: (
                not item.resource.type.endswith(":ProjectNamespace"),
                not item.resource.custom,
                rank(item.resource.urn),
                not item.resource.type.endswith(":ProjectCredentials"),
                item.resource.type,
                item.resource.name,
            ),
        )

    @staticmethod
    def counts(changes: Iterable[Change]) -> Counter[str]:
        """The number of resources by action, without the stack itself."""
        return Counter(item.action for item in changes if item.resource.type != STACK_TYPE)
