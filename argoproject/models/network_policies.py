"""Network policies of platform.yaml, as the API spells them: what the API server refuses is refused here.

Source of the fields and their rules: Kubernetes v1.36, `NetworkPolicySpec` of networking.k8s.io/v1,
pkg/apis/networking/validation/validation.go and the validation of label selectors in k8s.io/apimachinery. A test
compares both on generated policies (tests/models/test_network_policies.py).
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any, Literal, Self, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator

from argoproject.models.base import Model
from argoproject.models.scalars import LabelKey, is_label_value, refuse
from argoproject.models.values import is_ambiguous, read_count
from argoproject.yamlfile.reader import Plain

__all__ = ["IpBlock", "LabelSelector", "NetworkPolicy", "PolicyPeer", "PolicyPort"]

_PLACEHOLDER = re.compile(r"(?<!\$)\$\{[a-z]+\}")
_PORT_NAME = re.compile(r"(?=.*[a-z])[a-z0-9](?:-?[a-z0-9])*")
_PREFIX_LENGTH = re.compile(r"/(0|[1-9][0-9]*)$")
_PORT_NAME_LIMIT = 15
_PORT_LIMIT = 65535


def _read_label_value(value: str) -> str:
    """The value of a label, in which `${…}` may be a part: the environment's names are values of labels, too."""
    if not is_label_value(_PLACEHOLDER.sub("x", value)):
        refuse(
            code="label-value",
            message=f"{value!r} is not a label value",
            remedy="use at most 63 letters, digits, `-`, `_` and `.`",
        )
    return value


def _read_cidr(value: str) -> str:
    """A range of addresses. Source: `IsValidCIDRForLegacyField` in pkg/apis/core/validation."""
    try:
        network = ipaddress.ip_network(value)
        is_range = _PREFIX_LENGTH.search(value) is not None and "%" not in value
        is_range &= network.version == 4 or network.network_address.ipv4_mapped is None
    except ValueError:
        is_range = False
    if not is_range:
        refuse(
            code="cidr",
            message=f"{value!r} is not a range of addresses",
            remedy="write the first address and the length of the prefix, for example 10.0.0.0/8 or fd00::/8",
        )
    return value


def _read_port(value: Any) -> Any:
    """A port by number, or by the name that containers give it. A quoted number is a name to Kubernetes."""
    if not isinstance(value, str):
        return value
    if value.__class__ is Plain and is_ambiguous(value):
        message = f"{str(value)!r} is not a port to some YAML readers"
        refuse(code="port", message=message, remedy="write its digits")
    if value.__class__ is Plain and value.isdigit():
        number = read_count(value)
        if isinstance(number, int) and 1 <= number <= _PORT_LIMIT:
            return number
        refuse(
            code="port",
            message=f"{value} is not the number of a port",
            remedy=f"write 1 to {_PORT_LIMIT}",
        )
    if value.isdigit():
        message = "the number of a port must not be quoted"
        refuse(code="port", message=message, remedy=f"write {value}")
    if len(value) > _PORT_NAME_LIMIT or not _PORT_NAME.fullmatch(value):
        refuse(
            code="port",
            message=f"{value!r} is neither the number nor the name of a port",
            remedy=f"write 1 to {_PORT_LIMIT}, or a name of at most {_PORT_NAME_LIMIT} lower-case letters, digits and "
            "inner hyphens",
        )
    return str(value)


SelectedValue: TypeAlias = Annotated[str, AfterValidator(_read_label_value)]
"""Value of a label, with or without placeholders. Accepts `gold`, `1.10`, `${team}`; refuses `a b`, `${team}-`."""

Cidr: TypeAlias = Annotated[str, AfterValidator(_read_cidr)]
"""A range of addresses. Accepts `10.0.0.0/8`, `fd00::/8`; refuses `10.0.0.1`, `10.0.0.0/33`, `010.0.0.0/8`."""

PortNumber: TypeAlias = Annotated[
    int,
    BeforeValidator(_read_port),
    WithJsonSchema({"type": "integer", "minimum": 1, "maximum": _PORT_LIMIT}),
]
"""Number of a port. Accepts `443`; refuses `0`, `65536`."""

Port: TypeAlias = Annotated[
    int | str,
    BeforeValidator(_read_port),
    WithJsonSchema(
        {"anyOf": [{"type": "integer", "minimum": 1, "maximum": _PORT_LIMIT}, {"type": "string"}]}
    ),
]
"""A port by number, or by its name in the containers. Accepts `443`, `https`; refuses `0`, `HTTPS`, `a--b`."""


class _Part(Model):
    """A part of a network policy. An empty value is refused: to Kubernetes `from:` without a value is everybody."""

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, data: Any) -> Any:
        for key, value in data.items() if isinstance(data, Mapping) else ():
            if value is None:
                refuse(
                    code="empty-value",
                    message="has no value",
                    remedy="write one, {} for all of a selector, or remove the line",
                    path=(key,),
                )
        return data


class LabelRequirement(_Part):
    """A requirement of a label selector."""

    key: LabelKey
    """Key of the label."""

    operator: Literal["In", "NotIn", "Exists", "DoesNotExist"]
    """`In` and `NotIn` compare the label with `values`, the others ask whether there is such a label."""

    values: tuple[SelectedValue, ...] = ()
    """Values for `In` and `NotIn`."""

    @model_validator(mode="after")
    def _values_fit(self) -> Self:
        compares = self.operator in ("In", "NotIn")
        if compares and not self.values:
            message = f"{self.operator} compares with no value"
            refuse(code="label-selector", message=message, remedy="add `values`")
        if not compares and self.values:
            remedy = "write In or NotIn, or remove `values`"
            refuse(code="label-selector", message=f"{self.operator} takes no values", remedy=remedy)
        return self


