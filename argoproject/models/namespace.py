"""The namespace of an environment and its guards, each field declared once with how a team could weaken it.

A profile sets guards: quota, limits, network policies, Pod Security. Files of a team may tighten them. What would
weaken a field is a `Guard` in its annotation:

    max: Annotated[Mapping[DnsName, Quantity], Guard(weaker=Weaker.HIGHER)] = Field(default_factory=dict)

`argoproject.checks.namespace_floor` refuses it, `argoproject.diff.rules.namespace` and `.platform` report it. A field
that guards nothing says so with `NoGuard`. docs/adr/0017-declared-once.md says how to add one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import BaseModel, Field, model_validator

from argoproject.models.base import Model, SecretSource, declared, key_of
from argoproject.models.scalars import (
    DnsLabel,
    DnsName,
    Key,
    LabelKey,
    LabelValue,
    LimitType,
    Quantity,
    refuse,
)
from argoproject.upstream.quantities import add, effective, lowest

__all__ = [
    "REMOVABLE",
    "Guard",
    "LimitItem",
    "Limits",
    "NamedQuota",
    "Namespace",
    "NamespaceMode",
    "NoGuard",
    "ObjectNames",
    "PodSecurity",
    "PodSecurityLevel",
    "QuotaScope",
    "Weaker",
    "guards",
]


class Weaker(StrEnum):
    """What makes the value of a field weaker than the profile's, apart from its removal."""

    PARTS = "parts"
    """The field is a model: each of its fields declares it."""

    HIGHER = "higher"
    """A higher quantity."""

    LOWER = "lower"
    """A lower quantity."""

    LEVEL = "level"
    """A lower level of the Pod Security Standards."""

    OLDER = "older"
    """An older version of the Pod Security Standards."""

    FEWER = "fewer"
    """A list that lacks an item of the profile's."""

    QUOTAS = "quotas"
    """A named quota is removed, limits less, or has other scopes. One more limits further."""

    REMOVED = "removed"
    """Nothing else: any other value is the team's own choice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """How a team's file could weaken a field of the namespace.

    Attributes:
        weaker: which change of the profile's value weakens it.
        guardrail: the guardrail that bounds the team's own values, by its field in `Guardrails`. Empty: the profile's
            value alone is the bound.
        floor: whether the profile's value must stay, or be tightened. False: the guardrail decides this as well.
        expected: whether every profile should have one: `audit` reports those without.
    """

    weaker: Weaker
    guardrail: str = ""
    floor: bool = True
    expected: bool = True


@dataclass(frozen=True, slots=True)
class NoGuard:
    """The field protects nothing that a team could weaken."""

    reason: str
    """What bounds the field instead."""


Protection: TypeAlias = Guard | NoGuard


@lru_cache(maxsize=8)
def guards(model: type[BaseModel]) -> Mapping[str, Guard]:
    """The guards among the fields of `Namespace`, `Limits` or `PodSecurity`, by the name of their field.

    Raises:
        TypeError: a field declares neither a `Guard` nor a `NoGuard`.
    """
    found = declared(model, Guard, NoGuard)
    return {name: item for name, item in found.items() if isinstance(item, Guard)}


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

    enforce: Annotated[PodSecurityLevel | None, Guard(weaker=Weaker.LEVEL)] = None
    """Pods below this level are refused."""

    audit: Annotated[PodSecurityLevel | None, Guard(weaker=Weaker.LEVEL)] = None
    """Pods below this level are written to the audit log."""

    warn: Annotated[PodSecurityLevel | None, Guard(weaker=Weaker.LEVEL)] = None
    """A client that creates pods below this level is warned."""

    version: Annotated[DnsName | None, Guard(weaker=Weaker.OLDER, floor=False)] = None
    """Version of the standard, for example `v1.36`. Default: the cluster's latest."""


Quantities: TypeAlias = Mapping[LabelKey, Quantity]
"""Quantities by the name of a resource: `{memory: 512Mi}`."""


class QuotaScope(StrEnum):
    """What a quota counts. Source: kubernetes.io, Resource Quotas, Quota scopes."""

    TERMINATING = "Terminating"
    NOT_TERMINATING = "NotTerminating"
    BEST_EFFORT = "BestEffort"
    NOT_BEST_EFFORT = "NotBestEffort"
    PRIORITY_CLASS = "PriorityClass"
    CROSS_NAMESPACE_POD_AFFINITY = "CrossNamespacePodAffinity"
    VOLUME_ATTRIBUTES_CLASS = "VolumeAttributesClass"


class ScopeRequirement(Model):
    """A condition of a quota's `scopeSelector`."""

    scope_name: QuotaScope
    """The scope."""

    operator: Literal["In", "NotIn", "Exists", "DoesNotExist"]
    """`Exists` for all scopes; the others compare names of priority classes, or of volume attributes classes."""

    values: tuple[DnsName, ...] = ()
    """Names, for `In` and `NotIn`."""


