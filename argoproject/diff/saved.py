"""Reads a comparison that `diff --format json` wrote, for `report`.

The file may come from anywhere: another form is refused, and fields that another version of `diff` adds are ignored.
Each class is one of `argoproject.diff.model` with the names and forms that its fields have in the file.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, Field, TypeAdapter, validate_call
from pydantic.dataclasses import dataclass

from argoproject.diff.fields import ABSENT, Element, FieldChange
from argoproject.diff.model import (
    EnvironmentChange,
    FileChange,
    FleetDiff,
    LineChange,
    ObjectChange,
    Reason,
)
from argoproject.identity import Identity

__all__ = ["NotADiffError", "read_diff"]

_IGNORED = ConfigDict(extra="ignore")
_STEP = re.compile(r"\[(?P<inside>[^\]]*)\]|\.?(?P<key>[^.\[]+)")


class NotADiffError(Exception):
    """A file is not a comparison that `diff --format json` wrote. `str()` is its name."""


def read_diff(file: Path) -> FleetDiff:
    """Read the comparison in a file.

    Raises:
        NotADiffError: if the file contains something else.
    """
    try:
        return TypeAdapter(_Diff).validate_json(file.read_bytes())
    except ValueError as error:  # of pydantic, or for a number with thousands of digits
        raise NotADiffError(str(file)) from error


@validate_call
def _steps(path: str) -> tuple[Any, ...]:
    """The steps of a path. A key that contains dots becomes several steps, which shows the same text.

    Example:
        `spec.roles[admin].groups[0]` gives `("spec", "roles", Element("admin"), "groups", 0)`.
    """
    steps: list[str | int] = []
    for match in _STEP.finditer(path):
        inside = match["inside"]
        if match["key"]:
            steps.append(match["key"])
        else:
            steps.append(int(inside) if inside.isdecimal() else Element(inside))
    return tuple(steps)


_Identity = Annotated[Identity, BeforeValidator(validate_call(Identity.parse))]


@dataclass(config=_IGNORED, frozen=True, slots=True)
class _Reason(Reason):
    def formatted(self, quoted: Callable[[str], str]) -> str:
        return quoted(self.text)  # as one value: it may contain braces


@dataclass(config=_IGNORED, frozen=True, slots=True)
class _Field(FieldChange):
    steps: Annotated[tuple[Any, ...], BeforeValidator(_steps)] = Field(alias="path")
    before: Any = ABSENT
    after: Any = ABSENT


@dataclass(config=_IGNORED, frozen=True, slots=True)
class _Line(_Field, LineChange):
    reasons: tuple[_Reason, ...] = ()


@dataclass(config=_IGNORED, frozen=True, slots=True)
class _File(FileChange):
    changes: tuple[_Line, ...] = ()


@dataclass(config=_IGNORED, frozen=True, slots=True, kw_only=True)
class _Object(ObjectChange):
    title: str = Field(alias="object")
    fields: tuple[_Field, ...] = ()
    reasons: tuple[_Reason, ...] = ()


@dataclass(config=_IGNORED, frozen=True, slots=True, kw_only=True)
class _Environment(EnvironmentChange):
    identity: _Identity = Field(alias="environment")
    moved_from: _Identity | None = Field(default=None, alias="movedFrom")
    environment_class: str = Field(alias="class")
    reasons: tuple[_Reason, ...] = ()
    changes: tuple[_Object, ...] = ()


@dataclass(config=_IGNORED, frozen=True, slots=True, kw_only=True)
class _Diff(FleetDiff):
    environments: tuple[_Environment, ...]
    files: tuple[_File, ...] = ()
    notes: tuple[str, ...] = ()
    broken: tuple[_Identity, ...] = Field(default=(), alias="notCompared")
