"""Every manifest of a fleet as text, against Helm: two charts that make what one environment is made of.

Nothing is written to files on either side: that costs what the disk costs.
"""

from __future__ import annotations

import datetime as dt
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from argoproject.fleet.pipeline import judge, platform_files, without_collector
from argoproject.plan.build import plan_project
from argoproject.plan.render import render
from benchmarks.generated import write_fleet
from benchmarks.measure import Amount, Measured, measure
from tests.gotools.sets import HELM

__all__ = ["rendering"]

_CHARTS = Path(__file__).parent / "charts"
_LIMIT = 4
"""Milliseconds: a fiftieth of the 0.2 s that two charts took where this project began."""

_FASTER = 20
"""How many times faster an environment has to be than with today's Helm, whose start takes less."""


def rendering(folder: Path, environments: int, today: dt.date) -> Iterator[Measured | Amount]:
    """From the files of a fleet to texts, and Helm from charts to texts.

    Helm runs in processes, so the time on the wall is taken.
    """
    root = folder / "config"
    write_fleet(root, environments)
    helm = HELM.ensure() / "helm"
    compared = environments // _FASTER

    def ours() -> None:
        with without_collector():
            judged = judge(root, today)
            files = platform_files(judged.tree)
            plans = (plan_project(project, today, files) for project in judged.projects)
            if sum(1 for _ in render(plans)) < environments:
                raise RuntimeError("manifests are missing")

    def charts() -> None:
        for number in range(compared):
            for chart in ("project", "base"):
                _template(helm, chart, f"team{number:04}-shop-prod")

    name = f"render {environments} environments / {compared} of them with helm template"
    measured = measure(name, ours, charts, limit=1.0, clock=time.perf_counter)
    yield measured
    yield Amount(
        "render one environment", measured.seconds / environments * 1000, "ms", limit=_LIMIT
    )


def _template(helm: Path, chart: str, name: str) -> None:
    command: list[str | Path] = [helm, "template", name, _CHARTS / chart, "--set", f"name={name}"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
