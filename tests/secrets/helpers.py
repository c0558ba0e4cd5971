"""Commands about secrets, as tests run them."""

from __future__ import annotations

import json
from typing import Any

from argoproject.fleet.pipeline import validate_tree
from tests.support.commands import command
from tests.support.trees import TODAY
from tests.support.vault import Vault

__all__ = ["as_json", "errors", "run"]

run = command("secret")


def as_json(*arguments: str) -> Any:
    return json.loads(run(*arguments, "--format", "json").stdout)


def errors(vault: Vault) -> list[str]:
    return [problem.code for problem in validate_tree(vault.root, TODAY, "config").errors]
