"""One repository or credential by itself: does its URL fit its type, its login and its options?

What Argo CD leaves out in silence is refused here: argo-cd v3.5.7, pkg/apis/application/v1alpha1/repository_types.go
`GetGitCreds`, `GetHelmCreds` and `GetOCICreds`. tests/gotools/test_argocd.py asks that code.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from typing import Literal

from argoproject.models import Credential, CredentialTemplate, Repository
from argoproject.models.repositories import (
    AzureServicePrincipalCredential,
    BearerCredential,
    GitHubAppCredential,
    RepositoryType,
    TlsCredential,
)
from argoproject.problems import Problem
from argoproject.project.model import Project
from argoproject.project.repositories import endpoint_of
from argoproject.yamlfile.reader import Path

__all__ = [
    "check_credential",
    "check_options",
    "check_type",
    "scheme_of",
]

Scheme = Literal["https", "http", "ssh", "oci", "git", ""]

_LOGINS: dict[str, tuple[Scheme, ...]] = {
    "https": ("https", "http", "oci", ""),
    "bearer": ("https",),
    "githubApp": ("https",),
    "ssh": ("ssh",),
    "tls": ("https", "oci", ""),
    "googleServiceAccount": ("https",),
    "azureWorkloadIdentity": ("https", ""),
    "azureServicePrincipal": ("https",),
}
"""The schemes over which a kind of credential is sent; the empty one is an OCI registry's `host/path`."""

_GIT_LOGINS = ("bearer", "githubApp", "ssh", "googleServiceAccount", "azureServicePrincipal")
"""Kinds of credential that Argo CD sends to Git servers only."""

_GIT_OPTIONS = {
    "force_http_basic_auth": "forceHttpBasicAuth",
    "enable_lfs": "enableLfs",
    "depth": "depth",
    "webhook_manifest_cache_warm_disabled": "webhookManifestCacheWarmDisabled",
}
"""Options that Argo CD looks at for Git only."""

_HOST = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*"
_PROXY = re.compile(
    rf"(?P<scheme>https?|socks5h?)://(?:{_HOST}|\[(?P<ipv6>[0-9A-Fa-f:.]+)\]):(?P<port>[0-9]{{1,5}})"
)
"""Strict on purpose: Argo CD puts the text into a command line (CVE-2026-55797). The port is needed: it refuses a proxy
without (argo-cd v3.5.7, util/git/creds.go `validateProxyURLWithSchemes`), and for SSH goes without a proxy then."""

_WITHOUT_PROXY = re.compile(
    rf"(?:(?:\*?\.)?{_HOST}|\[(?P<ipv6>[0-9A-Fa-f:.]+)\])(?::(?P<port>[0-9]{{1,5}}))?"
)
"""One entry of `noProxy`; addresses and CIDRs are parsed."""

_SPELLED: dict[Scheme, str] = {"": "host/path"}


def scheme_of(url: str) -> Scheme:
    """The scheme of a URL; `git@host:path` is SSH, and an OCI registry's `host/path` has none."""
    for scheme in ("https", "http", "ssh", "oci", "git"):
        if url.lower().startswith(f"{scheme}://"):
            return scheme
    return "ssh" if "@" in url.split("/", 1)[0] else ""


def check_type(
    project: Project, path: Path, url: str, kind: RepositoryType, *, enable_oci: bool
) -> Iterator[Problem]:
    """Whether the URL at `path` fits the type of its repository."""
    scheme = scheme_of(url)
    if scheme == "git":
        message = "git:// is not encrypted"
        yield project.problem(
            path=path, code="repository-scheme", message=message, remedy="write https:// or ssh://"
        )
    elif enable_oci:
        yield from _check_helm_oci(project, path, scheme, kind)
    elif kind == "oci" and scheme != "oci":
        message = "a repository of type oci needs a URL that begins with oci://"
        yield project.problem(
            path=path, code="repository-scheme", message=message, remedy="put oci:// before it"
        )
    elif kind == "helm" and scheme not in ("https", "http"):
        message = "a Helm repository is served over https"
        remedy = "write https://…, or `enableOCI: true` and host/path for charts in an OCI registry"
        yield project.problem(path=path, code="repository-scheme", message=message, remedy=remedy)
    elif kind == "git" and scheme in ("oci", ""):
        message = f"a Git repository has no URL like {_SPELLED.get(scheme, 'oci://…')}"
        remedy = "write https://… or ssh://…, or set the type: helm with `enableOCI: true`, or oci"
        yield project.problem(path=path, code="repository-scheme", message=message, remedy=remedy)


