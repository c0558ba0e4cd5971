"""Manifests, and the secrets in them: references and what is computed from them, never a value."""

from __future__ import annotations

import base64
import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from argoproject.secrets.file import SecretKey

__all__ = [
    "Addressed",
    "DockerConfig",
    "Manifest",
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
