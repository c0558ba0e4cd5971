"""Validate and plan a tree and print the peak memory in MiB: `python -m benchmarks.plan_all DIR`."""

from __future__ import annotations

import datetime as dt
import resource
import sys
from pathlib import Path

from argoproject.fleet import load_fleet

if __name__ == "__main__":
    load_fleet(Path(sys.argv[1]), stack="bench", select=None, today=dt.date(2026, 11, 21))
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
