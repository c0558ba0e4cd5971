"""The configuration in `config/` is valid, whatever it holds: it is its users', who write no tests for it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from argoproject.fleet import validate_tree

CONFIG = Path(__file__).parents[1] / "config"


def test_the_configuration_is_valid() -> None:
    today = dt.datetime.now(tz=dt.UTC).date()

    errors = validate_tree(CONFIG, today, "config").errors

    assert not errors, "\n".join(["", *map(str, errors)])
