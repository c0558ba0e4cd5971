"""Every command of ours that a workflow, a pipeline or a hook runs is one, with the options it is given."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

import click
import pytest

from argoproject.cli.main import main
from tests.ci.files import GITLAB, PRE_COMMIT, WORKFLOWS

CALL = re.compile(r"(?:python -m |entry: )argoproject ([^>|\n]*)")


def calls() -> Iterator[str]:
    for file in [*WORKFLOWS, *GITLAB, *PRE_COMMIT]:
        yield from (match.strip() for match in CALL.findall(file.read_text()))


@pytest.mark.parametrize("call", sorted(set(calls())))
def test_the_command_exists_and_takes_its_options(call: str) -> None:
    name, *arguments = shlex.split(call)
    command = main.commands[name]
    assert isinstance(command, click.Command)
    # Parsing alone: a mistyped option or value is reported before the command runs.
    command.make_context(name, arguments)


def test_they_are_found() -> None:
    assert {call.split()[0] for call in calls()} == {
        "validate",
        "audit",
        "schema",
        "codeowners",
        "diff",
    }
