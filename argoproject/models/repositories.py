"""Repositories, the credentials for them, and container registries.

The fields are those that argo-cd v3.5.7 reads in util/db/repository_secrets.go `secretToRepository`, but
`insecureIgnoreHostKey`, which `insecure` replaces. Which kinds of credential reach a type of repository is said in
pkg/apis/application/v1alpha1/repository_types.go: `GetGitCreds`, `GetHelmCreds` and `GetOCICreds`.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from argoproject.models.base import Model, SecretSource
from argoproject.models.scalars import DnsName, Glob, Text, Url
from argoproject.models.values import Count, Flag

__all__ = ["Credential", "CredentialTemplate", "Registry", "Repository", "RepositoryType"]

RepositoryType: TypeAlias = Literal["git", "helm", "oci"]


class _RepositoryOptions(Model):
    insecure: Flag = False
    """Do not check the server's certificate or host key. Only in the platform's profile."""

    force_http_basic_auth: Flag = False
    """Send user and password before the server asks for them."""

    enable_lfs: Flag = False
    """Fetch files of Git LFS."""

    proxy: Text | None = None
    """Proxy for this repository, as `http://host:port`; for SSH `socks5://host:port`."""

    no_proxy: Text | None = None
    """What is reached without the proxy, joined by commas: hosts, domains as `.example.org` or `*.example.org`,
    addresses and CIDRs; a host may have a port."""

    depth: Count | None = None
    """Fetch this many commits of Git only. Default: all."""

    insecure_oci_force_http: Flag = Field(default=False, alias="insecureOCIForceHttp")
    """Speak to an OCI registry without TLS. Only in the platform's profile."""

    webhook_manifest_cache_warm_disabled: Flag = False
    """On a push, refresh only Applications that it touches, and do nothing for the manifests of others. Argo CD looks
    this up by the URL alone: what one environment says may hold for all that read the repository."""


class _ClientCertificate(Model):
    tls_client_cert_data: SecretSource | None = None
    """TLS client certificate in PEM, where the server wants one as well."""

    tls_client_cert_key: SecretSource | None = None
    """Its private key, in PEM."""


class HttpsCredential(Model):
    """User and password over HTTPS, also for OCI registries."""

    type: Literal["https"]
    """Kind of credential."""

    username: Text
    """User name."""

    password: SecretSource
    """Password or token."""


class BearerCredential(_ClientCertificate):
    """Bearer token over HTTPS (Bitbucket Data Center)."""

    type: Literal["bearer"]
    """Kind of credential."""

    token: SecretSource
    """The token."""


class SshCredential(Model):
    """SSH key."""

    type: Literal["ssh"]
    """Kind of credential."""

    private_key: SecretSource
    """Private key in PEM or OpenSSH form."""


class GitHubAppCredential(_ClientCertificate):
    """GitHub App."""

    type: Literal["githubApp"]
    """Kind of credential."""

    app_id: Count
    """Id of the App."""

    installation_id: Count | None = None
    """Id of the installation. Default: Argo CD finds it by the organisation."""

    private_key: SecretSource
    """Private key of the App, in PEM."""

    enterprise_base_url: Url | None = None
    """API of a GitHub Enterprise server, for example `https://ghe.example.org/api/v3`."""


class TlsCredential(Model):
    """TLS client certificate, alone or beside user and password; for Git beside a password only."""

    type: Literal["tls"]
    """Kind of credential."""

    certificate: SecretSource
    """Client certificate, in PEM."""

    key: SecretSource
    """Its private key, in PEM."""

    username: Text | None = None
    """User name, where the server wants one as well."""

    password: SecretSource | None = None
    """Password, where the server wants one as well."""


class GoogleCredential(Model):
    """Google Cloud service account, for Git (Cloud Source Repositories)."""

    type: Literal["googleServiceAccount"]
    """Kind of credential."""

    service_account_key: SecretSource
    """The service account's key, in JSON."""


class AzureWorkloadIdentityCredential(Model):
    """Azure workload identity of Argo CD's repo-server, for Git and Helm: there is no secret."""

    type: Literal["azureWorkloadIdentity"]
    """Kind of credential."""


