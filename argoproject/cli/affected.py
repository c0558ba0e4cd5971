"""`argoproject affected`: which stacks a change has to be deployed by."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from argoproject.cli.common import (
    BASE,
    CONFIG,
    FORMAT,
    fail,
    judged_tree,
    report,
    today,
)
from argoproject.problems import counted

if TYPE_CHECKING:
    from argoproject.diff.affected import Affected
    from argoproject.fleet.pipeline import Judged

__all__ = ["affected"]


@click.command(short_help="Which stacks have to deploy what changed.")
@BASE
@click.option("--all", "everything", is_flag=True, help="Every stack that deploys something.")
@CONFIG
@FORMAT
def affected(base: str | None, everything: bool, config: str, form: str) -> None:
    """List the stacks that have to deploy what changed since a Git revision, and why.

    A stack is affected where one of its environments changes, comes or goes, where admission policies of its do, and
    where its own file or the program changed. One that has any environment of production counts as production, and so
    does one whose admission policies would change for such an environment; nonproduction comes first. Needs no
    cluster, no key and no Pulumi.
    """
    if everything and base is not None:
        raise click.UsageError("--all compares with nothing: leave --base out")
    judged = judged_tree(config)
    report(judged.errors)
    found = _every(judged) if everything else _since(judged, base)
    if form == "json":
        click.echo(json.dumps(found.data(), indent=2))
    else:
        _show(found)


def _every(judged: Judged) -> Affected:
    from argoproject.diff.affected import every_stack  # noqa: PLC0415

    return every_stack(judged)


def _since(judged: Judged, base: str | None) -> Affected:
    from argoproject.diff.affected import affected as since  # noqa: PLC0415
    from argoproject.diff.bases.revision import find_revision  # noqa: PLC0415
    from argoproject.diff.fleet import diff_revision  # noqa: PLC0415
    from argoproject.diff.model import BaseUnreadableError  # noqa: PLC0415

    try:
        revision = find_revision(judged.tree.root, base)
        return since(judged, diff_revision(judged, revision, today()), revision)
    except BaseUnreadableError as error:
        fail(str(error), status=2)


def _show(found: Affected) -> None:
    for stack in sorted(found.stacks, key=lambda item: item.production):
        kind = "has production" if stack.production else "nonproduction"
        told = [counted(len(stack.environments), "environment")] if stack.environments else []
        if stack.policies:
            told.append(f"the admission policies of {', '.join(stack.policies)}")
        click.echo(f"stack {stack.name} ({kind}): {', '.join(told)}")
        for identity in stack.environments:
            click.echo(f"    {identity}")
    if not found.known:
        click.echo(
            "there is no Pulumi.<stack>.yaml that deploys from this tree, so no stack can be affected"
        )
    elif not found.stacks:
        click.echo(
            f"no stack is affected ({counted(len(found.environments), 'environment')} changed)"
        )
