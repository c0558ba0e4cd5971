"""ApplicationSets: the generators, the strategy and the policy of each. `set_templates` has the rules about templates.

What is generated must stay inside the environment, and no accident may empty it. What Argo CD would silently ignore is
refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from argoproject.checks.applications.applications import check_name
from argoproject.checks.applications.differences import ignore_differences
from argoproject.checks.applications.set_generators import check_foreign_text, check_readings
from argoproject.checks.applications.set_templates import check_template, generated_repositories
from argoproject.checks.applications.versions import check_fixed
from argoproject.identity import NAME_LIMIT, application_name
from argoproject.models import ApplicationSet, Finalizer, Generator, GitGenerator, IgnoreDifference
from argoproject.models.application_sets import Step
from argoproject.models.base import key_of
from argoproject.models.validation import did_you_mean
from argoproject.problems import Caution, Mistake, Problem, listed
from argoproject.project.applications import Generation, generated
from argoproject.project.model import Found, Project
from argoproject.upstream.argocd.generators import GENERATORS
from argoproject.yamlfile.reader import DataPath

__all__ = ["check_application_sets"]

_FIELDS = [name for name in Generator.model_fields if key_of(Generator, name) in GENERATORS]
"""The fields of `Generator` that are generators, not `selector`."""

_DEEPEST = 2
"""How many generators a matrix or merge may be nested in. Source: argo-cd v3.5,
pkg/apis/application/v1alpha1/applicationset_types.go, ApplicationSetTerminalGenerator."""


def check_application_sets(project: Project) -> Iterator[Problem]:
    """All rules about the ApplicationSets of an environment."""
    sets = project.settings.application_sets
    for key, item in sets.items():
        yield from project.problems(application_set(project, key, item))
    if sets:
        yield from project.problems(generated_repositories(project), check_readings(project))


def application_set(project: Project, key: str, item: ApplicationSet) -> Found:
    """All rules about one ApplicationSet.

    A name that is derived from a project's too long name is not reported again.
    """
    path: DataPath = ("applicationSets", key)
    if item.name or len(project.names.project) <= NAME_LIMIT:
        name = item.name or application_name(project.names.project, key)
        yield from check_name((*path, "name"), "ApplicationSet", name, NAME_LIMIT)
    if not item.generators:
        message = "the ApplicationSet has no generator"
        remedy = f"add one of {', '.join(GENERATORS)}"
        yield (*path, "generators"), Mistake(code="set-generator", message=message, remedy=remedy)
    for index, generator in enumerate(item.generators):
        yield from check_generator(project, (*path, "generators", index), generator)
    yield from finalizer(path, item)
    yield from check_template(project, path, item)
    yield from check_foreign_text(project, path, item)
    yield from strategy(project, key, path, item)
    yield from ignored_application_differences(project, key, path, item)


def ignored_application_differences(
    project: Project, key: str, path: DataPath, item: ApplicationSet
) -> Found:
    """Refuse `ignoreApplicationDifferences` that ignore nothing, or of Applications that the set does not generate."""
    path = (*path, "ignoreApplicationDifferences")
    fields = item.ignore_application_differences
    as_of_applications = [
        IgnoreDifference(
            group="argoproj.io",
            kind="Application",
            json_pointers=field.json_pointers,
            jq_path_expressions=field.jq_path_expressions,
        )
        for field in fields
    ]
    yield from ignore_differences(path, as_of_applications)
    generation = generated(project).get(key)
    if generation is None or not generation.complete:
        return
    names = [made.name for made in generation.items]
    for at, field in enumerate(fields):
        if field.name is not None and field.name not in names:
            message = f"the ApplicationSet generates no Application {field.name}"
            remedy = did_you_mean(field.name, names, f"known: {listed(names)}")
            mistake = Mistake(code="ignore-nothing", message=message, remedy=remedy)
            yield (*path, at, "name"), mistake


def finalizer(path: DataPath, item: ApplicationSet) -> Found:
    """Refuse a finalizer that contradicts `preserveResourcesOnDeletion`.

    With a finalizer the workloads are deleted although the flag is set. Source: argo-cd v3.5,
    applicationset/utils/utils.go `RenderTemplateParams`.
    """
    keeps, chosen = item.preserve_resources_on_deletion, item.finalizer
    if keeps is None or chosen is None or keeps is (chosen is Finalizer.NONE):
        return
    flag = f"preserveResourcesOnDeletion: {str(keeps).lower()}"
    message = f"`finalizer: {chosen.value}` and `{flag}` contradict each other"
    remedy = (
        "keep `finalizer`: `none` leaves the workloads, `foreground` and `background` delete them"
    )
    yield (*path, "finalizer"), Mistake(code="set-finalizer", message=message, remedy=remedy)


def check_generator(project: Project, path: DataPath, item: Generator, depth: int = 0) -> Found:
    """Refuse a generator that is none, or several, or that Argo CD would drop.

    Args:
        project: The environment.
        path: The generator.
        item: Its value.
        depth: How many generators it is nested in.
    """
    kinds = [kind for kind in _FIELDS if getattr(item, kind) is not None]
    if len(kinds) != 1:
        shown = ", ".join(repr(key_of(Generator, kind)) for kind in kinds) or "nothing"
        message = f"a generator has exactly one of {', '.join(GENERATORS)}; this one has {shown}"
        remedy = "give each list item exactly one generator"
        yield path, Mistake(code="set-generator", message=message, remedy=remedy)
        return
    if item.git is not None:
        yield from git_generator(project, (*path, "git"), item.git)
    if item.list_ is not None:
        yield from empty_elements((*path, "list", "elements"), item.list_.elements)
    for kind, combined in (("matrix", item.matrix), ("merge", item.merge)):
        if combined is None:
            continue
        if depth >= _DEEPEST:
            message = f"Argo CD drops a {kind} that is nested in two others"
            remedy = "generators nest two deep: join the lists, or read them from Git"
            yield (*path, kind), Mistake(code="set-generator", message=message, remedy=remedy)
            continue
        yield from nested_generators((*path, kind), item)
        for index, inner in enumerate(combined.generators):
            yield from check_generator(
                project, (*path, kind, "generators", index), inner, depth + 1
            )


def git_generator(project: Project, path: DataPath, item: GitGenerator) -> Found:
    """Refuse a git generator with both or neither of its lists, or at a revision that moves."""
    if bool(item.directories) is bool(item.files):
        message = "the generator reads either `directories` or `files`"
        yield path, Mistake(code="set-generator", message=message, remedy="write one of them")
    yield from check_fixed(project, (*path, "revision"), item.revision, chart=False)


def empty_elements(path: DataPath, elements: Sequence[object]) -> Found:
    """Refuse elements without values: Argo CD leaves the templates of their Applications unfilled.

    Source: argo-cd v3.5, applicationset/utils/utils.go `RenderTemplateParams`.
    """
    for index, element in enumerate(elements):
        if not element:
            message = "the element has no values: Argo CD would not fill in the template"
            remedy = "write keys and values, for example {name: a}, or remove it"
            yield (*path, index), Mistake(code="set-element", message=message, remedy=remedy)


def nested_generators(path: DataPath, item: Generator) -> Found:
    """Refuse a matrix of other than two generators, and a merge of less than two or without keys."""
    if item.matrix is not None and len(item.matrix.generators) != 2:
        message = (
            f"a matrix combines exactly two generators; this one has {len(item.matrix.generators)}"
        )
        remedy = "nest one matrix inside another"
        yield (*path, "generators"), Mistake(code="set-generator", message=message, remedy=remedy)
    if item.merge is not None and len(item.merge.generators) < 2:
        message = "merge joins two generators or more"
        mistake = Mistake(code="set-generator", message=message, remedy="add one")
        yield (*path, "generators"), mistake
    if item.merge is not None and not item.merge.merge_keys:
        message, remedy = "merge needs `mergeKeys`", "name the fields by which items are matched"
        yield (*path, "mergeKeys"), Mistake(code="set-generator", message=message, remedy=remedy)


def strategy(project: Project, key: str, path: DataPath, item: ApplicationSet) -> Found:
    """Refuse RollingSync without steps, and steps by labels that the template does not have.

    RollingSync switches automated sync off: an Application that is in no step is never synced. Source: argo-cd v3.5,
    applicationset/progressivesync/progressive_sync.go, `buildAppDependencyList`; docs, Progressive Syncs.
    """
    if item.strategy is None or item.strategy.type != "RollingSync":
        return
    steps = item.strategy.rolling_sync.steps if item.strategy.rolling_sync is not None else ()
    path = (*path, "strategy")
    if not steps:
        message = "RollingSync has no steps: Argo CD would sync all Applications at once"
        remedy = "add `rollingSync: {steps: […]}`"
        yield path, Mistake(code="set-strategy", message=message, remedy=remedy)
        return
    labels = item.template.labels if item.template is not None else {}
    complete = True
    for index, step in enumerate(steps):
        for at, expression in enumerate(step.match_expressions):
            if expression.operator == "In" and expression.key not in labels:
                complete = False
                message = (
                    f"the template has no label {expression.key}: the step would update nothing"
                )
                remedy = f"add it, for example `labels: {{{expression.key}: …}}`"
                place = (*path, "rollingSync", "steps", index, "matchExpressions", at, "key")
                yield place, Mistake(code="set-strategy", message=message, remedy=remedy)
    generation = generated(project).get(key)
    if complete and generation is not None and generation.complete:
        yield from members(path, steps, generation)


def members(path: DataPath, steps: Sequence[Step], generation: Generation) -> Found:
    """Refuse steps that select no Application; warn of Applications in no step, or in two.

    Args:
        path: The strategy.
        steps: Its steps.
        generation: All Applications of the set, with their labels.
    """
    names = [item.name for item in generation.items]
    selected: set[int] = set()
    for index, step in enumerate(steps):
        place: DataPath = (*path, "rollingSync", "steps", index)
        found = {at for at, labels in enumerate(generation.labels) if _is_in(step, labels)}
        if names and not found:
            message = "no generated Application has these labels: the step would update nothing"
            remedy = "correct `values`, or the labels of the template"
            yield place, Mistake(code="set-strategy", message=message, remedy=remedy)
        for at in sorted(found & selected)[:1]:
            message = f"{names[at]} is in an earlier step, too, and is updated there"
            remedy = "let the steps exclude each other, for example with NotIn"
            yield place, Caution(code="set-strategy", message=message, remedy=remedy)
        selected |= found
    for name in [name for at, name in enumerate(names) if at not in selected][:1]:
        message = f"{name} is in no step: RollingSync never syncs it"
        remedy = "add a step whose labels it has"
        yield path, Caution(code="set-strategy", message=message, remedy=remedy)


def _is_in(step: Step, labels: Mapping[str, Any]) -> bool:
    """Whether a step selects an Application by its labels. A missing label is none of the values."""
    return all(
        (labels.get(item.key) in item.values) is (item.operator == "In")
        for item in step.match_expressions
    )
