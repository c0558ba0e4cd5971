"""The command line: `python -m argoproject`, or `argoproject` where the package is installed.

Modules are imported when a command needs them, so that `--help` answers at once.
Exit status: 0 all is well, 1 the configuration has problems, 2 the command was used wrongly.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from argoproject.commands.common import CONFIG, FORMAT, counted, judged_tree, today
from argoproject.commands.render import render
from argoproject.commands.secret import secret
from argoproject.commands.secret_keys import leaver, rotate_keys

if TYPE_CHECKING:
    from argoproject.errors import Problem
    from argoproject.fleet import Judged

__all__ = ["main"]


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def main() -> None:
    """Environments on Kubernetes through Argo CD, from declarative folders."""


main.add_command(render)
main.add_command(secret)
secret.add_command(rotate_keys)
secret.add_command(leaver)


@main.command()
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


@main.command()
@click.option("--stack", default="dev", show_default=True, help="Stack, as in Pulumi.<stack>.yaml.")
@click.option("--manifests", is_flag=True, help="Show every manifest, secrets masked.")
@click.option("--all", "everything", is_flag=True, help="Unfold every environment.")
@FORMAT
def preview(stack: str, manifests: bool, everything: bool, form: str) -> None:
    """Show what the program would register, without the Pulumi CLI, a cluster or a key.

    Runs the very same __main__.py in this process and compares with the last such preview.
    """
    from argoproject.inprocess.preview import preview as run  # noqa: PLC0415

    sys.exit(run(stack, Path.cwd(), form, manifests=manifests, everything=everything))


@main.command()
@click.argument("environment")
@click.argument("field", default="")
@CONFIG
@FORMAT
def explain(environment: str, field: str, config: str, form: str) -> None:
    """Tell where every value of an ENVIRONMENT comes from, or those at FIELD, and where its secrets were found.

    ENVIRONMENT is its folder below projects/, such as blue/shop/eu-1/prod, or the name of its project. Needs no key.
    """
    from argoproject.commands.explain import explain as run  # noqa: PLC0415

    judged = judged_tree(config)
    project = judged.project(environment.strip("/"))
    if project is None:
        known = [str(item.identity) for item in judged.projects]
        shown = ", ".join([*known[:5], "…"] if len(known) > 5 else known)
        raise click.UsageError(f"there is no valid environment {environment} (known: {shown})")
    values, secrets = run(project, field)
    if form == "json":
        data = {
            "values": [item.data() for item in values],
            "secrets": [item.data() for item in secrets],
        }
        click.echo(json.dumps(data, indent=2))
        return
    click.echo(
        f"{project.identity}: project {project.names.project}, profile {project.profile_name}"
    )
    for value in values:
        click.echo(value.text())
    for use in secrets:
        click.echo(f"secret {use.key}: {use.found_in}\n    {use.path} at {use.position}")


@main.command()
def schema() -> None:
    """Make config/schema/*.json and docs/reference.md anew from the models."""
    from argoproject.reference import reference  # noqa: PLC0415
    from argoproject.schema import write_schemas  # noqa: PLC0415

    for file in write_schemas(Path("config/schema")):
        click.echo(file)
    page = Path("docs/reference.md")
    page.write_text(reference())
    click.echo(page)


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
