"""Credentials for repositories, and the options with which Argo CD talks to a repository.

A kind of credential is declared once: its class names for each field the key in Argo CD's Secret, and for the whole
where it can be sent. `argoproject.checks`, the manifest of the Secret and `argoproject.diff` read that.

    class SshCredential(Credential):
        kind = CredentialKind(noun="SSH key", schemes=("ssh",), repositories=("git",))

        type: Literal["ssh"]
        private_key: Annotated[SecretSource, DataKey("sshPrivateKey")]

Source of the keys: argo-cd v3.5.7, util/db/repository_secrets.go `secretToRepository`; its `insecureIgnoreHostKey` is
missing here, `insecure` replaces it. Source of what is sent where: pkg/apis/application/v1alpha1/repository_types.go
`GetGitCreds`, `GetHelmCreds` and `GetOCICreds`. docs/adr/0017-declared-once.md says how to add a kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, TypeAlias, Union, cast

from pydantic import BaseModel, Field, create_model

from argoproject.models.base import Model, SecretSource, declared
from argoproject.models.scalars import LongText, Text, Url
from argoproject.models.values import Count, Flag

__all__ = [
    "CREDENTIALS",
    "TEMPLATES",
    "AnyCredential",
    "AnyCredentialTemplate",
    "ClientCertificate",
    "Credential",
    "CredentialKind",
    "CredentialTemplate",
    "DataKey",
    "RepositoryOptions",
    "RepositoryType",
    "Scheme",
    "TlsCredential",
    "check_declaration",
    "data_keys",
]

RepositoryType: TypeAlias = Literal["git", "helm", "oci"]

Scheme: TypeAlias = Literal["https", "http", "ssh", "oci", "git", ""]
"""The scheme of a repository's URL; the empty one is an OCI registry's `host/path`."""


@dataclass(frozen=True, slots=True)
class DataKey:
    """The key of a field in Argo CD's Secret, and what a change of the value means.

    Attributes:
        key: the key, for example `sshPrivateKey`.
        role: `account`: the value names the account. `route`: it decides over which hosts a credential is sent.
            `login`: a route that is the URL of a server, which receives the credential itself. `unsafe`: with `true`
            Argo CD does not check the identity of the server.
        git_only: whether Argo CD reads it for Git repositories only.
        since: the minor version of Argo CD 3 that knows it; 0 is every one.
    """

    key: str
    role: Literal["", "account", "route", "login", "unsafe"] = ""
    git_only: bool = False
    since: int = 0


@cache
def data_keys(model: type[BaseModel]) -> Mapping[str, DataKey]:
    """The fields of options or of a credential that a repository Secret holds, by the name of the field.

    Example:
        `data_keys(SshCredential)` is `{"private_key": DataKey("sshPrivateKey")}`.
    """
    return {
        name: key
        for name, item in model.model_fields.items()
        for key in item.metadata
        if isinstance(key, DataKey)
    }


class RepositoryOptions(Model):
    """How Argo CD talks to a repository, apart from its credential."""

    insecure: Annotated[Flag, DataKey("insecure", role="unsafe")] = False
    """Do not check the server's certificate or host key. Only in the platform's profile."""

    force_http_basic_auth: Annotated[Flag, DataKey("forceHttpBasicAuth", git_only=True)] = False
    """Send user and password before the server asks for them."""

    enable_lfs: Annotated[Flag, DataKey("enableLfs", git_only=True)] = False
    """Fetch files of Git LFS."""

    proxy: Annotated[Text | None, DataKey("proxy", role="route")] = None
    """Proxy for this repository, as `http://host:port`; for SSH `socks5://host:port`."""

    no_proxy: Annotated[LongText | None, DataKey("noProxy", role="route")] = None
    """What is reached without the proxy, joined by commas: hosts, domains as `.example.org` or `*.example.org`,
    addresses and CIDRs; a host may have a port."""

    depth: Annotated[Count | None, DataKey("depth", git_only=True, since=3)] = None
    """Fetch this many commits of Git only. Default: all."""

    insecure_oci_force_http: Annotated[
        Flag,
        DataKey("insecureOCIForceHttp", role="unsafe", since=1),
        Field(alias="insecureOCIForceHttp"),
    ] = False
    """Speak to an OCI registry without TLS. Only in the platform's profile."""

    webhook_manifest_cache_warm_disabled: Annotated[
        Flag, DataKey("webhookManifestCacheWarmDisabled", git_only=True, since=5)
    ] = False
    """On a push, refresh only Applications that it touches, and do nothing for the manifests of others. Argo CD looks
    this up by the URL alone: what one environment sets may apply to all that read the repository."""


