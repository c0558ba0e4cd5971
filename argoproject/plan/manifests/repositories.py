"""Repository Secrets of Argo CD. Always scoped to a project: without one, a Secret is for every project.

Source of the field names: argo-cd v3.5.7, docs/operator-manual/declarative-setup.md and util/db/repository_secrets.go
`secretToRepository`. tests/gotools/test_argocd.py lets that code read what is built here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from argoproject.identity import Identity
from argoproject.models import Credential, CredentialTemplate, SecretSource
from argoproject.models.repositories import (
    AzureServicePrincipalCredential,
    AzureWorkloadIdentityCredential,
    BearerCredential,
    GitHubAppCredential,
    GoogleCredential,
    HttpsCredential,
    SshCredential,
    TlsCredential,
)
from argoproject.plan.leaves import Manifest, SecretLeaf
from argoproject.plan.manifests.common import compact, manifest
from argoproject.project.repositories import SelectedRepository

__all__ = ["credential_data", "repository_secret"]

Reveal = Callable[[SecretSource], SecretLeaf]
"""Turns the name of a secret into the leaf that stands for its value."""


def repository_secret(
    identity: Identity,
    project: str,
    argocd_namespace: str,
    repository: SelectedRepository,
    reveal: Reveal,
) -> Manifest:
    """The Secret through which the project reads one repository, or writes to it."""
    options = repository.options
    data = {
        "project": project,
        "name": f"{project}-{repository.key}",
        "url": repository.url,
        "type": repository.type,
        "enableOCI": _flag(repository.enable_oci),
        "insecure": _flag(options.insecure),
        "forceHttpBasicAuth": _flag(options.force_http_basic_auth),
        "enableLfs": _flag(options.enable_lfs),
        "proxy": options.proxy,
        "noProxy": options.no_proxy,
        "depth": None if options.depth is None else str(options.depth),
        "insecureOCIForceHttp": _flag(options.insecure_oci_force_http),
        "webhookManifestCacheWarmDisabled": _flag(options.webhook_manifest_cache_warm_disabled),
        **credential_data(repository.credential, reveal),
    }
    secret_type = "repository-write" if repository.write else "repository"
    metadata = {
        "name": f"{project}-{repository.key}",
        "namespace": argocd_namespace,
        "labels": {"argocd.argoproj.io/secret-type": secret_type},
    }
    return manifest("v1", "Secret", metadata, identity, type="Opaque", stringData=compact(data))


def credential_data(
    credential: Credential | CredentialTemplate | None, reveal: Reveal
) -> Mapping[str, Any]:
    """The fields of a repository Secret that authenticate."""
    data: Mapping[str, Any] = {}
    match credential:
        case HttpsCredential():
            data = {"username": credential.username, "password": reveal(credential.password)}
        case BearerCredential():
            data = {
                "bearerToken": reveal(credential.token),
                **_client_certificate(credential, reveal),
            }
        case SshCredential():
            data = {"sshPrivateKey": reveal(credential.private_key)}
        case GitHubAppCredential():
            data = _github_app(credential, reveal)
        case TlsCredential():
            data = _tls(credential, reveal)
        case GoogleCredential():
            data = {"gcpServiceAccountKey": reveal(credential.service_account_key)}
        case AzureWorkloadIdentityCredential():
            data = {"useAzureWorkloadIdentity": "true"}
        case AzureServicePrincipalCredential():
            data = _service_principal(credential, reveal)
    return data


def _github_app(credential: GitHubAppCredential, reveal: Reveal) -> Mapping[str, Any]:
    installation = credential.installation_id
    return {
        "githubAppID": str(credential.app_id),
        "githubAppInstallationID": None if installation is None else str(installation),
        "githubAppEnterpriseBaseUrl": credential.enterprise_base_url,
        "githubAppPrivateKey": reveal(credential.private_key),
        **_client_certificate(credential, reveal),
    }


def _service_principal(
    credential: AzureServicePrincipalCredential, reveal: Reveal
) -> Mapping[str, Any]:
    return {
        "azureServicePrincipalClientId": credential.client_id,
        "azureServicePrincipalTenantId": credential.tenant_id,
        "azureServicePrincipalClientSecret": reveal(credential.client_secret),
        "azureActiveDirectoryEndpoint": credential.active_directory_endpoint,
        **_client_certificate(credential, reveal),
    }


def _client_certificate(
    credential: BearerCredential | GitHubAppCredential | AzureServicePrincipalCredential,
    reveal: Reveal,
) -> Mapping[str, Any]:
    certificate, key = credential.tls_client_cert_data, credential.tls_client_cert_key
    return {
        "tlsClientCertData": None if certificate is None else reveal(certificate),
        "tlsClientCertKey": None if key is None else reveal(key),
    }


def _tls(credential: TlsCredential, reveal: Reveal) -> Mapping[str, Any]:
    password = credential.password
    return {
        "tlsClientCertData": reveal(credential.certificate),
        "tlsClientCertKey": reveal(credential.key),
        "username": credential.username,
        "password": None if password is None else reveal(password),
    }


def _flag(value: bool) -> str | None:
    return "true" if value else None
