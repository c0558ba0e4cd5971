"""docs/audit.md: the table of rules, made from the rules themselves."""

from __future__ import annotations

from collections.abc import Iterator

from argoproject.audit.rules import RULES

__all__ = ["BEGIN", "END", "rules_table"]

BEGIN = (
    "<!-- made of argoproject/audit/rules: pytest tests/audit/test_reference.py --update-golden -->"
)
END = "<!-- end of rules -->"


def rules_table() -> str:
    """The rules by their usual severity, the worst first."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield "| rule | severity | what stands wide, and what an attacker gains | what to do | source |"
    yield "|---|---|---|---|---|"
    for rule in sorted(RULES, key=lambda it: (it.severity.rank, it.code)):
        cells = (f"{rule.title}: {rule.impact}", rule.remedy, rule.source)
        told = " | ".join(cell.replace("|", "\\|") for cell in cells)
        yield f"| `{rule.code}` | {rule.severity} | {told} |"
