"""Compares two sides: environments are matched, compared field by field, and judged by the rules.

Pulumi knows a resource by its logical name, which begins with the project's name. Therefore environments are matched by
the name of their project and its former names, objects by their keys and their former keys.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from argoproject.diff.fields import FieldChange, below, differences, is_replaced
from argoproject.diff.model import (
    Action,
    EnvironmentChange,
    ObjectChange,
    Reason,
    dangerous,
    look,
)
from argoproject.diff.rules import environment_reasons, object_reasons
from argoproject.diff.states import EnvironmentState, ObjectPair, ObjectState
from argoproject.identity import Identity
from argoproject.models import Platform
from argoproject.tree.stacks import StackFile

__all__ = ["compare", "with_name_hints", "with_stack_moves"]


def compare(
    before: Iterable[EnvironmentState],
    after: Iterable[EnvironmentState],
    platforms: Sequence[Platform],
    unreadable: Collection[Identity] = (),
) -> Iterator[EnvironmentChange]:
    """The changes between two sides, by environment.

    Args:
        before: the environments of the base.
        after: the environments of the working tree.
        platforms: the platform.yaml of each side that has a valid one, that of the working tree first.
        unreadable: environments that the base has, but that cannot be planned because of errors there.
    """
    after = sorted(after, key=lambda item: item.identity)
    left = {item.project: item for item in before}
    # First all that Pulumi takes for the same environment, so that none of them is taken by its folder.
    pairs: list[tuple[EnvironmentState | None, EnvironmentState]] = []
    for new in after:
        name = next((name for name in (new.project, *new.former_projects) if name in left), None)
        pairs.append((None if name is None else left.pop(name), new))
    for old, new in pairs:
        if old is None and new.identity in unreadable:
            unknown = EnvironmentState(identity=new.identity, project=new.project, objects={})
            words = "the base of this environment is not valid, so its changes are unknown"
            yield _change(unknown, platforms, Action.UPDATE, [dangerous(words)])
            continue
        if old is None:
            # Another name for the same folder: Pulumi deletes the one environment and creates the other.
            old = next((item for item in left.values() if item.identity == new.identity), None)  # noqa: PLW2901
            if old is not None:
                del left[old.project]
        yield from _kept(old, new, platforms)
    for deleted in sorted(left.values(), key=lambda item: item.identity):
        objects = (_object(item, Action.DELETE) for item in deleted.objects.values())
        reasons = environment_reasons(deleted, None)
        yield _change(deleted, platforms, Action.DELETE, reasons, objects)
    for identity in sorted({*unreadable} - {item.identity for item in after}):
        unknown = EnvironmentState(identity=identity, project="", objects={})
        words = "the environment is deleted; its base is not valid, so what it had is unknown"
        yield _change(unknown, platforms, Action.DELETE, [dangerous(words)])


def _change(
    state: EnvironmentState,
    platforms: Sequence[Platform],
    action: Action,
    reasons: Iterable[Reason],
    changes: Iterable[ObjectChange] = (),
) -> EnvironmentChange:
    classes = (side.environments.get(state.identity.environment) for side in platforms)
    return EnvironmentChange(
        identity=state.identity,
        project=state.project,
        namespace=state.namespace,
        environment_class=next(filter(None, classes), ""),
        production=_is_production(state.identity, platforms),
        action=action,
        reasons=tuple(reasons),
        changes=tuple(changes),
    )


def _is_production(identity: Identity, platforms: Iterable[Platform]) -> bool:
    """Whether an environment is production on one of the sides."""
    return any(side.is_production(identity.environment) for side in platforms)


def _kept(
    old: EnvironmentState | None, new: EnvironmentState, platforms: Sequence[Platform]
) -> Iterator[EnvironmentChange]:
    """The change of an environment that the working tree has; nothing where it does not change."""
    if old is None:
        action = Action.CREATE
        objects = [_object(item, Action.CREATE) for item in new.objects.values()]
    elif old.project in (new.project, *new.former_projects):
        action = Action.UPDATE
        objects = list(_updated(old, new, production=_is_production(new.identity, platforms)))
    else:
        action = Action.REPLACE
        objects = list(_replaced(old, new))
    change = _change(new, platforms, action, environment_reasons(old, new), objects)
    if old is None:
        yield change
    elif objects or change.reasons:
        moved = old.identity != new.identity
        yield replace(change, moved_from=old.identity if moved else None)


def _updated(
    old: EnvironmentState, new: EnvironmentState, *, production: bool
) -> Iterator[ObjectChange]:
    """The objects that change in an environment that stays."""
    left = dict(old.objects)
    sides = (old.objects.values(), new.objects.values())
    for item in new.objects.values():
        key = next((key for key in (item.key, *item.former_keys) if key in left), None)
        before = None if key is None else left.pop(key)
        action = Action.CREATE
        fields: tuple[FieldChange, ...] = ()
        if before is not None:
            fields = tuple(_fields(before, item))
            if not fields:
                continue
            replaced = is_replaced(before.manifest, item.manifest, fields)
            action = Action.REPLACE if replaced else Action.UPDATE
        yield _judged(ObjectPair(item, before, item, action, fields, production, sides))
    for item in left.values():
        yield _judged(ObjectPair(item, item, None, Action.DELETE, (), production, sides))


def _replaced(old: EnvironmentState, new: EnvironmentState) -> Iterator[ObjectChange]:
    """All objects of an environment that Pulumi deletes and creates again, though its folder is the same."""
    for key, item in new.objects.items():
        before = old.objects.get(key)
        if before is None:
            yield _object(item, Action.CREATE)
            continue
        fields = tuple(_fields(before, item))
        # The environment's own reason says that everything is replaced; the objects' reasons judge what differs.
        sides = (old.objects.values(), new.objects.values())
        pair = ObjectPair(item, before, item, Action.UPDATE, fields, production=False, sides=sides)
        yield replace(_judged(pair), action=Action.REPLACE)
    for key, item in old.objects.items():
        if key not in new.objects:
            yield _object(item, Action.DELETE)


def _judged(pair: ObjectPair) -> ObjectChange:
    change = _object(pair.object, pair.action)
    return replace(change, fields=pair.fields, reasons=tuple(object_reasons(pair)))


def _object(item: ObjectState, action: Action) -> ObjectChange:
    place = f"{item.namespace}/" if item.namespace else ""
    title = f"{item.kind} {place}{item.name}"
    return ObjectChange(title=title, kind=item.kind, cluster=item.cluster, action=action)


def _fields(old: ObjectState, new: ObjectState) -> Iterator[FieldChange]:
    """The fields that differ, with the cluster and Pulumi's options as fields in parentheses."""
    known = old.options.keys() & new.options.keys()

    def comparable(item: ObjectState) -> dict[str, Any]:
        options = {f"({name})": item.options[name] for name in known}
        return {**item.manifest, "(cluster)": item.cluster, **options}

    for change in differences(comparable(old), comparable(new)):
        if not below(change.path, new.ignored):
            yield change


