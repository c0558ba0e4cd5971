"""What is compared: environments and their objects on one side.

A side is a plan, a rendered folder or an exported Pulumi state. Values of secrets are placeholders on all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from argoproject.audit.run import BASELINE
from argoproject.diff.fields import BY_PATCH, WHOLE, FieldChange, Option
from argoproject.diff.model import Action, Reason
from argoproject.identity import Identity
from argoproject.plan.model import Addressed, Ownership, ProjectPlan, plain
from argoproject.project.model import Project
from argoproject.tree.documents import parse_mapping
from argoproject.tree.files import read_file
from argoproject.tree.model import Tree

__all__ = [
    "EnvironmentState",
    "ObjectPair",
    "ObjectState",
    "Rule",
    "Side",
    "acceptances_of",
    "planned_state",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectState(Addressed):
    """One object on one side.

    Attributes:
        key: identifies the object among those of its environment, on both sides.
        cluster: the name of its cluster.
        manifest: the object, as Kubernetes gets it.
        options: how Pulumi handles it. The keys are `Option`s; only those that both sides know are compared.
        former_keys: the keys that it had before, from `movedFrom`.
        ignored: fields that another writer owns; they are not compared.
    """

    key: str
    cluster: str
    manifest: Mapping[str, Any]
    options: Mapping[str, Any] = field(default_factory=dict)
    former_keys: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()

    def at(self, *steps: str) -> Any:
        """The value at a path of the manifest, or None."""
        value: Any = self.manifest
        for step in steps:
            value = value.get(step) if isinstance(value, Mapping) else None
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentState:
    """One environment on one side."""

    identity: Identity
    project: str
    namespace: str = ""
    """Empty where the side does not say."""

    objects: Mapping[str, ObjectState]
    """The objects by key, in the order of creation."""

    former_projects: tuple[str, ...] = ()
    settings: Project | None = None
    """The resolved settings; None where the side has no settings, only manifests."""


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison that has files: the working tree, or a Git revision of it."""

    tree: Tree
    states: tuple[EnvironmentState, ...]
    broken: frozenset[Identity] = frozenset()
    """Environments that have a folder, but cannot be planned because of errors."""

    acceptances: Mapping[str, Any] | None = field(default_factory=dict)
    """The data of audit.yaml; None where it cannot be read."""


@dataclass(frozen=True, slots=True)
class ObjectPair:
    """The input of a rule: one object on both sides, of an environment that both sides have.

    Attributes:
        object: the object in the working tree; where it is deleted, that in the base.
        before: the object in the base; None where it is created.
        after: the object in the working tree; None where it is deleted.
        action: what Pulumi does with it.
        fields: the fields that differ.
        production: whether the environment is production on one of the sides.
        sides: all objects of the environment before and after; none where the rules look at this one alone.
    """

    object: ObjectState
    before: ObjectState | None
    after: ObjectState | None
    action: Action
    fields: tuple[FieldChange, ...]
    production: bool
    sides: tuple[Collection[ObjectState], Collection[ObjectState]] = ((), ())

    def values(self, *steps: str) -> tuple[Any, Any]:
        """The values at a path of the manifest before and after; None where there is none."""
        before, after = (side and side.at(*steps) for side in (self.before, self.after))
        return before, after

    def option(self, name: Option) -> tuple[Any, Any]:
        """An option of Pulumi before and after; None where it is not known."""
        before, after = (side and side.options.get(name) for side in (self.before, self.after))
        return before, after


Rule: TypeAlias = Callable[[ObjectPair], Iterator[Reason]]
"""A rule for one kind of object: why its change has its class; nothing where it is safe and needs no explanation."""


def planned_state(plan: ProjectPlan, project: Project) -> EnvironmentState:
    """The state of an environment as its plan will make it."""
    after = {
        item.object.key: [key.removeprefix("application-") for key in item.after]
        for item in plan.applications
    }
    former = {item.object.key: item.moved_from for item in plan.applications}
    return EnvironmentState(
        identity=plan.identity,
        project=plan.name,
        namespace=plan.namespace_name,
        objects={
            item.key: ObjectState(
                key=item.key,
                cluster=item.cluster,
                manifest=plain(item.manifest),
                options={
                    Option.OWNED: BY_PATCH if item.ownership is Ownership.PATCH else WHOLE,
                    Option.ADOPTED: item.ownership is Ownership.ADOPT,
                    Option.PROTECTED: item.protect and not plan.retiring,
                    Option.KEPT: item.keep,
                    Option.TAKES_OVER: item.force,
                    Option.WAITS: item.wait_until_healthy,
                    Option.IGNORED: list(item.ignore_changes),
                    Option.AFTER: after.get(item.key, []),
                },
                former_keys=former.get(item.key, ()),
                ignored=item.ignore_changes,
            )
            for item in plan.objects()
        },
        former_projects=plan.moved_from,
        settings=project,
    )


def acceptances_of(tree: Tree) -> Mapping[str, Any] | None:
    """The data of audit.yaml; empty where there is none, None where it cannot be read, which `validate` reports."""
    file = tree.root / BASELINE
    if not file.is_file():
        return {}
    try:
        document, broken = parse_mapping(BASELINE, read_file(str(file)))
    except OSError:
        return None
    return None if broken else document.data
