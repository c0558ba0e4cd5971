"""One repository or credential by itself: does its URL fit its type, its login and its options?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from argoproject.errors import Problem
from argoproject.models import Credential, CredentialTemplate, Repository
from argoproject.models.credentials import RepositoryType
from argoproject.project import Project
from argoproject.yamlfile import Path

__all__ = ["check_credential", "check_options", "check_type", "scheme_of"]

Scheme = Literal["https", "http", "ssh", "oci", "git", ""]

_LOGINS: dict[str, tuple[Scheme, ...]] = {
    "https": ("https", "http", "oci", ""),
    "bearer": ("https",),
    "githubApp": ("https",),
    "ssh": ("ssh",),
    "tls": ("https", "oci", ""),
    "googleServiceAccount": ("https",),
    "azureWorkloadIdentity": ("https", "oci", ""),
}
"""The schemes over which a kind of credential is sent; the empty one is an OCI registry's `host/path`."""

_GIT_LOGINS = ("bearer", "githubApp", "ssh")
"""Kinds of credential that only Git servers take."""

_PROXY = re.compile(r"(?:https?|socks5h?)://[A-Za-z0-9.-]+(?::[0-9]{1,5})?")
"""Strict on purpose: Argo CD puts the text into a command line (CVE-2026-55797)."""

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
        yield project.problem(path, "repository-scheme", message, "write https:// or ssh://")
    elif enable_oci:
        yield from _check_helm_oci(project, path, scheme, kind)
    elif kind == "oci" and scheme != "oci":
        message = "a repository of type oci needs a URL that begins with oci://"
        yield project.problem(path, "repository-scheme", message, "put oci:// before it")
    elif kind == "helm" and scheme not in ("https", "http"):
        message = "a Helm repository is served over https"
        remedy = "write https://…, or `enableOCI: true` and host/path for charts in an OCI registry"
        yield project.problem(path, "repository-scheme", message, remedy)
    elif kind == "git" and scheme in ("oci", ""):
        message = f"a Git repository has no URL like {_SPELLED.get(scheme, 'oci://…')}"
        remedy = "write https://… or ssh://…, or set the type: helm with `enableOCI: true`, or oci"
        yield project.problem(path, "repository-scheme", message, remedy)


def _check_helm_oci(
    project: Project, path: Path, scheme: Scheme, kind: RepositoryType
) -> Iterator[Problem]:
    path = (*path[:-1], "enableOCI")
    if kind != "helm":
        message = f"`enableOCI` is for Helm charts, the repository is of type {kind}"
        yield project.problem(path, "enable-oci", message, "set the type to helm, or remove it")
    elif scheme:
        message = "with `enableOCI` the URL has no scheme"
        yield project.problem(path, "enable-oci", message, "write host/path")


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
        yield project.problem(place, "credential-scheme", message, remedy)
    elif kind != "git" and login in _GIT_LOGINS:
        message = f"a credential of type {login} is for Git, the repository is of type {kind}"
        remedy = "use `type: https` with username and password"
        yield project.problem(place, "credential-type", message, remedy)


def check_options(
    project: Project, path: Path, url_key: str, options: Repository | CredentialTemplate, url: str
) -> Iterator[Problem]:
    """Proxy and encryption. `url_key` is where the URL stands below `path`."""
    if options.proxy is not None and not _PROXY.fullmatch(options.proxy):
        message = "this is not the URL of a proxy"
        remedy = "write scheme://host:port, without user, path or anything else"
        yield project.problem((*path, "proxy"), "proxy", message, remedy)
    foreign = _not_by_platform(project, path, ("insecure", url_key)) if options.insecure else None
    if foreign is not None:
        message = "only the platform team switches the check of certificates and host keys off"
        remedy = (
            "remove `insecure`, or ask the platform team to put the repository into the profile"
        )
        yield project.problem((*path, foreign), "insecure", message, remedy)
    elif scheme_of(url) == "http" and not options.insecure:
        message = "http:// is not encrypted: credentials and manifests could be read and changed"
        remedy = "write https://; where there is none, the platform team adds it to the profile with `insecure: true`"
        yield project.problem((*path, url_key), "repository-http", message, remedy)


def _not_by_platform(project: Project, path: Path, keys: tuple[str, ...]) -> str | None:
    """The first of `keys` that does not come from the profile, the first layer.

    A project without layers was built in Python by the platform's own program.
    """
    layers = project.layers
    permitted = (None, *layers.items[:1])
    return next((key for key in keys if layers.origin((*path, key))[0] not in permitted), None)
