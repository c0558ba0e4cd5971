"""Which stacks a deployment takes: those that anything affects since they were deployed last.

Not since the push before: a run that failed, waited too long or was replaced by a newer one in the queue leaves its
changes to the next, and so does a push by force.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Stack", "affected", "every", "waiting"]

_FOLDER = re.compile(r"""^(?:stackConfigDir|config):[ \t]+["']?([^"'\s#{]+)""", re.MULTILINE)
"""The folder of the stack files in Pulumi.yaml; `config` with a text is the older spelling."""

_NAME = re.compile(r"[A-Za-z0-9_.-]+")


@dataclass(frozen=True, slots=True)
class Stack:
    """One stack, and whether anything in it is production."""

    name: str
    production: bool

    def __post_init__(self) -> None:
        # It becomes part of commands and of generated pipelines.
        if not _NAME.fullmatch(self.name):
            raise ValueError(f"{self.name!r} is not the name of a stack")


def waiting(deployed: Callable[[str], str | None]) -> list[Stack]:
    """The stacks that are not up to date. `deployed` tells the commit that a stack was deployed from last."""
    names: dict[str | None, set[str]] = defaultdict(set)
    for name in _names():
        commit = deployed(name)
        names[commit if commit and _known(commit) else None].add(name)
    found = (
        stack
        for base, those in names.items()
        for stack in (every() if base is None else affected(base))
        if stack.name in those
    )
    return sorted(found, key=lambda stack: stack.name)


def every() -> list[Stack]:
    """All stacks that have an environment."""
    return _asked("--all")


def affected(base: str) -> list[Stack]:
    """The stacks that have to deploy what changed since a commit."""
    return _asked("--base", base)


def _asked(*arguments: str) -> list[Stack]:
    command = [sys.executable, "-m", "argoproject", "affected", *arguments, "--format", "json"]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)  # noqa: S603 - all ours
    return [Stack(item["stack"], item["production"]) for item in json.loads(done.stdout)["stacks"]]


def _names() -> list[str]:
    project = Path("Pulumi.yaml")
    named = _FOLDER.search(project.read_text()) if project.is_file() else None
    files = sorted(Path(named.group(1) if named else ".").glob("Pulumi.*.yaml"))
    return [file.name.removeprefix("Pulumi.").removesuffix(".yaml") for file in files]


def _known(commit: str) -> bool:
    """Whether the clone has it: after a push by force it may be gone."""
    command = ["git", "cat-file", "-e", f"{commit}^{{commit}}"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0  # noqa: S603 - all ours
