"""Where every value of an environment comes from: the file and line that decide it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from argoproject.output.secrets import Use, uses_of
from argoproject.problems import Position
from argoproject.project.impersonation import (
    impersonation,
    platform_position,
    switch,
    switch_position,
)
from argoproject.project.model import Project
from argoproject.secrets.masking import masked
from argoproject.yamlfile.reader import Path, path_text

__all__ = ["Explained", "explained"]


@dataclass(frozen=True, slots=True)
class Explained:
    """One value and the place that decides it."""

    path: str
    value: Any
    position: Position

    def text(self) -> str:
        value = self.value if isinstance(self.value, str) else json.dumps(self.value)
        return f"{self.path}: {value}\n    {self.position}"

    def data(self) -> dict[str, Any]:
        return {
            "path": self.path,
            "value": self.value,
            "file": self.position.file,
            "line": self.position.line,
            "column": self.position.column,
        }


def explained(project: Project, field: str = "") -> tuple[list[Explained], list[Use]]:
    """The values of an environment at or below `field`, and where the secrets that it names were found."""
    data = masked(project.settings.model_dump(mode="json", by_alias=True, exclude_unset=True))
    data.pop("impersonation", None)
    values = [
        Explained(path_text(path).rstrip("."), value, project.layers.position(path))
        for path, value in _leaves((), data)
        if _below(path_text(path), field)
    ]
    if _below("impersonation", field):
        values += _impersonation(project)
    return values, [use for use in uses_of(project) if _below(use.path, field)]


def _impersonation(project: Project) -> Iterator[Explained]:
    """Whose rights syncs have, as the environment's own files and platform.yaml decide it together."""
    decided, account = switch(project), impersonation(project)
    if decided.own or decided.path:
        yield Explained("impersonation", account is not None, switch_position(project))
    if account is not None and project.profile.impersonation is not None:
        data = project.profile.impersonation.model_dump(
            mode="json", by_alias=True, exclude_unset=True
        )
        for key, value in data.items():
            place: Path = ("profiles", project.profile_name, "impersonation", key)
            yield Explained(f"impersonation.{key}", value, platform_position(project, place))


def _leaves(path: Path, value: Any) -> Iterator[tuple[Path, Any]]:
    if isinstance(value, Mapping) and value:
        for key, item in value.items():
            yield from _leaves((*path, key), item)
    elif isinstance(value, list) and any(isinstance(item, Mapping | list) for item in value):
        for index, item in enumerate(value):
            yield from _leaves((*path, index), item)
    else:
        yield path, value


def _below(path: str, field: str) -> bool:
    return not field or path == field or path.startswith((f"{field}.", f"{field}["))
