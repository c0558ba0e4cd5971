"""`argoproject diff` and `affected`: what a change does to which environments, and which stacks deploy it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from argoproject.cli.ending import fail, report, show
from argoproject.cli.loading import judged_tree, today
from argoproject.cli.options import BASE, CONFIG, FORMAT, REPORT_FORMAT, SELECT

if TYPE_CHECKING:
    from argoproject.diff.model import FleetDiff

__all__ = ["affected", "diff", "show_diff"]

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
    blue/*/eu-1/prod, or a project's name) only those environments are shown, and lines of files that reach them.

    Each change is safe, worth a look, or dangerous, with the reason. Needs no cluster, no key and no Pulumi. Exit
    status 1 where the configuration has problems, or where a change is as dangerous as --fail-on says; 2 where the
    base cannot be read, or where a SELECT matches no environment of either side.
    """
    from argoproject.diff.fleet import diff_exported, diff_rendered, diff_revision, only
    from argoproject.diff.model import BaseUnreadableError, Danger
    from argoproject.diff.revision import find_revision
    from argoproject.tree.selection import NothingSelectedError

    if sum(item is not None for item in bases.values()) > 1:
        raise click.UsageError("--base, --rendered and --state each name a base: give one")
    judged = judged_tree(config, broken=True)
    try:
        match bases:
            case {"state": Path() as file}:
                found = diff_exported(judged, file, today())
            case {"rendered": Path() as folder}:
                found = diff_rendered(judged, folder, today())
            case {"base": base}:
                revision = find_revision(judged.tree.root, None if base is None else str(base))
                found = diff_revision(judged, revision, today())
    except BaseUnreadableError as error:
        fail(str(error), status=2)
    if select:
        try:
            found = only(found, judged.names, select)
        except NothingSelectedError as error:
            raise click.UsageError(str(error)) from None
    show_diff(found, form)
    report(judged.errors if form == "text" else ())
    failed = fail_on is not None and found.danger.level >= Danger(fail_on).level
    sys.exit(1 if found.problems or failed else 0)


def show_diff(found: FleetDiff, form: str) -> None:
    """Print a comparison; text is coloured on a terminal, unless NO_COLOR is set.

    Args:
        found: The comparison.
        form: `text`, `json` or `markdown`.
    """
    if form == "json":
        from argoproject.output.diff.data import as_data

        show(form, as_data(found), ())
    elif form == "markdown":
        from argoproject.output.diff.markdown import as_markdown

        click.echo(as_markdown(found), nl=False)
    else:
        from argoproject.output.diff.text import lines

        for line in lines(found):
            colour = None if "NO_COLOR" in os.environ else _COLOURS.get(str(line.danger))
            click.echo(click.style(line.wrapped(), fg=colour) if colour else line.wrapped())


@click.command(short_help="Which stacks have to deploy what changed.")
@BASE
@click.option("--all", "everything", is_flag=True, help="Every stack that deploys something.")
@CONFIG
@FORMAT
def affected(base: str | None, everything: bool, config: str, form: str) -> None:
    """List the stacks that have to deploy what changed since a Git revision, and why.

    A stack is affected where one of its environments changes, comes or goes, where its admission policies change, and
    where its own file or the program changed. A stack with any environment of production counts as production, and so
    does one whose admission policies would change for such an environment; nonproduction comes first. Needs no
    cluster, no key and no Pulumi.
    """
    from argoproject.diff.affected import affected as since
    from argoproject.diff.affected import every_stack
    from argoproject.diff.fleet import diff_revision
    from argoproject.diff.model import BaseUnreadableError
    from argoproject.diff.revision import find_revision
    from argoproject.output.diff.text import stack_lines

    if everything and base is not None:
        raise click.UsageError("--all compares with nothing: leave --base out")
    judged = judged_tree(config)
    report(judged.errors)
    try:
        if everything:
            found = every_stack(judged)
        else:
            revision = find_revision(judged.tree.root, base)
            found = since(judged, diff_revision(judged, revision, today()), revision)
    except BaseUnreadableError as error:
        fail(str(error), status=2)
    if not found.known:
        fail(
            f"no stack file deploys {config.rstrip('/')}, so that nothing can be judged{_where(config)}"
        )
    show(form, found.data(), stack_lines(found))
    report(found.problems)
    sys.exit(1 if found.problems else 0)


def _where(config: str) -> str:
    """Where stack files are looked for."""
    from argoproject.tree.pulumi import pulumi_project

    project = pulumi_project(Path(config))
    if project is None:
        return ": there is no Pulumi.yaml in a folder above it"
    return f": they are Pulumi.<stack>.yaml in {os.path.relpath(project.folder)}"
