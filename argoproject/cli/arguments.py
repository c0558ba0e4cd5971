"""Arguments that commands share, and what the shell offers for them. Imports nothing heavy."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import click

from argoproject.cli.folders import environments, places, selections, teams

__all__ = [
    "ENVIRONMENT",
    "PLACE",
    "REPORT_FORMAT",
    "SELECT",
    "offer_selections",
    "offer_teams",
    "offering",
]

_Complete = Callable[[click.Context, click.Parameter, str], list[str]]


def offering(names: Callable[[str, str], Iterable[str]]) -> _Complete:
    """What the shell offers: names made from the folder of the configuration and the text begun."""

    def complete(context: click.Context, _parameter: click.Parameter, begun: str) -> list[str]:
        return list(names(context.params.get("config") or "config", begun))

    return complete


offer_selections = offering(selections)
offer_teams = offering(teams)

SELECT = click.argument("select", nargs=-1, shell_complete=offer_selections)
"""Environments, as `argoproject.tree.selection.takes` reads them; none stands for all."""

ENVIRONMENT = click.argument("environment", shell_complete=offering(environments))
"""One environment: its folder below projects/, or the name of its project."""

PLACE = click.argument("path", shell_complete=offering(places))
"""The folder whose secret it is."""

REPORT_FORMAT = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
    help="For a terminal, for scripts, or for a comment or a page.",
)
