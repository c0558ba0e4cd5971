"""Load and plan the files of a fleet: it is refused, or it is accepted and obeys the rules of the oracle."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from argoproject.fleet.pipeline import Fleet, load_fleet
from argoproject.problems import ConfigError
from tests.properties.moves import Move
from tests.properties.oracle import obeys
from tests.support.trees import TODAY, yaml_text

__all__ = ["accepted", "shown", "verdict"]


def shown(files: Mapping[str, Any], moves: Iterable[Move]) -> str:
    """A fleet as text, to find the cause of a failure: the names of its moves, and all files except platform.yaml."""
    parts = [f"# {', '.join(move.name for move in moves)}"]
    parts += [
        f"# {name}\n{yaml_text(data)}" for name, data in files.items() if name != "platform.yaml"
    ]
    return "\n".join(parts)


def verdict(files: Mapping[str, Any]) -> Fleet | ConfigError:
    """The planned fleet, or the problems for which it is refused."""
    with tempfile.TemporaryDirectory() as folder:
        for name, data in files.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(yaml_text(data))
        try:
            return load_fleet(Path(folder), stack="dev", select=None, today=TODAY)
        except ConfigError as error:
            return error


def accepted(files: Mapping[str, Any]) -> Fleet | None:
    """The fleet if it is accepted; None if it is refused.

    Raises:
        AssertionError: It is accepted and breaks a rule of the oracle.
    """
    found = verdict(files)
    if isinstance(found, ConfigError):
        return None
    obeys(found, files["platform.yaml"], TODAY)
    return found
