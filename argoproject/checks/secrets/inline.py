"""Secrets written in clear where everybody who may see an Application reads them.

Argo CD shows an Application's spec to every holder of `applications, get`, and keeps it in its cache. So a value
whose key is called like a secret, or that looks like a known kind of key, is refused. The message never has the
value. A false alarm is answered with `allow: [{kind: inlineSecret, value: <path>, reason: …}]`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from argoproject.models import AllowanceKind, Source
from argoproject.problems import Problem
from argoproject.project.applications import deployed
from argoproject.project.model import Project
from argoproject.secrets.detection import (
    found,
    found_in_text,
    is_clear,
    is_secret_key,
    looks_secret,
)
from argoproject.yamlfile.reader import Path, path_text

__all__ = ["allowed_in_clear", "check"]


def check(project: Project) -> Iterator[Problem]:
    """Secrets in clear in the sources of Applications and ApplicationSets."""
    allowed = allowed_in_clear(project)
    for path in _everywhere(project):
        if path_text(path) not in allowed:
            message = (
                "this looks like a secret, and everybody who may see the Application would read it"
            )
            remedy = (
                "put it into namespace.secrets and name that Secret (existingSecret), or use helm-secrets; "
                f"if it is none: allow: [{{kind: inlineSecret, value: {path_text(path)}, reason: …}}]"
            )
            yield project.problem(path=path, code="inline-secret", message=message, remedy=remedy)


def allowed_in_clear(project: Project) -> frozenset[str]:
    """The places of values that look like secrets and are none."""
    allowed = project.settings.allow
    return frozenset(item.value for item in allowed if item.kind is AllowanceKind.INLINE_SECRET)


def _everywhere(project: Project) -> Iterator[Path]:
    for item in deployed(project):
        for at in item.sources:
            yield from _in_source(at.path, at.source)
    for key, item_set in project.settings.application_sets.items():
        path: Path = ("applicationSets", key)
        yield from found(item_set.generators, (*path, "generators"))
        if item_set.template is not None:
            place = (*path, "template")
            yield from found(item_set.template.source, (*place, "source"))
            yield from found(item_set.template.sources, (*place, "sources"))


def _in_source(path: Path, source: Source) -> Iterator[Path]:
    if source.helm is not None:
        place = (*path, "helm")
        yield from found(source.helm.values_object, (*place, "valuesObject"))
        if source.helm.values and (
            looks_secret(source.helm.values) or found_in_text(source.helm.values)
        ):
            yield (*place, "values")
        yield from _in_pairs(source.helm.parameters, (*place, "parameters"))
    if source.plugin is not None:
        yield from _in_pairs(source.plugin.env, (*path, "plugin", "env"))
        yield from found(source.plugin.parameters, (*path, "plugin", "parameters"))
    if source.kustomize is not None:
        yield from found(source.kustomize.patches, (*path, "kustomize", "patches"))
    if source.directory is not None and source.directory.jsonnet is not None:
        place = (*path, "directory", "jsonnet")
        yield from found(source.directory.jsonnet.ext_vars, (*place, "extVars"))
        yield from found(source.directory.jsonnet.tlas, (*place, "tlas"))


def _in_pairs(pairs: tuple[Any, ...], path: Path) -> Iterator[Path]:
    for index, pair in enumerate(pairs):
        if looks_secret(pair.value) or (is_secret_key(pair.name) and is_clear(pair.value)):
            yield (*path, index, "value")
