"""`argoproject new`: the project.yaml of one more environment."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from argoproject.cli.ending import fail, report, stop, unknown_word
from argoproject.cli.loading import (
    loaded_platform,
    one_environment,
    place_of_project,
    resolved_tree,
    steps_below,
    today,
)
from argoproject.cli.options import CONFIG, offer_environments, offer_selections
from argoproject.cli.writing import save
from argoproject.layout import LEVELS, PROJECT_FILE, side_folder_names

if TYPE_CHECKING:
    from argoproject.edit.draft import Draft, Wish
    from argoproject.identity import Identity
    from argoproject.models import Platform

__all__ = ["new"]


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
    from argoproject.edit.draft import Wish, draft  # noqa: PLC0415
    from argoproject.edit.proposal import propose  # noqa: PLC0415
    from argoproject.output.edit import next_steps, not_copied  # noqa: PLC0415
    from argoproject.yamlfile.edit import EditError  # noqa: PLC0415

    identity = _identity(config, path, loaded_platform(config), profile)
    for given in (description or "", *versions):
        if not given.isprintable():
            raise click.UsageError(f"{given!a}: write one line of printable text")
    target = place_of_project(config, identity)
    if os.path.lexists(target):
        fail(f"{target} exists already: change it, or name another environment")
    known = resolved_tree(config)
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
    for name in wish.revisions if draft.sources is not None else ():
        if name not in (draft.sources or ()):
            raise unknown_word(
                f"--version: {wish.identity} has no source", name, draft.sources or ()
            )
    if draft.missing:
        options = " ".join(f"--version {name}=…" for name in draft.missing)
        raise click.UsageError(
            f"no other environment has a revision that {wish.identity} may copy: add {options}"
        )
