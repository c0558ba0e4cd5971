"""`argoproject validate`: every mistake in the configuration."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from argoproject.cli.arguments import SELECT
from argoproject.cli.common import CONFIG, today

if TYPE_CHECKING:
    from argoproject.fleet.report import Report

__all__ = ["validate"]

_FOR_FILES = ("sarif", "gitlab")
"""Formats that go into a file as a rule, so that the summary goes elsewhere."""


@click.command(short_help="Every mistake in the configuration.")
@SELECT
@CONFIG
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "sarif", "github", "gitlab"]),
    default="text",
    show_default=True,
    help="For people, for scripts, for code scanning, for the log of GitHub Actions, as GitLab's code quality.",
)
def validate(select: tuple[str, ...], config: str, form: str) -> None:
    """Report every mistake in the configuration: all files, all at once.

    SELECT names environments: blue, blue/shop, blue/*/eu-1/prod, or a project's name. The whole
    tree is judged, and what concerns them is reported: platform.yaml, their own files and those above, and collisions
    with other environments.

    Needs no cluster, no key and no Pulumi. Exit status 1 when there is an error, 0 when all is well or there are
    warnings only.
    """
    from argoproject.output.problems import WRITERS  # noqa: PLC0415

    report = _judged(select, config, _shown(config, form))
    click.echo(WRITERS[form](report))
    if form in _FOR_FILES:
        click.echo(report.summary(), err=True)
    sys.exit(0 if report.valid else 1)


def _judged(select: tuple[str, ...], config: str, name: str) -> Report:
    from argoproject.fleet.report import report_tree  # noqa: PLC0415
    from argoproject.tree.selection import NothingSelectedError  # noqa: PLC0415

    try:
        return report_tree(Path(config), today(), name, select)
    except NothingSelectedError as error:
        raise click.UsageError(str(error)) from None


def _shown(config: str, form: str) -> str:
    """What reports call the tree: as it was given; to programs, which find files by it, as seen from here."""
    return config.rstrip("/") if form in ("text", "json") else os.path.relpath(config)
