"""Repositories that Argo CD reads or writes, and container registries from which pods pull."""

from __future__ import annotations

from pydantic import Field

from argoproject.models.base import Model, SecretSource
from argoproject.models.credentials import AnyCredential, RepositoryOptions, RepositoryType
from argoproject.models.scalars import DnsName, RegistryServer, Text, Url
from argoproject.models.values import Flag

__all__ = ["Registry", "Repository"]


class Repository(RepositoryOptions):
    """A repository that Argo CD reads with a project-scoped Secret."""

    url: Url
    """The URL as the Applications' sources write it."""

    type: RepositoryType = "git"
    """`git`, `helm` (a chart repository) or `oci`."""

    enable_oci: Flag = Field(default=False, alias="enableOCI")
    """A Helm repository in an OCI registry: the URL is `host/path` without a scheme."""

    credentials: AnyCredential | None = None
    """How Argo CD authenticates. Without, a team's `credentials` whose `urlPrefix` matches, or none."""

    write: Flag = False
    """The Secret is the one with which Argo CD's source hydrator pushes to Git, and it does not read with it. For
    reading, there is a second repository of the URL, or a team's `credentials` cover it. Those cannot write:
    a prefix would let the hydrator push to whatever is only read below it."""


class Registry(Model):
    """A container registry from which the namespace's pods pull."""

    server: RegistryServer
    """Host of the registry, with a port or path where it has one, as images name it: `docker.io` for Docker Hub."""

    username: Text | None = None
    """User name. Needed together with `password`."""

    password: SecretSource | None = None
    """Password or token."""

    dockerconfigjson: SecretSource | None = None
    """A ready Docker configuration, instead of user and password."""

    secret_name: DnsName | None = None
    """Name of the pull Secret. Registries of one name share a Secret. Default: `pull-<registry>`."""

    service_accounts: tuple[DnsName, ...] = ("default",)
    """ServiceAccounts that pull with it. `[]` leaves them alone, as where a platform writes their list itself."""
