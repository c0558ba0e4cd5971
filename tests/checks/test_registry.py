"""A check that is not in the list of checks would refuse nothing."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

from argoproject import checks
from argoproject.checks import registry

TABLES = {
    "check": registry.PROJECT_CHECKS,
    "check_fleet": registry.FLEET_CHECKS,
    "check_platform": registry.PLATFORM_CHECKS,
    "check_stacks": registry.STACK_CHECKS,
}

BY_NAME = {
    ("argocd", "check"),  # of valid environments only
    ("stacks", "check_stacks"),
    ("secrets.files", "check"),
}
"""Those that need other arguments."""


def entries() -> Iterator[tuple[str, str]]:
    """The checks of all modules by their names, each with the table that it belongs to."""
    for module in pkgutil.walk_packages(checks.__path__, f"{checks.__name__}."):
        found = importlib.import_module(module.name)
        for name, table in TABLES.items():
            function = getattr(found, name, None)
            if getattr(function, "__module__", "") == module.name and function not in table:
                yield module.name.removeprefix(f"{checks.__name__}."), name


def test_every_check_is_listed() -> None:
    assert set(entries()) == BY_NAME


def test_no_check_is_listed_twice() -> None:
    for table in TABLES.values():
        assert len(set(table)) == len(table)
