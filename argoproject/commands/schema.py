"""`argoproject schema`: the files that are made from the models."""

from __future__ import annotations

from pathlib import Path

import click

__all__ = ["schema"]


@click.command()
def schema() -> None:
    """Make config/schema/*.json and docs/reference.md anew from the models."""
    from argoproject.reference import reference  # noqa: PLC0415
    from argoproject.schema import write_schemas  # noqa: PLC0415

    for file in write_schemas(Path("config/schema")):
        click.echo(file)
    page = Path("docs/reference.md")
    page.write_text(reference())
    click.echo(page)
