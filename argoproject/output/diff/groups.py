"""Environments with the same change, told once: a line of platform.yaml may change a thousand of them alike."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from argoproject.diff.model import EnvironmentChange, ObjectChange
from argoproject.output.diff.data import environment_data

__all__ = ["Group", "grouped"]


@dataclass(frozen=True, slots=True)
class Group:
    """Environments with the same change, and that change as the first of them has it."""

    environments: tuple[EnvironmentChange, ...]

    @property
    def first(self) -> EnvironmentChange:
        return self.environments[0]

    @property
    def names(self) -> list[str]:
        return [str(item.identity) for item in self.environments]

    def cluster(self, change: ObjectChange) -> str:
        """The cluster of an object of the first one's, as `general` has it."""
        alone = len(self.environments) == 1
        return change.cluster if alone or not _is_inside(self.first, change) else "${cluster}"

    def general(self, text: str) -> str:
        """A text of the first one's that stands for all of them: with placeholders instead of its names."""
        return text if len(self.environments) == 1 else _general(self.first, text)


def grouped(environments: Iterable[EnvironmentChange]) -> list[Group]:
    """The groups, the most dangerous first, then by name."""
    found: dict[str, list[EnvironmentChange]] = {}
    for item in environments:
        found.setdefault(_signature(item), []).append(item)
    groups = [Group(tuple(items)) for items in found.values()]
    return sorted(groups, key=lambda group: (-group.first.danger.level, group.first.identity))


def _signature(change: EnvironmentChange) -> str:
    """The change without the names that differ between environments."""
    data: dict[str, Any] = environment_data(change)
    same = {key: data[key] for key in ("class", "action", "reasons")}
    objects = [
        {**item, "cluster": "" if _is_inside(change, of) else of.cluster}
        for item, of in zip(data["changes"], change.changes, strict=True)
    ]
    return _general(change, json.dumps({**same, "objects": objects}, sort_keys=True))


def _is_inside(environment: EnvironmentChange, change: ObjectChange) -> bool:
    """Whether an object is the environment's namespace or stands in it: then it is on the environment's cluster."""
    name = change.namespace or (change.name if change.kind == "Namespace" else "")
    return bool(name) and name == environment.namespace


def _general(change: EnvironmentChange, text: str) -> str:
    """A text with placeholders instead of the environment's own names."""
    text = text.replace(str(change.identity), "${team}/${product}/${cluster}/${environment}")
    for name, placeholder in ((change.project, "${project}"), (change.namespace, "${namespace}")):
        if name:
            text = re.sub(rf"(?<![a-z0-9-]){re.escape(name)}(?![a-z0-9])", placeholder, text)
    return text
