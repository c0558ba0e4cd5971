"""Runs a Pulumi program as the CLI's language host would, but against the recording engine.

Owns the reading of Pulumi.yaml and Pulumi.<stack>.yaml. There is no key to decrypt with, and none is needed: a
`secure:` value becomes a placeholder that changes with the encrypted text.
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
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from pulumi import RunError
from pulumi.runtime import reset_options, run_in_stack, set_all_config

from argoproject.preview.engine import Decoder, Engine, Message, Monitor
from argoproject.preview.record import Resources
from argoproject.secrets.decrypt import without_values

__all__ = ["Program", "Result", "load_program", "run_program"]

_THREADS = 8


@dataclass(frozen=True, slots=True)
class Program:
    """What is to be run: a program with the config of one stack."""

    root: Path
    """Folder of Pulumi.yaml."""

    path: Path
    project: str
    stack: str
    config: Mapping[str, str] = field(default_factory=dict, repr=False)
    """By full key; objects as JSON, as the CLI hands them to programs."""

    secret_keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """What the program registered, exported and logged."""

    resources: Resources
    outputs: Mapping[str, Any]
    messages: tuple[Message, ...]


def load_program(root: Path, stack: str) -> Program:
    """Read the project's and the stack's files; defaults of the project are merged as the CLI does."""
    project = _read(root / "Pulumi.yaml")
    name = project.get("name", "")
    settings = _read(_stack_file(root, project, stack)).get("config") or {}
    values = {**_defaults(project), **settings}
    return Program(
        root=root,
        path=root / (project.get("main") or "."),
        project=name,
        stack=stack,
        config={_full_key(name, key): _text(_readable(value)) for key, value in values.items()},
        secret_keys=tuple(_full_key(name, key) for key, value in values.items() if _secure(value)),
    )


def run_program(program: Program, *, key: bytes = b"") -> Result:
    """Run it. What it raises is raised here. `key` is for the fingerprints of secrets."""
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
    with _event_loop() as loop, _place_of(program.path) as main, without_values(), quiet:
        loop.run_until_complete(run_in_stack(lambda: _execute(main)))


def _execute(main: Path) -> None:
    runpy.run_path(str(main), run_name="__main__")


@contextlib.contextmanager
def _event_loop() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    executor = ThreadPoolExecutor(_THREADS)
    loop.set_default_executor(executor)
    asyncio.set_event_loop(loop)
    # As in Pulumi's own host: after a failure asyncio would report every resource that did not get its turn.
    logger = logging.getLogger("asyncio")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield loop
    finally:
        _cancel_all(loop)
        executor.shutdown(wait=True)
        asyncio.set_event_loop(None)
        loop.close()
        logger.setLevel(level)


def _cancel_all(loop: asyncio.AbstractEventLoop) -> None:
    tasks = asyncio.all_tasks(loop)
    for task in tasks:
        task.cancel()
    loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))


@contextlib.contextmanager
def _place_of(path: Path) -> Iterator[Path]:
    """Go where the program is, as it finds its files and modules from there."""
    folder = path.resolve() if path.is_dir() else path.resolve().parent
    search = list(sys.path)
    sys.path.insert(0, os.fspath(folder))
    try:
        with contextlib.chdir(folder):
            yield folder / "__main__.py" if path.is_dir() else path.resolve()
    finally:
        sys.path[:] = search


def _read(path: Path) -> dict[str, Any]:
    try:
        content = yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader) or {}
    except OSError as error:
        raise RunError(f"{path}: {error.strerror}") from None
    except yaml.YAMLError as error:
        raise RunError(f"{path}: not valid YAML: {_place(error)}") from None
    if not isinstance(content, dict):
        raise RunError(f"{path}: expected a mapping")
    return content


def _place(error: yaml.YAMLError) -> str:
    # Not the error's own text, which quotes the file.
    mark = getattr(error, "problem_mark", None)
    return "unreadable" if mark is None else f"line {mark.line + 1}, column {mark.column + 1}"


def _stack_file(root: Path, project: Mapping[str, Any], stack: str) -> Path:
    folder = root / (project.get("stackConfigDir") or ".")
    path = folder / f"Pulumi.{stack}.yaml"
    if path.is_file():
        return path
    stacks = sorted(file.name.split(".")[1] for file in folder.glob("Pulumi.*.yaml"))
    known = f"there are: {', '.join(stacks)}" if stacks else "there is none"
    raise RunError(f"Stack {stack} has no file {path} ({known})")


def _defaults(project: Mapping[str, Any]) -> dict[str, Any]:
    declared = project.get("config") or {}
    values = {key: _default(value) for key, value in declared.items()}
    return {key: value for key, value in values.items() if value is not None}


def _default(declaration: Any) -> Any:
    if not isinstance(declaration, dict):
        return declaration
    return declaration.get("value", declaration.get("default"))


def _full_key(project: str, key: str) -> str:
    return key if ":" in key else f"{project}:{key}"


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _secure(value: Any) -> bool:
    if isinstance(value, dict):
        return _is_secure(value) or any(map(_secure, value.values()))
    return isinstance(value, list) and any(map(_secure, value))


def _is_secure(value: Mapping[str, Any]) -> bool:
    return set(value) == {"secure"} and isinstance(value["secure"], str)


def _readable(value: Any) -> Any:
    if isinstance(value, dict):
        return _placeholder(value["secure"]) if _is_secure(value) else _each(value.items())
    if isinstance(value, list):
        return [_readable(item) for item in value]
    return value


def _each(items: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    return {key: _readable(value) for key, value in items}


def _placeholder(encrypted: str) -> str:
    return f"<encrypted {hashlib.sha256(encrypted.encode()).hexdigest()[:12]}>"
