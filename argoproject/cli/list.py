"""`argoproject list`: what there is."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from argoproject.cli.arguments import REPORT_FORMAT, SELECT
from argoproject.cli.common import CONFIG, chosen_identities, report, today

__all__ = ["list_"]


@click.command("list", short_help="What there is; versions of a product side by side.")
@SELECT
@click.option("--by", type=click.Choice(["environment", "product"]), default="environment",
    show_default=True, help="A row for each environment, or the versions of a product side by side.",
)  # fmt: skip
@CONFIG
@REPORT_FORMAT
def list_(select: tuple[str, ...], by: str, config: str, form: str) -> None:
    """List the environments: projects, classes, profiles, versions, the stacks that take them, and their problems.

    SELECT names environments: blue, blue/shop, blue/*/eu-1/prod, or a project's name; without, all. A namespace that is
    not told is the project's name without the cluster. What cannot be read is listed as well.
    """
    from argoproject.fleet.inventory import inventory  # noqa: PLC0415
    from argoproject.fleet.pipeline import validate_tree  # noqa: PLC0415
    from argoproject.output.list import FORMS, Listed  # noqa: PLC0415
    from argoproject.output.products import FORMS as BY_PRODUCT  # noqa: PLC0415
    from argoproject.tree.stacks import stack_files  # noqa: PLC0415

    judged = validate_tree(Path(config), today(), config.rstrip("/"))
    if judged.tree.platform is None:
        report(judged.errors)
        sys.exit(1)
    identities = chosen_identities(judged, select)
    rows = tuple(inventory(judged, stack_files(Path(config))[0], identities))
    forms = BY_PRODUCT if by == "product" else FORMS
    click.echo(
        forms[form](Listed(rows, tuple(judged.tree.platform.environments), len(judged.errors)))
    )
