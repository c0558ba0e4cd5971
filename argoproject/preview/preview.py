"""The offline preview as one function: run the program, compare, show, remember.

The command line imports this module only when a preview is wanted, because it loads Pulumi.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml
from pulumi import RunError
from rich.console import Console

from argoproject.diff.fields import ABSENT
from argoproject.preview.changes import Action, Change, Preview, compare
from argoproject.preview.program import load_program, run_program
from argoproject.preview.record import Snapshot, SnapshotStore, printable
from argoproject.preview.text import NOTICE, show_text
from argoproject.secrets.detection import masked, masked_at

__all__ = ["preview", "show_json"]

_COLUMNS = 100
"""Width where the output is not a terminal."""


def preview(
    stack: str,
    root: Path,
    form: str = "text",
    *,
    manifests: bool = False,
    everything: bool = False,
) -> int:
    """Preview a stack.

    Args:
        stack: its name, with or without an organization in front.
        root: folder of Pulumi.yaml.
        form: "text" or "json".
        manifests: show the manifest of every object, too.
        everything: show every environment in full, however many there are.

    Returns:
        The exit status: 0, or 1 where the program fails; its report is then on stderr.
    """
    stack = stack.rpartition("/")[2]
    store = SnapshotStore(root)
    try:
        program = load_program(root, stack)
        result = run_program(program, key=store.fingerprint_key())
    except RunError as error:
        print(error, file=sys.stderr)
        return 1
    before, after = store.load(stack), Snapshot(result.resources, result.outputs)
    view = Preview(
        stack=program.stack,
        project=program.project,
        changes=compare(before, after),
        outputs=result.outputs,
        messages=[
            f"{item.severity}: {item.text}"
            for item in result.messages
            if item.severity in ("warning", "error")
        ],
        first=before is None,
        everything=everything,
    )
    console = Console(highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console.width = _COLUMNS
    if form == "json":
        show_json(view, console, manifests=manifests)
    else:
        show_text(view, console)
        if manifests:
            _show_manifests(view, console)
    store.save(stack, after)
    return 0


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
    _print(console, json.dumps(content, indent=2, ensure_ascii=False))


def _entry(change: Change, *, manifests: bool) -> dict[str, Any]:
    resource = change.resource
    fields = [
        {
            "path": item.path,
            **{
                side: masked_at(printable(value), item.steps)
                for side, value in (("before", item.before), ("after", item.after))
                if value is not ABSENT
            },
        }
        for item in change.fields
    ]
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


def _show_manifests(view: Preview, console: Console) -> None:
    """Print every object that will exist, as YAML documents."""
    for change in _by_urn(view.changes):
        resource = change.resource
        if resource.is_object and change.action is not Action.DELETE:
            inputs = masked(printable(resource.inputs))
            body = yaml.dump(inputs, Dumper=yaml.CSafeDumper, sort_keys=False)
            _print(console, f"---\n# {resource.title} on {resource.cluster}\n{body.rstrip()}")


def _by_urn(changes: Iterable[Change]) -> list[Change]:
    return sorted(changes, key=lambda item: item.resource.urn)


def _print(console: Console, text: str) -> None:
    # For programs: neither wrapped nor coloured.
    console.file.write(f"{text}\n")
