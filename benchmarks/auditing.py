"""The audit of 1,000 environments of which no two products are alike, beside their validation."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from argoproject.audit import Baseline, audit
from argoproject.fleet.pipeline import Judged, judge, without_collector
from argoproject.project.resolve import resolve
from argoproject.tree.load import load_tree
from benchmarks.measure import Measured, measure
from tests.support.fleets import write_varied_fleet

__all__ = ["auditing"]

_LIMIT = 1.0
"""An audit reads and resolves what `validate` does, and asks less of it: who runs both must not wait for it longer."""


def auditing(root: Path, environments: int, today: dt.date) -> Measured:
    """Both from the files on."""
    write_varied_fleet(root, environments)

    def look() -> None:
        with without_collector():
            tree = load_tree(root)
            projects, _ = resolve(tree)
            if tree.platform is None:
                raise RuntimeError("the generated fleet has no platform.yaml")
            found = audit(Judged(tree, tuple(projects), ()), tree.platform, today, Baseline())
        if len(found.environments) != environments or not found.findings:
            raise RuntimeError(f"the audit saw {len(found.environments)} environments")

    name = f"audit {environments} environments / validate them"
    return measure(name, look, lambda: judge(root, today), _LIMIT)
