"""The plan of an environment: every decision, before anything is registered.

A plan contains names, manifests as kubectl would show them, clusters, order, protection, and `SecretLeaf`s in the
place of secret values. It is deterministic and needs neither Pulumi nor a cluster. The components turn it into
resources.
"""

from __future__ import annotations

import base64
import json
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias

from argoproject.identity import Identity
from argoproject.secrets.file import SecretKey

__all__ = [
    "Addressed",
    "ApplicationPlan",
    "ClusterPolicies",
    "DockerConfig",
    "Manifest",
    "NamespacePlan",
    "Ownership",
    "PlannedObject",
    "ProjectPlan",
    "RegistryLogin",
    "SecretKey",
    "SecretLeaf",
    "SecretRef",
    "helm_secrets_key",
    "plain",
]

Manifest: TypeAlias = Mapping[str, Any]
"""A Kubernetes object with `apiVersion`, `kind`, `metadata`, …; string leaves may be a `SecretLeaf`."""


class Addressed:
    """Something with a `manifest`, and the names by which Kubernetes addresses it."""

    __slots__ = ()
    manifest: Manifest

    @property
    def kind(self) -> str:
        return str(self.manifest["kind"])

    @property
    def group(self) -> str:
        """The API group: `apps` of `apps/v1`, empty for the core."""
        return str(self.manifest["apiVersion"]).rpartition("/")[0]

    @property
    def name(self) -> str:
        return str(self.manifest["metadata"]["name"])

    @property
    def namespace(self) -> str | None:
        namespace = self.manifest["metadata"].get("namespace")
        return None if namespace is None else str(namespace)


def helm_secrets_key(owner: str) -> SecretKey:
    """The key of Argo CD's key for helm-secrets. It has no folder, so that no secret of a team has the same."""
    return SecretKey("", f"helm-secrets:{owner}")


class SecretLeaf(ABC):
    """A leaf of a manifest whose value is known at deployment only."""

    __slots__ = ()

    @property
    @abstractmethod
    def keys(self) -> tuple[SecretKey, ...]:
        """The secrets that the value is made from."""

    @abstractmethod
    def reveal(self, values: Mapping[SecretKey, str]) -> str:
        """Compute the value.

        Args:
            values: the clear values, of `keys` at least.
        """

    @abstractmethod
    def __str__(self) -> str:
        """The placeholder that is shown in place of the value."""


@dataclass(frozen=True, slots=True)
class SecretRef(SecretLeaf):
    """A secret's value as it is."""

    key: SecretKey

    @property
    def keys(self) -> tuple[SecretKey, ...]:
        return (self.key,)

    def reveal(self, values: Mapping[SecretKey, str]) -> str:
        return values[self.key]

    def __str__(self) -> str:
        return f"<secret {self.key}>"


@dataclass(frozen=True, slots=True)
class RegistryLogin:
    """One server's login in a Docker configuration."""

    server: str
    username: str
    password: SecretRef


@dataclass(frozen=True, slots=True)
class DockerConfig(SecretLeaf):
    """A Docker configuration (`.dockerconfigjson`) made from logins.

    Source: kubernetes.io, "Pull an Image from a Private Registry": `auth` is base64 of `user:password`.
    """

    logins: tuple[RegistryLogin, ...]

    @property
    def keys(self) -> tuple[SecretKey, ...]:
        return tuple(dict.fromkeys(login.password.key for login in self.logins))

    def reveal(self, values: Mapping[SecretKey, str]) -> str:
        auths = {}
        for login in self.logins:
            password = login.password.reveal(values)
            auth = base64.b64encode(f"{login.username}:{password}".encode()).decode()
            auths[login.server] = {
                "username": login.username,
                "password": password,
                "auth": auth,
            }
        return json.dumps({"auths": auths}, sort_keys=True, separators=(",", ":"))

    def __str__(self) -> str:
        logins = ", ".join(
            f"{login.server} as {login.username} with secret {login.password.key}"
            for login in self.logins
        )
        return f"<docker configuration for {logins}>"


def plain(value: Any) -> Any:
    """Copy a manifest, or a part of one, to plain data, with placeholders for secrets."""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return str(value) if isinstance(value, SecretLeaf) else value


