"""Sources of Applications: what each needs, what excludes what, and which files it may name.

Argo CD reports most of these mistakes only on the Application, once it is deployed. Source of the rules: argo-cd v3.5,
pkg/apis/application/v1alpha1/types.go, and util/argo/argo.go.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from argoproject.checks.applications.files import Keyring, NamedFile, file_mistake, named_files
from argoproject.checks.guardrails.bounds import Bounds
from argoproject.models.sources import KustomizePatch
from argoproject.models.validation import did_you_mean
from argoproject.problems import Caution, Lack, Mistake
from argoproject.project.applications import Deployed, SourceAt
from argoproject.project.model import Found, Project, has_path, once
from argoproject.project.repositories import SelectedRepository, selected
from argoproject.upstream.argocd.applications import TOOLS
from argoproject.upstream.argocd.go_render import is_templated
from argoproject.upstream.urls import normalise
from argoproject.yamlfile.reader import Data, DataPath

__all__ = [
    "check_pass_credentials",
    "check_sources",
    "helm_values",
    "kustomize_options",
    "null_values",
    "one_tool",
    "parameters_twice",
    "path_or_chart",
]

_PATCH_OPTIONS = ("allowKindChange", "allowNameChange")
"""Options that Kustomize reads of a patch. Source: kustomize, api/builtins/PatchTransformer.go."""

_NULL = "tag:yaml.org,2002:null"
_FILE_OPTIONS: dict[str, Any] = {
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
        yield from parameters_twice(at)
        yield from kustomize_options(project, at)
        if at.source.helm is not None and at.source.helm.pass_credentials:
            yield from check_pass_credentials(project, (*at.path, "helm", "passCredentials"))
        options = {
            tool: getattr(at.source, tool).model_dump(include=fields)
            for tool, fields in _FILE_OPTIONS.items()
            if getattr(at.source, tool) is not None
        }
        for file in named_files({"path": at.source.path, "chart": at.source.chart, **options}):
            mistake = file_mistake(file, refs, keyring) or _templated_or_outside(at, file)
            if mistake is not None:
                yield (*at.path, *file.path), mistake


def null_values(project: Project) -> Found:
    """Warn of a `null` among chart values that removes nothing: its author means the chart's own default.

    Helm removes a default of the chart where a value is null. Here a null removes what another file sets, and Argo CD
    itself drops those of `valuesObject`.
    """
    layers = project.layers.items
    for index, layer in enumerate(layers):
        if layer.document.nulls:
            for path in _nulls(layer.data, ()):
                if not any(has_path(below.data, path) for below in layers[:index]):
                    message = "this null removes nothing: no file below sets the value, and no null reaches the chart"
                    remedy = "for a default of the chart, write `values: |` instead of `valuesObject`; else remove it"
                    yield path, Caution(code="null-value", message=message, remedy=remedy)


def _nulls(data: Data, path: DataPath) -> Iterator[DataPath]:
    """The paths of all nulls inside a `valuesObject`."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _nulls(value, (*path, key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from _nulls(value, (*path, index))
    elif data is None and "valuesObject" in path[:-1]:
        yield path


def _templated_or_outside(at: SourceAt, file: NamedFile) -> Mistake | None:
    """Why a declared Application may not name a file: only ApplicationSets fill in templates, and `..` must stay in the
    repository."""
    if is_templated(file.text):
        message = f"the {file.kind} has a template, which only an ApplicationSet fills in"
        remedy = "write it out; `${environment}` and the like are filled in here"
        return Mistake(code="template", message=message, remedy=remedy)
    if file.kind in ("component", "patch"):
        place = posixpath.normpath(posixpath.join(at.source.path or "", file.text))
        if place.split("/")[0] == "..":
            message = f"the {file.kind} is outside of the repository"
            remedy = "write a path in the source's repository, `./…` or `../…`"
            return Mistake(code=f"{file.kind}-outside", message=message, remedy=remedy)
    return None