declared(RepositoryOptions, DataKey)  # an option without its key stops the program here


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialKind:
    """Everything that models, checks and the manifest of the Secret need of a kind of credential.

    Attributes:
        noun: what it is, as the reference begins: `SSH key`.
        schemes: the schemes of URLs over which it is sent.
        repositories: the types of repository for which Argo CD sends it.
        since: the minor version of Argo CD 3 that knows it; 0 is every one.
        constants: what its Secret contains in addition to the fields.
    """

    noun: str
    schemes: tuple[Scheme, ...]
    repositories: tuple[RepositoryType, ...] = ("git", "helm", "oci")
    since: int = 0
    constants: Mapping[str, str] = field(default_factory=dict)


class Credential(Model):
    """How Argo CD authenticates at a repository; its subclasses are the kinds."""

    kind: ClassVar[CredentialKind]
    """What is true of all credentials of the kind."""

    if TYPE_CHECKING:
        type: str
        """The kind as files name it. Each kind declares it for itself: a field here would come first in templates."""

    @classmethod
    @cache
    def keys(cls) -> Mapping[str, DataKey]:
        """The fields that authenticate, by the name of the field: of a template without its options.

        The order is that of the keys in the Secret: what a kind inherits, a client certificate, comes last.
        """
        options = RepositoryOptions.model_fields
        own = {name: key for name, key in data_keys(cls).items() if name not in options}
        certificate = ClientCertificate.model_fields
        return dict(sorted(own.items(), key=lambda item: item[0] in certificate))


class ClientCertificate(Credential):
    """A credential that a TLS client certificate may accompany."""

    tls_client_cert_data: Annotated[SecretSource | None, DataKey("tlsClientCertData")] = None
    """TLS client certificate in PEM, where the server wants one as well."""

    tls_client_cert_key: Annotated[SecretSource | None, DataKey("tlsClientCertKey")] = None
    """Its private key, in PEM."""


class HttpsCredential(Credential):
    """User and password over HTTPS, also for OCI registries."""

    kind = CredentialKind(noun="User and password", schemes=("https", "http", "oci", ""))

    type: Literal["https"]
    """Kind of credential."""

    username: Annotated[Text, DataKey("username", role="account")]
    """User name."""

    password: Annotated[SecretSource, DataKey("password")]
    """Password or token."""


class BearerCredential(ClientCertificate):
    """Bearer token over HTTPS (Bitbucket Data Center)."""

    kind = CredentialKind(noun="Bearer token", schemes=("https",), repositories=("git",))

    type: Literal["bearer"]
    """Kind of credential."""

    token: Annotated[SecretSource, DataKey("bearerToken")]
    """The token."""


class SshCredential(Credential):
    """SSH key."""

    kind = CredentialKind(noun="SSH key", schemes=("ssh",), repositories=("git",))

    type: Literal["ssh"]
    """Kind of credential."""

    private_key: Annotated[SecretSource, DataKey("sshPrivateKey")]
    """Private key in PEM or OpenSSH form."""


class GitHubAppCredential(ClientCertificate):
    """GitHub App."""

    kind = CredentialKind(noun="GitHub App", schemes=("https",), repositories=("git",))

    type: Literal["githubApp"]
    """Kind of credential."""

    app_id: Annotated[Count, DataKey("githubAppID", role="account")]
    """Id of the App."""

    installation_id: Annotated[
        Count | None,
        DataKey("githubAppInstallationID", role="account"),
    ] = None
    """Id of the installation. Default: Argo CD finds it by the organisation."""

    private_key: Annotated[SecretSource, DataKey("githubAppPrivateKey")]
    """Private key of the App, in PEM."""

    enterprise_base_url: Annotated[
        Url | None, DataKey("githubAppEnterpriseBaseUrl", role="login")
    ] = None
    """API of a GitHub Enterprise server, for example `https://ghe.example.org/api/v3`."""


class TlsCredential(Credential):
    """TLS client certificate, alone or together with user and password; for Git only together with a password."""

    kind = CredentialKind(noun="TLS client certificate", schemes=("https", "oci", ""))

    type: Literal["tls"]
    """Kind of credential."""

    certificate: Annotated[SecretSource, DataKey("tlsClientCertData")]
    """Client certificate, in PEM."""

    key: Annotated[SecretSource, DataKey("tlsClientCertKey")]
    """Its private key, in PEM."""

    username: Annotated[Text | None, DataKey("username", role="account")] = None
    """User name, where the server wants one as well."""

    password: Annotated[SecretSource | None, DataKey("password")] = None
    """Password, where the server wants one as well."""


