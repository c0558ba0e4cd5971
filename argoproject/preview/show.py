"""The offline preview as people and programs read it: a tree, JSON, manifests.

Readable on 100 columns, without colour and without a terminal. Writes to the console it is given and decides nothing.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import yaml
from rich.console import Console
from rich.text import Text
from rich.tree import Tree

from argoproject.diff.fields import ABSENT, FieldChange
from argoproject.preview.changes import Action, Change
from argoproject.preview.record import Resource, Secret, Unknown
from argoproject.secrets.masking import masked, masked_at

__all__ = ["NOTICE", "Preview", "show_json", "show_manifests", "show_text"]

NOTICE = (
    "Offline preview, without Pulumi CLI or cluster: state, server defaults and admission unknown."
)

_PROJECT_TYPE = "argoproject:index:ArgoProject"
_STACK_TYPE = "pulumi:pulumi:Stack"
_SHORT_LIST = 20
_LONG_VALUE = 60

_CHANGES = (Action.CREATE, Action.UPDATE, Action.REPLACE, Action.DELETE)
_WHOLE = (Action.CREATE, Action.DELETE)

_MARKS = {
    Action.SAME: ("", ""),
    Action.CREATE: ("+ ", "green"),
    Action.UPDATE: ("~ ", "yellow"),
    Action.REPLACE: ("! ", "bold red"),
    Action.DELETE: ("- ", "red"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What is shown."""

    stack: str
    project: str
    changes: Sequence[Change]
    outputs: Mapping[str, Any]
    messages: Sequence[str] = ()
    first: bool = False
    """There was no earlier preview to compare with."""

    everything: bool = False
    """Show every environment in full, however many there are."""

    children: Mapping[str, list[Change]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "children", _children(self.changes))

    def environments(self) -> list[Change]:
        """The environments' components, by name."""
        found = [item for item in self.changes if item.resource.type == _PROJECT_TYPE]
        return sorted(found, key=lambda item: (item.resource.name, item.resource.urn))

    def inside(self, change: Change) -> Iterator[Change]:
        """Everything below a component."""
        for child in self.children.get(change.resource.urn, ()):
            yield child
            yield from self.inside(child)


def show_text(preview: Preview, console: Console) -> None:
    """Print the tree, the environments first, and the counts at the end."""
    _line(console, NOTICE)
    against = "nothing to compare with yet" if preview.first else "compared with the last preview"
    _line(console, f"Stack {preview.stack} of {preview.project}, {against}.")
    _line(console, "")
    _show_environments(preview, console)
    _show_others(preview, console)
    for message in preview.messages:
        _line(console, message)
    refused = sum(change.refused for change in preview.changes)
    if refused:
        _line(console, _refusal(refused))
    _line(console, _summary(preview))


def show_json(preview: Preview, console: Console, *, manifests: bool) -> None:
    """Print everything as one JSON document."""
    content = {
        "notice": NOTICE,
        "stack": preview.stack,
        "project": preview.project,
        "first": preview.first,
        "counts": dict(_counts(preview.changes)),
        "messages": list(preview.messages),
        "outputs": _shown(preview.outputs),
        "resources": [_entry(change, manifests=manifests) for change in _by_urn(preview.changes)],
    }
    _raw(console, json.dumps(content, indent=2, ensure_ascii=False))


def show_manifests(preview: Preview, console: Console) -> None:
    """Print every object that will be there, as YAML documents."""
    for change in _by_urn(preview.changes):
        resource = change.resource
        if resource.is_object and change.action is not Action.DELETE:
            body = yaml.dump(
                masked(_shown(resource.inputs)), Dumper=yaml.CSafeDumper, sort_keys=False
            )
            _raw(console, f"---\n# {resource.title} on {resource.cluster}\n{body.rstrip()}")


