"""The workflow and pipeline files, as parsed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from tests.support.paths import ROOT

__all__ = ["GITLAB", "PRE_COMMIT", "SCRIPTS", "WORKFLOWS", "jobs", "load", "steps"]

WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yaml"))
GITLAB = [ROOT / ".gitlab-ci.yml", *sorted((ROOT / "ci/gitlab").glob("*.yaml"))]
SCRIPTS = sorted((ROOT / "ci").glob("*.sh"))
PRE_COMMIT = [ROOT / ".pre-commit-config.yaml", ROOT / ".pre-commit-hooks.yaml"]


def load(file: str | Path) -> Any:
    """One file, by its path below the repository. YAML 1.1 takes the key `on` for a truth value."""
    document = yaml.safe_load((ROOT / file).read_text())
    if isinstance(document, dict) and True in document:
        document["on"] = document.pop(True)
    return document


def jobs(workflow: str) -> dict[str, Any]:
    """The jobs of a workflow of ours."""
    found: dict[str, Any] = load(f".github/workflows/{workflow}.yaml")["jobs"]
    return found


def steps(job: Any) -> Iterator[dict[str, Any]]:
    """The steps of a job that run a command."""
    yield from (step for step in job["steps"] if "run" in step)
