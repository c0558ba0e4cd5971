"""Arguments and options that commands share, and what the shell offers for them. Imports nothing heavy."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

import click

from argoproject.identity import PLATFORM, Identity, derive
from argoproject.layout import LEVELS, PROJECTS, SETTINGS_FILES, is_side_folder

__all__ = [
    "BASE",
    "CHECK",
    "CONFIG",
    "ENVIRONMENT",
    "FORMAT",
    "PLACE",
    "REPORT_FORMAT",
    "SELECT",
    "environments",
    "format_option",
    "offer_environments",
    "offer_selections",
    "offer_teams",
]


# A project whose name the files override is not offered by that name: no file is read.
def selections(config: str, begun: str) -> Iterator[str]:
    """Folders for SELECT that begin with a text, and names of projects."""
    yield from _next_folders(config, begun)
    yield from _project_names(config, begun)


def environments(config: str, begun: str) -> Iterator[str]:
    """Environments that begin with a text: their folders, or the names of their projects."""
    yield from _folders(config, begun, len(LEVELS))
    yield from _project_names(config, begun)


def teams(config: str, begun: str) -> Iterator[str]:
    """Teams that begin with a text."""
    return _folders(config, begun, 1)


def places(config: str, begun: str) -> Iterator[str]:
    """Folders that hold secrets and begin with a text: of teams, products and environments, and the platform's."""
    for path in _next_folders(config, begun):
        if path.count("/") + 1 in SETTINGS_FILES:
            yield path
    if PLATFORM.startswith(begun):
        yield PLATFORM


def _next_folders(config: str, begun: str) -> Iterator[str]:
    """Folders that begin with a text: of its level, and of the next, so that one can go on."""
    depth = begun.count("/") + 1
    yield from _folders(config, begun, depth)
    if depth < len(LEVELS):
        yield from _folders(config, begun, depth + 1)


def _project_names(config: str, begun: str) -> Iterator[str]:
    """Names of projects that begin with a text; only once it goes beyond a team's name, as folders come first."""
    if "-" not in begun or "/" in begun:
        return
    for path in _folders(config, "", len(LEVELS)):
        name = derive(Identity.parse(path)).project
        if name.startswith(begun):
            yield name


def _folders(config: str, begun: str, depth: int) -> Iterator[str]:
    """Folders `depth` levels below projects/ whose path begins with a text, in the order of their names."""
    found = [""]
    for level in range(depth):
        found = [
            f"{above}{name}/"
            for above in found
            for name in _names(f"{config}/{PROJECTS}/{above}", level)
            if f"{above}{name}".startswith(begun) or begun.startswith(f"{above}{name}/")
        ]
    yield from (path[:-1] for path in found if path[:-1].startswith(begun))


def _names(folder: str, depth: int) -> list[str]:
    """The folders in a folder of some depth that are a level of the tree."""
    try:
        with os.scandir(folder) as entries:
            return sorted(
                entry.name
                for entry in entries
                if not entry.name.startswith(".")
                and not is_side_folder(entry.name, depth)
                and entry.is_dir(follow_symlinks=False)
            )
    except OSError:
        return []  # there is nothing to offer


_Complete = Callable[[click.Context, click.Parameter, str], list[str]]
_Command = TypeVar("_Command", bound=Callable[..., object])


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


def format_option(*names: str, text: str) -> Callable[[_Command], _Command]:
    """Return the option `--format`, whose default is `text`.

    Args:
        names: The formats besides `text`.
        text: What each of them is for, in the order of the names.
    """
    choice = click.Choice(["text", *names])
    return click.option(
        "--format", "form", type=choice, default="text", show_default=True, help=text
    )


FORMAT = format_option("json", text="For people, or for scripts.")
REPORT_FORMAT = format_option(
    "json", "markdown", text="For a terminal, for scripts, or for a comment or a page."
)
