"""ApplicationSets: the generators, the strategy and the policy of each. `set_templates` has the rules about templates.

What is generated must stay inside the environment, and no accident may empty it. So only generators are allowed that
read the environment's own repositories, and what Argo CD would silently ignore is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from argoproject.checks.applications.applications import check_name
from argoproject.checks.applications.set_templates import check_template, generated_repositories
from argoproject.checks.applications.versions import check_fixed
from argoproject.identity import NAME_LIMIT, application_name
from argoproject.models import ApplicationSet
from argoproject.models.validation import did_you_mean
from argoproject.problems import Mistake, Problem
from argoproject.project.model import Found, Project
from argoproject.tree.documents import list_at
from argoproject.upstream.argocd.application_sets import POLICIES
from argoproject.yamlfile.reader import DataPath

__all__ = ["check_application_sets"]

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
"""The generators that read only the environment's files and repositories, with their fields but for `template`."""

_DEEPEST = 2
"""How many generators a matrix or merge may be nested in. Source: argo-cd v3.5,
pkg/apis/application/v1alpha1/applicationset_types.go, ApplicationSetTerminalGenerator."""

_STRATEGY = {
    "": ("deletionOrder", "rollingSync", "type"),
    "rollingSync": ("steps",),
    "steps": ("matchExpressions", "maxUpdate"),
    "matchExpressions": ("key", "operator", "values"),
}
"""The fields of a strategy, and of what is in it. Source: argo-cd v3.5,
pkg/apis/application/v1alpha1/applicationset_types.go, ApplicationSetStrategy."""

_CHOICES = {
    "type": ("AllAtOnce", "RollingSync"),
    "deletionOrder": ("AllAtOnce", "Reverse"),
    "operator": ("In", "NotIn"),
}
"""The values of a strategy's fields. Source: argo-cd v3.5, applicationset/progressivesync/progressive_sync.go."""


def check_application_sets(project: Project) -> Iterator[Problem]:
    """All rules about the ApplicationSets of an environment."""
    sets = project.settings.application_sets
    if sets:
        each = (application_set(project, key, item) for key, item in sets.items())
        yield from project.problems(*each, generated_repositories(project))


def application_set(project: Project, key: str, item: ApplicationSet) -> Found:
    """All rules about one ApplicationSet.

    A name that is derived from a project's too long name is not reported again.
    """
    path: DataPath = ("applicationSets", key)
    if item.name or len(project.names.project) <= NAME_LIMIT:
        name = item.name or application_name(project.names.project, key)
        yield from check_name((*path, "name"), "ApplicationSet", name, NAME_LIMIT)
    yield from generators(project, path, item)
    yield from strategy(path, item)
    yield from policy(path, item)
    yield from check_template(project, path, item)


def policy(path: DataPath, item: ApplicationSet) -> Found:
    """Refuse an `applicationsSync` that the CustomResourceDefinition does not list."""
    if item.applications_sync is not None and item.applications_sync not in POLICIES:
        message = f"{item.applications_sync!r} is not a policy"
        remedy = f"write one of {', '.join(POLICIES)}"
        mistake = Mistake(code="set-policy", message=message, remedy=remedy)
        yield (*path, "applicationsSync"), mistake


def generators(project: Project, path: DataPath, item: ApplicationSet) -> Found:
    """Refuse an ApplicationSet without a generator, and generators that Argo CD or the platform does not accept."""
    if not item.generators:
        message = "the ApplicationSet has no generator"
        remedy = f"add one of {', '.join(sorted(_GENERATORS))}"
        yield (*path, "generators"), Mistake(code="set-generator", message=message, remedy=remedy)
    for index, data in enumerate(item.generators):
        yield from generator(project, (*path, "generators", index), data)


def generator(project: Project, path: DataPath, data: Mapping[str, Any], depth: int = 0) -> Found:
    """Refuse a generator that reaches beyond the environment's repositories, or that Argo CD would drop.

    Args:
        project: The environment.
        path: The generator.
        data: Its value: one key for its kind, and perhaps `selector`.
        depth: How many generators it is nested in.
    """
    kinds = [kind for kind in data if kind != "selector"]
    if len(kinds) != 1 or kinds[0] not in _GENERATORS:
        shown = ", ".join(map(repr, kinds)) or "nothing"
        message = f"a generator is one of {', '.join(_GENERATORS)}; this has {shown}"
        remedy = (
            "others reach beyond the environment's own repositories; write one generator an item"
        )
        yield path, Mistake(code="set-generator", message=message, remedy=remedy)
        return
    kind, settings = kinds[0], data[kinds[0]]
    path = (*path, kind)
    if not isinstance(settings, Mapping):
        yield path, Mistake(code="set-generator", message="must be a mapping", remedy="write keys")
        return
    yield from generator_fields(path, settings)
    if kind == "git":
        yield from git_generator(project, path, settings)
    elif kind == "list":
        yield from list_elements((*path, "elements"), settings.get("elements"))
    elif depth >= _DEEPEST:
        message = f"Argo CD drops a {kind} that is nested in two others"
        remedy = "generators nest two deep: join the lists, or read them from Git"
        yield path, Mistake(code="set-generator", message=message, remedy=remedy)
    else:
        yield from nested_generators(path, settings)
        for index, inner in enumerate(list_at(settings, ("generators",))):
            if isinstance(inner, Mapping):
                yield from generator(project, (*path, "generators", index), inner, depth + 1)


