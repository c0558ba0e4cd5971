"""What is remembered of a registration: plain values, and marks in the place of secrets and unknowns.

Knows nothing of Pulumi's wire format, files or terminals.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from typing_extensions import override

__all__ = ["Resource", "Resources", "Secret", "Unknown"]


@dataclass(frozen=True, slots=True)
class Secret:
    """The place of a secret value. Equal fingerprints mean equal values; the value cannot be had from it."""

    fingerprint: str

    @override
    def __str__(self) -> str:
        return "<secret>"


@dataclass(frozen=True, slots=True)
class Unknown:
    """The place of a value that only a deployment makes known."""

    @override
    def __str__(self) -> str:
        return "<known after deployment>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One registration. Other resources are meant by their URN."""

    urn: str
    type: str
    name: str
    parent: str = ""
    custom: bool = True
    provider: str = ""
    """URN of the explicit provider; empty for components and where there is none."""

    dependencies: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    """Those that were set, as Pulumi spells them: protect, retainOnDelete, deletedWith, aliases, …"""

    inputs: Mapping[str, Any] = field(default_factory=dict)

    @property
    def protected(self) -> bool:
        return bool(self.options.get("protect"))

    @property
    def cluster(self) -> str:
        """The provider's name, which is the cluster's."""
        return self.provider.rpartition("::")[2]

    @property
    def is_object(self) -> bool:
        """Whether it is a Kubernetes object."""
        return self.custom and "kind" in self.inputs and "metadata" in self.inputs

    @property
    def title(self) -> str:
        """What people call it: `Secret argocd/blue-shop`; the logical name where it is no object."""
        if not self.is_object:
            return f"{self.type.rpartition(':')[2]} {self.name}"
        metadata = self.inputs["metadata"]
        namespace = f"{metadata['namespace']}/" if "namespace" in metadata else ""
        return f"{self.inputs['kind']} {namespace}{metadata.get('name', self.name)}"


Resources: TypeAlias = Mapping[str, Resource]
"""By URN."""
