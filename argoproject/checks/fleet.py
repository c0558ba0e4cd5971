"""Rules across environments: names that two claim or had before, destinations of others, budgets of clusters, stacks.

What an environment leaves behind is here as well: former names, what it keeps when removed, orphaned resources.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from argoproject.checks.applications.applications import RESERVED_KEYS
from argoproject.identity import application_name
from argoproject.models import AllowanceKind, Keep, Lifecycle, NamespaceMode, Platform
from argoproject.problems import Caution, Mistake, Problem, listed
from argoproject.project.access import lasts
from argoproject.project.applications import deployed, generated
from argoproject.project.generators import open_names
from argoproject.project.model import Found, Project
from argoproject.project.repositories import selected
from argoproject.upstream.quantities import amount, long_form
from argoproject.yamlfile.reader import DataPath

__all__ = [
    "Claim",
    "check_budgets",
    "check_destinations",
    "check_former_names",
    "check_lifecycle",
    "check_names",
    "check_open_names",
    "claims",
]


def check_lifecycle(project: Project) -> Iterator[Problem]:
    """Refuse entries of `movedFrom`, `keep` and `orphanedResources.ignore` that have no effect."""
    return project.problems(
        former_names(project), kept(project), orphans(project), awaited(project)
    )


def former_names(project: Project) -> Found:
    """Refuse the project's present name in `movedFrom`, and names that are listed twice.

    The names become aliases of Pulumi resources. Several are possible: one for each rename.
    """
    names = project.settings.moved_from
    for index, name in enumerate(names):
        path: DataPath = ("movedFrom", index)
        if name == project.names.project:
            message = "this is the project's own name"
            yield path, Mistake(code="moved-from-itself", message=message, remedy="remove it")
        elif name in names[:index]:
            message = f"{name} is listed twice"
            yield path, Mistake(code="twice", message=message, remedy="keep one")


def kept(project: Project) -> Found:
    """Refuse entries of `keep` that are listed twice; warn of Applications that stay without their namespace."""
    keep = project.settings.keep
    mode = project.namespace_settings.mode
    owned = project.settings.base is None and mode is not NamespaceMode.EXISTING
    if Keep.APPLICATIONS in keep and Keep.NAMESPACE not in keep and owned:
        message = (
            "the Applications stay, and the namespace is deleted with all that they have deployed"
        )
        caution = Caution("keep-namespace", message, "write `keep: [namespace, applications]`")
        yield ("keep", keep.index(Keep.APPLICATIONS)), caution
    for index, item in enumerate(keep):
        if item in keep[:index]:
            message = f"{item.value} is listed twice"
            yield ("keep", index), Mistake(code="twice", message=message, remedy="keep one")


def awaited(project: Project) -> Found:
    """Warn of a retiring environment whose project Applications of other namespaces may name, as an app-of-apps does.

    Argo CD deletes a project only when no Application names it, and until then Pulumi waits (argo-cd,
    controller/appcontroller.go `finalizeProjectDeletion`).
    """
    names = project.settings.source_namespaces
    if project.settings.lifecycle is Lifecycle.RETIRING and names and not project.settings.keep:
        message = (
            f"Applications in {listed(names)} may name the project {project.names.project}: while one does, Argo CD "
            "does not delete it"
        )
        remedy = "remove them from the repository of the app-of-apps first"
        caution = Caution(code="retiring-awaited", message=message, remedy=remedy)
        yield ("lifecycle",), caution


def orphans(project: Project) -> Found:
    """Refuse entries of `orphanedResources.ignore` that name nothing: they match every kind of the core group.

    Source: argo-cd v3.5, controller/appcontroller.go `isKnownOrphanedResourceExclusion`.
    """
    orphaned = project.settings.orphaned_resources
    for index, item in enumerate(orphaned.ignore if orphaned is not None else ()):
        if not (item.kind or item.group or item.name):
            message = "the entry names nothing"
            remedy = "add `kind`, `group` or `name`"
            mistake = Mistake(code="orphan-empty", message=message, remedy=remedy)
            yield ("orphanedResources", "ignore", index), mistake


def check_former_names(projects: Sequence[Project]) -> Iterator[Problem]:
    """Refuse former names that another environment has today: its objects would become this one's."""
    by_name: dict[str, list[Project]] = defaultdict(list)
    for project in projects:
        by_name[project.names.project].append(project)
    for project in projects:
        for index, name in enumerate(project.settings.moved_from):
            for other in by_name.get(name, ()):
                if other is not project:
                    message = f"{name} is the project of the environment {other.identity}"
                    remedy = (
                        "remove this entry: only names that no environment has any more belong here"
                    )
                    mistake = Mistake(code="moved-from-existing", message=message, remedy=remedy)
                    yield project.placed(("movedFrom", index), mistake)


Claim = tuple[str, str, str]
"""What is claimed: where, what kind, which name. For example `("eu-1", "namespace", "blue-shop-prod")`."""

_ARGO_CD = "Argo CD"


