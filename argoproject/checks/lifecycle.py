"""What an environment leaves behind: former names, what it keeps when removed, resources of no Application."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from argoproject.problems import Problem
from argoproject.project.model import Project
from argoproject.yamlfile.reader import Path

__all__ = ["check", "check_fleet"]


def check(project: Project) -> Iterator[Problem]:
    """Refuse entries of `movedFrom`, `keep` and `orphanedResources.ignore` that have no effect."""
    for rule in RULES:
        yield from rule(project)


def former_names(project: Project) -> Iterator[Problem]:
    """Refuse the project's present name in `movedFrom`, and names that are listed twice.

    The names become aliases of Pulumi resources. Several are possible: one for each rename.
    """
    names = project.settings.moved_from
    for index, name in enumerate(names):
        path: Path = ("movedFrom", index)
        if name == project.names.project:
            message = "this is the project's own name"
            yield project.problem(
                path=path, code="moved-from-itself", message=message, remedy="remove it"
            )
        elif name in names[:index]:
            message = f"{name} is listed twice"
            yield project.problem(path=path, code="twice", message=message, remedy="keep one")


def kept(project: Project) -> Iterator[Problem]:
    """Refuse entries of `keep` that are listed twice."""
    keep = project.settings.keep
    for index, item in enumerate(keep):
        if item in keep[:index]:
            yield project.problem(
                path=("keep", index),
                code="twice",
                message=f"{item.value} is listed twice",
                remedy="keep one",
            )


def orphans(project: Project) -> Iterator[Problem]:
    """Refuse entries of `orphanedResources.ignore` that name nothing: they match every kind of the core group.

    Source: argo-cd v3.5, controller/appcontroller.go `isKnownOrphanedResourceExclusion`.
    """
    orphaned = project.settings.orphaned_resources
    for index, item in enumerate(orphaned.ignore if orphaned is not None else ()):
        if not (item.kind or item.group or item.name):
            yield project.problem(
                path=("orphanedResources", "ignore", index),
                code="orphan-empty",
                message="the entry names nothing",
                remedy="add `kind`, `group` or `name`",
            )


RULES = (former_names, kept, orphans)


def check_fleet(projects: Sequence[Project]) -> Iterator[Problem]:
    """Refuse former names that another environment has today: its objects would become this one's."""
    by_name: dict[str, list[Project]] = defaultdict(list)
    for project in projects:
        by_name[project.names.project].append(project)
    for project in projects:
        for index, name in enumerate(project.settings.moved_from):
            for other in by_name.get(name, ()):
                if other is not project:
                    yield project.problem(
                        path=("movedFrom", index),
                        code="moved-from-existing",
                        message=f"{name} is the project of the environment {other.identity}",
                        remedy="remove this entry: only names that no environment has any more belong here",
                    )
