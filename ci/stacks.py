"""Which stacks a deployment takes: those that anything affects since they were deployed last.

Not since the push before: a run that failed, waited too long or was replaced by a newer one in the queue leaves its
changes to the next, and so does a push by force.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Stack", "affected", "every", "waiting"]

_NAME = re.compile(r"[A-Za-z0-9_.-]+")
_NOBODY = {
    f"GIT_{who}_{what}": "ci" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
}


@dataclass(frozen=True, slots=True)
class Stack:
    """One stack, and whether anything in it is production."""

    name: str
    production: bool

    def __post_init__(self) -> None:
        # It becomes part of commands and of generated pipelines.
        if not _NAME.fullmatch(self.name):
            raise ValueError(f"{self.name!r} is no name of a stack")


def waiting(deployed: Callable[[str], str | None]) -> list[Stack]:
    """The stacks that are not up to date. `deployed` tells the commit that a stack was deployed from last."""
    names: dict[str | None, set[str]] = defaultdict(set)
    for name in _names():
        commit = deployed(name)
        names[commit if commit and _known(commit) else None].add(name)
    everything = every()
    # An update takes the whole stack: it is production if any of its environments is, changed or not.
    production = {stack.name for stack in everything if stack.production}
    found = (
        Stack(stack.name, stack.production or stack.name in production)
        for base, those in names.items()
        for stack in (everything if base is None else affected(base))
        if stack.name in those
    )
    return sorted(found, key=lambda stack: stack.name)


def every() -> list[Stack]:
    """All stacks that have an environment: what the whole program affects, compared with a commit that has none."""
    entries = _git("ls-tree", "HEAD").splitlines(keepends=True)
    tree = _git("mktree", stdin="".join(line for line in entries if "\tPulumi.yaml" not in line))
    return affected(_git("commit-tree", tree, "-m", "no program"))


def affected(base: str) -> list[Stack]:
    """What `argoproject affected` says, compared with a commit."""
    command = [sys.executable, "-m", "argoproject", "affected", "--base", base, "--format", "json"]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)  # noqa: S603 - all ours
    return [Stack(item["stack"], item["production"]) for item in json.loads(done.stdout)["stacks"]]


def _names() -> list[str]:
    files = sorted(Path().glob("Pulumi.*.yaml"))
    return [file.name.removeprefix("Pulumi.").removesuffix(".yaml") for file in files]


def _known(commit: str) -> bool:
    """Whether the clone has it: after a push by force it may be gone."""
    command = ["git", "cat-file", "-e", f"{commit}^{{commit}}"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0  # noqa: S603 - all ours


def _git(*arguments: str, stdin: str = "") -> str:
    done = subprocess.run(  # noqa: S603 - all ours
        ["git", *arguments],  # noqa: S607 - the git on PATH is the one
        input=stdin,
        env={**os.environ, **_NOBODY},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout.rstrip("\n")