def claims(project: Project) -> Iterator[tuple[Claim, DataPath]]:
    """The names that an environment takes for itself, each with the field that would change it."""
    identity, names = project.identity, project.names
    yield (identity.cluster, "namespace", names.namespace), ("namespace", "name")
    yield (_ARGO_CD, "project", names.project), ("name",)
    for item in deployed(project):
        if item.path[0] != "applications" or item.key not in RESERVED_KEYS:  # refused by itself
            yield (_ARGO_CD, "Application", item.name), (*item.path, "name")
    for key, settings in project.settings.application_sets.items():
        name = settings.name or application_name(names.project, key)
        yield (_ARGO_CD, "ApplicationSet", name), ("applicationSets", key, "name")
    for generation in generated(project).values():
        # Two Applications of one set with the same name are refused with the set.
        for item in {item.name: item for item in generation.items}.values():
            yield (_ARGO_CD, "Application", item.name), (*item.path, "name")
    for repository in selected(project):
        name = f"{names.project}-{repository.key}"
        yield (_ARGO_CD, "repository Secret", name), repository.path


def check_names(projects: Sequence[Project]) -> Iterator[Problem]:
    """Refuse names that are claimed twice, at each claimant. Linear in the number of names.

    Names are made of several parts, so two environments can have the same without intending it:

        team blue, product shop-web, environment prod    namespace blue-shop-web-prod
        team blue-shop, product web, environment prod    namespace blue-shop-web-prod
    """
    claimed: dict[Claim, list[tuple[Project, DataPath]]] = defaultdict(list)
    for project in projects:
        for claim, path in claims(project):
            claimed[claim].append((project, path))
    for (where, kind, name), owners in claimed.items():
        if len(owners) < 2:
            continue
        place = "" if where == _ARGO_CD else f" on cluster {where}"
        for project, path in owners:
            others = sorted({str(other.identity) for other, _ in owners if other is not project})
            by = (
                f"also claimed by {', '.join(others)}"
                if others
                else "claimed twice by this environment"
            )
            field = ".".join(map(str, path))
            message = f"the {kind} {name}{place} is {by}"
            remedy = f"set another `{field}` in one of them"
            yield project.problem(path=path, code="name-collision", message=message, remedy=remedy)


def check_open_names(projects: Sequence[Project]) -> Iterator[Problem]:
    """Refuse names that others choose where they begin like those of an Application, of any environment.

    The names of a set of pull requests begin with `<project>-pr-`. They could be those of an Application
    `<project>-pr-gateway`, or of another set with `<project>-pr-x-`: one would replace the other.
    """
    sets: list[tuple[str, Project, str]] = [
        (f"{project.names.project}-{prefix}", project, key)
        for project in projects
        for key, prefix in open_names(project)
        if prefix
    ]
    names: list[tuple[str, Project, str]] = []
    for project in projects if sets else ():
        names += [
            (name, project, str(path[1]) if path[0] == "applicationSets" else "")
            for (_, kind, name), path in claims(project)
            if kind == "Application"
        ]
    names = sorted([*names, *sets], key=lambda item: item[0])
    for start, project, key in sets:
        first = bisect_left(names, start, key=lambda item: item[0])
        for name, other, of_set in names[first:]:
            if not name.startswith(start):
                break
            if other is not project or of_set != key:
                message = f"the names begin with {start}, as {name} of {other.identity} does"
                remedy = "begin the name with a word of its own, for example `pr-{{ .number }}`"
                path = ("applicationSets", key, "template", "name")
                mistake = Mistake(code="name-collision", message=message, remedy=remedy)
                yield project.placed(path, mistake)
                break


def check_destinations(projects: Sequence[Project], today: dt.date) -> Iterator[Problem]:
    """Refuse an `allow` for the namespace of another environment, of any team.

    The other environment's guardrails do not apply to what is deployed from here.
    """
    owners: dict[str, list[Project]] = defaultdict(list)
    for project in projects:
        owners[f"{project.identity.cluster}/{project.names.namespace}"].append(project)
    for project in projects:
        for index, item in enumerate(project.settings.allow):
            if item.kind is not AllowanceKind.DESTINATION or not lasts(item, today):
                continue
            for other in owners.get(item.value, ()):
                if other is not project:
                    yield project.problem(
                        path=("allow", index, "value"),
                        code="destination-of-other-environment",
                        message=f"the namespace is that of the environment {other.identity}",
                        remedy="remove this entry; "
                        f"what belongs there is deployed by {other.identity} itself",
                    )


def check_budgets(platform: Platform, projects: Iterable[Project]) -> Found:
    """Warn about clusters whose quotas together exceed the budget. Not all of a quota is used at once."""
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for project in projects:
        namespace = project.namespace_settings
        for resource, quantity in namespace.limited().items():
            sums[project.identity.cluster, resource] += amount(quantity)
    for name, cluster in platform.clusters.items():
        for resource, budget in cluster.budget.items():
            total = sums[name, long_form(resource)]
            if total > amount(budget):
                path: DataPath = ("clusters", name, "budget", resource)
                message = (
                    f"the quotas of all environments ask for {total.normalize():f} {resource}, "
                    f"the cluster has {budget}"
                )
                remedy = "lower quotas, or enlarge the cluster"
                yield path, Caution(code="over-budget", message=message, remedy=remedy)
