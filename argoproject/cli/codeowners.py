"""`argoproject codeowners`: who must review which file."""

from __future__ import annotations

import os
from pathlib import Path

import click

from argoproject.cli.common import CONFIG, fail, loaded_platform, save
from argoproject.output.text import command_line

__all__ = ["codeowners"]

_PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS")
"""Where GitHub and GitLab look for it. Source: their documentation; only the first of these counts."""


@click.command(short_help="Who must review which file, as CODEOWNERS.")
@click.option(
    "--out",
    metavar="FILE",
    help="Where it stands. Default: where the repository has it, else .github.",
)
@click.option(
    "--check", is_flag=True, help="Write nothing: exit status 1 when the file is not up to date."
)
@CONFIG
def codeowners(out: str | None, check: bool, config: str) -> None:
    """Make CODEOWNERS from the reviewers in platform.yaml.

    Everything is for `reviewers`; a team's folder is for `teams.<team>.reviewers`, but for what reaches the classes in
    `delivery.requireApproval`. For GitHub and GitLab. A file that people wrote is left alone.
    """
    from argoproject.output.codeowners import codeowners as made  # noqa: PLC0415
    from argoproject.output.codeowners import is_made_here  # noqa: PLC0415

    platform = loaded_platform(config)
    if not platform.reviewers:
        fail(_nobody(config))
    root = _repository(config)
    target = _target(root, out)
    text = made(platform, Path(config).resolve().relative_to(root).as_posix())
    # What is not UTF-8 was not made here, and is compared all the same.
    old = target.read_text(encoding="utf-8", errors="replace") if target.is_file() else None
    shown = os.path.relpath(target)
    if old == text:
        click.echo(f"{shown}: up to date")
    elif check:
        fail(f"{shown} is not up to date: run {command_line('codeowners', config)} and commit it")
    elif old is not None and not is_made_here(old):
        fail(f"{shown} was not made by this command: remove it, or name another file with --out")
    else:
        save(root, target, text)
        click.echo(f"{shown}: written")


def _nobody(config: str) -> str:
    return (
        f"{config.rstrip('/')}/platform.yaml names no reviewers: add "
        '`reviewers: ["@organisation/team"]` for everything, and `reviewers` to each of its `teams` '
        "that reviews its own files"
    )


def _repository(config: str) -> Path:
    """The root of the Git repository that holds the configuration."""
    folder = Path(config).resolve()
    for root in (folder, *folder.parents):
        if (root / ".git").exists():
            return root
    return fail(f"{config} is in no Git repository: CODEOWNERS would have no place")


def _target(root: Path, out: str | None) -> Path:
    """The file that is written: inside the repository."""
    if out is None:
        places = [root / place for place in _PLACES]
        return next((place for place in places if place.exists()), places[0])
    target = Path(os.path.normpath(Path.cwd() / out))
    if root not in target.parents:
        fail(f"{out} is outside of the repository {root}")
    return target
