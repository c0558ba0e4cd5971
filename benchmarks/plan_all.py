"""Validate and plan a tree and print the peak memory in MiB: `python -m benchmarks.plan_all DIR`."""

from __future__ import annotations

import datetime as dt
import resource
import sys
from pathlib import Path

from argoproject.fleet.pipeline import load_fleet


def peak() -> int:
    """The most memory that this process has had, in KiB.

    Not `ru_maxrss`: a process that was started by `vfork` begins with its parent's (Linux, fs/exec.c).
    """
    status = Path("/proc/self/status")
    if not status.is_file():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
    return int(lines["VmHWM"].split()[0])


if __name__ == "__main__":
    load_fleet(Path(sys.argv[1]), stack="bench", select=None, today=dt.date(2026, 11, 21))
    print(peak() // 1024)
