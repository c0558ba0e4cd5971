"""Reads a comparison that `diff --format json` wrote, for `report`.

The file may come from anywhere: another form is refused, and fields that another version of `diff` adds are ignored.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from argoproject.diff.fields import ABSENT, Element, FieldChange, Steps
from argoproject.diff.model import (
    Action,
    Danger,
    EnvironmentChange,
    FileChange,
    FleetDiff,
    ObjectChange,
    Reason,
    SettingChange,
)
from argoproject.identity import Identity

__all__ = ["NotADiffError", "SavedDiff", "read_diff"]

_STEP = re.compile(r"\[(?P<inside>[^\]]*)\]|\.?(?P<key>[^.\[]+)")


class NotADiffError(Exception):
    """A file is not a comparison that `diff --format json` wrote. `str()` is its name."""


@dataclass(frozen=True, slots=True)
class SavedDiff:
    """A comparison, and the texts that belong to it.

    Attributes:
        diff: the comparison.
        notes: what the comparison cannot see.
        problems: the errors of the working tree.
    """

    diff: FleetDiff
    notes: tuple[str, ...]
    problems: tuple[str, ...]


def read_diff(file: Path) -> SavedDiff:
    """Read the comparison in a file.

    Raises:
        NotADiffError: if the file contains something else.
    """
    try:
        return _Diff.model_validate_json(file.read_bytes()).saved()
    except ValueError as error:  # of pydantic, or for a number with thousands of digits
        raise NotADiffError(str(file)) from error


class _Part(BaseModel):
    """A part of the file. Each part has the fields of the class of `argoproject.diff.model` that it becomes."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class _Reason(_Part):
    danger: Danger
    text: str


class _Reasoned(_Part):
    reasons: tuple[_Reason, ...] = ()

    def why(self) -> tuple[Reason, ...]:
        # The text is a value of its own: it may contain braces.
        return tuple(Reason(item.danger, "{}", (item.text,)) for item in self.reasons)


class _Field(_Part):
    path: str
    before: Any = None
    after: Any = None

    def field(self) -> FieldChange:
        before, after = (
            getattr(self, side) if side in self.model_fields_set else ABSENT
            for side in ("before", "after")
        )
        return FieldChange(_steps(self.path), before, after)


def _steps(path: str) -> Steps:
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


class _Setting(_Field, _Reasoned):
    environments: tuple[str, ...] = ()

    def saved(self) -> SettingChange:
        return SettingChange(field=self.field(), reasons=self.why(), environments=self.environments)


class _File(_Part):
    file: str
    changes: tuple[_Setting, ...] = ()

    def saved(self) -> FileChange:
        return FileChange(self.file, tuple(item.saved() for item in self.changes))


class _Object(_Reasoned):
    object: str
    kind: str
    cluster: str
    action: Action
    fields: tuple[_Field, ...] = ()

    def saved(self) -> ObjectChange:
        namespace, _, name = self.object.removeprefix(f"{self.kind} ").rpartition("/")
        return ObjectChange(
            key=self.object,
            kind=self.kind,
            namespace=namespace or None,
            name=name,
            cluster=self.cluster,
            action=self.action,
            fields=tuple(item.field() for item in self.fields),
            reasons=self.why(),
        )


_Name = Annotated[str, StringConstraints(pattern=r"^[^/]+(/[^/]+){3}$")]


class _Environment(_Reasoned):
    environment: _Name
    project: str
    namespace: str = ""
    moved_from: _Name | None = Field(default=None, alias="movedFrom")
    environment_class: str = Field(alias="class")
    action: Action
    changes: tuple[_Object, ...] = ()

    def saved(self) -> EnvironmentChange:
        return EnvironmentChange(
            identity=Identity.parse(self.environment),
            project=self.project,
            namespace=self.namespace,
            moved_from=None if self.moved_from is None else Identity.parse(self.moved_from),
            environment_class=self.environment_class,
            action=self.action,
            reasons=self.why(),
            changes=tuple(item.saved() for item in self.changes),
        )


class _Diff(_Part):
    base: str
    environments: tuple[_Environment, ...]
    files: tuple[_File, ...] = ()
    notes: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    broken: tuple[_Name, ...] = Field(default=(), alias="notCompared")

    def saved(self) -> SavedDiff:
        diff = FleetDiff(
            base=self.base,
            environments=tuple(item.saved() for item in self.environments),
            files=tuple(item.saved() for item in self.files),
            broken=tuple(map(Identity.parse, self.broken)),
        )
        return SavedDiff(diff, self.notes, self.problems)
