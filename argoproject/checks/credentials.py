"""One repository or credential by itself: its URL, type, login and options must fit each other.

What Argo CD ignores silently is refused here: argo-cd v3.5.7, pkg/apis/application/v1alpha1/repository_types.go
`GetGitCreds`, `GetHelmCreds` and `GetOCICreds`. tests/gotools/test_argocd.py asks that code.
"""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache

from argoproject.models import Credential, CredentialTemplate, Repository
from argoproject.models.base import key_of
from argoproject.models.credentials import (
    ClientCertificate,
    RepositoryOptions,
    RepositoryType,
    Scheme,
    TlsCredential,
    data_keys,
)
from argoproject.problems import Mistake
from argoproject.project.model import Found, Project
from argoproject.project.repositories import endpoint_of
from argoproject.yamlfile.reader import DataPath

__all__ = ["check_credential", "check_options", "check_type"]

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

_NAMES: dict[RepositoryType, str] = {"git": "Git", "helm": "Helm", "oci": "OCI"}
_SCHEMES: tuple[Scheme, ...] = ("https", "http", "ssh", "oci", "git")


@lru_cache(maxsize=4096)
def scheme_of(url: str) -> Scheme:
    """The scheme of a URL; `git@host:path` is SSH, and an OCI registry's `host/path` has none."""
    for scheme in _SCHEMES:
        if url.lower().startswith(f"{scheme}://"):
            return scheme
    return "ssh" if "@" in url.split("/", 1)[0] else ""


def _shown(scheme: Scheme) -> str:
    return f"{scheme}://" if scheme else "host/path"


def check_type(path: DataPath, url: str, kind: RepositoryType, *, enable_oci: bool) -> Found:
    """Refuse a URL that does not fit the type of its repository.

    Args:
        path: place of the URL in the settings.
        url: the URL, or the prefix of a template.
        kind: type of the repository.
        enable_oci: whether it is a Helm repository in an OCI registry.
    """
    scheme = scheme_of(url)
    code, place, message, remedy = "repository-scheme", path, "", ""
    if scheme == "git":
        message, remedy = "git:// is not encrypted", "write https:// or ssh://"
    elif enable_oci:
        code, place = "enable-oci", (*path[:-1], "enableOCI")
        if kind != "helm":
            message = f"`enableOCI` is for Helm charts, the repository is of type {kind}"
            remedy = "set the type to helm, or remove it"
        elif scheme:
            message, remedy = "with `enableOCI` the URL has no scheme", "write host/path"
    elif kind == "oci" and scheme != "oci":
        message = "a repository of type oci needs a URL that begins with oci://"
        remedy = "put oci:// before it"
    elif kind == "helm" and scheme not in ("https", "http"):
        message = "a Helm repository is served over https"
        remedy = "write https://…, or `enableOCI: true` and host/path for charts in an OCI registry"
    elif kind == "git" and scheme in ("oci", ""):
        message = f"a Git repository has no URL like {'oci://…' if scheme else 'host/path'}"
        remedy = "write https://… or ssh://…, or set the type: helm with `enableOCI: true`, or oci"
    if message:
        yield place, Mistake(code=code, message=message, remedy=remedy)


def check_credential(
    path: DataPath, credential: Credential, url: str, kind: RepositoryType
) -> Found:
    """Refuse a credential that Argo CD does not send to the URL, or sends in clear.

    Args:
        path: place of the credential in the settings.
        credential: the credential; its kind declares schemes and types of repository.
        url: the URL, or the prefix of a template.
        kind: type of the repository.
    """
    scheme, login, declared = scheme_of(url), credential.type, credential.kind
    place = (*path, "type")
    if scheme != "git" and scheme not in declared.schemes:
        wanted = " or ".join(map(_shown, declared.schemes))
        message = f"a credential of type {login} is for {wanted}, the URL is {_shown(scheme)}"
        remedy = "write the URL of that kind, or another type of credential"
        yield place, Mistake(code="credential-scheme", message=message, remedy=remedy)
    elif kind not in declared.repositories:
        wanted = " and ".join(_NAMES[item] for item in declared.repositories)
        message = f"a credential of type {login} is for {wanted}, the repository is of type {kind}"
        remedy = "use `type: https` with username and password"
        yield place, Mistake(code="credential-type", message=message, remedy=remedy)
    elif isinstance(credential, TlsCredential) and kind == "git" and credential.password is None:
        message = "Argo CD sends a client certificate to a Git server only together with a password"
        remedy = "add `username` and `password`, or use another type of credential"
        yield place, Mistake(code="certificate-alone", message=message, remedy=remedy)
    if isinstance(credential, ClientCertificate):
        certificate, key = credential.tls_client_cert_data, credential.tls_client_cert_key
        if (certificate is None) != (key is None):
            has, lacks = "tlsClientCertData", "tlsClientCertKey"
            if certificate is None:
                has, lacks = lacks, has
            message = f"`{has}` needs `{lacks}`, which is missing"
            remedy = f"add `{lacks}`, or remove it"
            yield (*path, has), Mistake(code="certificate-half", message=message, remedy=remedy)
    endpoint = endpoint_of(credential)
    if endpoint is not None and not endpoint[1].startswith("https://"):
        message = "the credential would be sent without encryption"
        remedy = "write https://…"
        yield (*path, endpoint[0]), Mistake(code="endpoint", message=message, remedy=remedy)


