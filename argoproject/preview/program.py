"""The offline preview: runs a Pulumi program as the CLI's language host would, but with the recording engine.

This is where Pulumi.yaml and Pulumi.<stack>.yaml are read. No key to decrypt them is needed: a `secure:` value becomes
a placeholder that changes with the encrypted text.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import hashlib
import json
import logging
import os
import runpy
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from pulumi import RunError
from pulumi.runtime import reset_options, run_in_stack, set_all_config
from rich.console import Console

from argoproject.preview.changes import Preview, compare
from argoproject.preview.engine import Decoder, Engine, Message, Monitor
from argoproject.preview.record import Snapshot, SnapshotStore
from argoproject.preview.show import show_json, show_manifests, show_text
from argoproject.secrets.decrypt import placeholders_only
from argoproject.tree.pulumi import config_folder, full_key

__all__ = ["Program", "Result", "load_program", "preview", "run_program"]

_COLUMNS = 100
"""Width where the output is not a terminal."""

_THREADS = 8
"""How many requests are answered at the same time."""


@dataclass(frozen=True, slots=True)
class Program:
    """A program with the config of one stack."""

    root: Path
    """Folder of Pulumi.yaml."""

    path: Path
    """The program: a file, or a folder with `__main__.py`."""

    project: str
    stack: str
    config: Mapping[str, str] = field(default_factory=dict, repr=False)
    """By full key, `argo-projects:config` for example; objects as JSON, as the CLI passes them to programs."""

    secret_keys: tuple[str, ...] = ()
    """Keys of `config` whose values are secret."""


@dataclass(frozen=True, slots=True)
class Result(Snapshot):
    """What the program registered, exported and logged."""

    messages: tuple[Message, ...] = ()


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
    before = store.load(stack)
    reported = [item for item in result.messages if item.severity in ("warning", "error")]
    view = Preview(
        stack=program.stack,
        project=program.project,
        changes=compare(before, result),
        outputs=result.outputs,
        messages=[f"{item.severity}: {item.text}" for item in reported],
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
            show_manifests(view, console)
    store.save(stack, result)
    return 0


def load_program(root: Path, stack: str) -> Program:
    """Read the files of a project and of one of its stacks; defaults of the project are merged as the CLI does.

    Raises:
        RunError: for a file that is missing or is not valid YAML. The text of the file is never quoted.
    """
    project = _read(root / "Pulumi.yaml")
    name = project.get("name", "")
    folder = root / config_folder(project)
    file = folder / f"Pulumi.{stack}.yaml"
    if not file.is_file():
        stacks = sorted(other.name.split(".")[1] for other in folder.glob("Pulumi.*.yaml"))
        known = f"there are: {', '.join(stacks)}" if stacks else "there is none"
        raise RunError(f"Stack {stack} has no file {file} ({known})")
    values = {}
    block = project.get("config")
    for key, declared in (block if isinstance(block, dict) else {}).items():
        in_block = isinstance(declared, dict)
        value = declared.get("value", declared.get("default")) if in_block else declared
        if value is not None:
            values[key] = value
    values |= _read(file).get("config") or {}
    full = {full_key(key, name): value for key, value in values.items()}
    readable = {key: _readable(value) for key, value in full.items()}
    texts = {key: it if isinstance(it, str) else json.dumps(it) for key, it in readable.items()}
    return Program(
        root=root,
        path=root / (project.get("main") or "."),
        project=name,
        stack=stack,
        config=texts,
        secret_keys=tuple(key for key, value in full.items() if readable[key] != value),
    )


def _read(path: Path) -> dict[str, Any]:
    try:
        content = yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader) or {}
    except OSError as error:
        raise RunError(f"{path}: {error.strerror}") from None
    except yaml.YAMLError as error:
        # Not the error's own text, which quotes the file.
        mark = getattr(error, "problem_mark", None)
        place = f"line {mark.line + 1}, column {mark.column + 1}" if mark else "unreadable"
        raise RunError(f"{path}: not valid YAML: {place}") from None
    if not isinstance(content, dict):
        raise RunError(f"{path}: expected a mapping")
    return content


def _readable(value: Any) -> Any:
    """A value of the config with placeholders for `secure:` values, at any depth."""
    if isinstance(value, list):
        return [_readable(item) for item in value]
    if not isinstance(value, dict):
        return value
    if set(value) == {"secure"} and isinstance(value["secure"], str):
        return f"<encrypted {hashlib.sha256(value['secure'].encode()).hexdigest()[:12]}>"
    return {key: _readable(item) for key, item in value.items()}


def run_program(program: Program, *, key: bytes = b"") -> Result:
    """Run a program. What it raises is raised here.

    Args:
        program: what to run.
        key: for the fingerprints of secrets: equal keys give comparable results.
    """
    monitor = Monitor(program.project, program.stack, Decoder(key))
    engine = Engine()
    # Pulumi keeps its settings in context variables: nothing of this run outlives its context.
    contextvars.Context().run(_run, program, monitor, engine)
    return Result(monitor.resources, monitor.stack_outputs, tuple(engine.messages))


def _run(program: Program, monitor: Monitor, engine: Engine) -> None:
    set_all_config(dict(program.config), list(program.secret_keys))
    reset_options(
        project=program.project,
        stack=program.stack,
        root_directory=str(program.root.resolve()),
        parallel=_THREADS,
        # Typed as addresses, but any object with the methods is taken for the client itself.
        monitor_address=monitor,  # type: ignore[arg-type]
        engine_address=engine,  # type: ignore[arg-type]
        preview=True,
        organization="organization",
    )
    # The program's own output must not mix with ours, which may be JSON.
    quiet = contextlib.redirect_stdout(sys.stderr)
    with _inside(program.path) as main, placeholders_only(), quiet, _silent_asyncio():

        def execute() -> None:
            runpy.run_path(str(main), run_name="__main__")

        # Tasks that are left after a failure are cancelled when the runner is closed.
        with asyncio.Runner() as runner:
            runner.get_loop().set_default_executor(ThreadPoolExecutor(_THREADS))
            runner.run(run_in_stack(execute))


@contextlib.contextmanager
def _silent_asyncio() -> Iterator[None]:
    """As in Pulumi's own host: after a failure asyncio would report every resource that was not registered yet."""
    logger = logging.getLogger("asyncio")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)


@contextlib.contextmanager
def _inside(path: Path) -> Iterator[Path]:
    """Make the program's folder the working directory and the first place of imports; gives the file to run."""
    folder = path.resolve() if path.is_dir() else path.resolve().parent
    search = list(sys.path)
    sys.path.insert(0, os.fspath(folder))
    try:
        with contextlib.chdir(folder):
            yield folder / "__main__.py" if path.is_dir() else path.resolve()
    finally:
        sys.path[:] = search