def with_name_hints(changes: Iterable[EnvironmentChange]) -> Iterator[EnvironmentChange]:
    """Add a hint to each new environment that may be a deleted one under another folder.

    It is one where exactly one deleted environment differs in exactly one folder: `blue/shop/eu-1/dev` is deleted and
    `blue/shop/eu-2/dev` created. The hint says how to keep the names, so that nothing is deleted.
    """
    known = tuple(changes)
    deleted = [item for item in known if item.action is Action.DELETE and item.project]
    words = (
        "if it is {} under another folder, nothing needs to be deleted: keep its names, with name: {} and"
        " namespace: {{name: {}}} in project.yaml"
    )
    for change in known:
        hints = [
            look(words, str(old.identity), old.project, old.namespace)
            for old in deleted
            if change.action is Action.CREATE
            and sum(map(str.__ne__, old.identity.steps, change.identity.steps)) == 1
        ]
        is_hint = len(hints) == 1
        yield replace(change, reasons=(*change.reasons, *hints)) if is_hint else change


def with_stack_moves(
    before: Sequence[StackFile], after: Sequence[StackFile], changes: Iterable[EnvironmentChange]
) -> Iterator[EnvironmentChange]:
    """Add a reason to each environment that moves to another stack.

    Each stack has a state of its own, and no alias of Pulumi connects two states.
    """

    def stacks_of(stacks: Sequence[StackFile], identity: Identity) -> str:
        names = [stack.name for stack in stacks if stack.selection.takes(identity)]
        return ", ".join(names) or "none"

    words = (
        "it moves from the stack {} to the stack {}, and each has a state of its own: the first deletes it,"
        " which Pulumi refuses, and the second creates it again"
    )
    for change in changes:
        old = stacks_of(before, change.moved_from or change.identity)
        new = stacks_of(after, change.identity)
        if old == new or change.action in (Action.CREATE, Action.DELETE):
            yield change
        else:
            reason = dangerous(words, old, new)
            yield replace(change, reasons=(reason, *change.reasons))
