"""What all manifests share: their labels and annotations, and specs without empty fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from argoproject.identity import Identity
from argoproject.plan.leaves import Manifest

__all__ = ["ARGO_CD", "ENVIRONMENT_ANNOTATION", "MANAGED_BY", "compact", "manifest", "spelled"]

ARGO_CD = "argoproj.io/v1alpha1"
"""`apiVersion` of Argo CD's kinds."""

MANAGED_BY = {"app.kubernetes.io/managed-by": "argo-projects"}
"""The label of everything that is planned here. Admission policies protect what has it."""

ENVIRONMENT_ANNOTATION = "argo-projects/environment"
"""Which environment an object belongs to, as `<team>/<product>/<cluster>/<environment>`."""


def manifest(
    api_version: str,
    kind: str,
    metadata: Mapping[str, Any],
    identity: Identity,
    **rest: Any,
) -> Manifest:
    """An object with the label and the annotation by which people and `adopt` recognise it.

    Args:
        api_version: for example `v1` or `rbac.authorization.k8s.io/v1`.
        kind: for example `ConfigMap`.
        metadata: at least the name. Its own labels and annotations are kept.
        identity: the environment that owns the object.
        rest: the other top-level fields, `spec` for example. Empty ones are left out.
    """
    labels = {**metadata.get("labels", {}), **MANAGED_BY}
    annotations = {**metadata.get("annotations", {}), ENVIRONMENT_ANNOTATION: str(identity)}
    return {
        "apiVersion": api_version,
        "kind": kind,
        "metadata": compact({**metadata, "labels": labels, "annotations": annotations}),
        **compact(rest),
    }


def compact(data: Mapping[str, Any]) -> dict[str, Any]:
    """`data` without values that are None or empty.

    False and 0 stay, because they differ from the default. Only the top level is looked at.

    Example:
        >>> compact({"a": None, "b": {}, "c": False, "d": {"e": None}})
        {'c': False, 'd': {'e': None}}
    """
    return {
        key: value
        for key, value in data.items()
        if value is not None and value not in ({}, [], (), "")
    }


def spelled(model: BaseModel) -> dict[str, Any]:
    """A model with the API's field names, and only the fields that were set to other than their default."""
    dumped = model.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_defaults=True)
    return dict(dumped)
