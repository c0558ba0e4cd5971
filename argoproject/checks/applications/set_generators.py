"""Generators of ApplicationSets: those that read only the environment's own repositories, as Argo CD reads them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from argoproject.checks.applications.set_revisions import fixed, moving
from argoproject.models.validation import nearest
from argoproject.problems import Problem
from argoproject.project.model import Project
from argoproject.yamlfile.reader import Path

__all__ = ["check_generator"]

_GENERATORS: dict[str, frozenset[str]] = {
    "list": frozenset({"elements", "elementsYaml"}),
    "git": frozenset(
        [
            "repoURL",
            "revision",
            "directories",
            "files",
            "requeueAfterSeconds",
            "pathParamPrefix",
            "values",
        ]
    ),
    "matrix": frozenset({"generators"}),
    "merge": frozenset({"generators", "mergeKeys"}),
}
"""The generators that read nothing but the files themselves, and their fields. `template` is none of them."""

_DEEPEST = 2
"""A generator in two others has to be a simple one. Source: argo-cd v3.5,
pkg/apis/application/v1alpha1/applicationset_types.go, ApplicationSetTerminalGenerator."""


def check_generator(
    project: Project, path: Path, generator: Mapping[str, Any], depth: int = 0
) -> Iterator[Problem]:
    """A generator, and those in it. `depth` is how many it stands in."""
    kinds = [kind for kind in generator if kind != "selector"]
    if len(kinds) != 1 or kinds[0] not in _GENERATORS:
        shown = ", ".join(map(repr, kinds)) or "nothing"
        message = f"a generator is one of {', '.join(_GENERATORS)}; this has {shown}"
        remedy = (
            "others reach beyond the environment's own repositories; write one generator an item"
        )
        yield project.problem(path=path, code="set-generator", message=message, remedy=remedy)
        return
    kind = kinds[0]
    settings = generator[kind]
    if not isinstance(settings, Mapping):
        yield project.problem(
            path=(*path, kind),
            code="set-generator",
            message="must be a mapping",
            remedy="write keys",
        )
        return
    for field in settings:
        if field not in _GENERATORS[kind]:
            yield _unknown_field(project, (*path, kind, field), kind, field)
    if kind == "git":
        yield from _check_git(project, (*path, kind), settings)
    elif kind == "list":
        yield from _check_list(project, (*path, kind, "elements"), settings.get("elements"))
    elif depth >= _DEEPEST:
        message = f"Argo CD drops a {kind} that stands in two others"
        remedy = "generators nest two deep: join the lists, or read them from Git"
        yield project.problem(
            path=(*path, kind), code="set-generator", message=message, remedy=remedy
        )
    else:
        yield from _check_nested(project, (*path, kind), settings, depth)


def _unknown_field(project: Project, path: Path, kind: str, field: str) -> Problem:
    if field == "template":
        message = "a generator's own template could name another project and another destination"
        return project.problem(
            path=path,
            code="set-generator-template",
            message=message,
            remedy="use the set's `template`",
        )
    match = nearest(field, _GENERATORS[kind])
    known = f"known: {', '.join(sorted(_GENERATORS[kind]))}"
    remedy = f"did you mean {match}?" if match else known
    message = f"the generator {kind} has no field {field!r}"
    return project.problem(path=path, code="set-generator", message=message, remedy=remedy)


def _check_git(project: Project, path: Path, settings: Mapping[str, Any]) -> Iterator[Problem]:
    if not isinstance(settings.get("repoURL"), str):
        message, remedy = "the generator names no repository", "add `repoURL`"
        yield project.problem(
            path=(*path, "repoURL"), code="set-generator", message=message, remedy=remedy
        )
    if bool(settings.get("directories")) is bool(settings.get("files")):
        message = "the generator reads either `directories` or `files`"
        yield project.problem(
            path=path, code="set-generator", message=message, remedy="write one of them"
        )
    revision = settings.get("revision")
    if project.fixed_revisions and not fixed(revision, chart=False):
        yield moving(project, (*path, "revision"), revision)


def _check_list(project: Project, path: Path, elements: Any) -> Iterator[Problem]:
    if elements is not None and not isinstance(elements, list | tuple):
        yield project.problem(
            path=path,
            code="set-element",
            message="must be a list",
            remedy="write one element an item",
        )
        return
    for index, element in enumerate(elements or ()):
        if not isinstance(element, Mapping):
            message = "an element is no mapping: Argo CD would generate nothing at all"
            remedy = "write keys and values, for example {name: a}"
            yield project.problem(
                path=(*path, index), code="set-element", message=message, remedy=remedy
            )


def _check_nested(
    project: Project, path: Path, settings: Mapping[str, Any], depth: int
) -> Iterator[Problem]:
    kind = path[-1]
    nested = settings.get("generators")
    inner = list(nested) if isinstance(nested, list | tuple) else []
    place = (*path, "generators")
    if kind == "matrix" and len(inner) != 2:
        message = f"matrix combines two generators, these are {len(inner)}"
        yield project.problem(
            path=place,
            code="set-generator",
            message=message,
            remedy="nest one matrix inside another",
        )
    if kind == "merge" and len(inner) < 2:
        message = "merge joins two generators or more"
        yield project.problem(path=place, code="set-generator", message=message, remedy="add one")
    if kind == "merge" and not settings.get("mergeKeys"):
        message, remedy = "merge needs `mergeKeys`", "name the fields by which items are one"
        yield project.problem(
            path=(*path, "mergeKeys"), code="set-generator", message=message, remedy=remedy
        )
    for index, generator in enumerate(inner):
        if isinstance(generator, Mapping):
            yield from check_generator(project, (*place, index), generator, depth + 1)