def check_options(
    project: Project, path: DataPath, options: Repository | CredentialTemplate
) -> Found:
    """Refuse options that the repository or credential at `path` cannot have: its type ignores them, only the platform
    sets them, or their form is wrong."""
    if isinstance(options, Repository):
        url_key, url, kind = "url", options.url, options.type
    else:
        url_key, url, kind = "urlPrefix", options.url_prefix, options.repository_type
    yield from check_proxy(path, options, scheme_of(url))
    yield from check_applicable(path, options, kind)
    yield from check_encryption(project, path, options, (url_key, url))


def check_proxy(path: DataPath, options: RepositoryOptions, scheme: Scheme) -> Found:
    """Refuses proxies that Argo CD does not use as written, and entries of `noProxy` that match nothing.

    `scheme` is that of the repository: Git reaches SSH servers through SOCKS5 only.
    """
    place = (*path, "proxy")
    match = None if options.proxy is None else _PROXY.fullmatch(options.proxy)
    if options.proxy is not None and "@" in options.proxy:
        message = "user and password of a proxy would be written here in clear"
        remedy = "use a proxy that needs none, or one that the platform sets for Argo CD itself"
        yield place, Mistake(code="proxy", message=message, remedy=remedy)
    elif options.proxy is not None and (match is None or not _is_address(match)):
        message = "this is not the URL of a proxy"
        remedy = "write scheme://host:port, without user, path or anything else"
        yield place, Mistake(code="proxy", message=message, remedy=remedy)
    elif match is not None and scheme == "ssh" and not match["scheme"].startswith("socks5"):
        message = "Argo CD reaches SSH servers through SOCKS5 only, and ignores any other proxy"
        yield place, Mistake(code="proxy", message=message, remedy="write socks5://host:port")
    for entry in () if options.no_proxy is None else options.no_proxy.split(","):
        named = _WITHOUT_PROXY.fullmatch(entry)
        if not (_is_network(entry) if named is None else _is_address(named)):
            message = f"{entry!r} is not a host, domain, address or network"
            remedy = (
                "join by commas, without blanks: host, .domain or *.domain, address, CIDR; "
                "a host may have a port"
            )
            yield (*path, "noProxy"), Mistake(code="no-proxy", message=message, remedy=remedy)


def _is_address(match: re.Match[str]) -> bool:
    """Whether port and IPv6 address of a match, if it has them, are valid."""
    port, ipv6 = match["port"], match["ipv6"]
    return (port is None or 1 <= int(port) <= 65535) and (ipv6 is None or _is_network(ipv6))


def _is_network(text: str) -> bool:
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        return False
    return "%" not in text


def check_applicable(
    path: DataPath,
    options: Repository | CredentialTemplate,
    kind: RepositoryType,
) -> Found:
    """Refuses options that Argo CD ignores for the type of the repository, and a depth below 1."""
    for name, key in data_keys(RepositoryOptions).items():
        if key.git_only and kind != "git" and getattr(options, name):
            field = key_of(RepositoryOptions, name)
            message = f"`{field}` is for Git, the repository is of type {kind}"
            mistake = Mistake(code="repository-option", message=message, remedy="remove it")
            yield (*path, field), mistake
    if options.insecure_oci_force_http and kind != "oci" and not options.enable_oci:
        place = (*path, "insecureOCIForceHttp")
        message = "`insecureOCIForceHttp` is for OCI registries"
        yield place, Mistake(code="repository-option", message=message, remedy="remove it")
    if options.depth is not None and options.depth < 1:
        message = f"{options.depth} is not a number of commits"
        remedy = "write 1 or more, or remove it to fetch all"
        yield (*path, "depth"), Mistake(code="depth", message=message, remedy=remedy)


def check_encryption(
    project: Project, path: DataPath, options: RepositoryOptions, at: tuple[str, str]
) -> Found:
    """Refuses what switches encryption, or the check of the server's identity, off, unless the platform sets it.

    `at` is the key of the URL, and the URL.
    """
    url_key, url = at
    switched_off = (
        (options.insecure_oci_force_http, "insecureOCIForceHttp", "encryption to a registry"),
        (options.insecure, "insecure", "check of certificates and host keys"),
    )
    for is_set, key, what in switched_off:
        foreign = _not_by_platform(project, path, (key, url_key)) if is_set else None
        if foreign is not None:
            message = f"only the platform team switches the {what} off"
            remedy = (
                f"remove `{key}`, or ask the platform team to put the repository into the profile"
            )
            yield (*path, foreign), Mistake(code="insecure", message=message, remedy=remedy)
    if scheme_of(url) == "http" and not options.insecure:
        message = "http:// is not encrypted: credentials and manifests could be read and changed"
        remedy = "write https://; where there is none, the platform team adds it to the profile with `insecure: true`"
        yield (*path, url_key), Mistake(code="repository-http", message=message, remedy=remedy)


def _not_by_platform(project: Project, path: DataPath, keys: tuple[str, ...]) -> str | None:
    """The first of `keys` that does not come from the profile, the first layer.

    A project without layers was built in Python by the platform's own program.
    """
    layers = project.layers
    permitted = (None, *layers.items[:1])
    return next((key for key in keys if layers.origin((*path, key))[0] not in permitted), None)
