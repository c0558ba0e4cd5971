"""Two sides of environments become changes: matched by name, compared field by field, judged by the rules.

Pulumi knows a resource by its logical name, which begins with the project's: so environments are matched by their
project's name and its former ones, objects by their keys and their former ones.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from argoproject.diff.fields import FieldChange, below, differences
from argoproject.diff.model import Action, Danger, EnvironmentChange, ObjectChange, Reason
from argoproject.diff.rules import Changed, environment_reasons, object_reasons
from argoproject.diff.states import EnvironmentState, ObjectState
from argoproject.identity import Identity
from argoproject.models import Platform
from argoproject.upstream.immutable_fields import FIXED

__all__ = ["Platforms", "compare"]

_IDENTITY = ("kind", "metadata.name", "metadata.namespace", "(cluster)", "(owned)")
"""Another resource, or the same object somewhere else. Whether it is patched or owned is part of Pulumi's type."""


@dataclass(frozen=True, slots=True)
class Platforms:
    """What both sides' platform.yaml say of environments: production is what one of them calls so."""

    after: Platform
    before: Platform | None = None

    def class_of(self, identity: Identity) -> str:
        """The class of an environment, that of the first side where the second has none."""
        sides = (self.after, *([] if self.before is None else [self.before]))
        names = (side.environments.get(identity.environment) for side in sides)
        return next((name for name in names if name), "")

    def is_production(self, identity: Identity) -> bool:
        """Whether an environment is, or was, production."""
        before = self.before is not None and self.before.is_production(identity.environment)
        return before or self.after.is_production(identity.environment)


def compare(
    before: Iterable[EnvironmentState],
    after: Iterable[EnvironmentState],
    platforms: Platforms,
    unknown: Collection[Identity] = (),
) -> Iterator[EnvironmentChange]:
    """What changes between two sides, by environment.

    `unknown` are environments that the first side has, though nobody can build them.
    """
    after = sorted(after, key=lambda item: item.identity)
    left = {item.project: item for item in before}
    pairs = [(_taken(left, item), item) for item in after]
    for old, new in pairs:
        if old is None and new.identity in unknown:
            yield _untold(new.identity, Action.UPDATE, platforms, new.project)
            continue
        change = _environment(old or _same_place(left, new), new, platforms)
        if change is not None:
            yield change
    for old in sorted(left.values(), key=lambda item: item.identity):
        yield _deleted(old, platforms)
    for identity in sorted({*unknown} - {item.identity for item in after}):
        yield _untold(identity, Action.DELETE, platforms)


def _taken(left: dict[str, EnvironmentState], new: EnvironmentState) -> EnvironmentState | None:
    """The environment that Pulumi takes for the same one."""
    name = next((name for name in (new.project, *new.former_projects) if name in left), None)
    return None if name is None else left.pop(name)


def _same_place(
    left: dict[str, EnvironmentState], new: EnvironmentState
) -> EnvironmentState | None:
    """The environment of the same folder under another name: Pulumi takes it for another one."""
    old = next((item for item in left.values() if item.identity == new.identity), None)
    return None if old is None else left.pop(old.project)


def _environment(
    old: EnvironmentState | None, new: EnvironmentState, platforms: Platforms
) -> EnvironmentChange | None:
    action = _action(old, new)
    if old is None:
        changes = tuple(_object(item, Action.CREATE) for item in new.objects.values())
    elif action is Action.REPLACE:
        changes = tuple(_anew(old, new))
    else:
        changes = tuple(_objects(old, new, production=platforms.is_production(new.identity)))
    reasons = tuple(environment_reasons(old, new))
    if old is not None and not changes and not reasons:
        return None
    moved = old is not None and old.identity != new.identity
    return EnvironmentChange(
        identity=new.identity,
        project=new.project,
        namespace=new.namespace,
        environment_class=platforms.class_of(new.identity),
        production=platforms.is_production(new.identity),
        action=action,
        moved_from=old.identity if old is not None and moved else None,
        reasons=reasons,
        changes=changes,
    )


