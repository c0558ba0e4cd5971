"""Which repository Secrets an environment gets, and where it uses secrets: shared by the checks and the plan.

A repository that a file names appears where a source uses its URL. A URL that a source uses and no repository names
gets a Secret from the credential whose prefix covers it, the longest prefix first. A repository without credentials
of its own takes those of such a credential: Argo CD would do the same with its own templates. An `allow` of the kind
source counts as a source: charts that a chart depends on are read with Secrets as well.

One URL may have two Secrets, one to read and one to write. Argo CD keeps them apart (argo-cd v3.5.7, util/db/db.go
`GetRepository` and `GetWriteRepository`): the hydrator pushes with the one, everything else reads with the other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from argoproject.identity import PLATFORM, derived_repository_key
from argoproject.layout import SETTINGS_FILES
from argoproject.models import (
    AllowanceKind,
    Credential,
    CredentialTemplate,
    Repository,
    SecretSource,
)
from argoproject.models.base import Model, key_of
from argoproject.models.credentials import RepositoryOptions, RepositoryType, data_keys
from argoproject.project.applications import used_urls
from argoproject.project.generators import readings
from argoproject.project.model import Project, once
from argoproject.secrets.file import SecretKey
from argoproject.upstream.urls import covers, is_plain_url, normalise
from argoproject.yamlfile.reader import DataPath

__all__ = [
    "SecretUse",
    "SelectedRepository",
    "covered",
    "credential_for",
    "endpoint_of",
    "login_of",
    "named_in",
    "newest_parts",
    "place_for",
    "secret_refs",
    "secret_uses",
    "selected",
    "token_secrets",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectedRepository:
    """One repository Secret to create. Its name is `<project>-<key>`.

    Attributes:
        path: place in the settings of the repository, or of the credential from which the Secret is derived.
        credential_path: place of the credential: below `path`, or that of the one which a repository without its own
            takes.
        derived: whether it comes from a credential's prefix, and no repository names the URL.
        until: last day, if only an `allow` that ends needs it.
    """

    key: str
    path: DataPath
    url: str
    type: RepositoryType
    enable_oci: bool = False
    credential: Credential | None = None
    credential_path: DataPath = ()
    options: RepositoryOptions = field(default_factory=RepositoryOptions)
    write: bool = False
    derived: bool = False
    until: dt.date | None = None


@once
def selected(project: Project) -> tuple[SelectedRepository, ...]:
    """The repository Secrets of an environment, sorted by key. A `base` is the platform's: it reads with its own."""
    settings = project.settings
    if not settings.repositories and not settings.credentials:
        return ()
    used = _used(project)
    found = [
        _named(key, repository, settings.credentials, used[normalise(repository.url)][1])
        for key, repository in settings.repositories.items()
        if normalise(repository.url) in used
    ]
    named = {normalise(item.url) for item in found if not item.write}
    for normalised, (url, until) in used.items():
        key = None if normalised in named else credential_for(settings.credentials, url)
        if key is not None:
            found.append(_derived(key, settings.credentials[key], url, until))
    return tuple(sorted(found, key=lambda item: item.key))


def _used(project: Project) -> Mapping[str, tuple[str, dt.date | None]]:
    """What the project reads: what its sources name, and what an `allow` names.

    Returns:
        By the normalised URL: the URL, and until when it is read; None where a source names it.
    """
    # reversed: of equal URLs, the spelling of the first one stays.
    sources = reversed(used_urls(project))
    used: dict[str, tuple[str, dt.date | None]] = {
        normalise(url): (url, None) for path, url in sources if path[0] != "base"
    }
    for item in project.settings.allow:
        if item.kind is AllowanceKind.SOURCE and is_plain_url(item.value):
            until = item.until
            url, before = used.setdefault(normalise(item.value), (item.value, until))
            if before is not None and (until is None or until > before):
                used[normalise(item.value)] = (url, until)
    return used


def credential_for(credentials: Mapping[str, CredentialTemplate], url: str) -> str | None:
    """The key of the credential for a URL, or None.

    One that names exactly this repository comes first, then the one with the longest prefix; of equals the first key in
    the order of the alphabet, so that the answer does not depend on the order of the file.
    """
    matching = [
        (template.url_prefix.endswith("/"), -len(normalise(template.url_prefix)), key)
        for key, template in credentials.items()
        if covered(template.url_prefix, url)
    ]
    return min(matching)[2] if matching else None


def covered(prefix: str, url: str) -> bool:
    """Whether a credential is for a URL. A prefix without `/` at its end names one repository.

    Example:
        `https://git.example.org/blue/` covers `https://git.example.org/blue/shop.git`, and
        `https://git.example.org/blue` only itself: not `https://git.example.org/blue-secret`.
    """
    if prefix.endswith("/"):
        return covers(prefix, url)
    return normalise(prefix) == normalise(url)


def _named(
    key: str,
    repository: Repository,
    credentials: Mapping[str, CredentialTemplate],
    until: dt.date | None,
) -> SelectedRepository:
    path: DataPath = ("repositories", key)
    other = credential_for(credentials, repository.url) if repository.credentials is None else None
    template = None if other is None else credentials[other]
    return SelectedRepository(
        key=key,
        path=path,
        url=repository.url,
        type=repository.type,
        enable_oci=repository.enable_oci,
        credential=repository.credentials or template,
        credential_path=(*path, "credentials") if other is None else ("credentials", other),
        options=_options(repository, template),
        write=repository.write,
        until=until,
    )


