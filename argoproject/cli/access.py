"""`argoproject access`: who may do what, where, through which role, until when."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from argoproject.cli.arguments import REPORT_FORMAT, offer_selections, offer_teams
from argoproject.cli.common import CONFIG, chosen, fail, judged_tree, tell_left_out, today

if TYPE_CHECKING:
    from argoproject.fleet.pipeline import Judged
    from argoproject.project.model import Project

__all__ = ["access"]


@click.command(short_help="Who may do what, where, through which role, until when.")
@click.option("--group", "groups", multiple=True, metavar="GROUP", help="Only this group.")
@click.option(
    "--project", "projects", multiple=True, metavar="SELECT", shell_complete=offer_selections,
    help="Only in these environments: blue/shop, blue/*/*/prod, or a project's name.",
)  # fmt: skip
@click.option(
    "--team", "teams", multiple=True, metavar="TEAM", shell_complete=offer_teams,
    help="Only in the environments of this team.",
)  # fmt: skip
@click.option(
    "--can", metavar="ACTION[:RESOURCE]",
    help="Only who may do this in Argo CD: sync, get:logs, action/apps/Deployment/restart.",
)  # fmt: skip
@click.option("--expired", is_flag=True, help="Also what has ended; it is marked.")
@CONFIG
@REPORT_FORMAT
def access(
    can: str | None,
    expired: bool,
    config: str,
    form: str,
    **only: tuple[str, ...],
) -> None:
    """Tell who may do what, where, through which role, until when, and which line of which file gives it.

    GROUP, SELECT and TEAM may be repeated; `*` in them stands for any text. What an `allow` widens is told as well,
    unless groups or an action are asked for. --can is about Argo CD's roles: what a ClusterRole permits only its
    cluster knows. RESOURCE is applications where none is named. Not told: Argo CD's own administrators,
    ServiceAccounts (a sync may run as one; nobody is in it), and what the platform's own manifests and charts bind.
    Exit status 1 when an environment cannot be read: then the answer is not the whole one.
    """
    from argoproject.cli.access_question import question  # noqa: PLC0415
    from argoproject.fleet.access import answer  # noqa: PLC0415
    from argoproject.output.access import FORMS  # noqa: PLC0415

    asked = None if can is None else question(can)
    judged = judged_tree(config)
    environments = _environments(judged, only["projects"], only["teams"])
    found = answer(judged, environments, today(), only["groups"], asked, expired=expired)
    click.echo(FORMS[form](found))
    sys.exit(1 if tell_left_out(judged) else 0)


def _environments(
    judged: Judged, projects: Sequence[str], teams: Sequence[str]
) -> tuple[Project, ...]:
    from argoproject.upstream.urls import matches  # noqa: PLC0415

    called = chosen(judged, projects)
    both = tuple(
        item
        for item in called
        if not teams or any(matches(team, item.identity.team) for team in teams)
    )
    if not both:
        fail(f"no environment{' of these' if projects else ''} is of the team {' or '.join(teams)}")
    return both
