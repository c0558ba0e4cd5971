"""`make bench`: all measurements, one line each; the exit status is 1 if a limit is exceeded.

`python -m benchmarks validate diff` makes only some; `--help` lists them.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from benchmarks import pure
from benchmarks.measure import Amount, Measured
from benchmarks.site import site_measurements

Measurement = Callable[[Path], Iterable[Measured | Amount]]


def main() -> int:
    """Print each measurement as soon as it is made."""
    parser = argparse.ArgumentParser("python -m benchmarks", description="Measure against limits.")
    parser.add_argument("only", nargs="*", metavar="NAME", help=f"of {', '.join(MEASUREMENTS)}")
    only = parser.parse_args().only
    if unknown := set(only) - set(MEASUREMENTS):
        parser.error(f"there is no measurement {', '.join(sorted(unknown))}")
    good = True
    with tempfile.TemporaryDirectory() as folder:
        for name in only or MEASUREMENTS:
            needed, make = MEASUREMENTS[name]
            if needed and not shutil.which(needed):
                print(f"{needed} is not on PATH: {name} is left out")
                continue
            for result in make(Path(folder) / name):
                print(result, flush=True)
                good = good and result.good
    return 0 if good else 1


def _engine(folder: Path) -> Iterable[Measured | Amount]:
    from benchmarks.engine import engine_measurements  # noqa: PLC0415 - importing it takes a second

    return engine_measurements(folder)


MEASUREMENTS: Mapping[str, tuple[str, Measurement]] = {
    "validate": ("", lambda folder: [pure.validation(folder, environments=1000)]),
    "memory": ("", lambda folder: [pure.memory(folder, environments=1000)]),
    "audit": ("", lambda folder: [pure.audit_of_fleet(folder, environments=1000)]),
    "start-up": ("", lambda _: [pure.start_up()]),
    "diff": ("", lambda folder: [pure.diff_of_fleet(folder, environments=1000)]),
    "program": ("", lambda folder: [pure.program(folder, environments=100)]),
    "report": ("", lambda folder: site_measurements(folder, environments=1000)),
    "secrets": ("go", lambda folder: [pure.decryption(folder, files=200)]),
    "render": ("go", lambda folder: pure.rendering(folder, environments=1000)),
    "engine": ("pulumi", _engine),
}
"""By name: the program that a measurement needs on PATH, and the function that makes it in a folder of its own."""


if __name__ == "__main__":
    sys.exit(main())
