"""What a reviewer waits for: the difference of one environment among many, and everything rendered."""

from __future__ import annotations

import datetime as dt
import subprocess
import time
from pathlib import Path

from argoproject.diff.bases.revision import find_revision
from argoproject.diff.fleet import diff_revision
from argoproject.fleet.pipeline import judge
from benchmarks.generated import write_fleet
from benchmarks.measure import Measured, measure

__all__ = ["difference"]


def difference(folder: Path, environments: int, today: dt.date) -> Measured:
    """`diff` with one environment changed, against `validate` of the same tree.

    Git works in processes of its own, so the time on the wall is taken.
    """
    root = folder / "config"
    write_fleet(root, environments)
    _commit(folder)
    file = root / "projects/team0000/shop/eu-1/prod/project.yaml"
    file.write_text(file.read_text().replace("shop: 1.4.2", "shop: 1.4.3"))

    def compare() -> None:
        found = diff_revision(judge(root, today), find_revision(root), today)
        if len(found.environments) != 1:
            raise RuntimeError(f"one environment changed, {len(found.environments)} were found")

    return measure(
        f"diff of {environments} environments, one changed / validate",
        compare,
        lambda: judge(root, today),
        limit=1.5,
        clock=time.perf_counter,
    )


def _commit(folder: Path) -> None:
    who = ("-c", "user.name=bench", "-c", "user.email=bench@example.org")
    for arguments in (("init", "-q", "-b", "main"), ("add", "-A"), ("commit", "-q", "-m", "base")):
        subprocess.run(["git", *who, *arguments], cwd=folder, check=True)
