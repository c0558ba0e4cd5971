"""`argoproject graph`: the fleet as a picture."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from argoproject.cli.arguments import SELECT
from argoproject.cli.common import CONFIG, chosen, judged_tree, save, tell_left_out

__all__ = ["graph"]


@click.command(short_help="Teams, environments, clusters, repositories: a picture.")
@SELECT
@click.option(
    "--format",
    "form",
    type=click.Choice(["mermaid", "svg"]),
    help="Default: svg where FILE ends in .svg, else mermaid.",
)
@click.option(
    "--by",
    type=click.Choice(["environment", "product", "team"]),
    help="What one box stands for. Default: the finest of which there are at most some dozens.",
)
@click.option(
    "--out",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File to write, instead of the terminal.",
)
@CONFIG
def graph(
    select: tuple[str, ...], form: str | None, by: str | None, out: Path | None, config: str
) -> None:
    """Draw teams with their environments, the repositories that these read, and the clusters that they deploy to.

    SELECT names environments: blue, blue/shop, blue/*/eu-1/prod, or a project's name; without, all. Mermaid is text
    that GitHub and GitLab draw in a page; the SVG is one file that needs no other, in light and in dark. Exit status 1
    when an environment cannot be read and so is missing.
    """
    from argoproject.output.graph import Level, as_mermaid, as_svg, graph_of  # noqa: PLC0415

    judged = judged_tree(config)
    drawn = graph_of(chosen(judged, select), None if by is None else Level(by))
    form = form or ("svg" if out is not None and out.suffix == ".svg" else "mermaid")
    text = as_svg(drawn) if form == "svg" else as_mermaid(drawn)
    if form == "mermaid":
        _warn(drawn.edges, len(text))
    if out is None:
        click.echo(text, nl=False)
    else:
        save(out.parent, out, text)
        click.echo(out)
    sys.exit(1 if tell_left_out(judged) else 0)


def _warn(lines: int, characters: int) -> None:
    from argoproject.output.graph.mermaid import MOST_CHARACTERS, MOST_LINES  # noqa: PLC0415

    if lines > MOST_LINES or characters > MOST_CHARACTERS:
        click.echo(
            f"warning: Mermaid draws at most {MOST_LINES} lines of {MOST_CHARACTERS:,} characters of text, and these "
            f"are {lines} of {characters:,} (select less, or take --format svg)",
            err=True,
        )
