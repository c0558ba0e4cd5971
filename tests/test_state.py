"""Type tokens, names and parents are state: a changed line here replaces what it names.

It needs an alias, and a line under State in the CHANGELOG.
"""

from __future__ import annotations

import json

import pytest

from argoproject.fleet.pipeline import load_fleet
from argoproject.preview.program import Program, run_program
from tests.support import golden
from tests.support.paths import DATA, ROOT
from tests.support.trees import TODAY

CONFIG = DATA / "scenarios/config"


def secrets() -> str:
    """Config with a value for every secret of the scenarios."""
    fleet = load_fleet(CONFIG, stack="test", select=None, today=TODAY)
    keys = {key for plan in fleet.plans for key in plan.secret_keys()}
    values: dict[str, dict[str, str]] = {}
    for key in sorted(keys, key=str):
        values.setdefault(key.owner, {})[key.name] = "example"
    return json.dumps(values)


def test_the_state_of_the_scenarios(pytestconfig: pytest.Config) -> None:
    config = {"argo-projects:config": str(CONFIG), "argo-projects:secrets": secrets()}
    result = run_program(Program(ROOT, ROOT, "argo-projects", "test", config))
    names = {urn: item.name for urn, item in result.resources.items()}
    lines = [
        f"{item.type} {item.name} {names.get(item.parent, '-')}"
        for item in result.resources.values()
    ]
    golden.check(
        DATA / "resources.txt",
        "".join(f"{line}\n" for line in sorted(lines)),
        update=golden.updating(pytestconfig),
    )
