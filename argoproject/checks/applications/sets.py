"""ApplicationSets: what they generate stays inside the environment, and cannot be emptied by accident.

A generator may carry a template of its own, which replaces project and destination; a templated repository could be
any; a name without the generator's fields makes all Applications one, and pruning removes the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from argoproject.checks.applications.annotations import check_annotations
from argoproject.checks.applications.applications import check_name
from argoproject.checks.applications.set_generators import check_generator
from argoproject.checks.applications.set_revisions import fixed, moving
from argoproject.checks.applications.set_strategy import check_strategy
from argoproject.checks.applications.set_templates import (
    Known,
    check_functions,
    check_generated_names,
    check_generated_repository,
    templated_file_words,
    templated_path_words,
)
from argoproject.checks.applications.sources import pass_credentials
from argoproject.checks.applications.sync import check_sync_policy
from argoproject.checks.applications.value_files import Keyring, kustomize_words
from argoproject.checks.guardrails.bounds import Bounds
from argoproject.identity import NAME_LIMIT, application_name
from argoproject.models import ApplicationSet, Source
from argoproject.models.applications import ApplicationSetTemplate
from argoproject.models.validation import nearest
from argoproject.problems import Problem
from argoproject.project.applications import templated_urls, used_urls
from argoproject.project.model import Project
from argoproject.tree.documents import data_at
from argoproject.upstream.argocd.application_sets import POLICIES
from argoproject.upstream.argocd.generated import parameters
from argoproject.yamlfile.reader import Path

__all__ = ["check_application_sets"]

_SOURCE_KEYS = frozenset(field.alias or name for name, field in Source.model_fields.items())


def check_application_sets(project: Project) -> Iterator[Problem]:
    """All ApplicationSets of an environment."""
    if not project.settings.application_sets:
        return
    for key, item in project.settings.application_sets.items():
        yield from _check_set(project, key, item)
    for path, url in used_urls(project):
        if path[0] == "applicationSets" and "{{" in url:
            message = "the repository is templated: it could be any"
            remedy = "write it out; what varies is the path, the revision or a value"
            yield project.problem(path=path, code="set-repository", message=message, remedy=remedy)
    for path, url in templated_urls(project):
        known = parameters(project.settings.application_sets[str(path[1])].generators)
        yield from check_generated_repository(project, path, url, known)


def _check_set(project: Project, key: str, item: ApplicationSet) -> Iterator[Problem]:
    path: Path = ("applicationSets", key)
    name = item.name or application_name(project.names.project, key)
    if item.name or len(project.names.project) <= NAME_LIMIT:
        yield from check_name(project, (*path, "name"), "ApplicationSet", name, NAME_LIMIT)
    if not item.generators:
        remedy = "add one of list, git, matrix, merge"
        message = "the ApplicationSet has no generator"
        yield project.problem(
            path=(*path, "generators"), code="set-generator", message=message, remedy=remedy
        )
    for index, generator in enumerate(item.generators):
        yield from check_generator(project, (*path, "generators", index), generator)
    yield from check_strategy(project, (*path, "strategy"), item.strategy)
    if item.applications_sync is not None and item.applications_sync not in POLICIES:
        message = f"{item.applications_sync!r} is not a policy"
        remedy = f"write one of {', '.join(POLICIES)}"
        yield project.problem(
            path=(*path, "applicationsSync"), code="set-policy", message=message, remedy=remedy
        )
    if item.template is None:
        remedy = "add `template: {name: …, source: {…}}`"
        message = "the ApplicationSet has no template"
        yield project.problem(
            path=(*path, "template"), code="set-template", message=message, remedy=remedy
        )
    else:
        known = parameters(item.generators)
        yield from _check_template(project, (*path, "template"), item.template, known)
        yield from check_generated_names(project, (*path, "template", "name"), item, known)


def _check_template(
    project: Project, path: Path, template: ApplicationSetTemplate, known: Known
) -> Iterator[Problem]:
    if not template.name or "{{" not in template.name:
        message = (
            "every generated Application would have the same name, so that one replaces the other"
        )
        remedy = "add a name with the generator's fields, for example `{{ .path.basename }}`"
        yield project.problem(path=(*path, "name"), code="set-name", message=message, remedy=remedy)
    yield from check_annotations(project, (*path, "annotations"), template.annotations)
    if (template.source is None) is (not template.sources):
        message = "the template needs one of `source` and `sources`"
        yield project.problem(
            path=path, code="set-source", message=message, remedy="add it, or keep one of them"
        )
    refs: dict[str, str | None] = {
        str(source["ref"]): source.get("chart") for source in template.sources if "ref" in source
    }
    if template.source is not None:
        yield from _check_source(project, (*path, "source"), template.source, refs, known)
    for index, source in enumerate(template.sources):
        yield from _check_source(project, (*path, "sources", index), source, refs, known)
    if template.sync_policy is not None:
        yield from check_sync_policy(project, (*path, "syncPolicy"), template.sync_policy)


def _check_source(
    project: Project,
    path: Path,
    source: Mapping[str, Any],
    refs: Mapping[str, str | None],
    known: Known,
) -> Iterator[Problem]:
    """A source as Argo CD spells it, with texts that may be templated."""
    for key in source:
        if key not in _SOURCE_KEYS:
            match = nearest(key, _SOURCE_KEYS)
            remedy = (
                f"did you mean {match}?" if match else f"known: {', '.join(sorted(_SOURCE_KEYS))}"
            )
            yield project.problem(
                path=(*path, key),
                code="set-source",
                message=f"a source has no {key!r}",
                remedy=remedy,
            )
    if not isinstance(source.get("repoURL"), str):
        message, remedy = "the source names no repository", "add `repoURL`"
        yield project.problem(
            path=(*path, "repoURL"), code="set-source", message=message, remedy=remedy
        )
    for key in ("path", "chart"):
        folder = source.get(key)
        if isinstance(folder, str) and (words := templated_path_words(folder, key, known)):
            yield project.problem(path=(*path, key), **words._asdict())
    yield from check_functions(project, path, source)
    yield from _check_files(project, (*path, "helm"), source.get("helm"), refs, known)
    yield from _check_libraries(project, (*path, "directory", "jsonnet"), source, known)
    yield from _check_fetching(project, path, source)
    yield from _check_revision(project, (*path, "targetRevision"), source)


def _check_files(
    project: Project, path: Path, helm: Any, refs: Mapping[str, str | None], known: Known
) -> Iterator[Problem]:
    """Value files, and files that single values are read from."""
    if not isinstance(helm, Mapping):
        return
    keyring = Keyring.of(project)
    for index, file in enumerate(_list(helm, "valueFiles")):
        if words := templated_file_words(str(file), refs, keyring, known):
            yield project.problem(path=(*path, "valueFiles", index), **words._asdict())
    for index, entry in enumerate(_list(helm, "fileParameters")):
        file = entry.get("path") if isinstance(entry, Mapping) else None
        if words := templated_file_words(str(file or ""), refs, keyring, known):
            yield project.problem(path=(*path, "fileParameters", index, "path"), **words._asdict())


def _check_libraries(
    project: Project, path: Path, source: Mapping[str, Any], known: Known
) -> Iterator[Problem]:
    """Library folders of Jsonnet, which stay below the source's."""
    libraries = data_at(source, ("directory", "jsonnet", "libs"))
    for index, item in enumerate(libraries if isinstance(libraries, list | tuple) else ()):
        if words := templated_path_words(str(item), "library", known):
            yield project.problem(path=(*path, "libs", index), **words._asdict())


