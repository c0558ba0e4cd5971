"""The configuration in `config/` is valid, whatever it holds: it is its users', who write no tests for it."""

from __future__ import annotations

import datetime as dt

from argoproject.fleet.pipeline import validate_tree
from tests.support.paths import ROOT

CONFIG = ROOT / "config"


def test_the_configuration_is_valid() -> None:
    today = dt.datetime.now(tz=dt.UTC).date()

    errors = validate_tree(CONFIG, today, "config").errors

    assert not errors, "\n".join(["", *map(str, errors)])
