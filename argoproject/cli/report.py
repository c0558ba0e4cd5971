"""`argoproject report`: the fleet as a page to look at."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from argoproject.cli.common import CONFIG, today
from argoproject.cli.common import report as tell
from argoproject.cli.folder import OutputFolder
from argoproject.problems import counted

__all__ = ["report"]

_MARK = ".argoproject-report"
"""A file in a folder that `report` wrote, and may therefore replace."""


@click.command(short_help="The fleet as a page to look at.")
@click.option(
    "--html",
    "out",
    required=True,
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Folder to write.",
)
@click.option(
    "--diff",
    "diff_file",
    metavar="FILE",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="What `argoproject diff --format json` wrote, to be shown as well.",
)
@CONFIG
def report(out: Path, diff_file: Path | None, config: str) -> None:
    """Write the fleet as a page to look at: DIR/index.html, a single file that fetches nothing.

    Environments, versions, quota, access, repositories and problems, to search and filter. What is wrong is shown, and
    no reason to fail. DIR must be new, empty, or written by this command before: then it is replaced. Needs no key, no
    cluster and no Pulumi, and shows no secret.
    """
    from argoproject.diff.saved import NotADiffError, read_diff  # noqa: PLC0415
    from argoproject.fleet.pipeline import validate_tree  # noqa: PLC0415
    from argoproject.output.page import gather, site  # noqa: PLC0415

    folder = OutputFolder(out, "report", _MARK)
    folder.refuse_foreign()
    try:
        diff = None if diff_file is None else read_diff(diff_file)
    except NotADiffError as error:
        message = f"{error} is not what `argoproject diff --format json` writes"
        raise click.UsageError(message) from error
    day = today()
    judged = validate_tree(Path(config), day, config.rstrip("/"))
    if judged.tree.platform is None:
        tell(judged.errors)
        sys.exit(1)
    facts = gather(judged, judged.tree.platform, day, diff)
    folder.write(site(facts))
    shown = counted(len(facts.environments), "environment")
    click.echo(f"{out / 'index.html'}: {shown}, {counted(len(facts.problems), 'problem')}")