class AzureServicePrincipalCredential(_ClientCertificate):
    """Azure service principal, for Git (Azure Repos)."""

    type: Literal["azureServicePrincipal"]
    """Kind of credential."""

    client_id: Text
    """Id of the application."""

    tenant_id: Text
    """Id of its tenant."""

    client_secret: SecretSource
    """Secret of the application."""

    active_directory_endpoint: Url | None = None
    """Where it logs in, outside the public cloud. Default: `https://login.microsoftonline.com`."""


Credential: TypeAlias = Annotated[
    HttpsCredential
    | BearerCredential
    | SshCredential
    | GitHubAppCredential
    | TlsCredential
    | GoogleCredential
    | AzureWorkloadIdentityCredential
    | AzureServicePrincipalCredential,
    Field(discriminator="type"),
]


class Repository(_RepositoryOptions):
    """A repository that Argo CD reads with a project-scoped Secret."""

    url: Url
    """The URL as the Applications' sources write it."""

    type: RepositoryType = "git"
    """`git`, `helm` (a chart repository) or `oci`."""

    enable_oci: Flag = Field(default=False, alias="enableOCI")
    """A Helm repository in an OCI registry: the URL is `host/path` without a scheme."""

    credentials: Credential | None = None
    """How Argo CD authenticates. Without, a team's `credentials` whose `urlPrefix` matches, or none."""

    write: Flag = False
    """The Secret is the one with which Argo CD's source hydrator pushes to Git, and it does not read with it. For
    reading, a second repository of the URL stands beside it, or a team's `credentials` cover it. Those cannot write:
    a prefix would let the hydrator push to whatever is only read below it."""


class _Prefix(_RepositoryOptions):
    url_prefix: Url
    """A repository Secret is made for each URL below this prefix that a source uses.
    Ends in `/`, or names one repository."""

    repository_type: RepositoryType = "git"
    """Type of the repositories below the prefix."""

    enable_oci: Flag = Field(default=False, alias="enableOCI")
    """They are Helm repositories in an OCI registry."""


class HttpsTemplate(HttpsCredential, _Prefix):
    """User and password for every repository below a prefix."""


class BearerTemplate(BearerCredential, _Prefix):
    """Bearer token for every repository below a prefix."""


class SshTemplate(SshCredential, _Prefix):
    """SSH key for every repository below a prefix."""


class GitHubAppTemplate(GitHubAppCredential, _Prefix):
    """GitHub App for every repository below a prefix."""


class TlsTemplate(TlsCredential, _Prefix):
    """TLS client certificate for every repository below a prefix."""


class GoogleTemplate(GoogleCredential, _Prefix):
    """Google service account for every repository below a prefix."""


class AzureWorkloadIdentityTemplate(AzureWorkloadIdentityCredential, _Prefix):
    """Azure workload identity for every repository below a prefix."""


class AzureServicePrincipalTemplate(AzureServicePrincipalCredential, _Prefix):
    """Azure service principal for every repository below a prefix."""


CredentialTemplate: TypeAlias = Annotated[
    HttpsTemplate
    | BearerTemplate
    | SshTemplate
    | GitHubAppTemplate
    | TlsTemplate
    | GoogleTemplate
    | AzureWorkloadIdentityTemplate
    | AzureServicePrincipalTemplate,
    Field(discriminator="type"),
]


class Registry(Model):
    """A container registry from which the namespace's pods pull."""

    server: Glob
    """Host of the registry, with a port or path where it has one."""

    username: Text | None = None
    """User name. Needed beside `password`."""

    password: SecretSource | None = None
    """Password or token."""

    dockerconfigjson: SecretSource | None = None
    """A ready Docker configuration, instead of user and password."""

    secret_name: DnsName | None = None
    """Name of the pull Secret. Registries of one name share a Secret. Default: `pull-<registry>`."""

    service_accounts: tuple[DnsName, ...] = ("default",)
    """ServiceAccounts that pull with it. `[]` leaves them alone, as where a platform writes their list itself."""
