"""What `argoproject validate` says of the trees of this folder's fixtures."""

from __future__ import annotations

import json
from typing import Any

from tests.support.commands import command
from tests.support.trees import PROJECT

__all__ = ["FORMATS", "GREEN", "MISTYPED", "STRAY", "SYNTAX", "run", "sarif_run"]

run = command("validate")

GREEN = "projects/green/api/eu-1/dev/project.yaml"
FORMATS = ("text", "json", "sarif", "github", "gitlab")

STRAY = (
    "config/projects/blue/shop/eu-1/100%, or so: no.yaml: the file has no place in the tree (remove it) "
    "[unexpected-file]"
)
MISTYPED = (
    f"config/{PROJECT}:1:1: descripton: unknown key (did you mean `description`?) [unknown-key]"
)
SYNTAX = (
    f"config/{GREEN}:2:1: this is not valid YAML: did not find expected node content (put text with `: ` or a "
    "leading symbol in quotes; check the indentation) [yaml-syntax]"
)
"""What the fixture `here` has."""


def sarif_run(*arguments: str, status: int = 0) -> dict[str, Any]:
    """The one run of a report."""
    result = run(*arguments, "--format", "sarif", status=status)
    [found] = json.loads(result.stdout)["runs"]
    assert isinstance(found, dict)
    return found