def _show_environments(preview: Preview, console: Console) -> None:
    environments = preview.environments()
    many = len(environments) > _SHORT_LIST
    folded = not preview.everything and (many or not preview.first)
    shown = _only_changed(preview) if folded else preview
    quiet = 0
    for environment in environments:
        if not folded:
            console.print(_environment_tree(preview, shown, environment))
        elif many and (preview.first or environment.action in _WHOLE):
            console.print(_environment_line(preview, environment))
        elif _changed(preview, environment):
            console.print(_environment_tree(preview, shown, environment))
        else:
            quiet += 1
    if quiet:
        _line(console, f"{_number(quiet, 'environment')} without changes")
    if folded:
        _line(
            console,
            "Folded: `.venv/bin/argoproject preview --all` shows every environment in full.",
        )
    _line(console, "")


def _only_changed(preview: Preview) -> Preview:
    return replace(preview, changes=[item for item in preview.changes if _changed(preview, item)])


def _show_others(preview: Preview, console: Console) -> None:
    """Show what belongs to no environment: the clusters' policies and providers, and what a program adds."""
    owned = {item.resource.urn for env in preview.environments() for item in preview.inside(env)}
    others = {
        item.resource.urn: item
        for item in preview.changes
        if item.resource.type not in (_PROJECT_TYPE, _STACK_TYPE) and item.resource.urn not in owned
    }
    if others:
        tree = Tree("For all environments")
        for item in _by_urn(others.values()):
            if item.resource.parent not in others:
                _add_other(preview, tree, item)
        console.print(tree)
        _line(console, "")


def _add_other(preview: Preview, tree: Tree, item: Change) -> None:
    """Of a component its line, and below it what changed: clusters' policies are many and nearly always the same."""
    if item.resource.custom:
        _grow(preview, _add(tree, item), item)
        return
    name = Text(f"{_part(item.resource)} {item.resource.name}")
    branch = tree.add(Text.assemble(_mark(item), name, _content(preview, item)))
    if preview.everything:
        _grow(preview, branch, item)
    elif not preview.first and item.action not in _WHOLE:
        _grow(_only_changed(preview), branch, item)


def _environment_tree(preview: Preview, shown: Preview, environment: Change) -> Tree:
    tree = Tree(_environment_line(preview, environment))
    _grow(shown, tree, environment)
    return tree


def _environment_line(preview: Preview, environment: Change) -> Text:
    return Text.assemble(
        _mark(environment),
        (environment.resource.name, "bold"),
        _identity(preview, environment),
        _content(preview, environment),
    )


def _content(preview: Preview, component: Change) -> str:
    """How many objects a component has, and how many of them change."""
    inside = [item for item in preview.inside(component) if item.resource.custom]
    counts = _counts(inside)
    note = "".join(f", {counts[action]} to {action}" for action in _CHANGES if counts[action])
    return f"  {_number(len(inside), 'object')}{note}"


def _identity(preview: Preview, environment: Change) -> str:
    exported = preview.outputs.get("environments")
    identity = exported.get(environment.resource.name) if isinstance(exported, Mapping) else None
    if not isinstance(identity, Mapping):
        return ""
    parts = (identity.get(part) for part in ("team", "product", "cluster", "environment"))
    return f"  {'/'.join(map(str, parts))}"


def _grow(preview: Preview, tree: Tree, parent: Change) -> None:
    for child in _in_order(preview.children.get(parent.resource.urn, [])):
        _grow(preview, _add(tree, child), child)


def _add(tree: Tree, change: Change) -> Tree:
    branch = tree.add(_resource_line(change))
    if change.moved_from:
        branch.add(Text(f"was {change.moved_from.rpartition('::')[2]}"))
    for item in change.fields:
        branch.add(_field_line(item))
    return branch


def _resource_line(change: Change) -> Text:
    resource = change.resource
    notes = ", ".join(_notes(resource))
    line = Text.assemble(_mark(change), resource.title if resource.custom else _part(resource))
    if notes:
        line.append(f"  {notes}", "dim")
    return line


def _part(component: Resource) -> str:
    return component.type.rpartition(":")[2]


