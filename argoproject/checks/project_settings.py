"""What an environment may have besides: sync windows, ApplicationSets, orphans, former names."""

from __future__ import annotations

from collections.abc import Iterator

from argoproject.checks.applications.sets import check_application_sets
from argoproject.checks.applications.sync import check_sync_windows
from argoproject.problems import Problem
from argoproject.project.model import Project
from argoproject.yamlfile.reader import Path

__all__ = ["check"]


def check(project: Project) -> Iterator[Problem]:
    """All these rules."""
    yield from check_sync_windows(project)
    yield from check_application_sets(project)
    yield from _check_orphans(project)
    yield from _check_lists(project)


def _check_orphans(project: Project) -> Iterator[Problem]:
    orphaned = project.settings.orphaned_resources
    for index, item in enumerate(orphaned.ignore if orphaned is not None else ()):
        if not (item.kind or item.group or item.name):
            message = "the entry names nothing"
            path: Path = ("orphanedResources", "ignore", index)
            yield project.problem(
                path=path,
                code="orphan-empty",
                message=message,
                remedy="add `kind`, `group` or `name`",
            )


def _check_lists(project: Project) -> Iterator[Problem]:
    settings = project.settings
    for index, name in enumerate(settings.moved_from):
        path: Path = ("movedFrom", index)
        if name == project.names.project:
            message, remedy = "this is the project's own name", "remove it"
            yield project.problem(
                path=path, code="moved-from-itself", message=message, remedy=remedy
            )
        elif name in settings.moved_from[:index]:
            yield project.problem(
                path=path, code="twice", message=f"{name} stands here twice", remedy="keep one"
            )
    for index, kept in enumerate(settings.keep):
        if kept in settings.keep[:index]:
            message = f"{kept.value} stands here twice"
            yield project.problem(
                path=("keep", index), code="twice", message=message, remedy="keep one"
            )