class Ownership(StrEnum):
    """How Pulumi manages an object."""

    CREATE = "create"
    ADOPT = "adopt"
    """It exists already: import it, then own it."""

    PATCH = "patch"
    """It has another owner: only the fields of the manifest are set, and the object is never deleted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedObject(Addressed):
    """One Kubernetes object and how Pulumi manages it."""

    key: str
    """Unique among an environment's objects, and it never changes: Pulumi's logical name is `<project>-<key>`, and a
    resource under another name is another resource."""

    cluster: str
    """A name of platform.yaml."""

    manifest: Manifest
    ownership: Ownership = Ownership.CREATE
    protect: bool = False
    """Pulumi refuses to delete it."""

    keep: bool = False
    """It stays in the cluster when it is removed from the program."""

    ignore_changes: tuple[str, ...] = ()
    """Paths of fields that another writer owns, `spec.source` for example."""

    force: bool = True
    """Take over fields that another manager wrote, which corrects drift. Otherwise such a conflict is an error."""

    wait_until_healthy: bool = False
    """Count as created only when Argo CD reports it Synced and Healthy."""

    as_written: bool = False
    """A manifest from a file of a team or of the platform: of any kind, with any keys."""

    after: str | None = None
    """Only in `NamespacePlan.objects`: key of another of these objects after which this one is created. None: directly
    after the Namespace."""

    def secret_keys(self) -> Iterator[SecretKey]:
        """The secrets that the manifest needs, in its order; one that is used twice occurs twice."""
        yield from _secret_keys(self.manifest)


@dataclass(frozen=True, slots=True)
class ClusterPolicies:
    """The admission policies of one cluster with their bindings, which all its environments share."""

    cluster: str
    objects: tuple[PlannedObject, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NamespacePlan:
    """The objects on the destination cluster.

    `base` is the Application of the platform that makes the namespace on a cluster that Pulumi cannot reach; then
    Pulumi plans nothing on that cluster, and this is empty.
    """

    namespace: PlannedObject | None
    objects: tuple[PlannedObject, ...]
    """What must exist before anything can be deployed: quota, limits, network policies, pull Secrets, Secrets of
    workloads, accounts, role bindings, the account of syncs, extra manifests; in the order in which they are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationPlan:
    """An Application or ApplicationSet, and its position in the order of creation."""

    object: PlannedObject
    after: tuple[str, ...] = ()
    """Keys of the Applications after which it is created, all of them earlier; none: only after the repositories."""

    moved_from: tuple[str, ...] = ()
    """Keys that it had before."""

    retiring: bool = False
    """It is about to be removed (`lifecycle: retiring`): Pulumi may delete it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectPlan:
    """Everything that one environment consists of.

    It is created in the order namespace, objects of the namespace, `app_project`, `repositories`, `applications`, and
    deleted in the reverse order.
    """

    name: str
    """Name of the AppProject, and logical name of the component."""

    identity: Identity
    hub: str
    """The cluster on which Argo CD runs, a name of platform.yaml."""

    namespace_name: str
    namespace: NamespacePlan
    app_project: PlannedObject
    repositories: tuple[PlannedObject, ...]
    applications: tuple[ApplicationPlan, ...]
    retiring: bool = False
    """The environment is about to be removed, likewise."""

    moved_from: tuple[str, ...] = ()
    """Names that the project had before."""

    def objects(self) -> Iterator[PlannedObject]:
        """All objects, grouped in the order of creation; inside the namespace in the order in which they are shown."""
        if self.namespace.namespace is not None:
            yield self.namespace.namespace
        yield from self.namespace.objects
        yield self.app_project
        yield from self.repositories
        for application in self.applications:
            yield application.object

    def summary(self) -> dict[str, Any]:
        """What a stack exports about the environment."""
        return {
            "team": self.identity.team,
            "product": self.identity.product,
            "environment": self.identity.environment,
            "cluster": self.identity.cluster,
            "namespace": self.namespace_name,
            "applications": [item.object.name for item in self.applications],
        }

    def secret_keys(self) -> frozenset[SecretKey]:
        """The secrets that all objects of the environment need."""
        return frozenset(key for item in self.objects() for key in item.secret_keys())


def _secret_keys(value: Any) -> Iterator[SecretKey]:
    if isinstance(value, str):
        return
    # dict before Mapping, whose check is slow.
    if isinstance(value, dict | list | tuple):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _secret_keys(item)
    elif isinstance(value, SecretLeaf):
        yield from value.keys
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _secret_keys(item)
