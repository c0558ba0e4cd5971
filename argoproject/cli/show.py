"""`argoproject list`, `explain`, `graph` and `preview`: what there is, where it comes from, and what it becomes."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from argoproject.cli.ending import fail, save, show
from argoproject.cli.loading import (
    chosen,
    chosen_identities,
    judged_tree,
    one_environment,
    report_unreadable,
    validated_tree,
)
from argoproject.cli.options import CONFIG, ENVIRONMENT, FORMAT, REPORT_FORMAT, SELECT
from argoproject.output.text import command_line

__all__ = ["explain", "graph", "list_", "preview"]

_SUFFIXES = {"svg": (".svg",), "mermaid": (".mmd", ".mermaid", ".md", ".txt")}
"""The suffixes of a picture's file by its format."""

_OTHER_PICTURES = (".gif", ".html", ".jpeg", ".jpg", ".pdf", ".png", ".webp")
"""Suffixes of formats that `graph` does not write."""


@click.command("list", short_help="What there is; versions of a product side by side.")
@SELECT
@click.option("--by", type=click.Choice(["environment", "product"]), default="environment",
    show_default=True, help="A row for each environment, or the versions of a product side by side.",
)  # fmt: skip
@CONFIG
@REPORT_FORMAT
def list_(select: tuple[str, ...], by: str, config: str, form: str) -> None:
    """List the environments: projects, classes, profiles, versions, the stacks that deploy them, and their problems.

    SELECT names environments: blue, blue/shop, blue/*/eu-1/prod, or a project's name; without, all. Where no namespace
    is shown, it is the project's name without the cluster. What cannot be read is listed as well.
    """
    from argoproject.fleet.inventory import inventory
    from argoproject.output.list import WRITERS, Inventory
    from argoproject.tree.stacks import stack_files

    judged, platform = validated_tree(config)
    identities = chosen_identities(judged, select)
    rows = tuple(inventory(judged, stack_files(Path(config))[0], identities))
    found = Inventory(rows, tuple(platform.environments), len(judged.errors))
    click.echo(WRITERS[by, form](found))


@click.command(short_help="Which file and line decides each value.")
@ENVIRONMENT
@click.argument("field", default="")
@CONFIG
@FORMAT
def explain(environment: str, field: str, config: str, form: str) -> None:
    """Show where every value of an ENVIRONMENT comes from, or those at FIELD, and where its secrets were found.

    ENVIRONMENT is its folder below projects/, such as blue/shop/eu-1/prod, or the name of its project. Needs no key.
    """
    from argoproject.output.explain import explained
    from argoproject.tree.stacks import stack_files

    project = one_environment(judged_tree(config), environment)
    values, secrets = explained(project, field, stack_files(Path(config))[0])
    if field and not values and not secrets:
        everything = command_line(f"explain {project.identity}", config)
        fail(f"{project.identity} has no value at {field}: {everything} lists all")
    data = {"values": [it.data() for it in values], "secrets": [it.data() for it in secrets]}
    name = f"project {project.names.project}, profile {project.profile_name}"
    lines = [f"{project.identity}: {name}", *(value.text() for value in values)]
    lines += (f"secret {it.key}: {it.found_in}\n    {it.path} at {it.position}" for it in secrets)
    show(form, data, lines)


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
    help="What one box represents. Default: the finest of which there are at most some dozens.",
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
    from argoproject.output.graph.mermaid import MOST_CHARACTERS, MOST_LINES, as_mermaid
    from argoproject.output.graph.model import Level, graph_of
    from argoproject.output.graph.svg import as_svg

    form = _format(form, out)
    judged = judged_tree(config)
    projects = chosen(judged, select)
    if not projects:
        report_unreadable(judged)
        fail("there is no environment to draw")
    drawn = graph_of(projects, None if by is None else Level(by))
    text = as_svg(drawn) if form == "svg" else as_mermaid(drawn)
    if form == "mermaid" and (drawn.edges > MOST_LINES or len(text) > MOST_CHARACTERS):
        click.echo(
            f"warning: Mermaid draws at most {MOST_LINES} lines of {MOST_CHARACTERS:,} characters of text, and these "
            f"are {drawn.edges} of {len(text):,} (select less, or take --format svg)",
            err=True,
        )
    if out is None:
        click.echo(text, nl=False)
    else:
        save(out.parent, out, text)
        click.echo(out)
    sys.exit(1 if report_unreadable(judged) else 0)


def _format(form: str | None, out: Path | None) -> str:
    """The format of a picture, which the suffix of its file must not contradict.

    Raises:
        click.UsageError: for a suffix of the other format, or of one that is not written at all.
    """
    suffix = "" if out is None else out.suffix.lower()
    named = next((it for it, suffixes in _SUFFIXES.items() if suffix in suffixes), None)
    if suffix in _OTHER_PICTURES or (form is not None and named not in (None, form)):
        what = f"--format {form}" if form else "mermaid and svg"
        names = [end for it, ends in _SUFFIXES.items() if form in (None, it) for end in ends]
        raise click.UsageError(
            f"--out {out}: a file of {what} does not end in {suffix} (use {', '.join(names)})"
        )
    return form or named or "mermaid"


@click.command(short_help="What the Pulumi program would register.")
@click.option("--stack", default="dev", show_default=True, help="Stack, as in Pulumi.<stack>.yaml.")
@click.option("--manifests", is_flag=True, help="Show every manifest, secrets masked.")
@click.option("--all", "everything", is_flag=True, help="Unfold every environment.")
@FORMAT
def preview(stack: str, manifests: bool, everything: bool, form: str) -> None:
    """Show what the program would register, without the Pulumi CLI, a cluster or a key.

    Runs the very same __main__.py in this process and compares with the last such preview.
    """
    from argoproject.preview.program import preview as run

    sys.exit(run(stack, Path.cwd(), form, manifests=manifests, everything=everything))
