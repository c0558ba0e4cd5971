"""The output of `explain`: every value of an environment with the file and line that decide it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
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
from argoproject.secrets.detection import masked
from argoproject.tree.stacks import StackFile
from argoproject.yamlfile.reader import DataPath, path_text

__all__ = ["Explained", "explained"]


@dataclass(frozen=True, slots=True)
class Explained:
    """One value of an environment.

    Attributes:
        path: Its key, such as `namespace.quota.limits.memory`.
        value: The effective value as JSON, without what may be a secret.
        position: The place that decides it.
    """

    path: str
    value: Any
    position: Position

    def text(self) -> str:
        """Return two lines for a terminal: the value, then the place."""
        value = self.value if isinstance(self.value, str) else json.dumps(self.value)
        return f"{self.path}: {value}\n    {self.position}"

    def data(self) -> dict[str, Any]:
        """Return the value for scripts."""
        return {
            "path": self.path,
            "value": self.value,
            **asdict(self.position),
        }


def explained(
    project: Project, field: str = "", stacks: Sequence[StackFile] = ()
) -> tuple[list[Explained], list[Use]]:
    """Return the values of an environment, and the uses of its secrets.

    Args:
        project: The environment, resolved.
        field: Only what is at or below this key, such as `application.source` or `hosts[0]`; empty for everything.
        stacks: The stacks whose config may have values of secrets.
    """

    def wanted(path: str) -> bool:
        return not field or path == field or path.startswith((f"{field}.", f"{field}["))

    data = masked(project.settings.model_dump(mode="json", by_alias=True, exclude_unset=True))
    # Decided by the environment's own files and by platform.yaml together, so that it has rules of its own.
    data.pop("impersonation", None)
    values = [
        Explained(path_text(path).rstrip("."), value, project.layers.position(path))
        for path, value in _leaves((), data)
    ]
    values += _impersonation(project)
    uses = [use for use in uses_of(project, stacks) if wanted(use.path)]
    return [item for item in values if wanted(item.path)], uses


def _impersonation(project: Project) -> Iterator[Explained]:
    """Whether syncs run with a ServiceAccount's rights, and the settings of the profile for it."""
    decided, account = switch(project), impersonation(project)
    if decided.own or decided.path:
        yield Explained("impersonation", account is not None, switch_position(project))
    settings = project.profile.impersonation
    if account is not None and settings is not None:
        data = settings.model_dump(mode="json", by_alias=True, exclude_unset=True)
        for key, value in data.items():
            place: DataPath = ("profiles", project.profile_name, "impersonation", key)
            yield Explained(f"impersonation.{key}", value, platform_position(project, place))


def _leaves(path: DataPath, value: Any) -> Iterator[tuple[DataPath, Any]]:
    """The values below a path. A list of plain values and an empty mapping are one value."""
    if isinstance(value, Mapping) and value:
        for key, item in value.items():
            yield from _leaves((*path, key), item)
    elif isinstance(value, list) and any(isinstance(item, Mapping | list) for item in value):
        for index, item in enumerate(value):
            yield from _leaves((*path, index), item)
    else:
        yield path, value
