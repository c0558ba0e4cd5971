"""Sources of Applications: what each needs, what excludes what, and which files it may name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import yaml

from argoproject.checks.applications.value_files import (
    Keyring,
    kustomize_words,
    relative_words,
    value_file_words,
)
from argoproject.checks.guardrails.bounds import Bounds
from argoproject.models import Source
from argoproject.models.applications import Helm
from argoproject.problems import Problem
from argoproject.project.applications import Deployed
from argoproject.project.model import Project
from argoproject.project.repositories import SelectedRepository, selected
from argoproject.upstream.urls import normalise
from argoproject.yamlfile.reader import Path

__all__ = ["check_source", "check_sources", "pass_credentials"]

Repositories = Mapping[str, SelectedRepository]
"""Repository Secrets by normalised URL."""


def check_sources(project: Project, items: Sequence[Deployed]) -> Iterator[Problem]:
    """All sources of all Applications."""
    repositories = {normalise(item.url): item for item in selected(project) if not item.write}
    for item in items:
        yield from _check_choice(project, item)
        refs: dict[str, str | None] = {}
        for at in item.sources:
            if at.source.ref in refs:
                message = f"a second source has `ref: {at.source.ref}`"
                yield project.problem(
                    path=(*at.path, "ref"),
                    code="ref-twice",
                    message=message,
                    remedy="rename one of them",
                )
            elif at.source.ref:
                refs[at.source.ref] = at.source.chart
        for at in item.sources:
            yield from check_source(project, at.path, at.source, refs)
            yield from _check_repository(project, at.path, at.source, repositories)


def check_source(
    project: Project, path: Path, source: Source, refs: Mapping[str, str | None]
) -> Iterator[Problem]:
    """One source, by itself. `refs` are the `ref` sources beside it."""
    yield from _check_place(project, path, source, multiple=isinstance(path[-1], int))
    if source.path is not None and (words := relative_words(source.path, "path")):
        yield project.problem(path=(*path, "path"), **words._asdict())
    yield from _check_tools(project, path, source)
    for place, file, what in _kustomize_files(source):
        if words := kustomize_words(file, what):
            yield project.problem(path=(*path, "kustomize", *place), **words._asdict())
    jsonnet = source.directory.jsonnet if source.directory else None
    for index, item in enumerate(jsonnet.libs if jsonnet else ()):
        if words := relative_words(item, "library"):
            yield project.problem(
                path=(*path, "directory", "jsonnet", "libs", index), **words._asdict()
            )
    if source.helm is not None:
        yield from _check_helm(project, (*path, "helm"), source.helm, refs)


def _kustomize_files(source: Source) -> Iterator[tuple[Path, str, str]]:
    """Components, and the files of patches: place, path, and what it is."""
    if source.kustomize is None:
        return
    for index, component in enumerate(source.kustomize.components):
        yield ("components", index), component, "component"
    for index, patch in enumerate(source.kustomize.patches):
        if isinstance(file := patch.get("path"), str):
            yield ("patches", index, "path"), file, "patch"


def _check_choice(project: Project, item: Deployed) -> Iterator[Problem]:
    application, path = item.application, item.path
    if application.source is not None and application.sources:
        message = "`source` and `sources` stand side by side"
        remedy = "keep one; `source: null` or `sources: null` removes what another file says"
        yield project.problem(
            path=(*path, "sources"), code="source-and-sources", message=message, remedy=remedy
        )
    elif not item.sources:
        remedy = "add `source: {repoURL: …, path: …}`, or `sources` where there are several"
        yield project.lack(
            path=path, code="no-source", message="the Application has no source", remedy=remedy
        )
    elif application.source is None and not any(
        at.source.path or at.source.chart for at in item.sources
    ):
        remedy = "add a source with `path` or `chart`"
        message = "no source deploys anything: all of them are only referred to"
        yield project.problem(
            path=(*path, "sources"), code="nothing-deployed", message=message, remedy=remedy
        )


def _check_place(
    project: Project, path: Path, source: Source, *, multiple: bool
) -> Iterator[Problem]:
    if source.chart is not None and (words := relative_words(source.chart, "chart")):
        yield project.problem(path=(*path, "chart"), **words._asdict())
    if source.path is not None and source.chart is not None:
        message = "`path` and `chart` stand side by side"
        remedy = "keep `path` for a folder in Git, or `chart` for a Helm chart"
        yield project.problem(
            path=(*path, "chart"), code="path-and-chart", message=message, remedy=remedy
        )
    elif source.path is None and source.chart is None and not (multiple and source.ref):
        message = "the source has neither `path` nor `chart`"
        remedy = (
            "add `path: .`"
            if source.repo_url.startswith("oci://")
            else "add `path` for a folder in Git, or `chart` for a Helm chart"
        )
        yield project.lack(path=path, code="source-incomplete", message=message, remedy=remedy)


def _check_repository(
    project: Project, path: Path, source: Source, repositories: Repositories
) -> Iterator[Problem]:
    if source.chart is not None and (remedy := _no_helm_repository(source.repo_url)):
        message = "a chart comes from a Helm repository or registry, which this URL is not"
        yield project.problem(
            path=(*path, "repoURL"), code="chart-repository", message=message, remedy=remedy
        )
        return
    repository = repositories.get(normalise(source.repo_url)) if repositories else None
    if repository is None:
        return
    wanted = _repository_type(source)
    if repository.type != wanted:
        field = "repositoryType" if repository.derived else "type"
        place = f"{repository.path[0]}.{repository.path[1]}"
        message = (
            f"the source needs a repository of type {wanted}, {place} is of type {repository.type}"
        )
        remedy = f"set `{field}: {wanted}` there"
        yield project.problem(
            path=(*path, "repoURL"), code="repository-type", message=message, remedy=remedy
        )


def _no_helm_repository(url: str) -> str:
    """What to do about a URL that serves no charts; empty where it may."""
    if url.startswith("oci://"):
        return "leave `oci://` out, or write `path: .` instead of `chart`"
    if url.startswith(("ssh://", "git://")) or "@" in url or url.endswith(".git"):
        return "write `path` instead of `chart`, or the URL of a chart repository"
    return ""


def _repository_type(source: Source) -> str:
    if source.chart is not None:
        return "helm"
    return "oci" if source.repo_url.startswith("oci://") else "git"


def _check_tools(project: Project, path: Path, source: Source) -> Iterator[Problem]:
    tools = [
        name
        for name in ("helm", "kustomize", "directory", "plugin")
        if getattr(source, name) is not None
    ]
    if len(tools) > 1:
        message = f"the source has options of {len(tools)} tools: {', '.join(tools)}"
        yield project.problem(
            path=(*path, tools[1]), code="several-tools", message=message, remedy="keep one of them"
        )
    elif source.chart is not None and tools and tools[0] in ("kustomize", "directory"):
        message = f"a chart is rendered by Helm, not by {tools[0]}"
        remedy = f"remove `{tools[0]}`, or write `path` instead of `chart`"
        yield project.problem(
            path=(*path, tools[0]), code="chart-tool", message=message, remedy=remedy
        )


def _broken_line(text: str) -> int | None:
    """The line of a YAML text that cannot be read. Only composed, as aliases could stand for millions of values."""
    try:
        yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        return mark.line + 1 if mark is not None else 1
    return None


def _check_helm(
    project: Project, path: Path, helm: Helm, refs: Mapping[str, str | None]
) -> Iterator[Problem]:
    place: Path = (*path, "passCredentials")
    if helm.pass_credentials and Bounds(project).by_tenant(place):
        yield pass_credentials(project, place)
    if helm.values and (line := _broken_line(helm.values)):
        message = f"the text is no valid YAML: line {line} of it cannot be read"
        remedy = "correct it, or write `valuesObject`, which is checked as you write"
        yield project.problem(
            path=(*path, "values"), code="helm-values", message=message, remedy=remedy
        )
    if helm.values and helm.values_object is not None:
        message = "`values` and `valuesObject` stand side by side: Argo CD ignores `values`"
        yield project.problem(
            path=(*path, "values"),
            code="values-twice",
            message=message,
            remedy="keep `valuesObject`",
        )
    keyring = Keyring.of(project)
    for index, file in enumerate(helm.value_files):
        if words := value_file_words(file, refs, keyring):
            yield project.problem(path=(*path, "valueFiles", index), **words._asdict())
    for index, parameter in enumerate(helm.file_parameters):
        if words := value_file_words(parameter.path, refs, keyring):
            yield project.problem(path=(*path, "fileParameters", index, "path"), **words._asdict())


def pass_credentials(project: Project, path: Path) -> Problem:
    """A tenant's `passCredentials`: the repository's index decides where the password goes."""
    message = "with `passCredentials` the password is sent to every host that the repository's index names"
    remedy = f"remove it, or let the platform team set it in the profile {project.profile_name}"
    return project.problem(path=path, code="pass-credentials", message=message, remedy=remedy)
