"""`argoproject render`: plans as a folder of manifests."""

from __future__ import annotations

import sys
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import click

from argoproject.cli.arguments import SELECT
from argoproject.cli.common import CONFIG, chosen, judged_tree, report, today
from argoproject.cli.folder import OutputFolder
from argoproject.problems import counted

if TYPE_CHECKING:
    from argoproject.fleet.pipeline import Judged
    from argoproject.plan.model import ClusterPolicies

__all__ = ["render"]


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
    from argoproject.fleet.pipeline import platform_files, without_collector  # noqa: PLC0415
    from argoproject.plan.build import plan_project  # noqa: PLC0415
    from argoproject.plan.render import RENDERED, render_policies  # noqa: PLC0415
    from argoproject.plan.render import render as rendered  # noqa: PLC0415

    folder = OutputFolder(out, "render", RENDERED)
    folder.refuse_foreign()
    judged = judged_tree(config)
    if judged.errors:
        report(judged.errors)
        sys.exit(1)
    projects = chosen(judged, select)
    files = platform_files(judged.tree)
    plans = (plan_project(project, today(), files) for project in projects)
    policies = () if select else _deployed_policies(judged)
    shared = sum(len(item.objects) for item in policies)
    with without_collector():
        number = folder.write(chain(rendered(plans), render_policies(policies))) - shared
    told = f"{out}: {counted(number, 'manifest')} of {counted(len(projects), 'environment')}"
    if policies:
        clusters = counted(len(policies), "cluster")
        told += f", {counted(shared, 'manifest')} of the admission policies of {clusters}"
    click.echo(told)


def _deployed_policies(judged: Judged) -> tuple[ClusterPolicies, ...]:
    """Those that stack files name. Clusters that `validate` would refuse there have none."""
    from argoproject.plan.admission import cluster_policies, is_enforceable  # noqa: PLC0415
    from argoproject.tree.stacks import stack_files  # noqa: PLC0415

    platform = judged.tree.platform
    if platform is None:
        return ()
    stacks, _ = stack_files(judged.tree.root)
    named = sorted({cluster for stack in stacks for cluster in stack.admission_policies})
    return cluster_policies(platform, (it for it in named if is_enforceable(platform, it)))
