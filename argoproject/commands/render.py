"""`argoproject render`: plans as a folder of manifests."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from argoproject.commands.arguments import SELECT
from argoproject.commands.common import CONFIG, chosen, counted, judged_tree, report, today
from argoproject.commands.output import OutputFolder
from argoproject.marks import RENDERED

__all__ = ["render"]


@click.command(short_help="Every planned manifest as a file.")
@SELECT
@click.option(
    "--out", required=True, metavar="DIR", type=click.Path(path_type=Path), help="Folder to write."
)
@CONFIG
def render(select: tuple[str, ...], out: Path, config: str) -> None:
    """Write every planned manifest to DIR/<cluster>/<project>/<kind>.<name>.yaml, secrets as placeholders.

    SELECT names environments: blue, blue/shop, blue/*/eu-1/prod, or a project's name; without, all. DIR must be new,
    empty, or written by this command before: then it is replaced. Needs no key, no cluster and no Pulumi.
    """
    from argoproject.fleet import platform_files, without_collector  # noqa: PLC0415
    from argoproject.plan.build import plan_project  # noqa: PLC0415
    from argoproject.render import render as rendered  # noqa: PLC0415

    folder = OutputFolder(out, "render", RENDERED)
    folder.refuse_foreign()
    judged = judged_tree(config)
    if judged.errors:
        report(judged.errors)
        sys.exit(1)
    projects = chosen(judged, select)
    files = platform_files(judged.tree)
    plans = (plan_project(project, today(), files) for project in projects)
    with without_collector():
        number = folder.write(rendered(plans))
    click.echo(f"{out}: {counted(number, 'manifest')} of {counted(len(projects), 'environment')}")
