"""The page of the rules is made of the rules."""

from __future__ import annotations

import pytest

from argoproject.audit.reference import BEGIN, END, rules_table
from tests.support.golden import check, updating
from tests.support.paths import ROOT

PAGE = ROOT / "docs/audit.md"


def test_the_table_is_fresh(pytestconfig: pytest.Config) -> None:
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    fresh = f"{before}{BEGIN}\n{rules_table()}\n{END}{after}"
    check(PAGE, fresh, update=updating(pytestconfig))
