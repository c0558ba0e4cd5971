"""What a check of one environment tells its user: cases are files and the exact report."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TypeAlias

from argoproject.problems import Problem
from argoproject.project.model import Project
from tests.support.trees import platform, project, report, tree

__all__ = ["SHOP", "Case", "told"]

SHOP = "projects/blue/shop/eu-1"

Case: TypeAlias = tuple[Mapping[str, str], list[str]]
"""Files, `platform` and `env` among them, and the report, whose files are named from the product's folder on."""


def told(
    check: Callable[[Project], Iterable[Problem]], tmp_path: Path, files: Mapping[str, str]
) -> list[str]:
    """What a check reports of the environment `env`, by default prod."""
    rest = dict(files)
    env = rest.pop("env", "prod")
    own = {
        f"{SHOP}/prod/project.yaml": None,
        f"{SHOP}/{env}/project.yaml": rest.pop("project.yaml"),
    }
    if "platform" in rest:
        rest["platform.yaml"] = platform(rest.pop("platform"))
    lines = report(check(project(tree(tmp_path, {**rest, **own}), f"blue/shop/eu-1/{env}")))
    return [
        line.replace(f"config/{SHOP}/{env}/", "").replace("config/projects/blue/shop/", "")
        for line in lines
    ]
