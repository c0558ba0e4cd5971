"""`argoproject promote`: the revisions of one environment for the next."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from argoproject.cli.diff import show_diff
from argoproject.cli.ending import fail, report, stop, unknown_word
from argoproject.cli.loading import one_environment, place_of_project, resolved_tree, today
from argoproject.cli.options import CONFIG, FORMAT, offer_environments
from argoproject.cli.writing import save

if TYPE_CHECKING:
    from argoproject.edit.promotion import Promotion
    from argoproject.edit.proposal import Proposal
    from argoproject.project.model import Project
    from argoproject.tree.model import Tree

__all__ = ["promote"]


@click.command(short_help="Copy the versions of one environment to another.")
@click.argument("project", shell_complete=offer_environments)
@click.argument("environment")
@click.option(
    "--only",
    multiple=True,
    metavar="APPLICATION[.SOURCE]",
    help="Promote only this; may be repeated. Default: everything.",
)
@click.option("--dry-run", is_flag=True, help="Show what would change, and write nothing.")
@CONFIG
@FORMAT
def promote(
    project: str, environment: str, only: tuple[str, ...], dry_run: bool, config: str, form: str
) -> None:
    """Copy the revisions of PROJECT to another ENVIRONMENT of its product.

    PROJECT is a folder below projects/, such as blue/shop/eu-1/staging, or a project's name; ENVIRONMENT a name such as
    prod, or eu-1/prod where several clusters have it. Edits the `versions` of its project.yaml and nothing else there.
    What `validate` would refuse is not written. Shows the effect on the environment, as `diff` would. Exit status 0
    also when there is nothing to change.
    """
    from argoproject.diff.fleet import diff_environment  # noqa: PLC0415
    from argoproject.edit.promotion import labels, promotion  # noqa: PLC0415
    from argoproject.output.edit import Promoted  # noqa: PLC0415

    known = resolved_tree(config)
    source = one_environment(known, project)
    target = _target(known.projects, source, environment)
    for name in only:
        if name not in labels(source):
            raise unknown_word(f"--only: {source.identity} has no", name, labels(source))
    found = promotion(source, target, only)
    if not labels(source):
        fail(f"{source.identity} has no Application: there is nothing to promote")
    stop(found.problems)
    file = target.layers.items[-1].document.file
    after = target
    if found.changes:
        proposal = _proposed(known.tree, target, found)
        after = proposal.project
        if promotion(source, after, only).changes:
            fail(f"{file}: values below `classes` override the revisions; nothing was written")
        if not dry_run:
            save(Path(config), place_of_project(config, target.identity), proposal.text)
    done = Promoted(
        source=source.identity,
        target=target.identity,
        file=file,
        changes=found.changes,
        written=bool(found.changes) and not dry_run,
        difference=diff_environment(target, after, known.tree, today()),
    )
    if form == "json":
        click.echo(json.dumps(done.data(), indent=2))
        return
    click.echo(done.text())
    if done.changes:
        click.echo()
        show_diff(done.difference, form)


def _target(projects: Iterable[Project], source: Project, environment: str) -> Project:
    """The environment of the same product with a name such as `prod` or `eu-1/prod`.

    Raises:
        click.UsageError: where there is none, or more than one.
    """
    product = (source.identity.team, source.identity.product)
    others = {
        f"{item.identity.cluster}/{item.identity.environment}": item
        for item in projects
        if (item.identity.team, item.identity.product) == product and item is not source
    }
    wanted = environment.strip("/")
    found = [name for name in others if wanted in (name, name.partition("/")[2])]
    if len(found) == 1:
        return others[found[0]]
    if found:
        raise click.UsageError(f"several clusters have {wanted}: write {' or '.join(found)}")
    known = ", ".join(others) or "none"
    message = f"{'/'.join(product)} has no other valid environment {wanted} (known: {known})"
    raise click.UsageError(message)


def _proposed(tree: Tree, target: Project, found: Promotion) -> Proposal:
    """The target's project.yaml with the revisions, checked; end where it has errors."""
    from argoproject.edit.proposal import propose  # noqa: PLC0415
    from argoproject.yamlfile.edit import EditError, with_values  # noqa: PLC0415

    document = target.layers.items[-1].document
    try:
        text = with_values(document.text, found.values)
    except EditError as error:
        fail(f"{document.file}: {error}; nothing was written")
    proposal = propose(tree, target.identity, text, today())
    stop(proposal.errors)
    report(proposal.warnings)
    return proposal
