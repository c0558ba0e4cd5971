"""Repositories of several environments that Argo CD takes for one another.

What argo-cd v3.5.7 does where Secrets of two projects have one URL:

- It does not confuse them for an Application's own sources: util/db/repository_secrets.go `getRepositorySecret` takes
  the Secret of the project, and falls back only to one without a project. `helm registry login` writes into a folder
  of its own for each command (util/helm/cmd.go), and the client for `oci://` has its own login (util/oci/client.go).
- It does confuse them for the charts on which a chart depends. controller/state.go `GetRepoObjs` takes the Secrets of
  all projects, of types helm and oci, whose URL the project may read (util/argo/argo.go `GetPermittedRepos`, where the
  Secret's project is not asked for), and reposerver/repository/repository.go `getHelmRepos` finds the one for a
  dependency by its URL: of several any, since the Secrets come in no order. That is what is warned of here.
- What was fetched is kept by URL, without project or login: clones and heads of Git (`newClient`, reposerver/cache
  `gitRefsKey`), indexes and archives of charts (util/helm/client.go `getCachedChartPath`), tags and layers of OCI
  (util/oci/client.go `getCachedPath`). No login is confused by that, so it is no reason to warn: who may read a URL at
  all is for `sourceRepos`. But an environment whose login was withdrawn still gets what others have fetched.
- `argocd repo get` asks for `--project` then (server/repository/repository.go `getRepository`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from argoproject.problems import Problem, Severity
from argoproject.project.model import Project
from argoproject.project.repositories import SelectedRepository, login_of, selected

__all__ = ["check", "readings"]

_Reader = tuple[Project, SelectedRepository]

_NAMED = 3
"""How many environments a message names: a fleet may have hundreds."""


def check(projects: Iterable[Project]) -> Iterator[Problem]:
    """One warning for each registry or chart repository that environments read with different logins."""
    readers: dict[str, list[_Reader]] = defaultdict(list)
    for project in projects:
        for url, item in readings(project):
            readers[url].append((project, item))
    for group in readers.values():
        if len(group) > 1:
            yield from _check_logins(group)


def readings(project: Project) -> Iterator[tuple[str, SelectedRepository]]:
    """The registries and chart repositories that an environment reads with a Secret, by what Argo CD compares.

    As `getHelmRepos` does: the text of the URL, not its normalised form.
    """
    for item in selected(project):
        if item.type != "git" and not item.write:
            yield item.url.removeprefix("oci://"), item


def _check_logins(group: Sequence[_Reader]) -> Iterator[Problem]:
    """A warning at the first environment that has a login, if others have another one or none."""
    ordered = sorted(group, key=lambda reader: (reader[1].credential is None, reader[0].identity))
    project, item = ordered[0]
    login = login_of(project, item)
    others = [str(other.identity) for other, its in ordered if login_of(other, its) != login]
    if others:
        named = ", ".join(others[:_NAMED])
        rest = f" and {len(others) - _NAMED} more" if len(others) > _NAMED else ""
        verb = "reads" if len(others) == 1 else "read"
        message = (
            f"{named}{rest} {verb} {item.url} with another login: for a chart that depends on it Argo CD takes "
            "the login of any of these environments"
        )
        remedy = "use one login for all of them, unless no chart depends on it"
        problem = project.problem(
            path=item.path, code="shared-repository", message=message, remedy=remedy
        )
        yield replace(problem, severity=Severity.WARNING)
