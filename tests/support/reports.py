"""The report of a check about one environment, with short names of files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from argoproject.problems import Problem
from argoproject.project.model import Project
from tests.support.cases import Case
from tests.support.trees import platform, project, report, tree

__all__ = ["SHOP", "of_case", "reported"]

SHOP = "projects/blue/shop/eu-1"


def of_case(check: Callable[[Project], Iterable[Problem]], tmp_path: Path, case: Case) -> list[str]:
    """The lines that a check reports about the environment of a case."""
    return report(check(project(tree(tmp_path, case.tree()), case.environment)))


def reported(
    check: Callable[[Project], Iterable[Problem]], tmp_path: Path, files: Mapping[str, str | None]
) -> list[str]:
    """The lines that a check reports about one environment, with file names relative to it.

    `files` are laid over the base tree; `project.yaml` is the environment's own, `env` its name (default: prod), and
    `platform` is laid over the base platform.yaml.
    """
    rest = dict(files)
    env = rest.pop("env", "prod")
    own = {
        f"{SHOP}/prod/project.yaml": None,
        f"{SHOP}/{env}/project.yaml": rest.pop("project.yaml"),
    }
    if (overlay := rest.pop("platform", None)) is not None:
        rest["platform.yaml"] = platform(overlay)
    lines = report(check(project(tree(tmp_path, {**rest, **own}), f"blue/shop/eu-1/{env}")))
    return [
        line.replace(f"config/{SHOP}/{env}/", "").replace("config/projects/blue/shop/", "")
        for line in lines
    ]
