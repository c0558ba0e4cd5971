"""The offline preview as one function: run the program, compare, show, remember.

The command line imports this module only when the preview is asked for: it is what makes Pulumi load.
"""

from __future__ import annotations

import sys
from pathlib import Path

from pulumi import RunError
from rich.console import Console

from argoproject.preview.changes import compare
from argoproject.preview.program import Program, Result, load_program, run_program
from argoproject.preview.show import Preview, show_json, show_manifests, show_text
from argoproject.preview.snapshot import Snapshot, SnapshotStore

__all__ = ["preview"]

_COLUMNS = 100
_SPOKEN = ("warning", "error")


def preview(
    stack: str,
    root: Path,
    form: str = "text",
    *,
    manifests: bool = False,
    everything: bool = False,
) -> int:
    """Preview a stack of the Pulumi project in `root`, as "text" or "json", and give the exit status.

    `everything` unfolds every environment, however many there are.
    """
    stack = stack.rpartition("/")[2]
    store = SnapshotStore(root)
    try:
        program = load_program(root, stack)
        result = run_program(program, key=store.fingerprint_key())
    except RunError as error:
        print(error, file=sys.stderr)
        return 1
    view = _compared(program, result, store.load(stack), everything=everything)
    _show(view, _console(), form, manifests=manifests)
    store.save(stack, Snapshot(result.resources, result.outputs))
    return 0


def _compared(
    program: Program, result: Result, before: Snapshot | None, *, everything: bool
) -> Preview:
    spoken = (item for item in result.messages if item.severity in _SPOKEN)
    return Preview(
        stack=program.stack,
        project=program.project,
        changes=compare(before, Snapshot(result.resources, result.outputs)),
        outputs=result.outputs,
        messages=[f"{item.severity}: {item.text}" for item in spoken],
        first=before is None,
        everything=everything,
    )


def _show(view: Preview, console: Console, form: str, *, manifests: bool) -> None:
    if form == "json":
        show_json(view, console, manifests=manifests)
        return
    show_text(view, console)
    if manifests:
        show_manifests(view, console)


def _console() -> Console:
    console = Console(highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console.width = _COLUMNS
    return console
