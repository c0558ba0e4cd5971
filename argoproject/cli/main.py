"""The command line: `python -m argoproject`, or `argoproject` where the package is installed.

A command imports what is heavy only when it runs, so that `--help` and shell completion answer at once.
Exit status: 0 all is well, 1 the configuration has problems, 2 the command was used wrongly.
"""

from __future__ import annotations

import sys
from io import TextIOWrapper
from typing import Any

import click
from click.shell_completion import BashComplete, FishComplete, ZshComplete

from argoproject.cli.access import access
from argoproject.cli.diff import affected, diff
from argoproject.cli.edit import new, promote
from argoproject.cli.generate import codeowners, schema
from argoproject.cli.render import render, report
from argoproject.cli.secret import secret
from argoproject.cli.secret_keys import leaver, rotate_keys
from argoproject.cli.show import explain, graph, list_, preview
from argoproject.cli.status import status
from argoproject.cli.validate import audit, validate

__all__ = ["COMPLETE", "main"]

COMPLETE = "_ARGOPROJECT_COMPLETE"
"""The variable with which the shell's script requests completions from the program."""

_SHELLS = {"bash": BashComplete, "zsh": ZshComplete, "fish": FishComplete}


class _Program(click.Group):
    """The group of all commands."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run a command.

        Where the encoding of the output has no sign for a character, such as `→` in Latin-1, its escape is printed:
        `\\u2192`. Otherwise the command would end with a traceback. click itself writes UTF-8 instead of ASCII.
        """
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, TextIOWrapper) and stream.errors == "strict":
                stream.reconfigure(errors="backslashreplace")
        return super().main(*args, **kwargs)


@click.group(
    cls=_Program,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
def main() -> None:
    """Environments on Kubernetes through Argo CD, from declarative folders."""


@click.command(short_help="The script with which a shell completes commands.")
@click.argument("shell", type=click.Choice(list(_SHELLS)))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the script with which a SHELL completes commands, options and the names of environments.

    Environments are offered from the names of folders: no file is read. The script needs `argoproject` on PATH.

    \b
    bash  argoproject completion bash > ~/.local/share/bash-completion/completions/argoproject
    zsh   argoproject completion zsh > ~/.zfunc/_argoproject        (~/.zfunc is on fpath, before compinit)
    fish  argoproject completion fish > ~/.config/fish/completions/argoproject.fish
    """
    script = _SHELLS[shell](context.find_root().command, {}, "argoproject", COMPLETE)
    click.echo(script.source(), nl=False)


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
    status,
    validate,
)

for command in COMMANDS:
    main.add_command(command)
for command in (rotate_keys, leaver):
    secret.add_command(command)
