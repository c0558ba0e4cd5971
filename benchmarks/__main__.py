"""`make bench`: every measurement, one line each; exit status 1 when a limit is passed.

`python -m benchmarks validate diff` makes only some; `--help` names them.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import yaml

from argoproject.fleet.pipeline import judge, load_fleet
from argoproject.preview.program import Program, run_program
from benchmarks.auditing import auditing
from benchmarks.diff import difference
from benchmarks.generated import secrets_of, write_fleet
from benchmarks.measure import ROUNDS, Amount, Measured, measure
from benchmarks.objects import write_objects
from benchmarks.rendering import rendering
from benchmarks.secrets import decryption
from benchmarks.site import site_measurements

ROOT = Path(__file__).parent.parent
TODAY = dt.date(2026, 11, 21)
MEMORY_LIMIT = 300
"""MiB."""


def main() -> int:
    """Print the measurements as they are made."""
    parser = argparse.ArgumentParser("python -m benchmarks", description="Measure against limits.")
    parser.add_argument("only", nargs="*", metavar="NAME", help=f"of {', '.join(MEASUREMENTS)}")
    only = parser.parse_args().only
    if unknown := set(only) - set(MEASUREMENTS):
        parser.error(f"no measurement is called {', '.join(sorted(unknown))}")
    results = []
    with tempfile.TemporaryDirectory() as folder:
        for name in only or MEASUREMENTS:
            for result in _measured(name, Path(folder) / name):
                print(result, flush=True)
                results.append(result.good)
    return 0 if all(results) else 1


def _measured(name: str, folder: Path) -> Iterator[Measured | Amount]:
    """The results of a measurement, if this machine can make it."""
    needed, made = MEASUREMENTS[name]
    if needed and not shutil.which(needed):
        print(f"{needed} is not on PATH: {name} is left out")
        return
    yield from made(folder)


def _validation(root: Path, environments: int) -> Measured:
    files = [*write_fleet(root, environments), root / "platform.yaml"]

    def parse() -> None:
        for file in files:
            with file.open("rb") as stream:
                yaml.load(stream, Loader=yaml.CSafeLoader)

    def validate() -> None:
        judged = judge(root, TODAY)
        if judged.problems or len(judged.projects) != environments:
            raise RuntimeError(f"the generated fleet is not valid: {judged.problems[:3]}")

    name = f"validate {environments} environments / yaml.load of their files"
    return measure(name, validate, parse, limit=2.5)


def _program(root: Path, environments: int) -> Measured:
    write_fleet(root, environments)
    plans = load_fleet(root, stack="bench", select=None, today=TODAY).plans
    objects = root / "objects.json"
    write_objects(objects, plans)
    config = {
        "argo-projects:config": str(root),
        "argo-projects:secrets": secrets_of(environments),
    }
    ours = Program(ROOT, ROOT, "argo-projects", "bench", config)
    bare = Program(ROOT, ROOT / "benchmarks/bare_loop", "argo-projects", "bench", {})
    with _environment("BENCH_OBJECTS", str(objects)):
        _same_registrations(ours, bare)
        return measure(
            f"program with {environments} environments / bare loop, in-process",
            lambda: run_program(ours),
            lambda: run_program(bare),
            limit=1.15,
        )


def _same_registrations(ours: Program, bare: Program) -> None:
    counts = [len(run_program(program).resources) for program in (ours, bare)]
    if counts[0] != counts[1]:
        raise RuntimeError(f"program and bare loop differ: {counts} resources")


def _memory(tree: Path) -> Amount:
    """Peak memory of validating and planning, of a process of its own."""
    write_fleet(tree, 1000)
    command = [sys.executable, "-m", "benchmarks.plan_all", str(tree)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    name = "peak memory of validating and planning 1000 environments"
    return Amount(name, int(done.stdout), "MiB", MEMORY_LIMIT)


def _start_up() -> Amount:
    """Processor time of the command line before it does anything, of processes of their own."""
    command = [sys.executable, "-m", "argoproject", "--help"]
    times = []
    for _ in range(ROUNDS):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return Amount("start-up: argoproject --help", statistics.median(times), "s of CPU", 0.3)


@contextmanager
def _environment(name: str, value: str) -> Iterator[None]:
    os.environ[name] = value
    try:
        yield
    finally:
        del os.environ[name]


def _engine(folder: Path) -> Iterator[Measured | Amount]:
    from benchmarks.engine import engine_measurements  # noqa: PLC0415 - the Automation API takes a second

    return engine_measurements(folder)


Measurement = Callable[[Path], Iterable[Measured | Amount]]

MEASUREMENTS: Mapping[str, tuple[str, Measurement]] = {
    "validate": ("", lambda folder: [_validation(folder, environments=1000)]),
    "memory": ("", lambda folder: [_memory(folder)]),
    "audit": ("", lambda folder: [auditing(folder, environments=1000, today=TODAY)]),
    "start-up": ("", lambda _: [_start_up()]),
    "diff": ("", lambda folder: [difference(folder, environments=1000, today=TODAY)]),
    "program": ("", lambda folder: [_program(folder, environments=100)]),
    "report": ("", lambda folder: site_measurements(folder, environments=1000)),
    "secrets": ("go", lambda folder: [decryption(folder, files=200)]),
    "render": ("go", lambda folder: rendering(folder, environments=1000, today=TODAY)),
    "engine": ("pulumi", _engine),
}
"""By name: the program that it needs on PATH, and what makes it."""


if __name__ == "__main__":
    sys.exit(main())
