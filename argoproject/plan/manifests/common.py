"""What all manifests share: labels and annotations, specs without empty fields, and what comes from outside the
environment's own settings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from argoproject.identity import Identity
from argoproject.models import SecretSource
from argoproject.models.values import free_form
from argoproject.plan.model import Manifest, Ownership, PlannedObject, SecretRef
from argoproject.project.model import Project, placeholder_values
from argoproject.tree.placeholders import fill_placeholders

__all__ = [
    "ARGO_CD",
    "ENVIRONMENT_ANNOTATION",
    "MANAGED_BY",
    "Values",
    "compact",
    "manifest",
    "placed",
    "planned",
    "spelled",
]

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


def placed(project: Project, api_version: str, kind: str, name: str, /, **rest: Any) -> Manifest:
    """A `manifest` in the environment's namespace; `rest` are its other top-level fields, as there."""
    metadata = {"name": name, "namespace": project.names.namespace}
    return manifest(api_version, kind, metadata, project.identity, **rest)


def planned(
    project: Project,
    key: str,
    built: Manifest,
    ownership: Ownership = Ownership.CREATE,
    *,
    as_written: bool = False,
    after: str | None = None,
) -> PlannedObject:
    """An object on the environment's cluster. `built` is its manifest, the others are as in `PlannedObject`."""
    return PlannedObject(
        key=key,
        cluster=project.identity.cluster,
        manifest=built,
        ownership=ownership,
        as_written=as_written,
        after=after,
    )


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


@dataclass(frozen=True, slots=True)
class Values:
    """What the manifests of one environment are made from: the environment, the date, the platform's files."""

    project: Project
    today: dt.date
    """Decides what has expired. It is an argument, so that plans are deterministic."""

    platform_files: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """The platform's own manifests by the name that a profile gives them, with their placeholders."""

    def secret(self, source: SecretSource) -> SecretRef:
        """The leaf that takes the place of a secret's value."""
        return SecretRef(self.project.secret_key(source.secret))

    def filled(self, data: Mapping[str, Any]) -> Any:
        """`data` with the environment's placeholders replaced, `${team}` for example."""
        values = placeholder_values(self.project.identity, self.project.names)
        return fill_placeholders(data, values)

    def platform_manifests(self) -> Iterator[Manifest]:
        """The profile's manifests, filled in. One without a namespace of its own goes into the environment's."""
        for item in self.project.profile.platform_manifests:
            filled = free_form(self.filled(self.platform_files[item.file]))
            namespace = item.namespace or self.project.names.namespace
            yield {**filled, "metadata": {"namespace": namespace, **filled["metadata"]}}
