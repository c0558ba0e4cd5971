"""Two sides of environments become changes: matched by name, compared field by field, judged by the rules.

Pulumi knows a resource by its logical name, which begins with the project's: so environments are matched by their
project's name and its former ones, objects by their keys and their former ones.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from argoproject.diff.model import Action, Danger, EnvironmentChange, ObjectChange, Reason
from argoproject.diff.rules import Changed, environment_reasons, object_reasons
from argoproject.diff.states import EnvironmentState, ObjectState
from argoproject.differences import FieldChange, below, differences
from argoproject.identity import Identity
from argoproject.models import Platform

__all__ = ["compare"]

_FIXED: Mapping[str, tuple[str, ...]] = {
    "RoleBinding": ("roleRef",),
    "Secret": ("type",),
    "ResourceQuota": ("spec.scopes",),
    "PersistentVolumeClaim": ("spec.accessModes", "spec.storageClassName", "spec.volumeName"),
    "Job": ("spec.template",),
}
"""Fields with which an object is made anew, besides its name and namespace.
Source: pulumi-kubernetes 4, provider/pkg/provider/diff.go `forceNew`."""

_IDENTITY = ("kind", "metadata.name", "metadata.namespace", "(cluster)", "(owned)")
"""Another resource, or the same object somewhere else. Whether it is patched or owned is part of Pulumi's type."""


def compare(
    before: Iterable[EnvironmentState],
    after: Iterable[EnvironmentState],
    platform: Platform,
    unknown: Collection[Identity] = (),
) -> Iterator[EnvironmentChange]:
    """What changes between two sides, by environment. `platform` says which are production.

    `unknown` are environments that the first side has, though nobody can build them.
    """
    after = sorted(after, key=lambda item: item.identity)
    left = {item.project: item for item in before}
    pairs = [(_taken(left, item), item) for item in after]
    for old, new in pairs:
        if old is None and new.identity in unknown:
            yield _untold(new, platform)
            continue
        change = _environment(old or _same_place(left, new), new, platform)
        if change is not None:
            yield change
    for old in sorted(left.values(), key=lambda item: item.identity):
        yield _deleted(old, platform)


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
    old: EnvironmentState | None, new: EnvironmentState, platform: Platform
) -> EnvironmentChange | None:
    action = _action(old, new)
    if old is None:
        changes = tuple(_object(item, Action.CREATE) for item in new.objects.values())
    elif action is Action.REPLACE:
        changes = tuple(_anew(old, new))
    else:
        production = platform.is_production(new.identity.environment)
        changes = tuple(_objects(old, new, production=production))
    reasons = tuple(environment_reasons(old, new))
    if old is not None and not changes and not reasons:
        return None
    return EnvironmentChange(
        identity=new.identity,
        project=new.project,
        environment_class=platform.environments.get(new.identity.environment, ""),
        action=action,
        reasons=reasons,
        changes=changes,
    )


def _untold(new: EnvironmentState, platform: Platform) -> EnvironmentChange:
    """An environment of which nobody knows what it was."""
    words = "the base of this environment is not valid, so what changes cannot be told"
    return EnvironmentChange(
        identity=new.identity,
        project=new.project,
        environment_class=platform.environments.get(new.identity.environment, ""),
        action=Action.UPDATE,
        reasons=(Reason(Danger.DANGEROUS, words),),
    )


def _action(old: EnvironmentState | None, new: EnvironmentState) -> Action:
    if old is None:
        return Action.CREATE
    kept = old.project in (new.project, *new.former_projects)
    return Action.UPDATE if kept else Action.REPLACE


def _deleted(old: EnvironmentState, platform: Platform) -> EnvironmentChange:
    return EnvironmentChange(
        identity=old.identity,
        project=old.project,
        environment_class=platform.environments.get(old.identity.environment, ""),
        action=Action.DELETE,
        reasons=tuple(environment_reasons(old, None)),
        changes=tuple(_object(old_object, Action.DELETE) for old_object in old.objects.values()),
    )


def _anew(old: EnvironmentState, new: EnvironmentState) -> Iterator[ObjectChange]:
    """Every object of an environment that Pulumi takes for another one, though its folder is the same."""
    for key, item in new.objects.items():
        before = old.objects.get(key)
        fields = () if before is None else tuple(_fields(before, item))
        yield _object(item, Action.CREATE if before is None else Action.REPLACE, fields)
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
    fixed = (*_IDENTITY, *_FIXED.get(new.kind, ()))
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
