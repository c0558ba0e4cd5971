"""`argoproject render`: plans as a folder of manifests."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

import click

from argoproject.commands.arguments import SELECT
from argoproject.commands.common import CONFIG, chosen, counted, fail, judged_tree, report, today
from argoproject.marks import RENDERED

__all__ = ["render"]


@click.command()
@SELECT
@click.option(
    "--out", required=True, metavar="DIR", type=click.Path(path_type=Path), help="Folder to write."
)
@CONFIG
def render(select: tuple[str, ...], out: Path, config: str) -> None:
    """Write every planned manifest to DIR/<cluster>/<project>/<kind>.<name>.yaml, secrets as placeholders.

    SELECT names environments: blue, blue/shop, blue/*/eu-1/prod, or a project's name; without, all. DIR must be new,
    empty, or written by this command before: then it is replaced. Needs no key, no cluster and no Pulumi.
    """
    from argoproject.fleet import platform_files  # noqa: PLC0415
    from argoproject.plan.build import plan_project  # noqa: PLC0415
    from argoproject.render import render as rendered  # noqa: PLC0415

    if out.exists() and not _replaceable(out):
        fail(f"{out} was not written by this command: name another folder, or remove it")
    judged = judged_tree(config)
    if judged.errors:
        report(judged.errors)
        sys.exit(1)
    projects = chosen(judged, select)
    files = platform_files(judged.tree)
    plans = (plan_project(project, today(), files) for project in projects)
    number = _write(out, rendered(plans))
    click.echo(f"{out}: {counted(number, 'manifest')} of {counted(len(projects), 'environment')}")


def _replaceable(out: Path) -> bool:
    return out.is_dir() and ((out / RENDERED).is_file() or not any(out.iterdir()))


def _write(out: Path, files: Iterable[tuple[str, str]]) -> int:
    """Write beside the folder first, so that it is the old or the new one, whatever happens."""
    fresh, old = (out.with_name(f".{out.name}.{name}") for name in ("new", "old"))
    for leftover in (fresh, old):
        shutil.rmtree(leftover, ignore_errors=True)
    number = 0
    made: set[Path] = set()
    for name, text in files:
        path = fresh / name
        if path.parent not in made:
            path.parent.mkdir(parents=True)
            made.add(path.parent)
        path.write_text(text, encoding="utf-8")
        number += 1
    (fresh / RENDERED).write_text(
        "Written by `python -m argoproject render`, which replaces this folder.\n"
    )
    if out.exists():
        out.rename(old)
    fresh.rename(out)
    shutil.rmtree(old, ignore_errors=True)
    return number
