"""Repositories and credentials of an environment together, and where several environments read one registry.

Rules about one repository or credential by itself are in `credentials`, those about pull Secrets in `secrets.uses`.

What Argo CD v3.5.7 does where Secrets of two projects have one URL:

- An Application's own sources are read with the Secret of its project. util/db/repository_secrets.go
  `getRepositorySecret` falls back only to a Secret without a project. `helm registry login` writes into a folder of its
  own for each command (util/helm/cmd.go), and the client for `oci://` has its own login (util/oci/client.go).
- Charts on which a chart depends may be read with the Secret of another project. controller/state.go `GetRepoObjs`
  takes the Secrets of all projects, of types helm and oci, whose URL the project may read (util/argo/argo.go
  `GetPermittedRepos` ignores the Secret's project), and reposerver/repository/repository.go `getHelmRepos` finds the
  one for a dependency by its URL: of several any, since the Secrets come in no order. `shared_logins` warns of that.
- Caches go by URL, without project or login: clones and heads of Git (`newClient`, reposerver/cache `gitRefsKey`),
  indexes and archives of charts (util/helm/client.go `getCachedChartPath`), tags and layers of OCI (util/oci/client.go
  `getCachedPath`). Logins are not mixed up by that, and `sourceRepos` decides who may read a URL at all. But an
  environment whose login was withdrawn still gets what others have fetched.
- `argocd repo get` asks for `--project` then (server/repository/repository.go `getRepository`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping

from argoproject.checks.credentials import check_credential, check_options, check_type
from argoproject.checks.secrets.uses import check_platform_secrets, registries, workload_secrets
from argoproject.layout import PROJECT_FILE
from argoproject.models import SignatureMode
from argoproject.problems import Caution, Mistake, Problem, listed
from argoproject.project.applications import used_urls
from argoproject.project.model import Found, Project, once
from argoproject.project.repositories import SelectedRepository, covered, login_of, selected
from argoproject.upstream.urls import covers, normalise
from argoproject.yamlfile.reader import DataPath

__all__ = ["check", "check_fleet"]


def signatures(project: Project) -> Found:
    """Refuse policies of `sourceIntegrity` that check nothing, or that let nothing through.

    Source: argo-cd v3.5.7, util/sourceintegrity/source_integrity.go (`lookupGit`, `repoMatches`).
    """
    integrity = project.settings.source_integrity
    if integrity is None:
        return
    path: DataPath = ("sourceIntegrity", "git", "policies")
    policies = integrity.git.policies
    if not policies:
        message = "no policy: no commit would be checked"
        yield path, Mistake("integrity-empty", message, "add one, or remove `sourceIntegrity`")
    seen: dict[str, int] = {}
    for index, policy in enumerate(policies):
        place = (*path, index)
        urls = [item.url for item in policy.repos]
        if not any(not url.startswith("!") for url in urls):
            message = "the policy names no repository: no commit would be checked"
            yield (*place, "repos"), Mistake("integrity-empty", message, "add `{url: …}`")
        if not policy.gpg.keys and policy.gpg.mode is not SignatureMode.NONE:
            message = "no key may sign: nothing could be deployed"
            mistake = Mistake("integrity-empty", message, "add the keys of who signs")
            yield (*place, "gpg", "keys"), mistake
        for at, url in enumerate(urls):
            if seen.setdefault(url, index) != index:
                message = f"{url} is in two policies: Argo CD would refuse every commit"
                yield (*place, "repos", at, "url"), Mistake("twice", message, "keep one")


def check(project: Project) -> Iterator[Problem]:
    """All rules about repositories, credentials, registries and Secrets of one environment."""
    settings = project.settings
    if settings.repositories or settings.credentials:
        rules = (repositories, duplicates, unused, writers, templates, registry_logins)
        yield from project.problems(*(rule(project) for rule in rules))
    if settings.registries:
        yield from project.problems(registries(project))
    yield from project.problems(workload_secrets(project), signatures(project))
    if project.platform.secrets:
        yield from project.problems(check_platform_secrets(project))


def repositories(project: Project) -> Found:
    """Refuses repositories whose URL, credential and options do not fit each other."""
    for key, repository in sorted(project.settings.repositories.items()):
        path: DataPath = ("repositories", key)
        url, kind = repository.url, repository.type
        yield from check_type((*path, "url"), url, kind, enable_oci=repository.enable_oci)
        if repository.credentials is not None:
            place = (*path, "credentials")
            yield from check_credential(place, repository.credentials, url, kind)
        yield from check_options(project, path, repository)


def duplicates(project: Project) -> Found:
    """Refuses two repositories of one URL: Argo CD takes any of two Secrets, but does not mix those that write with
    those that read.

    Source: argo-cd v3.5.7, util/db/repository_secrets.go `getRepositorySecret` and `getSecretType`.
    """
    for key, first in _twice(project).items():
        what = " and writes, too" if project.settings.repositories[key].write else ""
        message = f"repositories.{first} has the same URL{what}: Argo CD would use either of them"
        mistake = Mistake(code="repository-twice", message=message, remedy="keep one")
        yield ("repositories", key, "url"), mistake


@once
def _twice(project: Project) -> Mapping[str, str]:
    """Repositories that have the URL of an earlier one: their key and the other's."""
    seen: dict[tuple[str, bool], str] = {}
    return {
        key: first
        for key, item in sorted(project.settings.repositories.items())
        if (first := seen.setdefault((normalise(item.url), item.write), key)) != key
    }


