"""`argoproject new`: the project.yaml of one more environment."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from argoproject.cli.arguments import offering
from argoproject.cli.common import (
    CONFIG,
    fail,
    loaded_platform,
    one_environment,
    place_of_project,
    report,
    resolved_tree,
    save,
    steps_below,
    stop,
    today,
    unknown_word,
)
from argoproject.cli.folders import environments, selections
from argoproject.layout import LEVELS, PROJECT_FILE, side_folder_names

if TYPE_CHECKING:
    from argoproject.edit.draft import Draft, Wish
    from argoproject.fleet.pipeline import Judged
    from argoproject.identity import Identity
    from argoproject.models import Platform

__all__ = ["new"]


@click.command(short_help="Write the project.yaml of one more environment.")
@click.argument(
    "path", metavar="TEAM/PRODUCT/CLUSTER/ENVIRONMENT", shell_complete=offering(selections)
)
@click.option("--profile", metavar="NAME", help="Profile of platform.yaml. Default: the class's.")
@click.option(
    "--like",
    metavar="PROJECT",
    shell_complete=offering(environments),
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
    """Write the project.yaml of a new environment, and tell what is left to do.

    It says only what team.yaml, product.yaml and the profile leave open. --like takes over another environment's file,
    but for names, moves, access for some time, and `allow`: these are asked for anew. Nothing is written over, and
    nothing that `validate` would refuse.
    """
    from argoproject.edit.draft import Wish  # noqa: PLC0415
    from argoproject.edit.proposal import propose  # noqa: PLC0415
    from argoproject.output.new import told_left_out, told_steps  # noqa: PLC0415

    identity = _identity(config, path)
    _check_words(loaded_platform(config), identity, profile)
    _check_printable(description or "", *versions)
    target = place_of_project(config, identity)
    if os.path.lexists(target):
        fail(f"{target} exists already: change it, or name another environment")
    known = resolved_tree(config)
    other = one_environment(known, like) if like else None
    wish = Wish(identity, other, profile, description, _revisions(versions))
    draft = _draft(known, wish)
    _check_revisions(wish, draft)
    proposal = propose(known.tree, identity, draft.text, today())
    for line in told_left_out(known.tree, wish, draft):
        click.echo(line, err=bool(proposal.errors))
    stop(proposal.errors)
    report(proposal.warnings)
    save(Path(config), target, draft.text)
    click.echo(f"{target}: written")
    for line in told_steps(config, known.tree, wish, proposal.project):
        click.echo(line)


def _identity(config: str, path: str) -> Identity:
    from argoproject.identity import Identity  # noqa: PLC0415
    from argoproject.models.scalars import is_label  # noqa: PLC0415

    steps = steps_below(config, path.removesuffix(f"/{PROJECT_FILE}"))
    if len(steps) != len(LEVELS) or not all(map(is_label, steps)):
        message = "name a folder TEAM/PRODUCT/CLUSTER/ENVIRONMENT, such as blue/shop/eu-1/prod, in lower-case letters"
        raise click.UsageError(f"{message}, digits and inner hyphens")
    taken = side_folder_names(steps)
    if taken:
        raise click.UsageError(
            f"folders called {' and '.join(sorted(taken))} have a meaning of their own there"
        )
    return Identity(*steps)


def _check_words(platform: Platform, identity: Identity, profile: str | None) -> None:
    """Names that platform.yaml does not have."""
    words: list[tuple[str, str | None, Iterable[str]]] = [
        ("team", identity.team, platform.teams),
        ("cluster", identity.cluster, platform.clusters),
        ("environment", identity.environment, platform.environments),
        ("profile", profile, platform.profiles),
    ]
    for kind, word, known in words:
        if word is not None and word not in known:
            raise unknown_word(f"platform.yaml knows no {kind}", word, known)


def _check_printable(*texts: str) -> None:
    for text in texts:
        if not text.isprintable():
            raise click.UsageError(f"{text!a}: write one line of printable text")


def _revisions(versions: Iterable[str]) -> dict[str, str]:
    pairs = [text.partition("=") for text in versions]
    for name, _, revision in pairs:
        if not name or not revision:
            raise click.UsageError(
                "--version: write APPLICATION=REVISION or APPLICATION.SOURCE=REVISION"
            )
    return {name: revision for name, _, revision in pairs}


def _draft(known: Judged, wish: Wish) -> Draft:
    from argoproject.edit.draft import draft  # noqa: PLC0415
    from argoproject.yamlfile.edit import EditError  # noqa: PLC0415

    try:
        return draft(known.tree, wish, known.projects)
    except EditError as error:
        fail(f"{wish.like and wish.like.identity}: {error}; nothing was written")


def _check_revisions(wish: Wish, draft: Draft) -> None:
    """Revisions of sources that are not there, and sources without a revision."""
    for name in wish.revisions if draft.sources is not None else ():
        if name not in (draft.sources or ()):
            raise unknown_word(
                f"--version: {wish.identity} has no source", name, draft.sources or ()
            )
    if draft.missing:
        options = " ".join(f"--version {name}=…" for name in draft.missing)
        message = (
            f"no other environment has a revision that {wish.identity} may take over: add {options}"
        )
        raise click.UsageError(message)
