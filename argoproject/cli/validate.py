"""`argoproject validate` and `audit`: what is refused, and what is accepted but still worth a look."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from argoproject.cli.ending import fail, report
from argoproject.cli.loading import chosen_identities, report_unreadable, resolved_tree, today
from argoproject.cli.options import CONFIG, SELECT, format_option

__all__ = ["audit", "validate"]

_FOR_PEOPLE = ("text", "json", "markdown")
"""Formats that name files as the user does, below the `--config` as given. Programs that find files by the report need
paths from the current folder."""

_FOR_FILES = ("sarif", "gitlab")
"""Formats that are usually redirected to a file, so that the summary goes to standard error."""

_NEVER = "never"


@click.command(short_help="Every mistake in the configuration.")
@SELECT
@CONFIG
@format_option(
    "json", "sarif", "github", "gitlab",
    text="For people, for scripts, for code scanning, for the log of GitHub Actions, as GitLab's code quality.",
)  # fmt: skip
def validate(select: tuple[str, ...], config: str, form: str) -> None:
    """Report every mistake in the configuration: all files, all at once.

    SELECT names environments: blue, blue/shop, blue/*/eu-1/prod, or a project's name. The whole
    tree is checked, and what concerns them is reported: platform.yaml, their own files and those above, and collisions
    with other environments.

    Needs no cluster, no key and no Pulumi. Exit status 1 when there is an error, 0 when there is none, or warnings
    only.
    """
    from argoproject.audit import BASELINE, load_baseline
    from argoproject.fleet.report import report_tree
    from argoproject.output.problems import WRITERS
    from argoproject.tree.selection import NothingSelectedError

    try:
        name = _shown(config, form)
        _, wrong = load_baseline(Path(config) / BASELINE, f"{name}/{BASELINE}", name)
        found = report_tree(Path(config), today(), name, select, wrong)
    except NothingSelectedError as error:
        raise click.UsageError(str(error)) from None
    click.echo(WRITERS[form](found))
    if form in _FOR_FILES:
        click.echo(found.summary(), err=True)
    sys.exit(0 if found.valid else 1)


@click.command(short_help="What is accepted and still worth a look.")
@SELECT
@CONFIG
@format_option(
    "json", "markdown", "sarif", "github", "gitlab",
    text="For a terminal, for scripts, for a comment or a page, for code scanning, for the log of GitHub Actions, "
    "as GitLab's code quality.",
)  # fmt: skip
@click.option(
    "--baseline",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Findings that are accepted. Default: audit.yaml next to platform.yaml.",
)
@click.option(
    "--fail-on",
    type=click.Choice(["high", "medium", "low", "info", _NEVER]),
    default="medium",
    show_default=True,
    help="Exit status 1 for a finding of this severity, or a higher one.",
)
def audit(
    select: tuple[str, ...], config: str, form: str, baseline: Path | None, fail_on: str
) -> None:
    """Report where environments are open wider than they need to be, by choice of the platform or of a team.

    `validate` refuses mistakes; this reports what it allows: each cause once, what an attacker gains, what to do, and
    the environments that it reaches. Findings that the platform accepts are in audit.yaml, with a reason and a last
    day.

    Needs no cluster, no key and no Pulumi. Exit status 1 when a finding of --fail-on or worse remains, or when
    something cannot be read.
    """
    from argoproject.audit import BASELINE, Severity, load_baseline
    from argoproject.audit import audit as findings
    from argoproject.output.audit import WRITERS, summary

    name = _shown(config, form)
    judged, platform = resolved_tree(config, name)
    if baseline is not None and not baseline.is_file():
        raise click.UsageError(f"there is no file {baseline}")
    file = baseline or Path(config) / BASELINE
    shown = f"{name}/{BASELINE}" if baseline is None else os.path.relpath(file)
    accepted, problems = load_baseline(file, shown, name, judged.projects)
    if problems:
        report(sorted(problems))
        fail(f"{shown} cannot be used: nothing was looked at")
    identities = chosen_identities(judged, select) if select else None
    found = findings(judged, platform, today(), accepted, identities)
    whole = not report_unreadable(judged)
    click.echo(WRITERS[form](found))
    if form in _FOR_FILES:
        click.echo(summary(found), err=True)
    failed = fail_on != _NEVER and bool(found.reaching(Severity(fail_on)))
    sys.exit(0 if whole and not failed else 1)


def _shown(config: str, form: str) -> str:
    """The name of the tree in a report."""
    return config.rstrip("/") if form in _FOR_PEOPLE else os.path.relpath(config)
