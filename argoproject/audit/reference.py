"""The table of rules in docs/audit.md, generated from the rules."""

from __future__ import annotations

from argoproject.audit.rules import RULES

__all__ = ["BEGIN", "END", "rules_table"]

BEGIN = (
    "<!-- made of argoproject/audit/rules: pytest tests/audit/test_reference.py --update-golden -->"
)
END = "<!-- end of rules -->"
"""The lines in docs/audit.md before and after the table."""


def rules_table() -> str:
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
