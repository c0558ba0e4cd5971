"""What all manifests share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from argoproject.identity import Identity
from argoproject.plan.leaves import Manifest

__all__ = ["ENVIRONMENT_ANNOTATION", "MANAGED_BY", "compact", "manifest", "spelled"]

MANAGED_BY = {"app.kubernetes.io/managed-by": "argo-projects"}
ENVIRONMENT_ANNOTATION = "argo-projects/environment"
"""Which environment an object belongs to, as `<team>/<product>/<cluster>/<environment>`."""


def manifest(
    api_version: str,
    kind: str,
    metadata: Mapping[str, Any],
    identity: Identity,
    **rest: Any,
) -> Manifest:
    """An object with the marks by which people and `adopt` recognise it."""
    labels = {**metadata.get("labels", {}), **MANAGED_BY}
    annotations = {**metadata.get("annotations", {}), ENVIRONMENT_ANNOTATION: str(identity)}
    return {
        "apiVersion": api_version,
        "kind": kind,
        "metadata": compact({**metadata, "labels": labels, "annotations": annotations}),
        **compact(rest),
    }


def compact(data: Mapping[str, Any]) -> dict[str, Any]:
    """`data` without what is None or empty. False and 0 stay: they say something."""
    return {
        key: value
        for key, value in data.items()
        if value is not None and value not in ({}, [], (), "")
    }


def spelled(model: BaseModel) -> dict[str, Any]:
    """A model as the API spells it, with only what was set."""
    dumped = model.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_defaults=True)
    return dict(dumped)
