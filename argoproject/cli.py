"""The command line: `python -m argoproject`, or `argoproject` where the package is installed.

A command stands in a file of its own in `argoproject.commands` and imports what is heavy only when it runs, so that
`--help` answers at once.
Exit status: 0 all is well, 1 the configuration has problems, 2 the command was used wrongly.
"""

from __future__ import annotations

import click

from argoproject.commands.access import access
from argoproject.commands.affected import affected
from argoproject.commands.audit import audit
from argoproject.commands.codeowners import codeowners
from argoproject.commands.completion import completion
from argoproject.commands.diff import diff
from argoproject.commands.explain import explain
from argoproject.commands.graph import graph
from argoproject.commands.list import list_
from argoproject.commands.new import new
from argoproject.commands.preview import preview
from argoproject.commands.promote import promote
from argoproject.commands.render import render
from argoproject.commands.report import report
from argoproject.commands.schema import schema
from argoproject.commands.secret import secret
from argoproject.commands.secret_keys import leaver, rotate_keys
from argoproject.commands.validate import validate

__all__ = ["main"]

COMMANDS = (
    access,
    affected,
    audit,
    codeowners,
    completion,
    diff,
    explain,
    graph,
    list_,
    new,
    preview,
    promote,
    render,
    report,
    schema,
    secret,
    validate,
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def main() -> None:
    """Environments on Kubernetes through Argo CD, from declarative folders."""


for command in COMMANDS:
    main.add_command(command)
for command in (rotate_keys, leaver):
    secret.add_command(command)
