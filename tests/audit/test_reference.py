"""The table of rules in docs/audit.md is generated from the rules, by this test with --update-golden."""

from __future__ import annotations

import pytest

from argoproject.audit.rules import RULES
from tests.support.golden import check, updating
from tests.support.paths import ROOT

PAGE = ROOT / "docs/audit.md"
BEGIN = (
    "<!-- made of argoproject/audit/rules: pytest tests/audit/test_reference.py --update-golden -->"
)
END = "<!-- end of rules -->"


def test_the_table_is_fresh(pytestconfig: pytest.Config) -> None:
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    fresh = f"{before}{BEGIN}\n{_rules_table()}\n{END}{after}"
    check(PAGE, fresh, update=updating(pytestconfig))


def _rules_table() -> str:
    """The rules as a Markdown table, the most severe first."""
    lines = [
        "| rule | severity | finding and impact | what to do | source |",
        "|---|---|---|---|---|",
    ]
    for rule in sorted(RULES, key=lambda it: (it.severity.rank, it.code)):
        cells = (f"{rule.title}: {rule.impact}", rule.remedy, rule.source)
        text = " | ".join(cell.replace("|", "\\|") for cell in cells)
        lines.append(f"| `{rule.code}` | {rule.severity} | {text} |")
    return "\n".join(lines)