def _check_helm_oci(
    project: Project, path: Path, scheme: Scheme, kind: RepositoryType
) -> Iterator[Problem]:
    path = (*path[:-1], "enableOCI")
    if kind != "helm":
        message = f"`enableOCI` is for Helm charts, the repository is of type {kind}"
        yield project.problem(
            path=path,
            code="enable-oci",
            message=message,
            remedy="set the type to helm, or remove it",
        )
    elif scheme:
        message = "with `enableOCI` the URL has no scheme"
        yield project.problem(
            path=path, code="enable-oci", message=message, remedy="write host/path"
        )


def check_credential(
    project: Project,
    path: Path,
    credential: Credential | CredentialTemplate,
    url: str,
    kind: RepositoryType,
) -> Iterator[Problem]:
    """Whether the credential at `path` can be sent to the URL."""
    scheme, login = scheme_of(url), credential.type
    place = (*path, "type")
    if scheme != "git" and scheme not in _LOGINS[login]:
        wanted = " or ".join(_SPELLED.get(item, f"{item}://") for item in _LOGINS[login])
        message = f"a credential of type {login} is for {wanted}, the URL is {_SPELLED.get(scheme, f'{scheme}://')}"
        remedy = "write the URL of that kind, or another type of credential"
        yield project.problem(path=place, code="credential-scheme", message=message, remedy=remedy)
    elif kind != "git" and login in _GIT_LOGINS:
        message = f"a credential of type {login} is for Git, the repository is of type {kind}"
        remedy = "use `type: https` with username and password"
        yield project.problem(path=place, code="credential-type", message=message, remedy=remedy)
    elif isinstance(credential, TlsCredential) and kind == "git" and credential.password is None:
        message = "Argo CD sends a client certificate to a Git server only beside a password"
        remedy = "add `username` and `password`, or use another type of credential"
        yield project.problem(path=place, code="certificate-alone", message=message, remedy=remedy)
    yield from _check_certificate(project, path, credential)
    yield from _check_endpoint(project, path, credential)


def _check_certificate(
    project: Project, path: Path, credential: Credential | CredentialTemplate
) -> Iterator[Problem]:
    """A client certificate beside another login: with its key, or not at all."""
    if isinstance(
        credential, BearerCredential | GitHubAppCredential | AzureServicePrincipalCredential
    ):
        certificate, key = credential.tls_client_cert_data, credential.tls_client_cert_key
        if (certificate is None) != (key is None):
            has, lacks = "tlsClientCertData", "tlsClientCertKey"
            if certificate is None:
                has, lacks = lacks, has
            message = f"`{has}` stands here without `{lacks}`"
            remedy = f"add `{lacks}`, or remove it"
            yield project.problem(
                path=(*path, has), code="certificate-half", message=message, remedy=remedy
            )


def _check_endpoint(
    project: Project, path: Path, credential: Credential | CredentialTemplate
) -> Iterator[Problem]:
    found = endpoint_of(credential)
    if found is not None and not found[1].startswith("https://"):
        message = "the credential would be sent without encryption"
        yield project.problem(
            path=(*path, found[0]), code="endpoint", message=message, remedy="write https://…"
        )


def check_options(
    project: Project, path: Path, options: Repository | CredentialTemplate
) -> Iterator[Problem]:
    """What the options of the repository or credential at `path` need: its type, the platform, a form."""
    if isinstance(options, Repository):
        url_key, url, kind = "url", options.url, options.type
    else:
        url_key, url, kind = "urlPrefix", options.url_prefix, options.repository_type
    yield from _check_proxy(project, path, options, scheme_of(url))
    yield from _check_applicable(project, path, options, kind)
    yield from _check_encryption(project, path, options, (url_key, url))


