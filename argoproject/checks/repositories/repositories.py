"""Repositories, credentials, registries and the secrets that they need."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from argoproject.checks.repositories.credentials import (
    check_credential,
    check_options,
    check_type,
)
from argoproject.checks.repositories.registries import check_registries, check_workload_secrets
from argoproject.checks.secrets.platform import check_platform_secrets
from argoproject.layout import PROJECT_FILE
from argoproject.models.repositories import RepositoryType
from argoproject.problems import Problem, Severity
from argoproject.project.applications import used_urls
from argoproject.project.model import Project
from argoproject.project.repositories import (
    SelectedRepository,
    covered,
    login_of,
    selected,
)
from argoproject.upstream.urls import covers, normalise
from argoproject.yamlfile.reader import Path

__all__ = ["check"]


def check(project: Project) -> Iterator[Problem]:
    """All rules about repositories, credentials, registries and workload Secrets."""
    settings = project.settings
    if settings.repositories or settings.credentials:
        repositories = selected(project)
        yield from _check_repositories(project, repositories)
        yield from _check_templates(project)
        yield from _check_hosts(project, repositories)
    if settings.registries:
        yield from check_registries(project)
    yield from check_workload_secrets(project)
    if project.platform.secrets:
        yield from check_platform_secrets(project)


def _check_repositories(
    project: Project, repositories: tuple[SelectedRepository, ...]
) -> Iterator[Problem]:
    """Argo CD takes any of two Secrets with one URL, but keeps those to write apart from those to read.

    Source: argo-cd v3.5.7, util/db/repository_secrets.go `getRepositorySecret` and `getSecretType`.
    """
    used = {item.key for item in repositories if not item.derived}
    read = {normalise(item.url) for item in repositories if not item.write}
    seen: dict[tuple[str, bool], str] = {}
    for key, repository in sorted(project.settings.repositories.items()):
        path: Path = ("repositories", key)
        url, kind = repository.url, repository.type
        yield from check_type(project, (*path, "url"), url, kind, enable_oci=repository.enable_oci)
        if repository.credentials is not None:
            place = (*path, "credentials")
            yield from check_credential(project, place, repository.credentials, url, kind)
        yield from check_options(project, path, repository)
        first = seen.setdefault((normalise(url), repository.write), key)
        if first != key:
            what = " and is to write too" if repository.write else ""
            message = (
                f"repositories.{first} has the same URL{what}: Argo CD would use either of them"
            )
            yield project.problem(
                path=(*path, "url"), code="repository-twice", message=message, remedy="keep one"
            )
        elif key not in used:
            yield from _check_unused(project, path, url)
        elif repository.write:
            yield from _check_write(project, path, kind, alone=normalise(url) not in read)


def _check_write(
    project: Project, path: Path, kind: RepositoryType, *, alone: bool
) -> Iterator[Problem]:
    """The hydrator pushes to Git only, and Argo CD reads what it pushed with another Secret.

    Source: argo-cd v3.5.7, controller/hydrator/hydrator.go `hydrate`, util/db/repository.go `GetRepository`.
    """
    place = (*path, "write")
    if kind != "git":
        message = f"the source hydrator writes to Git, the repository is of type {kind}"
        yield project.problem(
            path=place, code="write-type", message=message, remedy="remove `write`"
        )
    elif alone:
        message = "Argo CD does not read with a Secret to write, and there is none to read this URL"
        remedy = (
            "add a repository of this URL without `write`, or let a credential's urlPrefix cover it; "
            "a repository that all may read needs none"
        )
        problem = project.problem(path=place, code="write-alone", message=message, remedy=remedy)
        yield replace(problem, severity=Severity.WARNING)


def _check_unused(project: Project, path: Path, url: str) -> Iterator[Problem]:
    """A repository of project.yaml that no source uses. Those of other files are for other environments too."""
    layer = project.layers.origin((*path, "url"))[0]
    if layer is not None and layer.document.file.endswith(f"/{PROJECT_FILE}"):
        message = "no source uses the repository: it gets no Secret"
        remedy = "remove it, or correct the URL so that it is the source's"
        if any(normalise(used) == normalise(url) for _, used in used_urls(project)):
            message = (
                "only `base` uses the repository: it gets no Secret, as `base` stands in a project of the platform, "
                "which reads with credentials of its own"
            )
            remedy = "remove it"
        problem = project.problem(
            path=path, code="repository-unused", message=message, remedy=remedy
        )
        yield replace(problem, severity=Severity.WARNING)


def _check_templates(project: Project) -> Iterator[Problem]:
    used = {normalise(url): url for _, url in used_urls(project)}.values()
    seen: dict[str, str] = {}
    for key, template in sorted(project.settings.credentials.items()):
        path: Path = ("credentials", key)
        prefix, kind = template.url_prefix, template.repository_type
        place = (*path, "urlPrefix")
        yield from check_type(project, place, prefix, kind, enable_oci=template.enable_oci)
        yield from check_credential(project, path, template, prefix, kind)
        yield from check_options(project, path, template)
        if not prefix.endswith("/") and _is_folder(prefix, used):
            message = (
                "the prefix of several repositories ends in `/`: without, it names a single one"
            )
            yield project.problem(
                path=place, code="url-prefix", message=message, remedy=f"write {prefix}/"
            )
        first = seen.setdefault(normalise(prefix), key)
        if first != key:
            message = f"credentials.{first} has the same prefix: none of the two is the nearer one"
            yield project.problem(
                path=place, code="credential-twice", message=message, remedy="keep one"
            )


def _is_folder(prefix: str, used: Collection[str]) -> bool:
    """Whether a prefix without `/` is a host, or a folder of repositories that are used."""
    bare = prefix.rpartition("://")[2]
    if "/" not in bare and ":" not in bare.partition("@")[2]:
        return True
    below = any(covers(prefix, url) for url in used)
    return below and not any(covered(prefix, url) for url in used)


def _check_hosts(
    project: Project, repositories: tuple[SelectedRepository, ...]
) -> Iterator[Problem]:
    """Two logins for one OCI registry: for the dependencies of one chart Helm keeps one login per registry, the last.

    A registry is a host with its port: `helm registry login` is told both, and keeps both as the name of the login.
    Source: argo-cd v3.5.7, util/helm/helm.go `DependencyBuild` and util/helm/cmd.go `getHelmRegistry`.
    """
    first: dict[str, SelectedRepository] = {}
    for item in repositories:
        if item.credential is None or not (item.enable_oci or item.type == "oci"):
            continue
        host = _registry(item.url)
        other = first.setdefault(host, item)
        if other is not item and login_of(project, other) != login_of(project, item):
            message = (
                f"{_shown(other)} has another login for {host}: Helm keeps one login for each registry, "
                "so that the last one would be used for both"
            )
            remedy = "use one account that may read both"
            yield project.problem(
                path=item.credential_path,
                code="registry-host-twice",
                message=message,
                remedy=remedy,
            )


def _registry(url: str) -> str:
    """Host and port."""
    return normalise(url).removeprefix("oci://").partition("/")[0]


def _shown(item: SelectedRepository) -> str:
    return f"{item.path[0]}.{item.path[1]}"
