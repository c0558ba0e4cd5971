"""`argoproject affected`: which stacks a change has to be deployed by."""

from __future__ import annotations

import json
from pathlib import Path

import click

from argoproject.commands.common import (
    BASE,
    CONFIG,
    FORMAT,
    counted,
    fail,
    judged_tree,
    report,
    today,
)

__all__ = ["affected"]


@click.command()
@BASE
@CONFIG
@FORMAT
def affected(base: str | None, config: str, form: str) -> None:
    """List the stacks that have to deploy what changed since a Git revision, and why.

    A stack is affected where one of its environments changes, comes or goes, and where its own file or the program
    changed. Nonproduction comes first. Needs no cluster, no key and no Pulumi.
    """
    from argoproject.diff.affected import affected as find  # noqa: PLC0415
    from argoproject.diff.bases.error import BaseUnreadableError  # noqa: PLC0415
    from argoproject.diff.bases.revision import find_revision  # noqa: PLC0415
    from argoproject.diff.fleet import diff_revision  # noqa: PLC0415

    judged = judged_tree(config)
    report(judged.errors)
    try:
        revision = find_revision(Path(config), base)
        found = find(judged, diff_revision(judged, revision, today()), revision)
    except BaseUnreadableError as error:
        fail(str(error))
    if form == "json":
        click.echo(json.dumps(found.data(), indent=2))
        return
    for stack in sorted(found.stacks, key=lambda item: item.production):
        kind = "production" if stack.production else "nonproduction"
        click.echo(f"{stack.name}  {kind}, {counted(len(stack.environments), 'environment')}")
        for identity in stack.environments:
            click.echo(f"    {identity}")
    if not found.stacks:
        changed = counted(len(found.environments), "environment")
        click.echo(f"no stack is affected ({changed} changed since {revision})")