def _notes(resource: Resource) -> Iterator[str]:
    if resource.is_object:
        yield resource.cluster or "no explicit provider"
    words = {
        "protect": "protected",
        "retainOnDelete": "kept when removed",
        "importId": "adopted",
        "deletedWith": "deleted with its namespace",
    }
    for option, word in words.items():
        if option in resource.options:
            yield word
    if "ignoreChanges" in resource.options:
        yield f"leaves {', '.join(resource.options['ignoreChanges'])} to others"
    annotations = resource.inputs.get("metadata", {}).get("annotations", {})
    if "pulumi.com/waitFor" in annotations:
        yield "waits until healthy"


def _field_line(item: FieldChange) -> Text:
    path = item.path.removeprefix("(").replace(")", "", 1) if item.path[0] == "(" else item.path
    if isinstance(item.before, Secret) and isinstance(item.after, Secret):
        return Text(f"{path}: another secret value, or encrypted anew")
    before, after = (_value(item, side) for side in (item.before, item.after))
    return Text(f"{path}: {before} → {after}")


def _value(item: FieldChange, value: Any) -> str:
    if value is ABSENT:
        return "(none)"
    if isinstance(value, Secret | Unknown):
        return str(value)
    text = json.dumps(masked_at(_shown(value), item.steps), ensure_ascii=False)
    return text if len(text) <= _LONG_VALUE else f"{text[: _LONG_VALUE - 1]}…"


def _summary(preview: Preview) -> str:
    counts = _counts(preview.changes)
    live = sum(counts.values()) - counts[Action.DELETE]
    environments = sum(item.action is not Action.DELETE for item in preview.environments())
    total = f"{_number(environments, 'environment')}, {_number(live, 'resource')}"
    if preview.first:
        return f"{total}."
    parts = [f"{counts[action]} to {action}" for action in _CHANGES if counts[action]]
    return f"{total}: {', '.join(parts) or 'no changes'}."


def _refusal(count: int) -> str:
    return (
        f"Pulumi will refuse {_number(count, 'deletion')}, of what is protected: "
        "retire an environment first, then remove it."
    )


def _mark(change: Change) -> tuple[str, str]:
    return _MARKS[change.action]


def _changed(preview: Preview, change: Change) -> bool:
    return change.changed or any(item.changed for item in preview.inside(change))


def _counts(changes: Iterable[Change]) -> Counter[str]:
    return Counter(change.action for change in changes if change.resource.type != _STACK_TYPE)


def _children(changes: Sequence[Change]) -> dict[str, list[Change]]:
    # What moved has children that still name the former parent.
    now = {change.moved_from: change.resource.urn for change in changes if change.moved_from}
    children: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        parent = change.resource.parent
        children[now.get(parent, parent)].append(change)
    return dict(children)


def _in_order(changes: Sequence[Change]) -> list[Change]:
    """Order siblings as they are created, as far as that is fixed: predecessors first, then by type and name."""
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


def _by_urn(changes: Iterable[Change]) -> list[Change]:
    return sorted(changes, key=lambda item: item.resource.urn)


def _entry(change: Change, *, manifests: bool) -> dict[str, Any]:
    resource = change.resource
    return {
        "urn": resource.urn,
        "type": resource.type,
        "name": resource.name,
        "title": resource.title,
        "parent": resource.parent,
        "cluster": resource.cluster,
        "dependencies": list(resource.dependencies),
        "options": dict(resource.options),
        "action": str(change.action),
        "refused": change.refused,
        "movedFrom": change.moved_from,
        "fields": [_field_entry(item) for item in change.fields],
        **({"inputs": masked(_shown(resource.inputs))} if manifests else {}),
    }


def _field_entry(item: FieldChange) -> dict[str, Any]:
    values = {"before": item.before, "after": item.after}
    present = {
        name: masked_at(_shown(value), item.steps)
        for name, value in values.items()
        if value is not ABSENT
    }
    return {"path": item.path, **present}


def _shown(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _shown(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_shown(item) for item in value]
    return str(value) if isinstance(value, Secret | Unknown) else value


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _line(console: Console, text: str) -> None:
    console.print(Text(text))


def _raw(console: Console, text: str) -> None:
    # For programs: neither wrapped nor coloured.
    console.file.write(f"{text}\n")