def parameters_twice(at: SourceAt) -> Found:
    """Refuse two parameters of one name, of which Argo CD uses the last."""
    helm = at.source.helm
    if helm is None or not (helm.parameters or helm.file_parameters):
        return
    lists = {
        "parameters": [item.name for item in helm.parameters],
        "fileParameters": [item.name for item in helm.file_parameters],
    }
    for key, names in lists.items():
        for index, name in enumerate(names):
            if name in names[:index]:
                path = (*at.path, "helm", key, index, "name")
                message = f"{name} is listed twice"
                yield path, Mistake(code="twice", message=message, remedy="keep one")


def kustomize_options(project: Project, at: SourceAt) -> Found:
    """Refuse versions of Kustomize that Argo CD does not have, and patches that Kustomize would refuse.

    Source: argo-cd, types.go, `ApplicationSourceKustomize`; kustomize, api/internal/builtins/PatchTransformer.go.
    """
    kustomize = at.source.kustomize
    if kustomize is None:
        return
    path = (*at.path, "kustomize")
    known = project.platform.argocd.kustomize_versions
    if kustomize.version is not None and kustomize.version not in known:
        message = f"Argo CD has no Kustomize {kustomize.version}: platform.yaml does not list it"
        remedy = "remove it, or let the platform team add it to argocd.kustomizeVersions"
        if known:
            remedy = f"write one of {', '.join(known)}, {remedy}"
        yield (*path, "version"), Mistake(code="kustomize-version", message=message, remedy=remedy)
    for index, patch in enumerate(kustomize.patches):
        place = (*path, "patches", index)
        for key in sorted(patch.options.keys() - set(_PATCH_OPTIONS)):
            remedy = did_you_mean(key, _PATCH_OPTIONS, f"one of {', '.join(_PATCH_OPTIONS)}")
            message = f"{key!r} is not an option of a patch"
            yield (*place, "options", key), Mistake(code="patch", message=message, remedy=remedy)
        if (patch.path is None) is (patch.patch is None):
            message = "a patch needs one of `path` and `patch`"
            yield place, Mistake(code="patch", message=message, remedy="keep or add one of them")
        elif patch.patch is not None:
            yield from patch_text(place, patch)


def patch_text(path: DataPath, patch: KustomizePatch) -> Found:
    """Refuse the text of a patch that is neither a part of an object nor a list of operations with a target."""
    node = _yaml(patch.patch or "", "patch")
    if isinstance(node, Mistake):
        yield (*path, "patch"), node
    elif isinstance(node, yaml.SequenceNode) and patch.target is None:
        message = "a list of operations does not say which objects it changes"
        remedy = "add `target: {kind: …, name: …}`"
        yield path, Mistake(code="patch", message=message, remedy=remedy)
    elif not isinstance(node, yaml.SequenceNode | yaml.MappingNode):
        message = "the patch is neither a part of an object nor a list of operations"
        remedy = "write `spec: {…}` and so on, or `- {op: replace, path: /spec/…, value: …}`"
        yield (*path, "patch"), Mistake(code="patch", message=message, remedy=remedy)


