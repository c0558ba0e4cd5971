"""Writes the objects of a fleet to a file, from which the bare loop registers them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from argoproject.plan.model import PlannedObject, ProjectPlan, SecretLeaf

__all__ = ["write_objects"]

SECRET = "secret:"
"""Marks a value that the loop registers as a Pulumi secret, like the program."""


def write_objects(
    file: Path, plans: Sequence[ProjectPlan], provider: Mapping[str, Any] | None = None
) -> None:
    """Write the objects of plans.

    Args:
        file: where to write them, as JSON.
        plans: the plans.
        provider: the settings of the loop's providers.
    """
    clusters = sorted({item.cluster for plan in plans for item in plan.objects()})
    environments = [{"name": plan.name, "parts": _parts(plan)} for plan in plans]
    content = {"clusters": clusters, "provider": provider or {}, "environments": environments}
    file.write_text(json.dumps(content))


def _parts(plan: ProjectPlan) -> list[dict[str, Any]]:
    namespace = [] if plan.namespace.namespace is None else [plan.namespace.namespace]
    return [
        _part(plan, "ProjectNamespace", [*namespace, *plan.namespace.objects], chained=True),
        _part(plan, "", [plan.app_project]),
        _part(plan, "ProjectCredentials", plan.repositories),
        _part(plan, "ProjectApplications", [item.object for item in plan.applications]),
    ]


def _part(
    plan: ProjectPlan, kind: str, objects: Sequence[PlannedObject], *, chained: bool = False
) -> dict[str, Any]:
    items = [
        {
            "name": f"{plan.name}-{item.key}",
            "cluster": item.cluster,
            "protect": item.protect,
            "manifest": _plain(item.manifest),
        }
        for item in objects
    ]
    return {"kind": kind, "chained": chained, "objects": items}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, SecretLeaf) and not isinstance(value, str):
        return {SECRET: value.reveal(dict.fromkeys(value.keys, "example"))}
    return value