def _check_fetching(project: Project, path: Path, source: Mapping[str, Any]) -> Iterator[Problem]:
    """What would be fetched from elsewhere, or where credentials would be sent."""
    helm, kustomize = source.get("helm"), source.get("kustomize")
    if isinstance(helm, Mapping) and helm.get("passCredentials"):
        place = (*path, "helm", "passCredentials")
        if Bounds(project).by_tenant(place):
            yield pass_credentials(project, place)
    for place, file, what in _kustomize_files(kustomize if isinstance(kustomize, Mapping) else {}):
        if words := kustomize_words(file, what):
            yield project.problem(path=(*path, "kustomize", *place), **words._asdict())


def _kustomize_files(kustomize: Mapping[str, Any]) -> Iterator[tuple[Path, str, str]]:
    """Components, and the files of patches: place, path, and what it is."""
    for index, component in enumerate(_list(kustomize, "components")):
        yield ("components", index), str(component), "component"
    for index, patch in enumerate(_list(kustomize, "patches")):
        if isinstance(patch, Mapping) and patch.get("path") is not None:
            yield ("patches", index, "path"), str(patch["path"]), "patch"


def _list(data: Mapping[str, Any], key: str) -> Sequence[Any]:
    value = data.get(key)
    return value if isinstance(value, list | tuple) else ()


def _check_revision(project: Project, path: Path, source: Mapping[str, Any]) -> Iterator[Problem]:
    revision = source.get("targetRevision")
    if revision is None:
        remedy = "add `targetRevision`; `versions` does not reach into ApplicationSets"
        yield project.problem(
            path=path, code="no-revision", message="the source has no revision", remedy=remedy
        )
    elif not isinstance(revision, str):
        message = "the revision was read as a number: 1.10 would become 1.1"
        yield project.problem(
            path=path, code="set-revision-number", message=message, remedy="write it in quotes"
        )
    elif project.fixed_revisions and not fixed(revision, chart="chart" in source):
        yield moving(project, path, revision)
