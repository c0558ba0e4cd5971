"""The command line: `python -m argoproject`, or `argoproject` where the package is installed.

A command stands in a file of its own in `argoproject.cli` and imports what is heavy only when it runs, so that
`--help` answers at once.
Exit status: 0 all is well, 1 the configuration has problems, 2 the command was used wrongly.
"""

from __future__ import annotations

import click

from argoproject.cli.access import access
from argoproject.cli.affected import affected
from argoproject.cli.audit import audit
from argoproject.cli.codeowners import codeowners
from argoproject.cli.completion import completion
from argoproject.cli.diff import diff
from argoproject.cli.explain import explain
from argoproject.cli.graph import graph
from argoproject.cli.list import list_
from argoproject.cli.new import new
from argoproject.cli.preview import preview
from argoproject.cli.promote import promote
from argoproject.cli.render import render
from argoproject.cli.report import report
from argoproject.cli.schema import schema
from argoproject.cli.secret import secret
from argoproject.cli.secret_keys import leaver, rotate_keys
from argoproject.cli.validate import validate

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
