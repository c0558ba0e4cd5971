"""Secret values in a plan: references and what is computed from them. A plan never holds a value."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

__all__ = ["PLATFORM", "DockerConfig", "RegistryLogin", "SecretKey", "SecretLeaf", "SecretRef"]

SecretKey = str
"""Where a value is looked up: `<team>/<name>`, or `platform/<name>` for a platform secret."""

PLATFORM = "platform"
"""Where the platform's secrets stand beside the teams'; so no team has this name."""


@runtime_checkable
class SecretLeaf(Protocol):
    """A leaf of a manifest whose value is known at deployment only."""

    @property
    def keys(self) -> tuple[SecretKey, ...]:
        """The secrets that the value is made from."""

    def reveal(self, values: Mapping[SecretKey, str]) -> str:
        """The value itself. `values` holds at least `keys`."""

    def __str__(self) -> str:
        """What stands in the value's place wherever people look."""


@dataclass(frozen=True, slots=True)
class SecretRef:
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
class DockerConfig:
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
        servers = ", ".join(login.server for login in self.logins)
        return f"<docker configuration for {servers} from secret {', '.join(self.keys)}>"
