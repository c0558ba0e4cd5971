"""Commands of the command line, run inside the process of the tests."""

from __future__ import annotations

from typing import Protocol

from click.testing import CliRunner, Result

from argoproject.cli.main import main

__all__ = ["Run", "command"]


class Run(Protocol):
    """A command that takes further arguments. `status` is the exit status that is expected, `value` standard input."""

    def __call__(self, *arguments: str, status: int = 0, value: str | bytes = "") -> Result: ...


def command(*words: str, width: int | None = None) -> Run:
    """A function that runs `python -m argoproject <words> <arguments>` in the current folder.

    An exit status that is not expected is a failed assertion, which shows the output.

    Args:
        words: The command, for example `list`.
        width: Columns of the terminal; None for those of click's default.

    Example:
        `run = command("list")`, then `run("blue", "--format", "json").stdout`.
    """

    def run(*arguments: str, status: int = 0, value: str | bytes = "") -> Result:
        line = [*words, *arguments]
        result = CliRunner().invoke(main, line, input=value, terminal_width=width)
        assert result.exit_code == status, result.output
        return result

    return run
