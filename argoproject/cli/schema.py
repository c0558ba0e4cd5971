"""`argoproject schema`: the files that are made from the models."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from argoproject.cli.common import CONFIG, fail, save
from argoproject.layout import PLATFORM_FILE

__all__ = ["schema"]


@click.command(short_help="JSON Schemas for editors, and the reference.")
@click.option(
    "--wire", is_flag=True, help="Let the first line of each of the files name its schema."
)
@click.option("--reference", metavar="FILE", help="Write the reference of every field there, too.")
@click.option(
    "--check", is_flag=True, help="Write nothing: exit status 1 when a file is not up to date."
)
@CONFIG
def schema(wire: bool, reference: str | None, check: bool, config: str) -> None:
    """Make DIR/schema/*.json anew, with which editors complete and check the kinds of files."""
    root = Path(config)
    if not (root / PLATFORM_FILE).is_file():
        fail(f"there is no {root / PLATFORM_FILE}: name the folder that holds it (--config)")
    files = [*_schemas(root), *(_wired(root) if wire else ()), *_reference(reference)]
    stale = [item for item in files if not _holds(*item)]
    for path, text in stale:
        if not check:
            save(root if root in path.parents else path.parent, path, text)
        click.echo(f"{path}: {'not up to date' if check else 'written'}", err=check)
    if not stale:
        click.echo("everything is up to date")
    sys.exit(1 if check and stale else 0)


def _schemas(root: Path) -> Iterator[tuple[Path, str]]:
    from argoproject.models.json_schema import FILES, schema_text  # noqa: PLC0415

    for name in FILES:
        yield root / "schema" / f"{name}.json", schema_text(name)


def _wired(root: Path) -> Iterator[tuple[Path, str]]:
    from argoproject.models.json_schema import PLACES, wired  # noqa: PLC0415

    for name, pattern in PLACES.items():
        for path in sorted(root.glob(pattern)):
            yield path, wired(name, _text(path))


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode()
    except UnicodeDecodeError:
        fail(f"{path} is not UTF-8 text: save it as UTF-8")


def _reference(file: str | None) -> Iterator[tuple[Path, str]]:
    from argoproject.models.reference import reference  # noqa: PLC0415

    if file is not None:
        yield Path(file), reference()


def _holds(path: Path, text: str) -> bool:
    return path.is_file() and path.read_bytes() == text.encode()
