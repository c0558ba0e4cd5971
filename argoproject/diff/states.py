"""What is compared: the objects of an environment as one side has them, whichever side it is.

A side is a plan, a rendered folder or an exported Pulumi state. Secrets are placeholders everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from argoproject.identity import Identity
from argoproject.plan.leaves import Addressed, plain
from argoproject.plan.model import Ownership, PlannedObject, ProjectPlan
from argoproject.project.model import Project

__all__ = ["EnvironmentState", "ObjectState", "planned"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectState(Addressed):
    """One object on one side.

    `options` is how Pulumi handles it, as far as the side knows: what one side does not know is not compared.
    """

    key: str
    cluster: str
    manifest: Mapping[str, Any]
    options: Mapping[str, Any] = field(default_factory=dict)
    former_keys: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    """Fields left to another writer."""

    def at(self, *steps: str) -> Any:
        """The value at a path of the manifest, or None."""
        value: Any = self.manifest
        for step in steps:
            value = value.get(step) if isinstance(value, Mapping) else None
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentState:
    """One environment on one side. `settings` are its files as resolved, where the side has files."""

    identity: Identity
    project: str
    namespace: str = ""
    """Empty where the side does not tell."""

    objects: Mapping[str, ObjectState]
    """By key, in the order of creation."""

    former_projects: tuple[str, ...] = ()
    settings: Project | None = None


def planned(plan: ProjectPlan, project: Project) -> EnvironmentState:
    """A plan as a side."""
    former = {item.object.key: item.moved_from for item in plan.applications}
    return EnvironmentState(
        identity=plan.identity,
        project=plan.name,
        namespace=plan.namespace_name,
        objects={item.key: _state(item, former.get(item.key, ()), plan) for item in plan.objects()},
        former_projects=plan.moved_from,
        settings=project,
    )


def _state(item: PlannedObject, former: tuple[str, ...], plan: ProjectPlan) -> ObjectState:
    return ObjectState(
        key=item.key,
        cluster=item.cluster,
        manifest=plain(item.manifest),
        options={
            "owned": "by patch" if item.ownership is Ownership.PATCH else "whole",
            "adopted": item.ownership is Ownership.ADOPT,
            "protected": item.protect and not plan.retiring,
            "kept when removed": item.keep,
            "takes over fields of others": item.force,
            "waits until healthy": item.wait_until_healthy,
            "left to others": list(item.ignore_changes),
        },
        former_keys=former,
        ignored=item.ignore_changes,
    )