class ScopeSelector(Model):
    """Conditions that an object meets all of to be counted."""

    match_expressions: tuple[ScopeRequirement, ...]
    """The conditions."""


class NamedQuota(Model):
    """A further ResourceQuota, which may count some pods or volume claims only."""

    hard: Quantities = Field(default_factory=dict)
    """Limits, as the API spells them."""

    scopes: tuple[QuotaScope, ...] = ()
    """Scopes that an object is in all of to be counted. Without any, everything is counted."""

    scope_selector: ScopeSelector | None = None
    """Scopes with conditions: `{matchExpressions: [{scopeName: PriorityClass, operator: In, values: [high]}]}`."""

    @property
    def required(self) -> tuple[ScopeRequirement, ...]:
        """All scopes as conditions."""
        plain = (ScopeRequirement(scope_name=it, operator="Exists") for it in self.scopes)
        selector = self.scope_selector
        return (*plain, *(selector.match_expressions if selector else ()))

    @property
    def counted(self) -> frozenset[QuotaScope] | None:
        """The scopes; None where a condition compares names."""
        required = self.required
        if any(it.operator != "Exists" for it in required):
            return None
        return frozenset(it.scope_name for it in required)


class LimitSections(Model):
    """The quantities of an item of a LimitRange."""

    def sections(self) -> Mapping[str, Mapping[str, str]]:
        """The quantities by section, as the API spells it: `{"max": {"memory": "4Gi"}, …}`; empty ones too."""
        values = {key_of(type(self), name): getattr(self, name) for name in _SECTIONS}
        return {key: value or {} for key, value in values.items()}


_SECTIONS = ("default", "default_request", "min", "max", "max_limit_request_ratio")


class LimitItem(LimitSections):
    """An item of a LimitRange for pods, volume claims, or what a controller of the cluster defines."""

    type: LimitType
    """`Pod`, `PersistentVolumeClaim`, or a name with a domain, such as `openshift.io/Image`."""

    default: Quantities | None = None
    """Not for pods."""

    default_request: Quantities | None = None
    """Not for pods."""

    min: Quantities | None = None
    """The least."""

    max: Quantities | None = None
    """The most."""

    max_limit_request_ratio: Quantities | None = None
    """How far a limit may be above its request."""

    @model_validator(mode="after")
    def _sections_fit(self) -> Self:
        for name in ("default", "default_request") if self.type == "Pod" else ():
            if getattr(self, name):
                key = key_of(LimitItem, name)
                message = "pods have no defaults, only their containers"
                refuse(code="limit-range", message=message, remedy="remove it", path=(key,))
        sizes = {**(self.min or {}), **(self.max or {})}
        if self.type == "PersistentVolumeClaim" and "storage" not in sizes:
            message = "an item for volume claims needs `storage` in min or max"
            refuse(code="limit-range", message=message, remedy="add it, or remove the item")
        return self


class Limits(LimitSections):
    """Limits of a single container: one item of type Container in a LimitRange."""

    default: Annotated[Quantities, Guard(weaker=Weaker.REMOVED)] = Field(default_factory=dict)
    """Limits of containers that name none."""

    default_request: Annotated[
        Quantities,
        Guard(weaker=Weaker.REMOVED),
    ] = Field(default_factory=dict)
    """Requests of containers that name none."""

    min: Annotated[Quantities, Guard(weaker=Weaker.LOWER)] = Field(default_factory=dict)
    """The least that a container may ask for."""

    max: Annotated[Quantities, Guard(weaker=Weaker.HIGHER)] = Field(default_factory=dict)
    """The most that a container may ask for."""

    max_limit_request_ratio: Annotated[
        Quantities,
        Guard(weaker=Weaker.HIGHER),
    ] = Field(default_factory=dict)
    """How far a limit may be above its request."""

    extra: Annotated[tuple[LimitItem, ...], Guard(weaker=Weaker.FEWER)] = ()
    """Further LimitRange items (types Pod and PersistentVolumeClaim), as the API spells them."""

    def derived(self) -> Mapping[str, Mapping[str, str]]:
        """The sections with the defaults that Kubernetes adds: as default limit the maximum, as default request the
        default limit, else the minimum. Source: `SetDefaults_LimitRangeItem` in pkg/apis/core/v1/defaults.go.
        """
        given = self.sections()
        default = {**given["max"], **given["default"]}
        request = {**given["min"], **default, **given["defaultRequest"]}
        return {**given, "default": default, "defaultRequest": request}


_MARKS = Guard(weaker=Weaker.REMOVED, guardrail="labels", floor=False)
"""Of labels and annotations: the guardrail decides about both."""


