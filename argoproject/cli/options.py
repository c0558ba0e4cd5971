"""Arguments and options that commands share, and what the shell offers for them. Imports nothing heavy."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import click

from argoproject.cli.folders import environments, places, selections, teams

__all__ = [
    "BASE",
    "CHECK",
    "CONFIG",
    "ENVIRONMENT",
    "FORMAT",
    "PLACE",
    "REPORT_FORMAT",
    "SELECT",
    "offer_environments",
    "offer_selections",
    "offer_teams",
]

_Complete = Callable[[click.Context, click.Parameter, str], list[str]]


def _offering(names: Callable[[str, str], Iterable[str]]) -> _Complete:
    """Return a callback for `shell_complete`.

    Args:
        names: Gives the names for the folder of the configuration and the text that the user has begun.
    """

    def complete(context: click.Context, _parameter: click.Parameter, begun: str) -> list[str]:
        return list(names(context.params.get("config") or "config", begun))

    return complete


offer_environments = _offering(environments)
offer_selections = _offering(selections)
offer_teams = _offering(teams)

SELECT = click.argument("select", nargs=-1, shell_complete=offer_selections)
"""Environments, as `argoproject.tree.selection.takes` reads them; none means all."""

ENVIRONMENT = click.argument("environment", shell_complete=offer_environments)
"""One environment: its folder below projects/, or the name of its project."""

PLACE = click.argument("path", shell_complete=_offering(places))
"""The folder whose secret it is."""

BASE = click.option(
    "--base",
    metavar="REF",
    help="Git revision to compare with. Default: the merge base with main.",
)
CHECK = click.option(
    "--check", is_flag=True, help="Write nothing: exit status 1 when a file is not up to date."
)
CONFIG = click.option(
    "--config",
    default="config",
    show_default=True,
    metavar="DIR",
    type=click.Path(file_okay=False),
    help="Folder that holds platform.yaml and projects/.",
)
FORMAT = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="For people, or for scripts.",
)
REPORT_FORMAT = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
    help="For a terminal, for scripts, or for a comment or a page.",
)
