"""The page of the rules is made of the rules."""

from __future__ import annotations

from pathlib import Path

import pytest

from argoproject.audit.page import BEGIN, END, rules_table
from tests.support.golden import check, updating

PAGE = Path(__file__).parents[2] / "docs/audit.md"


def test_the_table_is_fresh(pytestconfig: pytest.Config) -> None:
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    fresh = f"{before}{BEGIN}\n{rules_table()}\n{END}{after}"
    check(PAGE, fresh, update=updating(pytestconfig))
