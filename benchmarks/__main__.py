"""`make bench`: every measurement, one line each; exit status 1 when a limit is passed."""

from __future__ import annotations

import datetime as dt
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml

from argoproject.fleet import judge, load_fleet
from argoproject.inprocess.program import Program, run_program
from benchmarks.auditing import auditing
from benchmarks.diff import difference
from benchmarks.generated import secrets_of, write_fleet
from benchmarks.measure import ROUNDS, Amount, Measured, measure
from benchmarks.objects import write_objects
from benchmarks.rendering import rendering
from benchmarks.secrets import decryption
from benchmarks.selection import selection_measurements
from benchmarks.site import site_measurements

ROOT = Path(__file__).parent.parent
TODAY = dt.date(2026, 11, 21)
MEMORY_LIMIT = 300
"""MiB."""


def main() -> int:
    """Print the measurements as they are made."""
    results = []
    with tempfile.TemporaryDirectory() as folder:
        for result in measurements(Path(folder)):
            print(result, flush=True)
            results.append(result.good)
    return 0 if all(results) else 1


def measurements(folder: Path) -> Iterator[Measured | Amount]:
    """The measurements that this machine can make."""
    yield _validation(folder / "validate", environments=1000)
    yield _memory(folder / "validate")
    yield from selection_measurements(folder / "selection", today=TODAY)
    yield auditing(folder / "audit", environments=1000, today=TODAY)
    yield _start_up()
    yield difference(folder / "diff", environments=1000, today=TODAY)
    yield _program(folder / "program", environments=100)
    yield from site_measurements(folder / "report", environments=1000)
    if shutil.which("go"):
        yield decryption(folder / "secrets", files=200)
        yield from rendering(folder / "rendering", environments=1000, today=TODAY)
    else:
        print("go is not on PATH: the measurements with sops and Helm are left out")
    if shutil.which("pulumi"):
        from benchmarks.engine import engine_measurements  # noqa: PLC0415

        yield from engine_measurements(folder / "engine")
    else:
        print("pulumi is not on PATH: the measurements with the real engine are left out")


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


if __name__ == "__main__":
    sys.exit(main())
