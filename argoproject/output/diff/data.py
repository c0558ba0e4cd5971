"""A comparison as JSON. The form is a promise: scripts and the report read it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from argoproject.diff.fields import ABSENT, FieldChange
from argoproject.diff.model import (
    Danger,
    EnvironmentChange,
    FileChange,
    FleetDiff,
    ObjectChange,
    Reason,
)
from argoproject.output.diff.words import not_shown, told, value

__all__ = ["as_data", "environment_data"]


def as_data(diff: FleetDiff) -> dict[str, Any]:
    """Everything, environments by name. `before` or `after` is left out where there is nothing."""
    return {
        "base": diff.base,
        "danger": str(diff.danger),
        "summary": {
            **_counted(diff.dangers()),
            "environments": dict(Counter(str(item.action) for item in diff.environments)),
        },
        "notes": [not_shown(diff)],
        "problems": [str(problem) for problem in diff.problems],
        "notCompared": list(map(str, diff.broken)),
        "files": [_file(item) for item in diff.files],
        "environments": [environment_data(item) for item in diff.environments],
    }


def _counted(dangers: Iterable[Danger]) -> dict[str, int]:
    counts = Counter(dangers)
    return {str(danger): counts[danger] for danger in reversed(Danger)}


def _file(file: FileChange) -> dict[str, Any]:
    changes = [
        {
            **_field(item.field),
            "danger": str(item.danger),
            "reasons": _reasons(item.reasons),
            "environments": list(item.environments),
        }
        for item in file.changes
    ]
    return {"file": file.file, "changes": changes}


def environment_data(change: EnvironmentChange) -> dict[str, Any]:
    return {
        "environment": str(change.identity),
        "project": change.project,
        "namespace": change.namespace,
        "class": change.environment_class,
        "action": str(change.action),
        **({} if change.moved_from is None else {"movedFrom": str(change.moved_from)}),
        "danger": str(change.danger),
        "reasons": _reasons(change.reasons),
        "changes": [_object(item) for item in change.changes],
    }


def _object(change: ObjectChange) -> dict[str, Any]:
    return {
        "object": change.title,
        "kind": change.kind,
        "cluster": change.cluster,
        "action": str(change.action),
        "danger": str(change.danger),
        "reasons": _reasons(change.reasons),
        "fields": [_field(item) for item in change.fields],
    }


def _field(field: FieldChange) -> dict[str, Any]:
    sides = {"before": field.before, "after": field.after}
    present = {name: value(field, side) for name, side in sides.items() if side is not ABSENT}
    return {"path": field.path, **present}


def _reasons(reasons: Iterable[Reason]) -> list[dict[str, str]]:
    return [{"danger": str(item.danger), "text": told(item, str)} for item in reasons]
