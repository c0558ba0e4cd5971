"""The form that the manifests of a base must have: they come from a file that anyone may have written.

Only fields that the rules read are checked; the others may be any plain data.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from argoproject.diff.states import ObjectState
from argoproject.identity import Identity
from argoproject.models.scalars import Quantity, is_label
from argoproject.plan.manifests.common import ENVIRONMENT_ANNOTATION

__all__ = ["identity_of", "namespace_of", "shaped"]

_Texts = Mapping[str, str]
_Map = Mapping[str, Any]


class _Shape(BaseModel):
    """Fields that are checked; others are allowed."""

    model_config = ConfigDict(
        extra="allow", strict=True, alias_generator=to_camel, validate_by_name=True
    )


class _Metadata(_Shape):
    name: str
    namespace: str | None = None
    labels: _Texts = Field(default_factory=dict)
    annotations: _Texts = Field(default_factory=dict)
    finalizers: list[str] = Field(default_factory=list)


class _Role(_Shape):
    name: str
    groups: list[str] = Field(default_factory=list)
    policies: list[str] = Field(default_factory=list)


class _ServiceAccount(_Shape):
    namespace: str
    default_service_account: str


class _Automated(_Shape):
    automated: _Map | None = None
    sync_options: list[str] = Field(default_factory=list)


class _Source(_Shape):
    kustomize: _Map | None = None


class _Spec(_Shape):
    roles: list[_Role] = Field(default_factory=list)
    destination_service_accounts: list[_ServiceAccount] = Field(default_factory=list)
    source_repos: list[Any] = Field(default_factory=list)
    destinations: list[Any] = Field(default_factory=list)
    cluster_resource_whitelist: list[Any] = Field(default_factory=list)
    namespace_resource_blacklist: list[Any] = Field(default_factory=list)
    source_namespaces: list[Any] = Field(default_factory=list)
    destination: _Map | None = None
    source: _Source | None = None
    sources: list[_Source] = Field(default_factory=list)
    sync_policy: _Automated | None = None


class _Quota(_Shape):
    hard: Mapping[str, Quantity] = Field(default_factory=dict)


class _Bound(_Shape):
    min: _Map = Field(default_factory=dict)
    max: _Map = Field(default_factory=dict)
    default: _Map = Field(default_factory=dict)
    max_limit_request_ratio: _Map = Field(default_factory=dict)


class _Limits(_Shape):
    limits: list[_Bound] = Field(default_factory=list)


class _Policy(_Shape):
    policy_types: list[str] = Field(default_factory=list)
    ingress: list[Any] | None = None
    egress: list[Any] | None = None


class _Manifest(_Shape):
    api_version: str
    kind: str
    metadata: _Metadata
    string_data: _Texts = Field(default_factory=dict)
    subjects: list[_Map] = Field(default_factory=list)
    role_ref: _Map | None = None
    rules: list[Any] = Field(default_factory=list)


_SPECS: Mapping[str, type[_Shape]] = {
    "AppProject": _Spec,
    "Application": _Spec,
    "LimitRange": _Limits,
    "NetworkPolicy": _Policy,
    "ResourceQuota": _Quota,
}


def shaped(manifest: Any) -> Mapping[str, Any]:
    """The manifest, if it has the form.

    Raises:
        ValueError: if it has another form, or is not plain data; the errors of pydantic and json are subclasses.
    """

    def refuse(value: Any) -> Any:
        raise ValueError(f"{type(value).__name__} is not plain data")

    # Dates, sets, bytes, keys that are not text, and data that contains itself are not plain data.
    plain: dict[str, Any] = json.loads(json.dumps(manifest, default=refuse))
    if plain != manifest:
        raise ValueError("not plain data")
    _Manifest.model_validate(plain)
    spec = _SPECS.get(plain["kind"])
    if spec is not None:
        spec.model_validate(plain.get("spec") or {})
    return plain


def identity_of(items: Iterable[ObjectState]) -> Identity:
    """The environment that the annotations of the manifests name.

    Raises:
        ValueError: if none names one, or one whose folder cannot exist.
    """
    names = (item.at("metadata", "annotations", ENVIRONMENT_ANNOTATION) for item in items)
    identity = Identity.parse(next((str(name) for name in names if name), ""))
    if not all(map(is_label, identity.steps)):
        raise ValueError("no environment is named")
    return identity


def namespace_of(items: Iterable[ObjectState]) -> str:
    """The name of the Namespace among the manifests; empty if there is none."""
    return next((item.name for item in items if item.kind == "Namespace"), "")
