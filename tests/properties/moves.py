"""A move of a tenant: a setting in a file of the team, or a file next to one."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from posixpath import normpath
from typing import Any, TypeAlias

from hypothesis import strategies as st

from tests.properties.base import PLATFORM, TEAMS, Files, Fleet

__all__ = ["APPEND", "Move", "Place", "benign", "file", "hostile", "odd", "places"]

APPEND = "+"
"""The step of a path that means a new item at the end of a list."""

Step: TypeAlias = str
_LEVELS = ("team", "product", "project")


@dataclass(frozen=True)
class Place:
    """The file that a move changes, and its victim.

    Attributes:
        environment: The environment whose file it is.
        level: Whether it is the file of its team, of its product or its own (`project`).
        victim: Another team, whose names replace `<victim>` in the values.
        part: The class whose part of the file changes; empty for the general part.
    """

    environment: str
    level: str
    victim: str
    part: str = ""

    @property
    def file(self) -> str:
        """Path of the file below the root."""
        team, product, _cluster, _stage = self.environment.split("/")
        folders = {"team": team, "product": f"{team}/{product}", "project": self.environment}
        return f"projects/{folders[self.level]}/{self.level}.yaml"

    def fill(self, value: Any) -> Any:
        """A value of the catalogue with `<own>`, `<victim>`, `<namespace>` and `<cluster>` replaced by names."""
        if isinstance(value, str):
            team, product, cluster, stage = self.environment.split("/")
            names = {
                "own": team,
                "victim": self.victim,
                "namespace": f"{team}-{product}-{stage}",
                "cluster": cluster,
            }
            for name, text in names.items():
                value = value.replace(f"<{name}>", text)
            return value
        if isinstance(value, Mapping):
            return {self.fill(key): self.fill(item) for key, item in value.items()}
        return [self.fill(item) for item in value] if isinstance(value, list) else value


@dataclass(frozen=True)
class Move:
    """A setting or a file, with the values that a tenant may try.

    Attributes:
        name: Its name in the catalogue.
        path: The keys at which a value is written.
        values: The values; with a `file`, the contents of that file.
        file: Path of a file next to the settings file; empty for a setting.
        refused: Each value alone makes `validate` refuse a valid environment, at every level.
        accepted: No value does. Neither of both: it depends, and the oracle judges the plan.
        levels: The files in which it may be written.
    """

    name: str
    path: tuple[Step, ...]
    values: tuple[Any, ...] = field(repr=False)
    file: str = ""
    refused: bool = False
    accepted: bool = False
    levels: tuple[str, ...] = _LEVELS

    def at(self, files: Files, place: Place, value: Any) -> Files:
        """The files after the move, as a copy."""
        filled = copy.deepcopy(place.fill(value))
        if self.file:
            folder = place.file.rpartition("/")[0]
            return {**files, normpath(place.fill(f"{folder}/{self.file}")): filled}
        data = copy.deepcopy(files[place.file])
        steps = tuple(map(place.fill, self.path))
        _put(data, ("classes", place.part, *steps) if place.part else steps, filled)
        return {**files, place.file: data}

    def draw(self, draw: st.DrawFn, fleet: Fleet) -> Fleet:
        """The fleet after the move with a random tenant, level and value."""
        environment = draw(st.sampled_from(fleet.environments))
        team, stage = environment.split("/")[0], environment.rpartition("/")[2]
        part = "" if self.file else draw(st.sampled_from(["", "", PLATFORM["environments"][stage]]))
        victim = draw(st.sampled_from([item for item in TEAMS if item != team]))
        place = Place(environment, draw(st.sampled_from(self.levels)), victim, part)
        return replace(fleet, files=self.at(fleet.files, place, draw(st.sampled_from(self.values))))


def places(environment: str) -> list[Place]:
    """Every place at which a tenant of the environment can write, for one victim."""
    stage = environment.rpartition("/")[2]
    victim = "green" if environment.startswith("blue-x/") else "blue-x"
    return [
        Place(environment, level, victim, part)
        for level in _LEVELS
        for part in ("", PLATFORM["environments"][stage])
    ]


def _put(data: Any, steps: tuple[Step, ...], value: Any) -> None:
    """Write a value together with the missing parts of its path. Data of another shape on the path is replaced."""
    for step, following in zip(steps, (*steps[1:], None), strict=True):
        empty = value if following is None else [] if following == APPEND else {}
        if step == APPEND:
            data.append(empty)
            data = data[-1]
            continue
        if following is None or type(data.get(step)) is not type(empty):
            data[step] = empty
        data = data[step]


def hostile(name: str, path: str, *values: Any, levels: tuple[str, ...] = _LEVELS) -> Move:
    """A setting that every tenant is refused."""
    return Move(name, tuple(path.split("|")), values, refused=True, levels=levels)


def benign(name: str, path: str, *values: Any, levels: tuple[str, ...] = _LEVELS) -> Move:
    """A setting that every tenant is allowed, so that some fleets are accepted."""
    return Move(name, tuple(path.split("|")), values, accepted=True, levels=levels)


def odd(name: str, path: str, *values: Any, levels: tuple[str, ...] = _LEVELS) -> Move:
    """A setting that some environments are allowed and others are refused, or that is accepted but has no effect."""
    return Move(name, tuple(path.split("|")), values, levels=levels)


def file(
    name: str, path: str, *values: Any, levels: tuple[str, ...] = ("product", "project")
) -> Move:
    """A file that every tenant is refused."""
    return Move(name, (), values, file=path, refused=True, levels=levels)
