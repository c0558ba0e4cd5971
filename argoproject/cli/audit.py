"""`argoproject audit`: what is accepted and still worth a look."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from argoproject.cli.arguments import SELECT
from argoproject.cli.common import (
    CONFIG,
    chosen_identities,
    fail,
    resolved_tree,
    tell_left_out,
    today,
)
from argoproject.cli.common import report as tell

if TYPE_CHECKING:
    from argoproject.audit import Audit

__all__ = ["audit"]

_FORMS = ("text", "json", "markdown", "sarif", "github", "gitlab")
_FOR_FILES = ("sarif", "gitlab")
"""Formats that go into a file as a rule, so that the summary goes elsewhere."""

_NEVER = "never"


@click.command(short_help="What is accepted and still worth a look.")
@SELECT
@CONFIG
@click.option(
    "--format",
    "form",
    type=click.Choice(_FORMS),
    default="text",
    show_default=True,
    help="For a terminal, for scripts, for a comment or a page, for code scanning, for the log of GitHub Actions, "
    "as GitLab's code quality.",
)
@click.option(
    "--baseline",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Findings that are accepted. Default: audit.yaml beside platform.yaml.",
)
@click.option(
    "--fail-on",
    type=click.Choice(["high", "medium", "low", "info", _NEVER]),
    default="medium",
    show_default=True,
    help="Exit status 1 for a finding that weighs as much, or more.",
)
def audit(
    select: tuple[str, ...],
    config: str,
    form: str,
    baseline: Path | None,
    fail_on: str,
) -> None:
    """Tell where environments stand wider than they need to, by choice of the platform or of a team.

    `validate` refuses what is wrong; this is what it lets pass: each cause once, what an attacker gains, what to do,
    and the environments that it reaches. What the platform has taken on stands in audit.yaml, with a reason and a last
    day.

    Needs no cluster, no key and no Pulumi. Exit status 1 when a finding remains that weighs as much as --fail-on, or
    when something cannot be read.
    """
    from argoproject.output.audit import WRITERS  # noqa: PLC0415

    found, whole = _audited(select, config, _shown(config, form), baseline)
    click.echo(WRITERS[form](found))
    if form in _FOR_FILES:
        from argoproject.output.audit import summary  # noqa: PLC0415

        click.echo(summary(found), err=True)
    sys.exit(0 if whole and not _reaching(found, fail_on) else 1)


def _audited(
    select: tuple[str, ...], config: str, name: str, baseline: Path | None
) -> tuple[Audit, bool]:
    """What is found, and whether every environment could be looked at."""
    from argoproject.audit import BASELINE, load_baseline  # noqa: PLC0415
    from argoproject.audit import audit as look  # noqa: PLC0415

    judged = resolved_tree(config, name)
    platform = judged.tree.platform
    if platform is None:
        sys.exit(1)  # as it was told
    if baseline is not None and not baseline.is_file():
        message = f"there is no file {baseline}"
        raise click.UsageError(message)
    file = baseline or Path(config) / BASELINE
    shown = f"{name}/{BASELINE}" if baseline is None else os.path.relpath(file)
    accepted, problems = load_baseline(file, shown, name, judged.projects)
    if problems:
        tell(sorted(problems))
        fail(f"{shown} cannot be used: nothing was looked at")
    identities = chosen_identities(judged, select) if select else None
    found = look(judged, platform, today(), accepted, identities)
    return found, not tell_left_out(judged)


def _reaching(found: Audit, fail_on: str) -> bool:
    from argoproject.audit import Severity  # noqa: PLC0415

    return fail_on != _NEVER and bool(found.reaching(Severity(fail_on)))


def _shown(config: str, form: str) -> str:
    """What reports call the tree: as it was given; to programs, which find files by it, as seen from here."""
    return config.rstrip("/") if form in ("text", "json", "markdown") else os.path.relpath(config)
