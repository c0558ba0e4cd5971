"""`argoproject new` and `promote`: one more environment, and the revisions of one for the next."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from argoproject.cli.diff import show_diff
from argoproject.cli.ending import fail, report, save, show, stop, unknown_word
from argoproject.cli.loading import (
    loaded_platform,
    one_environment,
    resolved_tree,
    steps_below,
    today,
)
from argoproject.cli.options import CONFIG, FORMAT, offer_environments, offer_selections
from argoproject.identity import Identity
from argoproject.layout import LEVELS, PROJECT_FILE, project_file, side_folder_names

if TYPE_CHECKING:
    from argoproject.edit.draft import Draft, Wish
    from argoproject.edit.promotion import Promotion
    from argoproject.edit.proposal import Proposal
    from argoproject.models import Platform
    from argoproject.project.model import Project
    from argoproject.tree.model import Tree

__all__ = ["new", "promote"]


@click.command(short_help="Write the project.yaml of one more environment.")
@click.argument("path", metavar="TEAM/PRODUCT/CLUSTER/ENVIRONMENT", shell_complete=offer_selections)
@click.option("--profile", metavar="NAME", help="Profile of platform.yaml. Default: the class's.")
@click.option(
    "--like",
    metavar="PROJECT",
    shell_complete=offer_environments,
    help="Take over the project.yaml of that environment.",
)
@click.option("--description", metavar="TEXT", help="What it is for; Argo CD shows it.")
@click.option(
    "--version",
    "versions",
    multiple=True,
    metavar="APPLICATION[.SOURCE]=REVISION",
    help="A revision; may be repeated. Default: those of the product's nearest environment.",
)
@CONFIG
def new(
    path: str,
    profile: str | None,
    like: str | None,
    description: str | None,
    versions: tuple[str, ...],
    config: str,
) -> None:
    """Write the project.yaml of a new environment, and print what is left to do.

    It contains only what team.yaml, product.yaml and the profile leave open. --like copies another environment's file,
    except names, moves, temporary access, and `allow`: these must be requested again. No file is replaced, and nothing
    is written that `validate` would refuse.
    """
    from argoproject.edit.draft import Wish, draft
    from argoproject.edit.proposal import propose
    from argoproject.output.edit import next_steps, not_copied
    from argoproject.yamlfile.edit import EditError

    identity = _identity(config, path, loaded_platform(config), profile)
    for given in (description or "", *versions):
        if not given.isprintable():
            raise click.UsageError(f"{given!a}: write one line of printable text")
    target = Path(config) / project_file(identity)
    if os.path.lexists(target):
        fail(f"{target} exists already: change it, or name another environment")
    known, _ = resolved_tree(config)
    other = one_environment(known, like) if like else None
    wish = Wish(identity, other, profile, description, _revisions(versions))
    try:
        made = draft(known.tree, wish, known.projects)
    except EditError as error:
        fail(f"{other and other.identity}: {error}; nothing was written")
    _check_revisions(wish, made)
    proposal = propose(known.tree, identity, made.text, today())
    for line in not_copied(known.tree, wish, made):
        click.echo(line, err=bool(proposal.errors))
    stop(proposal.errors)
    report(proposal.warnings)
    save(Path(config), target, made.text)
    click.echo(f"{target}: written")
    for line in next_steps(config, known.tree, wish, proposal.project):
        click.echo(line)


def _identity(config: str, path: str, platform: Platform, profile: str | None) -> Identity:
    """The environment of a path.

    Raises:
        click.UsageError: where the path cannot be an environment's, or where platform.yaml has no such team, cluster,
            environment or profile.
    """
    from argoproject.models.scalars import is_label

    steps = steps_below(config, path.removesuffix(f"/{PROJECT_FILE}"))
    if len(steps) != len(LEVELS) or not all(map(is_label, steps)):
        message = "name a folder TEAM/PRODUCT/CLUSTER/ENVIRONMENT, such as blue/shop/eu-1/prod, in lower-case letters"
        raise click.UsageError(f"{message}, digits and inner hyphens")
    taken = side_folder_names(steps)
    if taken:
        raise click.UsageError(
            f"folders called {' and '.join(sorted(taken))} have a meaning of their own there"
        )
    identity = Identity(*steps)
    words: list[tuple[str, str | None, Iterable[str]]] = [
        ("team", identity.team, platform.teams),
        ("cluster", identity.cluster, platform.clusters),
        ("environment", identity.environment, platform.environments),
        ("profile", profile, platform.profiles),
    ]
    for kind, word, known in words:
        if word is not None and word not in known:
            raise unknown_word(f"platform.yaml has no {kind}", word, known)
    return identity


def _revisions(versions: Iterable[str]) -> dict[str, str]:
    """The revisions of `--version`, by the labels of their sources."""
    pairs = [text.partition("=") for text in versions]
    for name, _, revision in pairs:
        if not name or not revision:
            raise click.UsageError(
                "--version: write APPLICATION=REVISION or APPLICATION.SOURCE=REVISION"
            )
    return {name: revision for name, _, revision in pairs}


def _check_revisions(wish: Wish, draft: Draft) -> None:
    """Refuse revisions of sources that do not exist, and sources without a revision."""
    known = draft.sources
    for name in wish.revisions:
        if known is not None and name not in known:
            raise unknown_word(f"--version: {wish.identity} has no source", name, known)
    if draft.missing:
        options = " ".join(f"--version {name}=…" for name in draft.missing)
        raise click.UsageError(
            f"no other environment has a revision that {wish.identity} may copy: add {options}"
        )


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
    from argoproject.diff.fleet import diff_environment
    from argoproject.edit.promotion import labels, promotion
    from argoproject.output.edit import Promoted

    known, _ = resolved_tree(config)
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
            save(Path(config), Path(config) / project_file(target.identity), proposal.text)
    done = Promoted(
        source=source.identity,
        target=target.identity,
        file=file,
        changes=found.changes,
        written=bool(found.changes) and not dry_run,
        difference=diff_environment(target, after, known.tree, today()),
    )
    show(form, done.data(), [done.text()])
    if form == "text" and done.changes:
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
    from argoproject.edit.proposal import propose
    from argoproject.yamlfile.edit import EditError, with_values

    document = target.layers.items[-1].document
    try:
        text = with_values(document.text, found.values)
    except EditError as error:
        fail(f"{document.file}: {error}; nothing was written")
    proposal = propose(tree, target.identity, text, today())
    stop(proposal.errors)
    report(proposal.warnings)
    return proposal
