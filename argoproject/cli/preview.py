"""`argoproject preview`: what the program would register."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from argoproject.cli.common import FORMAT

__all__ = ["preview"]


@click.command(short_help="What the Pulumi program would register.")
@click.option("--stack", default="dev", show_default=True, help="Stack, as in Pulumi.<stack>.yaml.")
@click.option("--manifests", is_flag=True, help="Show every manifest, secrets masked.")
@click.option("--all", "everything", is_flag=True, help="Unfold every environment.")
@FORMAT
def preview(stack: str, manifests: bool, everything: bool, form: str) -> None:
    """Show what the program would register, without the Pulumi CLI, a cluster or a key.

    Runs the very same __main__.py in this process and compares with the last such preview.
    """
    from argoproject.preview.preview import preview as run  # noqa: PLC0415

    sys.exit(run(stack, Path.cwd(), form, manifests=manifests, everything=everything))
