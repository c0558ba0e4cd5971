"""The namespace of an environment and the guards that stand in it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from pydantic import Field

from argoproject.models.base import Model, SecretSource
from argoproject.models.scalars import (
    DnsLabel,
    DnsName,
    FreeMaps,
    Key,
    LabelKey,
    LabelValue,
    Quantity,
)

__all__ = ["Limits", "Namespace", "NamespaceMode", "PodSecurity", "PodSecurityLevel"]


class NamespaceMode(StrEnum):
    """Where the namespace comes from."""

    CREATE = "create"
    ADOPT = "adopt"
    EXISTING = "existing"


class PodSecurityLevel(StrEnum):
    """Levels of the Pod Security Standards, the weakest first. Source: kubernetes.io, Pod Security Standards."""

    PRIVILEGED = "privileged"
    BASELINE = "baseline"
    RESTRICTED = "restricted"


class PodSecurity(Model):
    """Pod Security admission of the namespace."""

    enforce: PodSecurityLevel | None = None
    """Pods below this level are refused."""

    audit: PodSecurityLevel | None = None
    """Pods below this level are written to the audit log."""

    warn: PodSecurityLevel | None = None
    """Whoever makes pods below this level is warned."""

    version: DnsName | None = None
    """Version of the standard, for example `v1.36`. Default: the cluster's latest."""


class Limits(Model):
    """Limits of a single container: one item of type Container in a LimitRange."""

    default: Mapping[DnsName, Quantity] = Field(default_factory=dict)
    """Limits of containers that name none."""

    default_request: Mapping[DnsName, Quantity] = Field(default_factory=dict)
    """Requests of containers that name none."""

    min: Mapping[DnsName, Quantity] = Field(default_factory=dict)
    """The least that a container may ask for."""

    max: Mapping[DnsName, Quantity] = Field(default_factory=dict)
    """The most that a container may ask for."""

    max_limit_request_ratio: Mapping[DnsName, Quantity] = Field(default_factory=dict)
    """How far a limit may be above its request."""

    extra: FreeMaps = ()
    """Further LimitRange items (types Pod and PersistentVolumeClaim), as the API spells them."""


class Namespace(Model):
    """The namespace on the destination cluster."""

    name: DnsLabel | None = None
    """Name, instead of `<team>-<product>-<environment>` (guardrail `namespaces`)."""

    mode: NamespaceMode | None = None
    """`create` (default), `adopt` an existing one (imported, then owned), or `existing`: never created
    or deleted, labels by patch."""

    labels: Mapping[LabelKey, LabelValue] = Field(default_factory=dict)
    """Labels (guardrail `labels`). Those of Kubernetes, Pod Security and Argo CD are set by the platform only."""

    annotations: Mapping[LabelKey, str] = Field(default_factory=dict)
    """Annotations (guardrail `labels`)."""

    quota: Mapping[LabelKey, Quantity] = Field(default_factory=dict)
    """Hard limits of the ResourceQuota, as the API spells them. At most the profile's, or the guardrail `quotaMax`."""

    limits: Limits | None = None
    """Defaults and bounds of containers (LimitRange)."""

    network_policies: tuple[Key, ...] = ()
    """Network policies by their name in platform.yaml. They come on top of the profile's."""

    pod_security: PodSecurity | None = None
    """Pod Security admission. Never weaker than the profile's."""

    secrets: Mapping[DnsName, Mapping[str, SecretSource]] = Field(default_factory=dict)
    """Opaque Secrets for the workloads: name, then key, then where the value comes from."""