def _untold(
    identity: Identity, action: Action, platforms: Platforms, project: str = ""
) -> EnvironmentChange:
    """An environment of which nobody knows what it was."""
    words = {
        Action.UPDATE: "the base of this environment is not valid, so what changes cannot be told",
        Action.DELETE: "the environment is deleted; its base is not valid, so what it was cannot be told",
    }
    return EnvironmentChange(
        identity=identity,
        project=project,
        environment_class=platforms.class_of(identity),
        production=platforms.is_production(identity),
        action=action,
        reasons=(Reason(Danger.DANGEROUS, words[action]),),
    )


def _action(old: EnvironmentState | None, new: EnvironmentState) -> Action:
    if old is None:
        return Action.CREATE
    kept = old.project in (new.project, *new.former_projects)
    return Action.UPDATE if kept else Action.REPLACE


def _deleted(old: EnvironmentState, platforms: Platforms) -> EnvironmentChange:
    return EnvironmentChange(
        identity=old.identity,
        project=old.project,
        namespace=old.namespace,
        environment_class=platforms.class_of(old.identity),
        production=platforms.is_production(old.identity),
        action=Action.DELETE,
        reasons=tuple(environment_reasons(old, None)),
        changes=tuple(_object(old_object, Action.DELETE) for old_object in old.objects.values()),
    )


def _anew(old: EnvironmentState, new: EnvironmentState) -> Iterator[ObjectChange]:
    """Every object of an environment that Pulumi takes for another one, though its folder is the same."""
    for key, item in new.objects.items():
        before = old.objects.get(key)
        fields = () if before is None else tuple(_fields(before, item))
        action = Action.CREATE if before is None else Action.REPLACE
        # That all is made anew is said once, of the environment; what is otherwise in it is said here.
        seen = Changed(before, item, Action.UPDATE, fields, production=False)
        yield _object(item, action, fields, () if before is None else tuple(object_reasons(seen)))
    for key, item in old.objects.items():
        if key not in new.objects:
            yield _object(item, Action.DELETE)


def _objects(
    old: EnvironmentState, new: EnvironmentState, *, production: bool
) -> Iterator[ObjectChange]:
    left = dict(old.objects)
    for item in new.objects.values():
        key = next((key for key in (item.key, *item.former_keys) if key in left), None)
        former = None if key is None else left.pop(key)
        yield from _changed(former, item, production=production)
    for gone in left.values():
        yield from _changed(gone, None, production=production)


def _changed(
    old: ObjectState | None, new: ObjectState | None, *, production: bool
) -> Iterator[ObjectChange]:
    fields = tuple(_fields(old, new)) if old is not None and new is not None else ()
    if old is not None and new is not None and not fields:
        return
    action = _object_action(old, new, fields)
    changed = Changed(old, new, action, fields, production)
    shown = new or old
    if shown is not None:
        yield _object(shown, action, fields, tuple(object_reasons(changed)))


def _object_action(
    old: ObjectState | None, new: ObjectState | None, fields: Iterable[FieldChange]
) -> Action:
    if old is None:
        return Action.CREATE
    if new is None:
        return Action.DELETE
    fixed = (*_IDENTITY, *FIXED.get(new.kind, ()))
    anew = any(below(item.path, fixed) for item in fields) or _group(old) != _group(new)
    return Action.REPLACE if anew else Action.UPDATE


def _group(item: ObjectState) -> str:
    return str(item.manifest["apiVersion"]).rpartition("/")[0]


def _fields(old: ObjectState, new: ObjectState) -> Iterator[FieldChange]:
    known = old.options.keys() & new.options.keys()
    for item in differences(_comparable(old, known), _comparable(new, known)):
        if not below(item.path, new.ignored):
            yield item


def _comparable(item: ObjectState, options: Iterable[str]) -> dict[str, Any]:
    handled = {f"({name})": item.options[name] for name in options}
    return {**item.manifest, "(cluster)": item.cluster, **handled}


def _object(
    item: ObjectState,
    action: Action,
    fields: tuple[FieldChange, ...] = (),
    reasons: tuple[Reason, ...] = (),
) -> ObjectChange:
    return ObjectChange(
        key=item.key,
        kind=item.kind,
        namespace=item.namespace,
        name=item.name,
        cluster=item.cluster,
        action=action,
        fields=fields,
        reasons=reasons,
    )
