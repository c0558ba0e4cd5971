"""`argoproject completion`: the shell completes commands, options and environments."""

from __future__ import annotations

import click
from click.shell_completion import BashComplete, FishComplete, ZshComplete

__all__ = ["COMPLETE", "completion"]

COMPLETE = "_ARGOPROJECT_COMPLETE"
"""The variable by which the shell's script asks the program."""

_SHELLS = {"bash": BashComplete, "zsh": ZshComplete, "fish": FishComplete}


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
