"""`argoproject render` and `report`: the environments as a folder of manifests, and as a page to look at."""

from __future__ import annotations

from itertools import chain
from pathlib import Path

import click

from argoproject.cli.ending import OutputFolder, refuse
from argoproject.cli.loading import chosen, judged_tree, today, validated_tree
from argoproject.cli.options import CONFIG, SELECT
from argoproject.problems import counted

__all__ = ["render", "report"]

_REPORT_MARK = ".argoproject-report"
"""A file in a folder that `report` wrote, and may therefore replace."""


@click.command(short_help="Every planned manifest as a file.")
@SELECT
@click.option(
    "--out", required=True, metavar="DIR", type=click.Path(path_type=Path), help="Folder to write."
)
@CONFIG
def render(select: tuple[str, ...], out: Path, config: str) -> None:
    """Write every planned manifest to DIR/<cluster>/<project>/<kind>.<name>.yaml, secrets as placeholders.

    SELECT names environments: blue, blue/shop, blue/*/eu-1/prod, or a project's name; without, all, and the admission
    policies that a stack deploys to DIR/<cluster>/_shared. DIR must be new, empty, or written by this command before:
    then it is replaced. Needs no key, no cluster and no Pulumi.
    """
    from argoproject.fleet.pipeline import platform_files, without_collector
    from argoproject.plan.admission import cluster_policies, is_enforceable
    from argoproject.plan.build import plan_project
    from argoproject.plan.render import RENDERED, render_policies
    from argoproject.plan.render import render as rendered
    from argoproject.tree.stacks import stack_files

    folder = OutputFolder(out, "render", RENDERED)
    folder.refuse_foreign()
    judged = judged_tree(config)
    platform = judged.tree.platform
    if judged.errors or platform is None:
        refuse(judged.errors)
    projects = chosen(judged, select)
    files = platform_files(judged.tree)
    plans = (plan_project(project, today(), files) for project in projects)
    # Stack files name clusters. One that `validate` refuses there gets no policies.
    stacks = () if select else stack_files(judged.tree.root)[0]
    clusters = sorted({cluster for stack in stacks for cluster in stack.admission_policies})
    policies = cluster_policies(platform, (it for it in clusters if is_enforceable(platform, it)))
    shared = sum(len(item.objects) for item in policies)
    with without_collector():
        number = folder.write(chain(rendered(plans), render_policies(policies))) - shared
    done = f"{out}: {counted(number, 'manifest')} of {counted(len(projects), 'environment')}"
    if policies:
        done += f", {counted(shared, 'manifest')} of the admission policies of {counted(len(policies), 'cluster')}"
    click.echo(done)


@click.command(short_help="The fleet as a page to look at.")
@click.option(
    "--html",
    "out",
    required=True,
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Folder to write.",
)
@click.option(
    "--diff",
    "diff_file",
    metavar="FILE",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="What `argoproject diff --format json` wrote, to be shown as well.",
)
@CONFIG
def report(out: Path, diff_file: Path | None, config: str) -> None:
    """Write the fleet as a page to look at: DIR/index.html, a single file that fetches nothing.

    Environments, versions, quota, access, repositories and problems, to search and filter. Problems are shown; they do
    not fail the command. DIR must be new, empty, or written by this command before: then it is replaced. Needs no key,
    no cluster and no Pulumi, and shows no secret.
    """
    from argoproject.diff.saved import NotADiffError, read_diff
    from argoproject.output.page.facts import gather
    from argoproject.output.page.page import site

    folder = OutputFolder(out, "report", _REPORT_MARK)
    folder.refuse_foreign()
    try:
        diff = None if diff_file is None else read_diff(diff_file)
    except NotADiffError as error:
        message = f"{error} is not what `argoproject diff --format json` writes"
        raise click.UsageError(message) from error
    judged, platform = validated_tree(config)
    facts = gather(judged, platform, today(), diff)
    folder.write(site(facts))
    shown = counted(len(facts.environments), "environment")
    click.echo(f"{out / 'index.html'}: {shown}, {counted(len(judged.problems), 'problem')}")
