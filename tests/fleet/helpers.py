"""Trees from files to plans, as tests run them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from argoproject.fleet.pipeline import Fleet, load_fleet, validate_tree
from argoproject.problems import ConfigError
from tests.support.trees import TODAY, report

__all__ = ["fleet", "stopped", "validated"]


def fleet(root: Path, select: Mapping[str, Any] | None = None) -> Fleet:
    return load_fleet(root, stack="dev", select=select, today=TODAY)


def stopped(root: Path, select: Mapping[str, Any] | None = None) -> str:
    with pytest.raises(ConfigError) as caught:
        fleet(root, select)
    return str(caught.value).replace(str(root), "config")


def validated(root: Path) -> list[str]:
    return report(validate_tree(root, TODAY, "config").problems)
