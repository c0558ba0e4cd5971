"""Every manifest of a fleet, written to files, against Helm: two charts that make what one environment is made of."""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess
import time
from pathlib import Path

from argoproject.fleet import judge, platform_files
from argoproject.plan.build import plan_project
from argoproject.render import render
from benchmarks.generated import write_fleet
from benchmarks.measure import Measured, measure
from tests.gotools.sets import HELM

__all__ = ["rendering"]

_CHARTS = Path(__file__).parent / "charts"
_FASTER = 50
"""How many times faster an environment has to be rendered than by two runs of `helm template`."""


def rendering(folder: Path, environments: int, today: dt.date) -> Measured:
    """From files to files on both sides. Helm runs in processes, so the time on the wall is taken."""
    root = folder / "config"
    write_fleet(root, environments)
    helm = HELM.ensure() / "helm"
    compared = environments // _FASTER

    def ours() -> None:
        out = folder / "rendered"
        shutil.rmtree(out, ignore_errors=True)
        judged = judge(root, today)
        files = platform_files(judged.tree)
        plans = (plan_project(project, today, files) for project in judged.projects)
        for name, text in render(plans):
            path = out / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def charts() -> None:
        for number in range(compared):
            for chart in ("project", "base"):
                _template(helm, chart, f"team{number:04}-shop-prod")

    name = f"render {environments} environments / {compared} with helm template, twice each"
    return measure(name, ours, charts, limit=1.0, clock=time.perf_counter)


def _template(helm: Path, chart: str, name: str) -> None:
    command = [helm, "template", name, _CHARTS / chart, "--set", f"name={name}"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