def _derived(
    key: str, template: CredentialTemplate, url: str, until: dt.date | None
) -> SelectedRepository:
    return SelectedRepository(
        key=derived_repository_key(key, normalise(url)),
        path=("credentials", key),
        url=url,
        type=template.repository_type,
        enable_oci=template.enable_oci,
        credential=template,
        credential_path=("credentials", key),
        options=_options(template, None),
        derived=True,
        until=until,
    )


def _options(own: RepositoryOptions, template: RepositoryOptions | None) -> RepositoryOptions:
    """The options that the repository sets, else those that come with the credential it takes."""
    given = own.model_fields_set
    names = data_keys(RepositoryOptions)
    if template is None or not template.model_fields_set.difference(given).intersection(names):
        return own
    return RepositoryOptions.model_construct(
        **{name: getattr(own if name in given else template, name) for name in names}
    )


def endpoint_of(credential: Credential) -> tuple[str, str] | None:
    """The server at which a credential logs in, where it is another than the repository's.

    Returns:
        The field that names the server, as YAML spells it, and its URL. None: Argo CD logs in at the repository.
    """
    for name, key in credential.keys().items():
        url: str | None = getattr(credential, name) if key.role == "login" else None
        if url is not None:
            return key_of(type(credential), name), url
    return None


def newest_parts(item: SelectedRepository, minor: int) -> Iterator[tuple[str, int]]:
    """What Argo CD 3.`minor` does not know of a repository's Secret, and would leave out without a message.

    Returns:
        Options and the kind of credential as files spell them, each with the minor version that knows it.
    """
    for name, key in data_keys(RepositoryOptions).items():
        if key.since > minor and getattr(item.options, name):
            yield key_of(RepositoryOptions, name), key.since
    if item.credential is not None and item.credential.kind.since > minor:
        yield item.credential.type, item.credential.kind.since


def named_in(model: Model, path: DataPath) -> Iterator[tuple[DataPath, str]]:
    """The secrets that a model names, with their places below `path`."""
    for name in type(model).model_fields:
        value = getattr(model, name)
        if isinstance(value, SecretSource):
            yield (*path, key_of(type(model), name)), value.secret


def login_of(project: Project, item: SelectedRepository) -> tuple[str, ...]:
    """What makes two credentials the same login: kind, user name or "", and secrets. Empty without a credential."""
    credential = item.credential
    if credential is None:
        return ()
    secrets = sorted(
        f"{path[-1]}={project.secret_key(name)}" for path, name in named_in(credential, ())
    )
    return credential.type, getattr(credential, "username", None) or "", *secrets


class SecretUse(NamedTuple):
    """One use of a secret: the place that names it, and one target that receives its value."""

    path: DataPath
    """Place of the name in the settings, for example `registries.harbor.password`."""

    name: str
    """Name of the secret, as the settings write it."""

    target: str | None
    """URL or registry that receives the value; None where only the namespace does."""

    in_namespace: bool = False
    """Whether workloads of the namespace can read the value, whatever its target is."""


def secret_uses(project: Project) -> Iterator[SecretUse]:
    """Gives every use of a secret by an environment, once for each target.

    A GitHub App's key is used twice: Argo CD logs in at the GitHub Enterprise server and then reads the repository.
    """
    settings = project.settings
    for repository in selected(project):
        if repository.credential is not None:
            endpoint = endpoint_of(repository.credential)
            targets = [repository.url, *([] if endpoint is None else endpoint[1:])]
            targets += _apis(project, repository.key)
            for path, secret in named_in(repository.credential, repository.credential_path):
                yield from (SecretUse(path, secret, target) for target in targets)
    for key, registry in settings.registries.items():
        for path, secret in named_in(registry, ("registries", key)):
            yield SecretUse(path, secret, registry.server, in_namespace=True)
    namespace = settings.namespace
    for name, data in (namespace.secrets if namespace is not None else {}).items():
        for key, source in data.items():
            yield SecretUse(("namespace", "secrets", name, key), source.secret, None)


def _apis(project: Project, key: str) -> list[str]:
    """The APIs that get a repository's token from generators."""
    return [
        item.provider.api_url
        for item in readings(project)
        if item.provider is not None and any(ref.repository == key for _, ref in item.tokens)
    ]


_TOKEN_KEYS = {"https": "password", "bearer": "bearerToken", "githubApp": ""}


def token_secrets(project: Project) -> Mapping[str, tuple[str, str]]:
    """The repository Secrets that hold a token for generators, by the repository's key: the name and the Secret's key,
    which is empty for a GitHub App."""
    return {
        item.key: (f"{project.names.project}-{item.key}", _TOKEN_KEYS[item.credential.type])
        for item in selected(project)
        if item.credential is not None and item.credential.type in _TOKEN_KEYS
    }


def secret_refs(project: Project) -> Iterator[tuple[DataPath, str]]:
    """Gives each place that names a secret and the name there, without the targets. Each place comes once."""
    yield from {use.path: use.name for use in secret_uses(project)}.items()


def place_for(project: Project, path: DataPath, name: str) -> SecretKey:
    """The key of a file for the value of `{secret: <name>}`, in the folder where it is best written.

    It is the folder of the file that names the secret, so that all environments that share the file share the value;
    but secrets of an environment's own workloads belong to that environment.

    Args:
        project: the environment that names the secret.
        path: the place that names it.
        name: the name there.
    """
    if project.secret_key(name).folder == PLATFORM:
        return SecretKey(PLATFORM, name)
    depths = {file: depth for depth, file in SETTINGS_FILES.items()}
    file = project.layers.position(path).file.rpartition("/")[2]
    own = path[:2] == ("namespace", "secrets")
    return SecretKey("/".join(project.identity.steps[: None if own else depths.get(file)]), name)