def generator_fields(path: DataPath, settings: Mapping[str, Any]) -> Found:
    """Refuse unknown fields, and a template of the generator's own.

    Argo CD merges a generator's template over that of the set: it could replace project and destination.
    """
    kind = str(path[-1])
    for field in settings:
        if field in _GENERATORS[kind]:
            continue
        code, message = "set-generator", f"the generator {kind} has no field {field!r}"
        known = f"known: {', '.join(sorted(_GENERATORS[kind]))}"
        remedy = did_you_mean(field, _GENERATORS[kind], known)
        if field == "template":
            code = "set-generator-template"
            message = (
                "a generator's own template could name another project and another destination"
            )
            remedy = "use the set's `template`"
        yield (*path, field), Mistake(code=code, message=message, remedy=remedy)


def git_generator(project: Project, path: DataPath, settings: Mapping[str, Any]) -> Found:
    """Refuse a git generator without a repository, with both or neither of its lists, or at a revision that moves."""
    if not isinstance(settings.get("repoURL"), str):
        message, remedy = "the generator names no repository", "add `repoURL`"
        yield (*path, "repoURL"), Mistake(code="set-generator", message=message, remedy=remedy)
    if bool(settings.get("directories")) is bool(settings.get("files")):
        message = "the generator reads either `directories` or `files`"
        yield path, Mistake(code="set-generator", message=message, remedy="write one of them")
    yield from check_fixed(project, (*path, "revision"), settings.get("revision"), chart=False)


def list_elements(path: DataPath, elements: Any) -> Found:
    """Refuse elements that are no mappings: Argo CD would generate nothing at all."""
    if elements is not None and not isinstance(elements, list | tuple):
        message = "must be a list"
        yield path, Mistake(code="set-element", message=message, remedy="write one element an item")
        return
    for index, element in enumerate(elements or ()):
        if not isinstance(element, Mapping):
            message = "an element is not a mapping: Argo CD would generate nothing at all"
            remedy = "write keys and values, for example {name: a}"
            yield (*path, index), Mistake(code="set-element", message=message, remedy=remedy)


def nested_generators(path: DataPath, settings: Mapping[str, Any]) -> Found:
    """Refuse a matrix of other than two generators, and a merge of less than two or without keys."""
    kind, number = path[-1], len(list_at(settings, ("generators",)))
    if kind == "matrix" and number != 2:
        message = f"matrix combines two generators, these are {number}"
        remedy = "nest one matrix inside another"
        yield (*path, "generators"), Mistake(code="set-generator", message=message, remedy=remedy)
    if kind == "merge" and number < 2:
        message = "merge joins two generators or more"
        mistake = Mistake(code="set-generator", message=message, remedy="add one")
        yield (*path, "generators"), mistake
    if kind == "merge" and not settings.get("mergeKeys"):
        message, remedy = "merge needs `mergeKeys`", "name the fields by which items are matched"
        yield (*path, "mergeKeys"), Mistake(code="set-generator", message=message, remedy=remedy)


def strategy(path: DataPath, item: ApplicationSet) -> Found:
    """Refuse a strategy that Argo CD would ignore, so that it would sync all Applications at once.

    Example:
        type: RollingSync
        rollingSync:
          steps: [{matchExpressions: [{key: stage, operator: In, values: [test]}], maxUpdate: 1}]
    """
    path, data = (*path, "strategy"), item.strategy
    if data is None:
        return
    yield from strategy_fields(path, data, "")
    if not isinstance(data, Mapping):
        return
    steps = list_at(data, ("rollingSync", "steps"))
    if data.get("type") == "RollingSync" and not steps:
        message = "RollingSync has no steps: nothing would be synced, or all at once"
        remedy = "add `rollingSync: {steps: […]}`"
        yield path, Mistake(code="set-strategy", message=message, remedy=remedy)
    if data.get("rollingSync") is None:
        return
    path = (*path, "rollingSync")
    yield from strategy_fields(path, data["rollingSync"], "rollingSync")
    for index, step in enumerate(steps):
        place: DataPath = (*path, "steps", index)
        yield from strategy_fields(place, step, "steps")
        for at, expression in enumerate(list_at(step, ("matchExpressions",))):
            inner = (*place, "matchExpressions", at)
            yield from strategy_fields(inner, expression, "matchExpressions")


def strategy_fields(path: DataPath, data: Any, part: str) -> Found:
    """Refuse unknown fields and values in one part of a strategy.

    Args:
        path: The part.
        data: Its value, of any type.
        part: Which part it is: a key of `_STRATEGY`.
    """
    known = _STRATEGY[part]
    if not isinstance(data, Mapping):
        remedy = f"write {', '.join(known)}"
        yield path, Mistake(code="set-strategy", message="must be a mapping", remedy=remedy)
        return
    for key, value in data.items():
        if key not in known:
            message = f"Argo CD knows no {key!r} here"
            remedy = did_you_mean(key, known, f"known: {', '.join(known)}")
        elif key in _CHOICES and value not in _CHOICES[key]:
            message = f"{value!r} is no {key}"
            remedy = f"write one of {', '.join(_CHOICES[key])}"
        else:
            continue
        yield (*path, key), Mistake(code="set-strategy", message=message, remedy=remedy)
