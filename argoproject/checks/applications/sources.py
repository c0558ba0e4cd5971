"""Sources of Applications: what each needs, what excludes what, and which files it may name.

Argo CD reports most of these mistakes only on the Application, once it is deployed. Source of the rules: argo-cd v3.5,
pkg/apis/application/v1alpha1/types.go, and util/argo/argo.go.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from argoproject.checks.applications.files import Keyring, file_mistake, named_files
from argoproject.checks.guardrails.bounds import Bounds
from argoproject.problems import Lack, Mistake
from argoproject.project.applications import Deployed, SourceAt
from argoproject.project.model import Found, Project, once
from argoproject.project.repositories import SelectedRepository, selected
from argoproject.upstream.urls import normalise
from argoproject.yamlfile.reader import DataPath

__all__ = ["check_pass_credentials", "check_sources", "one_tool", "path_or_chart"]

_TOOLS = ("helm", "kustomize", "directory", "plugin")
_NAMING: dict[str, Any] = {
    "helm": {"value_files", "file_parameters"},
    "directory": {"jsonnet": {"libs"}},
    "kustomize": {"components", "patches"},
}
"""The options that name files, for `model_dump`: chart values can be large and are not copied."""


def check_sources(project: Project, item: Deployed) -> Found:
    """All rules about the sources of one Application."""
    yield from source_or_sources(item)
    refs: dict[str, str | None] = {}
    for at in item.sources:
        if at.source.ref in refs:
            message, remedy = f"a second source has `ref: {at.source.ref}`", "rename one of them"
            yield (*at.path, "ref"), Mistake(code="ref-twice", message=message, remedy=remedy)
        elif at.source.ref:
            refs[at.source.ref] = at.source.chart
    keyring = Keyring.of(project)
    for at in item.sources:
        yield from path_or_chart(at)
        yield from repository_type(project, at)
        yield from one_tool(at)
        yield from helm_values(at)
        if at.source.helm is not None and at.source.helm.pass_credentials:
            yield from check_pass_credentials(project, (*at.path, "helm", "passCredentials"))
        options = {
            tool: getattr(at.source, tool).model_dump(include=fields)
            for tool, fields in _NAMING.items()
            if getattr(at.source, tool) is not None
        }
        for file in named_files({"path": at.source.path, "chart": at.source.chart, **options}):
            if mistake := file_mistake(file, refs, keyring):
                yield (*at.path, *file.path), mistake


def check_pass_credentials(project: Project, path: DataPath) -> Found:
    """Refuse a tenant's `passCredentials: true`: the repository's index decides where the password is sent.

    Args:
        project: The environment.
        path: The field, which is true.
    """
    if Bounds(project).by_tenant(path):
        message = "with `passCredentials` the password is sent to every host that the repository's index names"
        remedy = f"remove it, or let the platform team set it in the profile {project.profile_name}"
        yield path, Mistake(code="pass-credentials", message=message, remedy=remedy)


def source_or_sources(item: Deployed) -> Found:
    """Refuse both `source` and `sources`, neither of them, and sources that are only referred to.

    A source with neither `path` nor `chart` only provides files for others: `{repoURL: …, ref: shared}`.
    """
    application, path = item.application, item.path
    if application.source is not None and application.sources:
        message = "`source` and `sources` are both given"
        remedy = "keep one; `source: null` or `sources: null` removes what another file sets"
        yield (*path, "sources"), Mistake(code="source-and-sources", message=message, remedy=remedy)
    elif not item.sources:
        remedy = "add `source: {repoURL: …, path: …}`, or `sources` where there are several"
        message = "the Application has no source"
        yield path, Lack(code="no-source", message=message, remedy=remedy)
    elif application.source is None and not any(
        at.source.path or at.source.chart for at in item.sources
    ):
        message = "no source deploys anything: all of them are only referred to"
        remedy = "add a source with `path` or `chart`"
        yield (*path, "sources"), Mistake(code="nothing-deployed", message=message, remedy=remedy)


def path_or_chart(at: SourceAt) -> Found:
    """Refuse a source with both `path` and `chart`, and one with neither, unless it is a `ref` among several."""
    source = at.source
    several = isinstance(at.path[-1], int)
    if source.path is not None and source.chart is not None:
        message = "`path` and `chart` are both given"
        remedy = "keep `path` for a folder in Git, or `chart` for a Helm chart"
        yield (*at.path, "chart"), Mistake(code="path-and-chart", message=message, remedy=remedy)
    elif source.path is None and source.chart is None and not (several and source.ref):
        message = "the source has neither `path` nor `chart`"
        remedy = (
            "add `path: .`"
            if source.repo_url.startswith("oci://")
            else "add `path` for a folder in Git, or `chart` for a Helm chart"
        )
        yield at.path, Lack(code="source-incomplete", message=message, remedy=remedy)


def repository_type(project: Project, at: SourceAt) -> Found:
    """Refuse a chart from a URL that serves no charts, and a repository Secret of a type that the source cannot use."""
    url, path = at.source.repo_url, (*at.path, "repoURL")
    kind = "oci" if url.startswith("oci://") else "git"
    if at.source.chart is not None:
        kind = "helm"
        if url.startswith(("oci://", "ssh://", "git://")) or "@" in url or url.endswith(".git"):
            message = "a chart comes from a Helm repository or registry, which this URL is not"
            remedy = "write `path` instead of `chart`, or the URL of a chart repository"
            if url.startswith("oci://"):
                remedy = "leave `oci://` out, or write `path: .` instead of `chart`"
            yield path, Mistake(code="chart-repository", message=message, remedy=remedy)
            return
    repositories = _repositories(project)
    repository = repositories.get(normalise(url)) if repositories else None
    if repository is not None and repository.type != kind:
        place = f"{repository.path[0]}.{repository.path[1]}"
        message = (
            f"the source needs a repository of type {kind}, {place} is of type {repository.type}"
        )
        remedy = f"set `{'repositoryType' if repository.derived else 'type'}: {kind}` there"
        yield path, Mistake(code="repository-type", message=message, remedy=remedy)


@once
def _repositories(project: Project) -> Mapping[str, SelectedRepository]:
    """The repositories that the environment reads, by normalised URL."""
    return {normalise(item.url): item for item in selected(project) if not item.write}


def one_tool(at: SourceAt) -> Found:
    """Refuse options of several tools (`ExplicitType`), and options of another tool than Helm for a chart."""
    tools = [name for name in _TOOLS if getattr(at.source, name) is not None]
    if len(tools) > 1:
        message = f"the source has options of {len(tools)} tools: {', '.join(tools)}"
        remedy = "keep one of them"
        yield (*at.path, tools[1]), Mistake(code="several-tools", message=message, remedy=remedy)
    elif at.source.chart is not None and tools and tools[0] in ("kustomize", "directory"):
        message = f"a chart is rendered by Helm, not by {tools[0]}"
        remedy = f"remove `{tools[0]}`, or write `path` instead of `chart`"
        yield (*at.path, tools[0]), Mistake(code="chart-tool", message=message, remedy=remedy)


def helm_values(at: SourceAt) -> Found:
    """Refuse `helm.values` that is not YAML, and `values` that Argo CD ignores because of `valuesObject`.

    The text is only composed, not constructed: a few aliases can expand to millions of values.
    """
    helm = at.source.helm
    if helm is None or not helm.values:
        return
    path: DataPath = (*at.path, "helm", "values")
    if helm.values_object is not None:
        message = "`values` and `valuesObject` are both given: Argo CD ignores `values`"
        yield path, Mistake(code="values-twice", message=message, remedy="keep `valuesObject`")
    try:
        yaml.compose(helm.values, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark is not None else 1
        message = f"the text is not valid YAML: line {line} of it cannot be read"
        remedy = "correct it, or write `valuesObject`, which is checked as you write"
        yield path, Mistake(code="helm-values", message=message, remedy=remedy)