def _check_proxy(
    project: Project, path: Path, options: Repository | CredentialTemplate, scheme: Scheme
) -> Iterator[Problem]:
    place = (*path, "proxy")
    match = None if options.proxy is None else _PROXY.fullmatch(options.proxy)
    if options.proxy is not None and "@" in options.proxy:
        message = "user and password of a proxy would stand here in clear"
        remedy = "use a proxy that needs none, or one that the platform sets for Argo CD itself"
        yield project.problem(path=place, code="proxy", message=message, remedy=remedy)
    elif options.proxy is not None and (match is None or not _is_address(match)):
        message = "this is not the URL of a proxy"
        remedy = "write scheme://host:port, without user, path or anything else"
        yield project.problem(path=place, code="proxy", message=message, remedy=remedy)
    elif match is not None and scheme == "ssh" and not match["scheme"].startswith("socks5"):
        message = "Argo CD goes to SSH servers through SOCKS5 only, and around any other proxy"
        yield project.problem(
            path=place, code="proxy", message=message, remedy="write socks5://host:port"
        )
    for entry in () if options.no_proxy is None else options.no_proxy.split(","):
        if not _is_without_proxy(entry):
            message = f"{entry!r} is nothing that could be reached without the proxy"
            remedy = (
                "join by commas, without blanks: host, .domain or *.domain, address, CIDR; "
                "a host may have a port"
            )
            yield project.problem(
                path=(*path, "noProxy"), code="no-proxy", message=message, remedy=remedy
            )


def _is_without_proxy(entry: str) -> bool:
    match = _WITHOUT_PROXY.fullmatch(entry)
    return _is_network(entry) if match is None else _is_address(match)


def _is_address(match: re.Match[str]) -> bool:
    """Whether port and IPv6 address of a match, where it has them, are ones."""
    port, ipv6 = match["port"], match["ipv6"]
    return (port is None or 1 <= int(port) <= 65535) and (ipv6 is None or _is_network(ipv6))


def _is_network(text: str) -> bool:
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        return False
    return "%" not in text


def _check_applicable(
    project: Project,
    path: Path,
    options: Repository | CredentialTemplate,
    kind: RepositoryType,
) -> Iterator[Problem]:
    """Options that do nothing for the type of the repository."""
    for name, field in _GIT_OPTIONS.items() if kind != "git" else ():
        if getattr(options, name):
            message = f"`{field}` is for Git, the repository is of type {kind}"
            yield project.problem(
                path=(*path, field), code="repository-option", message=message, remedy="remove it"
            )
    if options.insecure_oci_force_http and kind != "oci" and not options.enable_oci:
        place = (*path, "insecureOCIForceHttp")
        message = "`insecureOCIForceHttp` is for OCI registries"
        yield project.problem(
            path=place, code="repository-option", message=message, remedy="remove it"
        )
    if options.depth is not None and options.depth < 1:
        message = f"{options.depth} is no number of commits"
        remedy = "write 1 or more, or remove it to fetch all"
        yield project.problem(path=(*path, "depth"), code="depth", message=message, remedy=remedy)


def _check_encryption(
    project: Project,
    path: Path,
    options: Repository | CredentialTemplate,
    at: tuple[str, str],
) -> Iterator[Problem]:
    """Whether what goes over the line is encrypted, and the server the right one. `at` is the URL's field, and it."""
    url_key, url = at
    if options.insecure_oci_force_http:
        keys = ("insecureOCIForceHttp", url_key)
        if (foreign := _not_by_platform(project, path, keys)) is not None:
            message = "only the platform team switches the encryption to a registry off"
            remedy = (
                "remove `insecureOCIForceHttp`, or ask the platform team to put the repository "
                "into the profile"
            )
            yield project.problem(
                path=(*path, foreign), code="insecure", message=message, remedy=remedy
            )
    foreign = _not_by_platform(project, path, ("insecure", url_key)) if options.insecure else None
    if foreign is not None:
        message = "only the platform team switches the check of certificates and host keys off"
        remedy = (
            "remove `insecure`, or ask the platform team to put the repository into the profile"
        )
        yield project.problem(
            path=(*path, foreign), code="insecure", message=message, remedy=remedy
        )
    elif scheme_of(url) == "http" and not options.insecure:
        message = "http:// is not encrypted: credentials and manifests could be read and changed"
        remedy = "write https://; where there is none, the platform team adds it to the profile with `insecure: true`"
        yield project.problem(
            path=(*path, url_key), code="repository-http", message=message, remedy=remedy
        )


def _not_by_platform(project: Project, path: Path, keys: tuple[str, ...]) -> str | None:
    """The first of `keys` that does not come from the profile, the first layer.

    A project without layers was built in Python by the platform's own program.
    """
    layers = project.layers
    permitted = (None, *layers.items[:1])
    return next((key for key in keys if layers.origin((*path, key))[0] not in permitted), None)
