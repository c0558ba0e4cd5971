"""Finds configuration that is valid, but gives an attacker more than the least privilege.

`validate` refuses errors. `audit` reports what the platform or a team allows: each finding with its impact, a remedy
and a source. Findings that the platform accepts are in audit.yaml, each with a reason and a last day.
"""

from __future__ import annotations

from argoproject.audit.finding import Finding, Severity
from argoproject.audit.run import BASELINE, Audit, Baseline, audit, load_baseline

__all__ = [
    "BASELINE",
    "Audit",
    "Baseline",
    "Finding",
    "Severity",
    "audit",
    "load_baseline",
]
