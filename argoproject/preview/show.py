"""How the offline preview is shown: as text for people, as JSON for scripts, and all manifests as YAML.

The text is a tree of environments with the counts at the end, readable on 100 columns, without colour and terminal.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import yaml
from rich.console import Console
from rich.text import Text
from rich.tree import Tree

from argoproject.diff.fields import ABSENT, FieldChange, Option
from argoproject.preview.changes import Action, Change, Preview
from argoproject.preview.record import Resource, Secret, Unknown, printable
from argoproject.problems import counted
from argoproject.secrets.detection import masked, masked_at

__all__ = ["NOTICE", "show_json", "show_manifests", "show_text"]

NOTICE = (
    "Offline preview, without Pulumi CLI or cluster: state, server defaults and admission unknown."
)

_FOLDED = "Folded: `.venv/bin/argoproject preview --all` shows every environment in full."

_SHORT_LIST = 20
"""Up to so many environments, a first preview shows each of them in full."""

_LONG_VALUE = 60
"""Values are cut at so many characters."""

_CHANGES = (Action.CREATE, Action.UPDATE, Action.REPLACE, Action.DELETE)
_WHOLE = (Action.CREATE, Action.DELETE)

_MARKS = {
    Action.SAME: ("", ""),
    Action.CREATE: ("+ ", "green"),
    Action.UPDATE: ("~ ", "yellow"),
    Action.REPLACE: ("! ", "bold red"),
    Action.DELETE: ("- ", "red"),
}
"""Text and style before a resource."""

_OPTIONS = {
    "protect": Option.PROTECTED,
    "retainOnDelete": Option.KEPT,
    "importId": Option.ADOPTED,
    "deletedWith": "deleted with its namespace",
}
"""How options are shown after a resource."""


def show_text(preview: Preview, console: Console) -> None:
    """Print the preview: environments, what they share, messages of the program, counts."""

    def show(*items: str | Text | Tree) -> None:
        for item in items:
            console.print(Text(item) if isinstance(item, str) else item)

    against = "nothing to compare with yet" if preview.first else "compared with the last preview"
    show(NOTICE, f"Stack {preview.stack} of {preview.project}, {against}.", "")
    show(*_environments(preview), "")
    show(*_others(preview), *preview.messages)
    refused = sum(change.refused for change in preview.changes)
    if refused:
        show(
            f"Pulumi will refuse {counted(refused, 'deletion')} of protected resources: "
            "retire an environment first, then remove it."
        )
    counts = preview.counts(preview.changes)
    environments = sum(item.action is not Action.DELETE for item in preview.environments())
    resources = sum(counts.values()) - counts[Action.DELETE]
    total = f"{counted(environments, 'environment')}, {counted(resources, 'resource')}"
    parts = [f"{counts[action]} to {action}" for action in _CHANGES if counts[action]]
    show(f"{total}." if preview.first else f"{total}: {', '.join(parts) or 'no changes'}.")


def _environments(preview: Preview) -> Iterator[str | Text | Tree]:
    """Environments in full, or only what changes in them; of many that are new or gone, a line each."""
    environments = preview.environments()
    many = len(environments) > _SHORT_LIST
    folded = not preview.everything and (many or not preview.first)
    shown = _only_changed(preview) if folded else preview
    unchanged = 0
    for environment in environments:
        line = Text.assemble(
            _MARKS[environment.action],
            (environment.resource.name, "bold"),
            _identity(preview, environment),
            _content(preview, environment),
        )
        if folded and many and (preview.first or environment.action in _WHOLE):
            yield line
        elif not folded or preview.has_changes(environment):
            tree = Tree(line)
            _grow(shown, tree, environment)
            yield tree
        else:
            unchanged += 1
    if unchanged:
        yield f"{counted(unchanged, 'environment')} without changes"
    if folded:
        yield _FOLDED


def _only_changed(preview: Preview) -> Preview:
    return replace(preview, changes=[item for item in preview.changes if preview.has_changes(item)])


def _others(preview: Preview) -> Iterator[str | Tree]:
    """What environments share. Of a component its line and below it only what changes: the policies of a cluster are
    many, and nearly always the same."""
    others = preview.others()
    if not others:
        return
    urns = {item.resource.urn for item in others}
    tree = Tree("For all environments")
    for item in others:
        if item.resource.parent in urns:
            continue
        if item.resource.custom:
            _add(preview, tree, item)
            continue
        line = Text.assemble(_MARKS[item.action], item.resource.title, _content(preview, item))
        branch = tree.add(line)
        if preview.everything:
            _grow(preview, branch, item)
        elif not preview.first and item.action not in _WHOLE:
            _grow(_only_changed(preview), branch, item)
    yield tree
    yield ""


def _content(preview: Preview, component: Change) -> str:
    """How many objects a component has, and how many of them change."""
    inside = [item for item in preview.inside(component) if item.resource.custom]
    counts = preview.counts(inside)
    note = "".join(f", {counts[action]} to {action}" for action in _CHANGES if counts[action])
    return f"  {counted(len(inside), 'object')}{note}"


def _identity(preview: Preview, environment: Change) -> str:
    """`team/product/cluster/environment`, as the stack exports it; nothing for an environment that is gone."""
    exported = preview.outputs.get("environments")
    identity = exported.get(environment.resource.name) if isinstance(exported, Mapping) else None
    if not isinstance(identity, Mapping):
        return ""
    parts = (identity.get(part) for part in ("team", "product", "cluster", "environment"))
    return f"  {'/'.join(map(str, parts))}"


def _grow(preview: Preview, tree: Tree, parent: Change) -> None:
    for child in preview.children(parent):
        _add(preview, tree, child)


def _add(preview: Preview, tree: Tree, change: Change) -> None:
    """Add a resource with its changed fields, and everything below it."""
    resource = change.resource
    title = resource.title if resource.custom else resource.type.rpartition(":")[2]
    line = Text.assemble(_MARKS[change.action], title)
    notes = ", ".join(_notes(resource))
    if notes:
        line.append(f"  {notes}", "dim")
    branch = tree.add(line)
    if change.moved_from:
        branch.add(Text(f"was {change.moved_from.rpartition('::')[2]}"))
    for item in change.fields:
        branch.add(Text(_field_line(item)))
    _grow(preview, branch, change)


def _notes(resource: Resource) -> Iterator[str]:
    if resource.is_object:
        yield resource.cluster or "no explicit provider"
    yield from (word for option, word in _OPTIONS.items() if option in resource.options)
    if "ignoreChanges" in resource.options:
        yield f"leaves {', '.join(resource.options['ignoreChanges'])} to others"
    if "pulumi.com/waitFor" in resource.inputs.get("metadata", {}).get("annotations", {}):
        yield "waits until healthy"
    if before := _others_before(resource):
        yield f"after {', '.join(before)}"


def _others_before(resource: Resource) -> list[str]:
    """The keys of the Applications after which an Application is created; none for other objects."""
    same_kind, _, _ = resource.urn.rpartition("::")
    names = [urn.rpartition("::") for urn in resource.dependencies]
    prefix = resource.parent.rpartition("::")[2].removesuffix("s")
    return [
        name.removeprefix(f"{prefix}-")
        for kind, _, name in names
        if kind == same_kind and resource.inputs.get("kind") == "Application"
    ]


def _field_line(item: FieldChange) -> str:
    # The cluster and options have parentheses, `(protect)`, which distinguish them from fields of the manifest.
    path = item.path.removeprefix("(").replace(")", "", 1) if item.path[0] == "(" else item.path
    if isinstance(item.before, Secret) and isinstance(item.after, Secret):
        return f"{path}: another secret value, or re-encrypted"

    def text(value: Any) -> str:
        if value is ABSENT:
            return "(none)"
        if isinstance(value, Secret | Unknown):
            return str(value)
        found = json.dumps(masked_at(printable(value), item.steps), ensure_ascii=False)
        return found if len(found) <= _LONG_VALUE else f"{found[: _LONG_VALUE - 1]}…"

    return f"{path}: {text(item.before)} → {text(item.after)}"


def show_json(view: Preview, console: Console, *, manifests: bool) -> None:
    """Print everything as one JSON document."""
    content = {
        "notice": NOTICE,
        "stack": view.stack,
        "project": view.project,
        "first": view.first,
        "counts": dict(view.counts(view.changes)),
        "messages": list(view.messages),
        "outputs": printable(view.outputs),
        "resources": [_entry(change, manifests=manifests) for change in _by_urn(view.changes)],
    }
    # For programs: neither wrapped nor coloured.
    console.file.write(f"{json.dumps(content, indent=2, ensure_ascii=False)}\n")


def _entry(change: Change, *, manifests: bool) -> dict[str, Any]:
    resource = change.resource
    fields = []
    for item in change.fields:
        sides = {"before": item.before, "after": item.after}
        present = {side: value for side, value in sides.items() if value is not ABSENT}
        masked_sides = {side: masked_at(printable(it), item.steps) for side, it in present.items()}
        fields.append({"path": item.path, **masked_sides})
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
        "fields": fields,
        **({"inputs": masked(printable(resource.inputs))} if manifests else {}),
    }


def show_manifests(view: Preview, console: Console) -> None:
    """Print every object that will exist, as YAML documents."""
    for change in _by_urn(view.changes):
        resource = change.resource
        if resource.is_object and change.action is not Action.DELETE:
            inputs = masked(printable(resource.inputs))
            body = yaml.dump(inputs, Dumper=yaml.CSafeDumper, sort_keys=False)
            console.file.write(f"---\n# {resource.title} on {resource.cluster}\n{body.rstrip()}\n")


def _by_urn(changes: Iterable[Change]) -> list[Change]:
    return sorted(changes, key=lambda item: item.resource.urn)