class LabelSelector(_Part):
    """What has all these labels. `{}` selects everything."""

    match_labels: Mapping[LabelKey, SelectedValue] = Field(default_factory=dict)
    """Labels with their values."""

    match_expressions: tuple[LabelRequirement, ...] = ()
    """Further requirements, which must all be met."""


class IpBlock(_Part):
    """A range of addresses."""

    cidr: Cidr
    """The range, for example `10.0.0.0/8`."""

    except_: Annotated[tuple[Cidr, ...], Field(alias="except")] = ()
    """Smaller ranges inside it that are left out."""

    @model_validator(mode="after")
    def _except_is_inside(self) -> Self:
        whole = ipaddress.ip_network(self.cidr)
        for index, text in enumerate(self.except_):
            part = ipaddress.ip_network(text)
            inside = part.version == whole.version and part.network_address in whole
            if not inside or part.prefixlen <= whole.prefixlen:
                refuse(
                    code="cidr",
                    message=f"{text} is not a smaller range inside {self.cidr}",
                    remedy="write one inside it, or remove it",
                    path=("except", index),
                )
        return self


class PolicyPeer(_Part):
    """Pods or addresses that a rule permits: selectors, or a range of addresses."""

    namespace_selector: LabelSelector | None = None
    """Namespaces of the pods. Without it, the policy's own namespace."""

    pod_selector: LabelSelector | None = None
    """Pods. Without it, all pods of the namespaces."""

    ip_block: IpBlock | None = None
    """Addresses, in place of selectors."""

    @model_validator(mode="after")
    def _is_one_kind(self) -> Self:
        if self.namespace_selector is None and self.pod_selector is None and self.ip_block is None:
            remedy = "write podSelector, namespaceSelector or ipBlock; `podSelector: {}` is every pod of the namespace"
            refuse(code="network-policy", message="names no peer", remedy=remedy)
        if self.ip_block is not None and (self.namespace_selector or self.pod_selector):
            message = "ipBlock excludes selectors"
            refuse(code="network-policy", message=message, remedy="write two items of the list")
        return self


class PolicyPort(_Part):
    """A port, or a range of ports, of a rule."""

    port: Port | None = None
    """The port, or the first of a range. Without it, every port of the protocol."""

    end_port: PortNumber | None = None
    """The last port of a range that begins with `port`."""

    protocol: Literal["TCP", "UDP", "SCTP"] | None = None
    """The protocol. Default: TCP."""

    @model_validator(mode="after")
    def _range_is_one(self) -> Self:
        if self.end_port is None:
            return self
        if not isinstance(self.port, int):
            message = "endPort needs the number of a `port`"
            refuse(code="port", message=message, remedy="add it, or remove endPort")
        if self.end_port < self.port:
            message = f"endPort {self.end_port} is below port {self.port}"
            refuse(code="port", message=message, remedy="write the higher number as endPort")
        return self


class IngressRule(_Part):
    """Traffic to the selected pods that is permitted."""

    from_: Annotated[tuple[PolicyPeer, ...], Field(alias="from")] = ()
    """Where it may come from. Without any, everywhere."""

    ports: tuple[PolicyPort, ...] = ()
    """Ports of the selected pods. Without any, all."""


class EgressRule(_Part):
    """Traffic from the selected pods that is permitted."""

    to: tuple[PolicyPeer, ...] = ()
    """Where it may go. Without any, everywhere."""

    ports: tuple[PolicyPort, ...] = ()
    """Ports of the peers. Without any, all."""


class NetworkPolicy(_Part):
    """The spec of a NetworkPolicy. Policies add up: what one of them permits passes."""

    pod_selector: LabelSelector
    """Pods whose traffic it limits to what its rules permit. `{}` is every pod."""

    policy_types: tuple[Literal["Ingress", "Egress"], ...] = Field(default=(), max_length=2)
    """Directions that it limits. Default: Ingress, and Egress where it has rules for it."""

    ingress: tuple[IngressRule, ...] = ()
    """Traffic to these pods that may pass."""

    egress: tuple[EgressRule, ...] = ()
    """Traffic from these pods that may pass."""

    @model_validator(mode="before")
    @classmethod
    def _has_pods(cls, data: Any) -> Any:
        if isinstance(data, Mapping) and not {"podSelector", "pod_selector"} & data.keys():
            remedy = "add it; `podSelector: {}` selects every pod"
            refuse(code="network-policy", message="podSelector is missing", remedy=remedy)
        return data

    @model_validator(mode="after")
    def _rules_count(self) -> Self:
        for direction, rules in (("Ingress", self.ingress), ("Egress", self.egress)):
            if rules and self.policy_types and direction not in self.policy_types:
                key = direction.lower()
                message = (
                    f"Kubernetes ignores the rules of {key}, since policyTypes has no {direction}"
                )
                remedy = f"add {direction} to policyTypes, or remove {key}"
                refuse(code="network-policy", message=message, remedy=remedy)
        return self

    @cached_property
    def spec(self) -> Mapping[str, Any]:
        """The data as written, as the API spells it. Placeholders are not replaced."""
        return self.model_dump(mode="json", exclude_unset=True)