def _yaml(text: str, code: str) -> yaml.Node | Mistake | None:
    """A text as a tree of YAML; None for an empty one, and a mistake with this code where it is not YAML.

    It is only composed, not constructed: a few aliases can expand to millions of values.
    """
    try:
        return yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark is not None else 1
        message = f"the text is not valid YAML: line {line} of it cannot be read"
        return Mistake(code=code, message=message, remedy="correct it")


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
    if item.hydrator is not None:
        if application.source is not None or application.sources:
            message = "`sourceHydrator` and `source` are both given: Argo CD ignores `source`"
            remedy = "keep one; `null` removes what another file sets"
            mistake = Mistake(code="source-and-sources", message=message, remedy=remedy)
            yield (*path, "sourceHydrator"), mistake
    elif application.source is not None and application.sources:
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
    """Refuse a source with both `path` and `chart`, and one with neither, unless it is a `ref` among several.

    Argo CD reads what a `ref` provides with Git, and deploys an OCI artifact although it only has a `ref`.
    Source: argo-cd v3.5.7, reposerver/repository/repository.go, `GenerateManifest` and `resolveReferencedSources`.
    """
    source = at.source
    if source.ref is not None and source.repo_url.startswith("oci://"):
        message = "value files of a `ref` come from Git: Argo CD would deploy this artifact instead"
        remedy = "write a Git repository, or remove `ref`"
        yield (*at.path, "ref"), Mistake(code="ref-repository", message=message, remedy=remedy)
        return
    several = isinstance(at.path[-1], int)
    if source.path is not None and source.chart is not None:
        message = "`path` and `chart` are both given"
        remedy = "keep `path` for a folder in Git, or `chart` for a Helm chart"
        yield (*at.path, "chart"), Mistake(code="path-and-chart", message=message, remedy=remedy)
    elif source.path is None and source.chart is None and not (several and source.ref):
        message = "the source has neither `path` nor `chart`"
        remedy = "add `path` for a folder in Git, or `chart` for a Helm chart"
        if source.repo_url.startswith("oci://"):
            remedy = "add `path: .`"
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
    """The repositories that the environment reads, by normalised URL.

    Those for writing do not count: their credential may be of another type.
    """
    return {normalise(item.url): item for item in selected(project) if not item.write}


def one_tool(at: SourceAt) -> Found:
    """Refuse options of several tools (`ExplicitType`), and options of another tool than Helm for a chart."""
    tools = [name for name in TOOLS if getattr(at.source, name) is not None]
    if len(tools) > 1:
        message = f"the source has options of {len(tools)} tools: {', '.join(tools)}"
        remedy = "keep one of them"
        yield (*at.path, tools[1]), Mistake(code="several-tools", message=message, remedy=remedy)
    elif at.source.chart is not None and tools and tools[0] in ("kustomize", "directory"):
        message = f"a chart is rendered by Helm, not by {tools[0]}"
        remedy = f"remove `{tools[0]}`, or write `path` instead of `chart`"
        yield (*at.path, tools[0]), Mistake(code="chart-tool", message=message, remedy=remedy)


def helm_values(at: SourceAt) -> Found:
    """Refuse `helm.values` that is not a YAML mapping with string keys, or that `valuesObject` overrides."""
    helm = at.source.helm
    if helm is None or not helm.values:
        return
    path: DataPath = (*at.path, "helm", "values")
    if helm.values_object is not None:
        message = "`values` and `valuesObject` are both given: Argo CD ignores `values`"
        yield path, Mistake(code="values-twice", message=message, remedy="keep `valuesObject`")
    node = _yaml(helm.values, "helm-values")
    if isinstance(node, Mistake):
        remedy = "correct it, or write `valuesObject`, which is checked as you write"
        yield path, node._replace(remedy=remedy)
    elif not isinstance(node, yaml.MappingNode | None) and node.tag != _NULL:
        message = "the text is not a YAML mapping: Helm values are named"
        yield path, Mistake(code="helm-values", message=message, remedy="write `name: value`")
    elif isinstance(node, yaml.MappingNode) and (line := _line_of_strange_key(node)):
        message = f"line {line} of the text has a key that is not a string: Helm refuses it"
        yield path, Mistake(code="helm-values", message=message, remedy="correct the key")


def _line_of_strange_key(root: yaml.Node) -> int | None:
    """The line of the first key that is a list, a mapping or null; None if there is none.

    Source: sigs.k8s.io/yaml, `convertToJSONableObject`.
    """
    nodes, seen = [root], {id(root)}
    for node in nodes:
        pairs = node.value if isinstance(node, yaml.MappingNode) else ()
        for key, _ in pairs:
            if not isinstance(key, yaml.ScalarNode) or key.tag == _NULL:
                return int(key.start_mark.line) + 1
        below = [it for _, it in pairs] if pairs else node.value
        fresh = [it for it in below if isinstance(it, yaml.CollectionNode) and id(it) not in seen]
        seen.update(map(id, fresh))
        nodes += fresh
    return None