class ObjectNames(Model):
    """Names of the guards' objects, for those that exist under another name already."""

    quota: DnsName = "quota"
    """Name of the ResourceQuota."""

    quotas: Mapping[Key, DnsName] = Field(default_factory=dict)
    """Names of further ResourceQuotas, by their names in `quotas`. Default: the same."""

    limits: DnsName = "limits"
    """Name of the LimitRange."""

    network_policies: Mapping[Key, DnsName] = Field(default_factory=dict)
    """Names of NetworkPolicies, by their names in platform.yaml. Default: the same."""

    def policy(self, key: str) -> str:
        """The name of the object of a network policy, by its name in platform.yaml."""
        return self.network_policies.get(key, key)


class Namespace(Model):
    """The namespace on the destination cluster."""

    name: Annotated[
        DnsLabel | None,
        NoGuard("the guardrail `namespaces` bounds it; another name is another one"),
    ] = None
    """Name, instead of `<team>-<product>-<environment>` (guardrail `namespaces`)."""

    mode: Annotated[
        NamespaceMode | None,
        NoGuard("`diff` reports an adoption, `audit` the rest"),
    ] = None
    """`create` (default), `adopt` an existing one (imported, then owned), or `existing`: never created
    or deleted, labels by patch."""

    labels: Annotated[Mapping[LabelKey, LabelValue], _MARKS] = Field(default_factory=dict)
    """Labels (guardrail `labels`). Those of Kubernetes, Pod Security and Argo CD are set by the platform only."""

    annotations: Annotated[Mapping[LabelKey, str], _MARKS] = Field(default_factory=dict)
    """Annotations (guardrail `labels`)."""

    quota: Annotated[
        Mapping[LabelKey, Quantity],
        Guard(weaker=Weaker.HIGHER, guardrail="quota_max"),
    ] = Field(default_factory=dict)
    """Hard limits of the ResourceQuota, as the API spells them. At most the profile's, or the guardrail `quotaMax`."""

    quotas: Annotated[
        Mapping[Key, NamedQuota],
        Guard(weaker=Weaker.QUOTAS, expected=False),
    ] = Field(default_factory=dict)
    """Further ResourceQuotas by name, with scopes where they have any. A file of a team may add some and lower the
    profile's."""

    limits: Annotated[Limits | None, Guard(weaker=Weaker.PARTS)] = None
    """Defaults and bounds of containers (LimitRange)."""

    network_policies: Annotated[
        tuple[Key, ...],
        Guard(weaker=Weaker.REMOVED, guardrail="network_policies"),
    ] = ()
    """Network policies by their name in platform.yaml. They come on top of the profile's."""

    pod_security: Annotated[PodSecurity | None, Guard(weaker=Weaker.PARTS)] = None
    """Pod Security admission. Never weaker than the profile's."""

    object_names: Annotated[
        ObjectNames,
        NoGuard("a name changes nothing that the object guards; `diff` reports the replacement"),
    ] = Field(default_factory=ObjectNames)
    """Names of the objects of quota, limits and network policies, to take over those that exist."""

    secrets: Annotated[
        Mapping[DnsName, Mapping[str, SecretSource]],
        NoGuard("a Secret gives workloads a value and takes nothing from the namespace"),
    ] = Field(default_factory=dict)
    """Opaque Secrets for the workloads: name, then key, then where the value comes from."""

    def limited(self) -> Mapping[str, str]:
        """What the quotas limit for the namespace as a whole, by the long forms of their keys.

        A quota with scopes counts some pods only. Two that are opposites count all; NotBestEffort does so for CPU and
        memory, of which other pods request none.

        Example:
            With `quotas: {jobs: {hard: {pods: "5"}, scopes: [Terminating]}}` the namespace has no limit on pods; with
            `rest: {hard: {pods: "20"}, scopes: [NotTerminating]}` as well, it is 25.
        """
        if not self.quotas:
            return effective(self.quota)
        bounds, parts = [effective(self.quota)], defaultdict[frozenset[QuotaScope], list[str]](list)
        for name, item in self.quotas.items():
            if item.counted is not None:
                parts[item.counted].append(name)
        hard = {
            scopes: lowest(effective(self.quotas[name].hard) for name in names)
            for scopes, names in parts.items()
        }
        bounds.append(hard.get(frozenset(), {}))
        compute = hard.get(frozenset({QuotaScope.NOT_BEST_EFFORT}), {})
        bounds.append(
            {key: value for key, value in compute.items() if key.endswith((".cpu", ".memory"))}
        )
        for one, other in _OPPOSITES:
            first, second = hard.get(frozenset({one}), {}), hard.get(frozenset({other}), {})
            bounds.append({key: add(first[key], second[key]) for key in first if key in second})
        return lowest(bounds)


_OPPOSITES = (
    (QuotaScope.TERMINATING, QuotaScope.NOT_TERMINATING),
    (QuotaScope.BEST_EFFORT, QuotaScope.NOT_BEST_EFFORT),
)

REMOVABLE = ("quota", "quotas", "limits")
"""Guards that the guardrail `removable` may let an environment do without."""

for _model in (Namespace, Limits, PodSecurity):
    guards(_model)  # a field without a declaration stops the program here
