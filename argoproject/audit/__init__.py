"""What is accepted and still worth a look: where an environment stands wider than it needs to.

`validate` refuses what is wrong. `audit` tells what is allowed, by choice of the platform or of a team, and gives an
attacker more than the least: each finding with what it gives away and what to do. What the platform has looked at and
taken on stands in the baseline, with a reason and a last day (`argoproject.audit.baseline`).
"""

from __future__ import annotations

from argoproject.audit.baseline import BASELINE, Baseline, load_baseline
from argoproject.audit.finding import Finding, Severity
from argoproject.audit.run import Audit, audit

__all__ = [
    "BASELINE",
    "Audit",
    "Baseline",
    "Finding",
    "Severity",
    "audit",
    "load_baseline",
]
