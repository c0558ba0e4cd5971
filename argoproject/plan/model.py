"""The plan of an environment: every decision, before anything is registered.

A plan holds names, manifests as kubectl would show them, clusters, order, protection, and `SecretLeaf`s in the place
of secret values. It is deterministic and knows neither Pulumi nor a cluster. The components transcribe it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from argoproject.identity import Identity
from argoproject.plan.leaves import Addressed, Manifest, SecretKey, SecretLeaf

__all__ = [
    "ApplicationPlan",
    "ClusterPolicies",
    "NamespacePlan",
    "Ownership",
    "PlannedObject",
    "ProjectPlan",
]


class Ownership(StrEnum):
    """How an object comes under Pulumi's care."""

    CREATE = "create"
    ADOPT = "adopt"
    """It exists: import it, then own it."""

    PATCH = "patch"
    """It belongs to somebody else: only the fields of the manifest are set, nothing is ever deleted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedObject(Addressed):
    """One Kubernetes object and how Pulumi handles it.

    `key` is unique among an environment's objects and stable for ever: Pulumi's logical name is `<project>-<key>`.
    `cluster` is a name of platform.yaml.
    """

    key: str
    cluster: str
    manifest: Manifest
    ownership: Ownership = Ownership.CREATE
    protect: bool = False
    keep: bool = False
    """Leave it in the cluster when it leaves the program."""

    ignore_changes: tuple[str, ...] = ()
    """Fields left to another writer."""

    force: bool = True
    """Take fields over that another manager wrote, so that drift is mended; else a clash is an error."""

    wait_until_healthy: bool = False
    """Count as created only when Argo CD reports it Synced and Healthy."""

    as_written: bool = False
    """Somebody's own manifest: of any kind, with any keys."""

    after: str | None = None
    """Key of the object of the namespace after which it is created."""

    def secret_keys(self) -> Iterator[SecretKey]:
        """The secrets that the manifest needs."""
        yield from _secret_keys(self.manifest)


@dataclass(frozen=True, slots=True)
class ClusterPolicies:
    """The admission policies of one cluster with their bindings, which all its environments share."""

    cluster: str
    objects: tuple[PlannedObject, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NamespacePlan:
    """The destination cluster's side. Empty where a `base` Application makes it."""

    namespace: PlannedObject | None
    objects: tuple[PlannedObject, ...]
    """What stands in the namespace before anything can be deployed: quota, limits, network policies, pull Secrets,
    accounts, role bindings, extra manifests; in the order in which they are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationPlan:
    """An Application or ApplicationSet, in its place in the order."""

    object: PlannedObject
    after: str | None = None
    """Key of the object after which it is created."""

    moved_from: tuple[str, ...] = ()
    """Keys that it had before."""

    retiring: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectPlan:
    """Everything that one environment is made of.

    `name` is the AppProject's name and the component's logical name. Order: namespace, its objects, `app_project`,
    `repositories`, `applications`; deletion runs backwards. `moved_from` are names that the project had before.
    """

    name: str
    identity: Identity
    hub: str
    namespace_name: str
    namespace: NamespacePlan
    app_project: PlannedObject
    repositories: tuple[PlannedObject, ...]
    applications: tuple[ApplicationPlan, ...]
    retiring: bool = False
    moved_from: tuple[str, ...] = ()

    def objects(self) -> Iterator[PlannedObject]:
        """All objects, in the order of creation."""
        if self.namespace.namespace is not None:
            yield self.namespace.namespace
        yield from self.namespace.objects
        yield self.app_project
        yield from self.repositories
        for application in self.applications:
            yield application.object

    def summary(self) -> dict[str, Any]:
        """What a stack tells of the environment in its outputs."""
        return {
            "team": self.identity.team,
            "product": self.identity.product,
            "environment": self.identity.environment,
            "cluster": self.identity.cluster,
            "namespace": self.namespace_name,
            "applications": [item.object.name for item in self.applications],
        }

    def secret_keys(self) -> frozenset[SecretKey]:
        """The secrets that the environment needs."""
        return frozenset(key for item in self.objects() for key in item.secret_keys())


def _secret_keys(value: Any) -> Iterator[SecretKey]:
    if isinstance(value, str):
        return
    if isinstance(value, dict | list | tuple):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _secret_keys(item)
    elif isinstance(value, SecretLeaf):
        yield from value.keys
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _secret_keys(item)
