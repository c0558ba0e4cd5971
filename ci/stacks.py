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
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Stack", "affected", "every", "waiting"]

_NAME = re.compile(r"[A-Za-z0-9_.-]+")
_PROGRAM = ("__main__.py", "Pulumi.yaml", "argoproject", "components", "requirements.txt")
"""A change of these may change every environment, with no change of the configuration."""

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
    found = {stack for base, those in names.items() for stack in _since(base, those)}
    return sorted(found, key=lambda stack: stack.name)


def every() -> list[Stack]:
    """All stacks that have an environment."""
    return affected(
        _git("commit-tree", _git("hash-object", "-w", "-t", "tree", os.devnull), "-m", "nothing")
    )


def affected(base: str) -> list[Stack]:
    """What `argoproject affected` says, compared with a commit."""
    command = [sys.executable, "-m", "argoproject", "affected", "--base", base, "--format", "json"]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)  # noqa: S603 - all ours
    return [Stack(item["stack"], item["production"]) for item in json.loads(done.stdout)["stacks"]]


def _since(base: str | None, names: Iterable[str]) -> Iterator[Stack]:
    """Those of the stacks that changed since a commit; all of them where there is none."""
    if base is None or _changed(base, *_PROGRAM):
        yield from (stack for stack in every() if stack.name in names)
        return
    found = {stack.name: stack for stack in affected(base)}
    settings = {name for name in names if _changed(base, f"Pulumi.{name}.yaml")}
    if settings - found.keys():
        found = {stack.name: stack for stack in every() if stack.name in settings} | found
    yield from (found[name] for name in names if name in found)


def _names() -> list[str]:
    files = sorted(Path().glob("Pulumi.*.yaml"))
    return [file.name.removeprefix("Pulumi.").removesuffix(".yaml") for file in files]


def _known(commit: str) -> bool:
    """Whether the clone has it: after a push by force it may be gone."""
    return _succeeds("cat-file", "-e", f"{commit}^{{commit}}")


def _changed(base: str, *paths: str) -> bool:
    return not _succeeds("diff", "--quiet", base, "HEAD", "--", *paths)


def _succeeds(*arguments: str) -> bool:
    done = subprocess.run(["git", *arguments], capture_output=True, check=False)  # noqa: S603, S607 - all ours
    return done.returncode == 0


def _git(*arguments: str) -> str:
    done = subprocess.run(  # noqa: S603 - all ours
        ["git", *arguments],  # noqa: S607 - the git on PATH is the one
        env={**os.environ, **_NOBODY},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()
