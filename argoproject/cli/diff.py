"""`argoproject diff`: what a change does to which environments."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from argoproject.cli.arguments import REPORT_FORMAT, SELECT
from argoproject.cli.common import BASE, CONFIG, fail, judged_tree, report, today

if TYPE_CHECKING:
    from argoproject.diff.model import FleetDiff
    from argoproject.fleet.pipeline import Judged

__all__ = ["diff", "show_diff"]

_COLOURS = {"dangerous": "red", "look": "yellow"}


@click.command(short_help="What a change does to which environments, how dangerous.")
@SELECT
@BASE
@click.option(
    "--rendered",
    metavar="DIR",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Compare with a folder that `render` wrote, instead of a revision.",
)
@click.option(
    "--state",
    metavar="FILE",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Compare with what `pulumi stack export --file FILE` wrote: what was deployed last.",
)
@click.option(
    "--fail-on",
    type=click.Choice(["dangerous", "look"]),
    help="End with status 1 where a change is of this class, or above.",
)
@REPORT_FORMAT
@CONFIG
def diff(
    select: tuple[str, ...],
    fail_on: str | None,
    form: str,
    config: str,
    **bases: str | Path | None,
) -> None:
    """Show what changes between a base and the working tree, environment by environment.

    The base is a Git revision, a rendered folder, or the exported state of a stack. With SELECT (blue, blue/shop,
    blue/*/eu-1/prod, or a project's name) only those environments are told, and lines of files that reach them.

    Each change is safe, worth a look, or dangerous, and says why. Needs no cluster, no key and no Pulumi. Exit status
    1 where the configuration has problems, or where a change is as dangerous as --fail-on says; 2 where the base cannot
    be read.
    """
    from argoproject.diff.fleet import only  # noqa: PLC0415
    from argoproject.diff.model import BaseUnreadableError  # noqa: PLC0415

    if sum(item is not None for item in bases.values()) > 1:
        raise click.UsageError("--base, --rendered and --state each name a base: give one")
    judged = judged_tree(config)
    try:
        found = _compared(judged, bases)
    except BaseUnreadableError as error:
        fail(str(error), status=2)
    if select:
        found = only(found, select)
    show_diff(found, form)
    report(found.problems if form == "text" else ())
    sys.exit(1 if found.problems or _fails(found, fail_on) else 0)


def _compared(judged: Judged, bases: Mapping[str, str | Path | None]) -> FleetDiff:
    from argoproject.diff.bases.revision import find_revision  # noqa: PLC0415
    from argoproject.diff.fleet import diff_exported, diff_rendered, diff_revision  # noqa: PLC0415

    match bases:
        case {"state": Path() as file}:
            return diff_exported(judged, file, today())
        case {"rendered": Path() as folder}:
            return diff_rendered(judged, folder, today())
    base = bases["base"]
    revision = find_revision(judged.tree.root, None if base is None else str(base))
    return diff_revision(judged, revision, today())


def show_diff(found: FleetDiff, form: str) -> None:
    """Tell a comparison, in colours where the terminal has them."""
    if form == "json":
        from argoproject.output.diff.data import as_data  # noqa: PLC0415

        click.echo(json.dumps(as_data(found), indent=2, ensure_ascii=True))
    elif form == "markdown":
        from argoproject.output.diff.markdown import as_markdown  # noqa: PLC0415

        click.echo(as_markdown(found), nl=False)
    else:
        from argoproject.output.diff.text import lines  # noqa: PLC0415

        for line in lines(found):
            colour = None if "NO_COLOR" in os.environ else _COLOURS.get(str(line.danger))
            click.echo(click.style(line.wrapped(), fg=colour) if colour else line.wrapped())


def _fails(found: FleetDiff, fail_on: str | None) -> bool:
    from argoproject.diff.model import Danger  # noqa: PLC0415

    return fail_on is not None and found.danger.level >= Danger(fail_on).level
