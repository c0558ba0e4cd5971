"""The strategy of an ApplicationSet: what Argo CD does not know of it, it ignores, and then syncs all at once.

Source: argo-cd v3.5, pkg/apis/application/v1alpha1/applicationset_types.go, ApplicationSetStrategy, and
applicationset/progressivesync/progressive_sync.go.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from argoproject.models.validation import nearest
from argoproject.problems import Problem
from argoproject.project.model import Project
from argoproject.yamlfile.reader import Path

__all__ = ["check_strategy"]

_KEYS = ("deletionOrder", "rollingSync", "type")
_STEP = ("matchExpressions", "maxUpdate")
_EXPRESSION = ("key", "operator", "values")
_WORDS = {
    "type": ("AllAtOnce", "RollingSync"),
    "deletionOrder": ("AllAtOnce", "Reverse"),
    "operator": ("In", "NotIn"),
}


def check_strategy(project: Project, path: Path, strategy: Any) -> Iterator[Problem]:
    """The keys and the words of a strategy."""
    if strategy is None:
        return
    yield from _check_keys(project, path, strategy, _KEYS)
    if not isinstance(strategy, Mapping):
        return
    rolling = strategy.get("rollingSync")
    if strategy.get("type") == "RollingSync" and not any(_items(rolling, "steps")):
        message = "RollingSync has no steps: nothing would be synced, or all at once"
        yield project.problem(
            path=path,
            code="set-strategy",
            message=message,
            remedy="add `rollingSync: {steps: […]}`",
        )
    if rolling is None:
        return
    yield from _check_keys(project, (*path, "rollingSync"), rolling, ("steps",))
    for place, step in _items(rolling, "steps"):
        below: Path = (*path, "rollingSync", *place)
        yield from _check_keys(project, below, step, _STEP)
        for inner, expression in _items(step, "matchExpressions"):
            yield from _check_keys(project, (*below, *inner), expression, _EXPRESSION)


def _check_keys(
    project: Project, path: Path, data: Any, known: tuple[str, ...]
) -> Iterator[Problem]:
    if not isinstance(data, Mapping):
        remedy = f"write {', '.join(known)}"
        yield project.problem(
            path=path, code="set-strategy", message="must be a mapping", remedy=remedy
        )
        return
    for key, value in data.items():
        if key not in known:
            match = nearest(key, known)
            remedy = f"did you mean {match}?" if match else f"known: {', '.join(known)}"
            message = f"Argo CD knows no {key!r} here"
            yield project.problem(
                path=(*path, key), code="set-strategy", message=message, remedy=remedy
            )
        elif key in _WORDS and value not in _WORDS[key]:
            remedy = f"write one of {', '.join(_WORDS[key])}"
            message = f"{value!r} is no {key}"
            yield project.problem(
                path=(*path, key), code="set-strategy", message=message, remedy=remedy
            )


def _items(data: Any, key: str) -> Iterator[tuple[Path, Any]]:
    items = data.get(key) if isinstance(data, Mapping) else None
    for index, item in enumerate(items if isinstance(items, list | tuple) else ()):
        yield (key, index), item
