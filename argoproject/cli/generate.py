"""`argoproject codeowners` and `schema`: files that are generated from the configuration and from the models."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from argoproject.cli.ending import fail, save
from argoproject.cli.loading import loaded_platform
from argoproject.cli.options import CHECK, CONFIG
from argoproject.layout import PLATFORM_FILE
from argoproject.output.text import command_line

__all__ = ["codeowners", "schema"]

_PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS")
"""Where GitHub and GitLab look for it. Source: their documentation; only the first of these counts."""


@click.command(short_help="Who must review which file, as CODEOWNERS.")
@click.option(
    "--out",
    metavar="FILE",
    help="File to write. Default: where the repository has it, else .github.",
)
@CHECK
@CONFIG
def codeowners(out: str | None, check: bool, config: str) -> None:
    """Generate CODEOWNERS from the reviewers in platform.yaml.

    Everything belongs to `reviewers`; a team's folder to `teams.<team>.reviewers`, except what reaches the classes in
    `delivery.requireApproval`. For GitHub and GitLab. A file that was written by hand is not replaced.
    """
    from argoproject.edit.codeowners import codeowners as generated
    from argoproject.edit.codeowners import is_generated

    platform = loaded_platform(config)
    if not platform.reviewers:
        fail(
            f"{config.rstrip('/')}/{PLATFORM_FILE} names no reviewers: add "
            '`reviewers: ["@organisation/team"]` for everything, and `reviewers` to each of its `teams` '
            "that reviews its own files"
        )
    folder = Path(config).resolve()
    root = next((it for it in (folder, *folder.parents) if (it / ".git").exists()), None)
    if root is None:
        fail(f"{config} is in no Git repository: CODEOWNERS would have no place")
    target = next((root / it for it in _PLACES if (root / it).exists()), root / _PLACES[0])
    if out is not None:
        target = Path(os.path.normpath(Path.cwd() / out))
        if root not in target.parents:
            fail(f"{out} is outside of the repository {root}")
    text = generated(platform, folder.relative_to(root).as_posix())
    # A file that is not UTF-8 is not a generated one; it must not end this command with a traceback.
    old = target.read_text(encoding="utf-8", errors="replace") if target.is_file() else None
    shown = os.path.relpath(target)
    if old == text:
        click.echo(f"{shown}: up to date")
    elif check:
        fail(f"{shown} is not up to date: run {command_line('codeowners', config)} and commit it")
    elif old is not None and not is_generated(old):
        fail(f"{shown} was not made by this command: remove it, or name another file with --out")
    else:
        save(root, target, text)
        click.echo(f"{shown}: written")


@click.command(short_help="JSON Schemas for editors, and the reference.")
@click.option(
    "--wire", is_flag=True, help="Let the first line of each of the files name its schema."
)
@click.option("--reference", metavar="FILE", help="Write the reference of every field there, too.")
@CHECK
@CONFIG
def schema(wire: bool, reference: str | None, check: bool, config: str) -> None:
    """Generate DIR/schema/*.json, with which editors complete and check the kinds of files."""
    root = Path(config)
    if not (root / PLATFORM_FILE).is_file():
        fail(f"there is no {root / PLATFORM_FILE}: name the folder that holds it (--config)")
    stale = [
        (path, text)
        for path, text in _generated(root, wire, reference)
        if not path.is_file() or path.read_bytes() != text.encode()
    ]
    for path, text in stale:
        if not check:
            save(root if root in path.parents else path.parent, path, text)
        click.echo(f"{path}: {'not up to date' if check else 'written'}", err=check)
    if not stale:
        click.echo("everything is up to date")
    sys.exit(1 if check and stale else 0)


def _generated(root: Path, wire: bool, reference: str | None) -> Iterator[tuple[Path, str]]:
    """The files and their texts: schemas, configuration files with the line that names their schema, the reference."""
    from argoproject.models.schema import FILES, PLACES, schema_text, wired
    from argoproject.models.schema import reference as reference_text

    for name in FILES:
        yield root / "schema" / f"{name}.json", schema_text(name)
    for name, pattern in PLACES.items() if wire else ():
        for path in sorted(root.glob(pattern)):
            try:
                yield path, wired(name, path.read_bytes().decode())
            except UnicodeDecodeError:
                fail(f"{path} is not UTF-8 text: save it as UTF-8")
    if reference is not None:
        yield Path(reference), reference_text()
