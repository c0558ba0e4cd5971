"""`argoproject validate`: every mistake in the configuration."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from argoproject.commands.common import CONFIG, FORMAT, counted, today

if TYPE_CHECKING:
    from argoproject.errors import Problem
    from argoproject.fleet import Judged

__all__ = ["validate"]


@click.command()
@CONFIG
@FORMAT
def validate(config: str, form: str) -> None:
    """Report every mistake in the configuration: all files, all at once.

    Needs no cluster, no key and no Pulumi. Exit status 1 when there is an error, 0 when all is well or there are
    warnings only.
    """
    from argoproject.fleet import validate_tree  # noqa: PLC0415

    judged = validate_tree(Path(config), today(), config.rstrip("/"))
    click.echo(_as_json(judged) if form == "json" else _as_text(judged))
    sys.exit(1 if judged.errors else 0)


def _as_text(judged: Judged) -> str:
    lines = [str(problem) for problem in judged.problems]
    return "\n".join([*lines, _summary(judged)])


def _summary(judged: Judged) -> str:
    environments = counted(len(judged.projects), "environment")
    warnings = f", {counted(len(judged.warnings), 'warning')}" if judged.warnings else ""
    if not judged.errors:
        return f"{environments}: no problems{warnings}"
    files = {problem.position.file for problem in judged.errors}
    return f"{counted(len(judged.errors), 'problem')} in {counted(len(files), 'file')}{warnings}"


def _as_json(judged: Judged) -> str:
    return json.dumps(
        {
            "valid": not judged.errors,
            "environments": [str(project.identity) for project in judged.projects],
            "problems": [_problem(problem) for problem in judged.problems],
        },
        indent=2,
    )


def _problem(problem: Problem) -> dict[str, Any]:
    return {
        "file": problem.position.file,
        "line": problem.position.line,
        "column": problem.position.column,
        "path": problem.path,
        "message": problem.message,
        "remedy": problem.remedy,
        "code": problem.code,
        "severity": str(problem.severity),
        "environments": list(problem.subjects),
    }