class GoogleCredential(Credential):
    """Google Cloud service account, for Git (Cloud Source Repositories)."""

    kind = CredentialKind(noun="Google service account", schemes=("https",), repositories=("git",))

    type: Literal["googleServiceAccount"]
    """Kind of credential."""

    service_account_key: Annotated[SecretSource, DataKey("gcpServiceAccountKey")]
    """The service account's key, in JSON."""


class AzureWorkloadIdentityCredential(Credential):
    """Azure workload identity of Argo CD's repo-server, for Git and Helm: there is no secret."""

    kind = CredentialKind(
        noun="Azure workload identity",
        schemes=("https", ""),
        repositories=("git", "helm"),
        constants={"useAzureWorkloadIdentity": "true"},
    )

    type: Literal["azureWorkloadIdentity"]
    """Kind of credential."""


class AzureServicePrincipalCredential(ClientCertificate):
    """Azure service principal, for Git (Azure Repos)."""

    kind = CredentialKind(
        noun="Azure service principal", schemes=("https",), repositories=("git",), since=5
    )

    type: Literal["azureServicePrincipal"]
    """Kind of credential."""

    client_id: Annotated[Text, DataKey("azureServicePrincipalClientId", role="account")]
    """Id of the application."""

    tenant_id: Annotated[Text, DataKey("azureServicePrincipalTenantId", role="account")]
    """Id of its tenant."""

    client_secret: Annotated[SecretSource, DataKey("azureServicePrincipalClientSecret")]
    """Secret of the application."""

    active_directory_endpoint: Annotated[
        Url | None, DataKey("azureActiveDirectoryEndpoint", role="login")
    ] = None
    """Where it logs in, outside the public cloud. Default: `https://login.microsoftonline.com`."""


CREDENTIALS: tuple[type[Credential], ...] = (
    HttpsCredential,
    BearerCredential,
    SshCredential,
    GitHubAppCredential,
    TlsCredential,
    GoogleCredential,
    AzureWorkloadIdentityCredential,
    AzureServicePrincipalCredential,
)
"""The kinds of credential."""


class CredentialTemplate(Credential, RepositoryOptions):
    """A credential for every repository below a prefix, and how Argo CD talks to them."""

    url_prefix: Url
    """A repository Secret is created for each URL below this prefix that a source uses.
    Ends in `/`, or names one repository."""

    repository_type: RepositoryType = "git"
    """Type of the repositories below the prefix."""

    enable_oci: Flag = Field(default=False, alias="enableOCI")
    """They are Helm repositories in an OCI registry."""


def _template(credential: type[Credential]) -> type[CredentialTemplate]:
    """The template of a kind: `SshTemplate` has the fields of `SshCredential` and of `CredentialTemplate`."""
    made = create_model(
        credential.__name__.replace("Credential", "Template"),
        __base__=(credential, CredentialTemplate),
        __module__=__name__,
        __doc__=f"{credential.kind.noun} for every repository below a prefix.",
    )
    return cast("type[CredentialTemplate]", made)


def check_declaration(credential: type[Credential]) -> None:
    """Stop the program where a kind, or a field of one, declares too little for checks, manifest and diff.

    Raises:
        TypeError: a kind without `kind`, or a field without `DataKey`.
    """
    missing = set(credential.model_fields) - {"type"} - set(data_keys(credential))
    if missing or not hasattr(credential, "kind"):
        lack = ", ".join(sorted(missing)) or "kind"
        raise TypeError(
            f"{credential.__name__}: {lack}: declare `kind = CredentialKind(...)`, and of each field its "
            "DataKey, as docs/adr/0017-declared-once.md says"
        )


for _credential in CREDENTIALS:
    check_declaration(_credential)

TEMPLATES: tuple[type[CredentialTemplate], ...] = tuple(map(_template, CREDENTIALS))
"""The template of each kind."""

if TYPE_CHECKING:
    AnyCredential: TypeAlias = Credential
    AnyCredentialTemplate: TypeAlias = CredentialTemplate
else:
    AnyCredential = Annotated[Union[CREDENTIALS], Field(discriminator="type")]  # noqa: UP007
    AnyCredentialTemplate = Annotated[Union[TEMPLATES], Field(discriminator="type")]  # noqa: UP007
