"""`python -m ci.github_stacks [--all]`: the stacks to deploy, or all, as outputs of a step."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from pathlib import Path

from .github import Repository
from .stacks import Stack, every, waiting

__all__ = ["main"]


def main(arguments: list[str]) -> None:
    """Write them where GitHub reads a step's outputs."""
    stacks = every() if arguments == ["--all"] else waiting(Repository().deployed)
    with Path(os.environ["GITHUB_OUTPUT"]).open("a") as outputs:
        for line in lines(stacks):
            sys.stdout.write(line)
            outputs.write(line)


def lines(stacks: list[Stack]) -> Iterable[str]:
    """One output for each job that has the stacks as its matrix."""
    yield _line("stacks", stacks)
    yield _line("nonproduction", [stack for stack in stacks if not stack.production])
    yield _line("production", [stack for stack in stacks if stack.production])


def _line(name: str, stacks: list[Stack]) -> str:
    return f"{name}={json.dumps([stack.name for stack in stacks])}\n"


if __name__ == "__main__":
    main(sys.argv[1:])
