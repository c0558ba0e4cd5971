"""Templates of ApplicationSets: what every generated Application is like, whatever a generator fills in.

Argo CD compares the repository of each generated Application with `sourceRepos` of the AppProject, which contains only
URLs that the files name, in sources or in an `allow`. It compares a generator's own repository with nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from argoproject.checks.applications.applications import check_annotations
from argoproject.checks.applications.files import (
    Keyring,
    Known,
    Refs,
    named_files,
    templated_file_mistake,
)
from argoproject.checks.applications.sources import check_pass_credentials
from argoproject.checks.applications.sync import check_sync_policy
from argoproject.checks.applications.versions import check_fixed
from argoproject.models import AllowanceKind, ApplicationSet, Source
from argoproject.models.applications import ApplicationSetTemplate
from argoproject.models.validation import did_you_mean
from argoproject.problems import Mistake
from argoproject.project.applications import template_sources, templated_urls, used_urls
from argoproject.project.model import Found, Project
from argoproject.tree.documents import data_at
from argoproject.upstream.argocd.application_sets import (
    could_yield,
    filled,
    is_templated,
    parameters,
)
from argoproject.upstream.urls import normalise
from argoproject.yamlfile.reader import DataPath, texts_in

__all__ = ["check_template", "generated_repositories"]

_SOURCE_KEYS = frozenset(field.alias or name for name, field in Source.model_fields.items())

_ACTION = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"|`[^`]*`')
_MISSING = re.compile(r"(?<![.$\w])(?:env|expandenv|getHostByName)(?!\w)")
"""Functions of sprig that Argo CD removes. Source: argo-cd v3.5, applicationset/utils/utils.go, init."""


def check_template(project: Project, path: DataPath, item: ApplicationSet) -> Found:
    """All rules about the template of an ApplicationSet.

    Args:
        project: The environment.
        path: The ApplicationSet.
        item: The ApplicationSet.
    """
    path, template = (*path, "template"), item.template
    if template is None:
        remedy = "add `template: {name: …, source: {…}}`"
        message = "the ApplicationSet has no template"
        yield path, Mistake(code="set-template", message=message, remedy=remedy)
        return
    known = parameters(item.generators)
    yield from generated_names((*path, "name"), template, known)
    yield from check_annotations(project, (*path, "annotations"), template.annotations)
    if (template.source is None) is (not template.sources):
        message = "the template needs one of `source` and `sources`"
        remedy = "add it, or keep one of them"
        yield path, Mistake(code="set-source", message=message, remedy=remedy)
    refs: Refs = {
        str(source["ref"]): source.get("chart") for source in template.sources if "ref" in source
    }
    for place, source in template_sources(str(path[1]), item):
        yield from source_fields(project, place, source)
        yield from source_revision(project, place, source)
        yield from template_functions(place, source)
        yield from source_files(project, place, source, refs, known)
    if template.sync_policy is not None:
        yield from check_sync_policy(project, (*path, "syncPolicy"), template.sync_policy)


def generated_repositories(project: Project) -> Found:
    """Refuse templated repositories, unless each one that a generator makes is named by an `allow`.

    `repoURL: https://git/{{ .part }}.git` with the elements `{part: a}` and `{part: b}` needs an `allow` for
    `https://git/a.git` and one for `https://git/b.git`; with elements that only Argo CD knows, an `allow` that the
    template could become. The repository of a generator itself may not be templated at all.
    """
    remedy = (
        "write it out, or name each repository in `allow`: {kind: source, value: <URL>, reason: …}"
    )
    for path, url in used_urls(project):
        if path[0] == "applicationSets" and is_templated(url):
            message = "the repository is templated: it could be any"
            whole = "write it out; what varies is the path, the revision or a value"
            yield path, Mistake(code="set-repository", message=message, remedy=whole)
    allow = project.settings.allow
    allowed = [item.value for item in allow if item.kind is AllowanceKind.SOURCE]
    named = set(map(normalise, allowed))
    for path, url in templated_urls(project):
        known = parameters(project.settings.application_sets[str(path[1])].generators)
        results = [filled(url, values) for values in known] if known is not None else [None]
        messages = [
            f"an element makes it {result}, which no `allow` names"
            for result in dict.fromkeys(results)
            if result is not None and normalise(result) not in named
        ]
        if None in results:
            possible = any(could_yield(url, value) for value in allowed)
            unnamed = "the repository is templated, and no `allow` names one that it could be"
            messages = [] if possible else [unnamed]
        for message in messages:
            yield path, Mistake(code="set-repository", message=message, remedy=remedy)


def generated_names(path: DataPath, template: ApplicationSetTemplate, known: Known) -> Found:
    """Refuse names that do not differ: of two Applications with one name Argo CD generates neither.

    Source: argo-cd v3.5, applicationset/controllers/applicationset_controller.go, validateGeneratedApplications.
    """
    name = template.name or ""
    if not is_templated(name):
        message = (
            "every generated Application would have the same name, so that one replaces the other"
        )
        remedy = "add a name with the generator's fields, for example `{{ .path.basename }}`"
        yield path, Mistake(code="set-name", message=message, remedy=remedy)
        return
    seen: set[str] = set()
    for result in (filled(name, values) for values in known or ()):
        if result in seen:
            message = f"two elements make the name {result}"
            remedy = "add a field to the name in which they differ"
            yield path, Mistake(code="set-name", message=message, remedy=remedy)
            return
        if result is not None:
            seen.add(result)


def source_fields(project: Project, path: DataPath, source: Mapping[str, Any]) -> Found:
    """Refuse unknown fields of a source, a missing repository, and `passCredentials` of a tenant."""
    for key in source:
        if key not in _SOURCE_KEYS:
            known = f"known: {', '.join(sorted(_SOURCE_KEYS))}"
            remedy = did_you_mean(key, _SOURCE_KEYS, known)
            message = f"a source has no {key!r}"
            yield (*path, key), Mistake(code="set-source", message=message, remedy=remedy)
    if not isinstance(source.get("repoURL"), str):
        message, remedy = "the source names no repository", "add `repoURL`"
        yield (*path, "repoURL"), Mistake(code="set-source", message=message, remedy=remedy)
    if data_at(source, ("helm", "passCredentials")):
        yield from check_pass_credentials(project, (*path, "helm", "passCredentials"))


def source_revision(project: Project, path: DataPath, source: Mapping[str, Any]) -> Found:
    """Refuse a source without a revision, with one that YAML reads as a number, or with one that moves.

    The reader keeps scalars of known fields as text; in free-form data `targetRevision: 1.10` is the number 1.1.
    """
    path, revision = (*path, "targetRevision"), source.get("targetRevision")
    if revision is None:
        remedy = "add `targetRevision`; `versions` does not reach into ApplicationSets"
        yield path, Mistake(code="no-revision", message="the source has no revision", remedy=remedy)
    elif not isinstance(revision, str):
        message = "the revision was read as a number: 1.10 would become 1.1"
        remedy = "write it in quotes"
        yield path, Mistake(code="set-revision-number", message=message, remedy=remedy)
    else:
        yield from check_fixed(project, path, revision, chart="chart" in source)


def template_functions(path: DataPath, data: Any) -> Found:
    """Refuse functions that Argo CD's templates do not have: it would generate nothing.

    `{{ env "HOME" }}` is refused; `{{ .env }}`, `{{ $env }}` and `{{ eq .name "env" }}` are a field, a variable and a
    text of that name.
    """
    for place, text in texts_in(data, path):
        for action in _ACTION.findall(text):
            for name in _MISSING.findall(_QUOTED.sub("", action)):
                message = f"templates have no function {name}: it would expose the host of Argo CD"
                remedy = "take the value from the generator"
                yield place, Mistake(code="set-function", message=message, remedy=remedy)


def source_files(
    project: Project, path: DataPath, source: Mapping[str, Any], refs: Refs, known: Known
) -> Found:
    """Refuse files and folders that leave the source, as written or as a generator fills them in.

    Args:
        project: The environment.
        path: The source.
        source: Its value, with the keys of Argo CD's API.
        refs: The `ref` sources of the template.
        known: The generators' values.
    """
    keyring = Keyring.of(project)
    for file in named_files(source):
        if mistake := templated_file_mistake(file, refs, keyring, known):
            yield (*path, *file.path), mistake
