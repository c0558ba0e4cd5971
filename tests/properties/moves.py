"""One step of a tenant: a setting that is written into a file of the team, or a file that is put beside one."""

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
"""The step of a path that stands for a new item at the end of a list."""

Step: TypeAlias = str
_LEVELS = ("team", "product", "project")


@dataclass(frozen=True)
class Place:
    """Whose file a move changes, and whom it is after. `part` is a class whose part of the file it is."""

    environment: str
    level: str
    victim: str
    part: str = ""

    @property
    def file(self) -> str:
        team, product, _cluster, _stage = self.environment.split("/")
        folders = {"team": team, "product": f"{team}/{product}", "project": self.environment}
        return f"projects/{folders[self.level]}/{self.level}.yaml"

    def fill(self, value: Any) -> Any:
        """A value of the catalogue, in which `<own>`, `<victim>` and `<namespace>` stand for names."""
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
    """`values` are what may be written at `path`; or, with a `file`, what that file may hold.

    `refused`: each value alone makes validate refuse an environment that is valid without it, wherever it stands.
    `accepted`: none does. Neither: it depends, and the oracle judges what comes of it.
    """

    name: str
    path: tuple[Step, ...]
    values: tuple[Any, ...] = field(repr=False)
    file: str = ""
    refused: bool = False
    accepted: bool = False
    levels: tuple[str, ...] = _LEVELS

    def at(self, files: Files, place: Place, value: Any) -> Files:
        """The files after the move; those that are given stay as they are."""
        filled = copy.deepcopy(place.fill(value))
        if self.file:
            folder = place.file.rpartition("/")[0]
            return {**files, normpath(place.fill(f"{folder}/{self.file}")): filled}
        data = copy.deepcopy(files[place.file])
        steps = tuple(map(place.fill, self.path))
        _put(data, ("classes", place.part, *steps) if place.part else steps, filled)
        return {**files, place.file: data}

    def draw(self, draw: st.DrawFn, fleet: Fleet) -> Fleet:
        """The fleet after the move, of any tenant, on any level, with any of the values."""
        environment = draw(st.sampled_from(fleet.environments))
        team, stage = environment.split("/")[0], environment.rpartition("/")[2]
        part = "" if self.file else draw(st.sampled_from(["", "", PLATFORM["environments"][stage]]))
        victim = draw(st.sampled_from([item for item in TEAMS if item != team]))
        place = Place(environment, draw(st.sampled_from(self.levels)), victim, part)
        return replace(fleet, files=self.at(fleet.files, place, draw(st.sampled_from(self.values))))


def places(environment: str) -> list[Place]:
    """Every place from which an environment can be attacked, for one victim."""
    stage = environment.rpartition("/")[2]
    victim = "green" if environment.startswith("blue-x/") else "blue-x"
    return [
        Place(environment, level, victim, part)
        for level in _LEVELS
        for part in ("", PLATFORM["environments"][stage])
    ]


def _put(data: Any, steps: tuple[Step, ...], value: Any) -> None:
    """Write a value, and what its path lacks; what is there of another shape gives way."""
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
    """A setting that no tenant may have."""
    return Move(name, tuple(path.split("|")), values, refused=True, levels=levels)


def benign(name: str, path: str, *values: Any, levels: tuple[str, ...] = _LEVELS) -> Move:
    """A setting that every tenant may have, so that there are accepted fleets."""
    return Move(name, tuple(path.split("|")), values, accepted=True, levels=levels)


def odd(name: str, path: str, *values: Any, levels: tuple[str, ...] = _LEVELS) -> Move:
    """A setting that some environments may have and others not, or that is accepted for what it is not."""
    return Move(name, tuple(path.split("|")), values, levels=levels)


def file(
    name: str, path: str, *values: Any, levels: tuple[str, ...] = ("product", "project")
) -> Move:
    """A file that no tenant may have."""
    return Move(name, (), values, file=path, refused=True, levels=levels)
