"""`argoproject access`: who may do what, where, through which role, until when."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from argoproject.cli.ending import fail, unknown_word
from argoproject.cli.loading import chosen, judged_tree, report_unreadable, today
from argoproject.cli.options import CONFIG, REPORT_FORMAT, offer_selections, offer_teams

if TYPE_CHECKING:
    from argoproject.fleet.access import Question

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
@click.option("--expired", is_flag=True, help="Also what has expired; it is marked.")
@CONFIG
@REPORT_FORMAT
def access(
    can: str | None,
    expired: bool,
    config: str,
    form: str,
    **only: tuple[str, ...],
) -> None:
    """Show who may do what, where, through which role, until when, and which line of which file gives it.

    GROUP, SELECT and TEAM may be repeated; `*` in them matches any text. What an `allow` widens is shown as well,
    unless groups or an action are asked for. --can is about Argo CD's roles: what a ClusterRole permits only its
    cluster knows. RESOURCE is applications where none is named. Not shown: Argo CD's own administrators,
    ServiceAccounts (a sync may run as one; nobody is in it), and what the platform's own manifests and charts bind.
    Exit status 1 when an environment cannot be read: then the answer is not complete.
    """
    from argoproject.fleet.access import answer
    from argoproject.output.access import WRITERS
    from argoproject.upstream.urls import matches

    asked = None if can is None else _question(can)
    projects, teams = only["projects"], only["teams"]
    judged = judged_tree(config)
    environments = tuple(
        item
        for item in chosen(judged, projects)
        if not teams or any(matches(team, item.identity.team) for team in teams)
    )
    if not environments and teams:
        fail(f"no environment{' of these' if projects else ''} is of the team {' or '.join(teams)}")
    found = answer(judged, environments, today(), only["groups"], asked, expired=expired)
    click.echo(WRITERS[form](found))
    sys.exit(1 if report_unreadable(judged) else 0)


def _question(text: str) -> Question:
    """What `--can` asks; without a resource it is about Applications.

    Raises:
        click.UsageError: for a resource or an action that no role of a project can be about.
    """
    from argoproject.fleet.access import Question
    from argoproject.project.access import ASKABLE, EXACT

    action, _, resource = text.partition(":")
    asked = Question(action, resource or "applications")
    known = ASKABLE.get(asked.resource)
    if known is None:
        raise unknown_word("a project has no resource named", asked.resource, ASKABLE)
    composed = asked.resource == "applications" and EXACT.fullmatch(action)
    if action not in known and not composed:
        message = f"there is no action on {asked.resource} named"
        if action in ASKABLE:
            raise unknown_word(message, action, [], meant=f"{ASKABLE[action][0]}:{action}")
        raise unknown_word(message, action, known)
    return asked
