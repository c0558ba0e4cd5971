"""Remove one guard at a time in a copy of the repository, and run the quick tests there: they must fail.

python -m tests.mutation [words of the name of a guard …]
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue

from tests.mutation.seeds import SEEDS, Seed
from tests.support.paths import ROOT

_TESTS = (
    "tests/checks",
    "tests/checks/test_broken.py",
    "tests/project/access",
    "tests/upstream/argocd",
    "tests/plan/test_app_of_apps.py",
    "tests/test_scenarios.py",
    "tests/cli/test_status.py",
    "tests/fleet/test_pipeline.py",
    "tests/fleet/test_platform_manifests.py",
    "tests/plan/test_impersonation.py",
    "tests/models",
    "tests/audit/test_rules.py",
    "tests/diff/test_rules.py",
    "tests/diff/test_stacks.py",
    "tests/plan/test_render.py",
    "tests/plan/test_manifests.py",
    "tests/test_public_manifests.py",
    "tests/tree/test_stacks.py",
    "tests/upstream/test_network_policies.py",
)
"""Tests that take a few seconds and need only Python."""

_WORKERS = 2
_LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv", ".*_cache", ".hypothesis", "mutants", "__pycache__"
)


def main(words: list[str]) -> int:
    """Print for each seed whether it was noticed, and return the number of those that were not."""
    chosen = [seed for seed in SEEDS if not words or any(word in seed.guard for word in words)]
    missed = 0
    with _copies() as copies, ThreadPoolExecutor(_WORKERS) as pool:
        if not _passes(copies.get()):
            print("the tests fail without any change")
            return 1
        for seed, noticed in pool.map(lambda seed: (seed, _noticed(seed, copies)), chosen):
            missed += not noticed
            print(
                f"{'noticed' if noticed else 'MISSED ':8} {seed.guard}  ({seed.file})", flush=True
            )
    print(f"{len(chosen) - missed} of {len(chosen)} guards are missed when they are gone")
    return missed


@contextmanager
def _copies() -> Iterator[SimpleQueue[Path]]:
    """A copy of the repository for each worker, and one to begin with."""
    copies: SimpleQueue[Path] = SimpleQueue()
    with tempfile.TemporaryDirectory() as folder:
        for number in range(_WORKERS + 1):
            copies.put(Path(shutil.copytree(ROOT, f"{folder}/{number}", ignore=_LEFT_OUT)))
        yield copies


def _noticed(seed: Seed, copies: SimpleQueue[Path]) -> bool:
    """Whether a test fails without the guard. The changed file must still compile, or every test would fail."""
    text = seed.applied()
    compile(text, seed.file, "exec")
    copy = copies.get()
    file = copy / seed.file
    try:
        file.write_text(text)
        return not _passes(copy)
    finally:
        shutil.copyfile(ROOT / seed.file, file)
        copies.put(copy)


def _passes(copy: Path) -> bool:
    """Whether the tests pass.

    Raises:
        RuntimeError: The tests could not run.
    """
    options = ["-qx", "-p", "no:cacheprovider", "-m", "not argocd and not kubernetes"]
    command = [sys.executable, "-m", "pytest", *options, *_TESTS]
    done = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        raise RuntimeError(done.stdout + done.stderr)
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(min(main(sys.argv[1:]), 1))
