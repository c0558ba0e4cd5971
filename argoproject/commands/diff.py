"""`argoproject diff`: what a change does to which environments."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from argoproject.commands.common import CONFIG, fail, judged_tree, report, today

if TYPE_CHECKING:
    from argoproject.diff.model import FleetDiff

__all__ = ["diff"]

_COLOURS = {"dangerous": "red", "look": "yellow"}


@click.command()
@click.option(
    "--base", metavar="REF", help="Git revision to compare with. Default: the merge base with main."
)
@click.option(
    "--fail-on",
    type=click.Choice(["dangerous", "look"]),
    help="End with status 1 where a change is of this class, or above.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
    help="For people, for scripts, or as a comment on a pull request.",
)
@CONFIG
def diff(base: str | None, fail_on: str | None, form: str, config: str) -> None:
    """Show what changes between a Git revision and the working tree, environment by environment.

    Each change is safe, worth a look, or dangerous, and says why. Needs no cluster, no key and no Pulumi. Exit status
    1 where the configuration has problems, or where a change is as dangerous as --fail-on says.
    """
    from argoproject.diff.bases.revision import BaseUnreadableError, find_revision  # noqa: PLC0415
    from argoproject.diff.fleet import diff_revision  # noqa: PLC0415

    judged = judged_tree(config)
    try:
        found = diff_revision(judged, find_revision(Path(config), base), today())
    except BaseUnreadableError as error:
        fail(str(error))
    _show(found, form)
    report(found.problems if form == "text" else ())
    sys.exit(1 if found.problems or _fails(found, fail_on) else 0)


def _show(found: FleetDiff, form: str) -> None:
    if form == "json":
        from argoproject.diff.show.data import as_data  # noqa: PLC0415

        click.echo(json.dumps(as_data(found), indent=2, ensure_ascii=False))
    elif form == "markdown":
        from argoproject.diff.show.markdown import as_markdown  # noqa: PLC0415

        click.echo(as_markdown(found), nl=False)
    else:
        from argoproject.diff.show.text import lines  # noqa: PLC0415

        for line in lines(found):
            colour = _COLOURS.get(str(line.danger))
            click.echo(click.style(line.wrapped(), fg=colour) if colour else line.wrapped())


def _fails(found: FleetDiff, fail_on: str | None) -> bool:
    from argoproject.diff.model import Danger  # noqa: PLC0415

    return fail_on is not None and found.danger.level >= Danger(fail_on).level
