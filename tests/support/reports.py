"""What a check of one environment reports, with short names of files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from argoproject.problems import Problem
from argoproject.project.model import Project
from tests.support.trees import platform, project, report, tree

__all__ = ["SHOP", "told"]

SHOP = "projects/blue/shop/eu-1"


def told(
    check: Callable[[Project], Iterable[Problem]], tmp_path: Path, files: Mapping[str, str | None]
) -> list[str]:
    """What a check reports of the environment `env`, by default prod."""
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
