"""The HTML report of environments that all change in different ways: its size, and how long filtering takes."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from pathlib import Path

from argoproject.identity import Identity
from benchmarks.measure import ROUNDS, Amount
from tests.output.page.differences import difference, of_version
from tests.support.fleets import write_varied_fleet
from tests.support.sites import chromium, launched, write_site
from tests.support.trees import TODAY

__all__ = ["site_measurements"]

SIZE_LIMIT = 5
"""MiB."""

PAUSE_LIMIT = 50
"""Milliseconds from the input to the list, filtered and laid out. People perceive up to 100 ms as immediate (Nielsen,
"Response Times", 1993), and the browser still has to draw."""

_STEPS = (("q", "prod"), ("q", "prod eu-1"), ("q", ""), ("team", "cedar"), ("team", ""))
"""The inputs, one after the other: a filter, a narrower one, and everything again."""

_FILTER = """([name, value]) => new Promise((done) => requestAnimationFrame(() => {
  const field = document.querySelector(`section.current [name=${name}]`);
  const begin = performance.now();
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  document.body.getBoundingClientRect();
  done(performance.now() - begin);
}))"""


def site_measurements(folder: Path, environments: int) -> Iterator[Amount]:
    """The size; and, if Chromium is installed, the time of the slowest step."""
    page = _written(folder, environments)
    size = page.stat().st_size / 2**20
    yield Amount(f"report of {environments} environments", size, "MiB", SIZE_LIMIT)
    executable = chromium()
    if executable is None:
        print("Chromium is not on this machine: the measurement of filtering is left out")
    else:
        pause = _slowest(page, executable)
        yield Amount(f"filtering {environments} environments in Chromium", pause, "ms", PAUSE_LIMIT)


def _written(folder: Path, environments: int) -> Path:
    write_varied_fleet(folder / "config", environments)
    projects = folder / "config/projects"
    folders = sorted(path.relative_to(projects) for path in projects.glob("*/*/*/*"))
    changes = [
        of_version(Identity(*path.parts), f"1.{number}.0", f"1.{number}.1")
        for number, path in enumerate(folders)
    ]
    return write_site(folder / "config", folder / "html", TODAY, difference(changes))


def _slowest(page: Path, executable: str) -> float:
    """The highest of the medians of all steps, in milliseconds."""
    with launched(executable) as browser:
        window = browser.new_page(viewport={"width": 1280, "height": 900})
        window.goto(page.as_uri())
        rounds = [[window.evaluate(_FILTER, step) for step in _STEPS] for _ in range(ROUNDS + 1)]
    return float(max(statistics.median(times) for times in zip(*rounds[1:], strict=True)))
