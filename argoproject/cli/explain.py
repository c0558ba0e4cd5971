"""`argoproject explain`: where every value of an environment comes from."""

from __future__ import annotations

import json

import click

from argoproject.cli.arguments import ENVIRONMENT
from argoproject.cli.common import (
    CONFIG,
    FORMAT,
    fail,
    judged_tree,
    one_environment,
)
from argoproject.output.text import command_line

__all__ = ["explain"]


@click.command(short_help="Which file and line decides each value.")
@ENVIRONMENT
@click.argument("field", default="")
@CONFIG
@FORMAT
def explain(environment: str, field: str, config: str, form: str) -> None:
    """Tell where every value of an ENVIRONMENT comes from, or those at FIELD, and where its secrets were found.

    ENVIRONMENT is its folder below projects/, such as blue/shop/eu-1/prod, or the name of its project. Needs no key.
    """
    from argoproject.output.explain import explained  # noqa: PLC0415

    project = one_environment(judged_tree(config), environment)
    values, secrets = explained(project, field)
    if field and not values and not secrets:
        everything = command_line(f"explain {project.identity}", config)
        fail(f"{project.identity} has no value at {field}: {everything} lists all")
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