def unused(project: Project) -> Found:
    """Warns of repositories of project.yaml that no source uses; those of other files may serve other environments."""
    used, twice = {item.key for item in selected(project) if not item.derived}, _twice(project)
    for key, repository in project.settings.repositories.items():
        if key in used or key in twice:
            continue
        path: DataPath = ("repositories", key)
        layer = project.layers.origin((*path, "url"))[0]
        if layer is None or not layer.document.file.endswith(f"/{PROJECT_FILE}"):
            continue
        message = "no source uses the repository: it gets no Secret"
        remedy = "remove it, or correct the URL so that it is the source's"
        if any(normalise(url) == normalise(repository.url) for _, url in used_urls(project)):
            message = (
                "only `base` uses the repository: it gets no Secret, as `base` is in a project of the platform, "
                "which reads with credentials of its own"
            )
            remedy = "remove it"
        yield path, Caution(code="repository-unused", message=message, remedy=remedy)


def writers(project: Project) -> Found:
    """Refuses `write` for other repositories than Git's, and warns of a URL that nothing reads.

    The source hydrator pushes to Git only, and Argo CD reads what it pushed with another Secret. Source: argo-cd
    v3.5.7, controller/hydrator/hydrator.go `hydrate`, util/db/repository.go `GetRepository`.
    """
    chosen, twice = selected(project), _twice(project)
    read = {normalise(item.url) for item in chosen if not item.write}
    for item in chosen:
        place = (*item.path, "write")
        if not item.write or item.key in twice:
            continue
        if item.type != "git":
            message = f"the source hydrator writes to Git, the repository is of type {item.type}"
            remedy = "remove `write`"
            yield place, Mistake(code="write-type", message=message, remedy=remedy)
        elif normalise(item.url) not in read:
            message = (
                "Argo CD does not read with a Secret to write, and there is none to read this URL"
            )
            remedy = (
                "add a repository of this URL without `write`, or let a credential's urlPrefix cover it; "
                "a repository that all may read needs none"
            )
            yield place, Caution(code="write-alone", message=message, remedy=remedy)


def templates(project: Project) -> Found:
    """Refuses credentials that do not fit their prefix, and prefixes that are no folder or have two credentials.

    A prefix without `/` at its end names one repository.
    """
    used = {normalise(url): url for _, url in used_urls(project)}.values()
    seen: dict[str, str] = {}
    for key, template in sorted(project.settings.credentials.items()):
        path: DataPath = ("credentials", key)
        prefix, kind = template.url_prefix, template.repository_type
        place = (*path, "urlPrefix")
        yield from check_type(place, prefix, kind, enable_oci=template.enable_oci)
        yield from check_credential(path, template, prefix, kind)
        yield from check_options(project, path, template)
        if not prefix.endswith("/") and _is_folder(prefix, used):
            message = (
                "the prefix of several repositories ends in `/`: without, it names a single one"
            )
            yield place, Mistake(code="url-prefix", message=message, remedy=f"write {prefix}/")
        first = seen.setdefault(normalise(prefix), key)
        if first != key:
            message = f"credentials.{first} has the same prefix: none of the two is the nearer one"
            yield place, Mistake(code="credential-twice", message=message, remedy="keep one")


def _is_folder(prefix: str, used: Collection[str]) -> bool:
    """Whether a prefix without `/` is a host, or a folder of repositories that are used."""
    bare = prefix.rpartition("://")[2]
    if "/" not in bare and ":" not in bare.partition("@")[2]:
        return True
    below = any(covers(prefix, url) for url in used)
    return below and not any(covered(prefix, url) for url in used)


def registry_logins(project: Project) -> Found:
    """Refuses two logins for one OCI registry: for the dependencies of a chart Helm keeps one login per registry, the
    last.

    `helm registry login` gets host and port, and keeps both as the name of the login. Source: argo-cd v3.5.7,
    util/helm/helm.go `DependencyBuild` and util/helm/cmd.go `getHelmRegistry`.
    """
    first: dict[str, SelectedRepository] = {}
    for item in selected(project):
        if item.credential is None or not (item.enable_oci or item.type == "oci"):
            continue
        registry = normalise(item.url).removeprefix("oci://").partition("/")[0]
        other = first.setdefault(registry, item)
        if other is not item and login_of(project, other) != login_of(project, item):
            message = (
                f"{other.path[0]}.{other.path[1]} has another login for {registry}: Helm keeps one login for each "
                "registry, so that the last one would be used for both"
            )
            remedy = "use one account that may read both"
            mistake = Mistake(code="registry-host-twice", message=message, remedy=remedy)
            yield item.credential_path, mistake


def check_fleet(projects: Iterable[Project]) -> Iterator[Problem]:
    """Warns of each registry or chart repository that environments read with different logins.

    The warning is at the first environment that has a login. Argo CD compares the text of the URLs, not their
    normalised form (`getHelmRepos`).
    """
    readers: dict[str, list[tuple[Project, SelectedRepository]]] = defaultdict(list)
    for project in projects:
        for item in selected(project):
            if item.type != "git" and not item.write:
                readers[item.url.removeprefix("oci://")].append((project, item))
    for group in readers.values():
        group.sort(key=lambda reader: (reader[1].credential is None, reader[0].identity))
        project, item = group[0]
        login = login_of(project, item)
        others = [str(other.identity) for other, its in group[1:] if login_of(other, its) != login]
        if not others:
            continue
        verb = "reads" if len(others) == 1 else "read"
        message = (
            f"{listed(others)} {verb} {item.url} with another login: for a chart that depends on it Argo CD takes "
            "the login of any of these environments"
        )
        remedy = "use one login for all of them, unless no chart depends on it"
        caution = Caution(code="shared-repository", message=message, remedy=remedy)
        yield project.placed(item.path, caution)
