"""One environment among a thousand: `validate SELECT` reads of the others only what may collide."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from pathlib import Path

from argoproject.narrow.validate import validate_everything, validate_selected
from benchmarks.generated import write_fleet, write_teams
from benchmarks.measure import Measured, measure

__all__ = ["selection_measurements"]

_LIMIT = 0.25


def selection_measurements(folder: Path, today: dt.date) -> Iterator[Measured]:
    """Fleets in which all is derived, all is named, and few teams share much: those are judged as a whole."""
    derived, named, shared = folder / "derived", folder / "named", folder / "shared"
    write_fleet(derived, 1000)
    yield _measured(derived, "validate 1 of 1000 environments / all", today, "team0500")
    _name_all(write_fleet(named, 1000))
    yield _measured(named, "the same where each has names of its own", today, "team0500-own")
    write_teams(shared, teams=10, products=50)
    name = "the same where 10 teams share what they can"
    yield _measured(shared, name, today, "team0005/shop0025/eu-1/prod")


def _measured(root: Path, name: str, today: dt.date, select: str) -> Measured:
    def one() -> None:
        report = validate_selected(root, today, str(root), [select])
        if report.problems or len(report.environments) != 1:
            raise RuntimeError(f"{select} is not valid: {report.problems[:3]}")

    def all_of_them() -> None:
        report = validate_everything(root, today, str(root))
        if report.problems or len(report.environments) != 1000:
            raise RuntimeError(f"the generated fleet is not valid: {report.problems[:3]}")

    return measure(name, one, all_of_them, _LIMIT)


def _name_all(files: Iterable[Path]) -> None:
    """Give every environment names of its own, and every product an Application with one."""
    for file in files:
        team = file.relative_to(file.parents[4 if file.name == "project.yaml" else 1]).parts[0]
        text = file.read_text()
        if file.name == "project.yaml":
            own = f"name: {team}-own\nnamespace:\n  name: {team}-space\n"
            file.write_text(text.replace("namespace:\n", own))
        elif file.name == "product.yaml":
            file.write_text(text.replace("application:\n", "application:\n  name: ${team}-app\n"))
