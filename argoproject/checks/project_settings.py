"""What an environment may have besides: sync windows, ApplicationSets, orphans, former names."""

from __future__ import annotations

from collections.abc import Iterator

from argoproject.checks.applications.sets import check_application_sets
from argoproject.checks.applications.sync import seconds
from argoproject.models import SyncWindow
from argoproject.models.validation import nearest
from argoproject.problems import Problem
from argoproject.project.applications import deployed
from argoproject.project.model import Project
from argoproject.upstream.argocd.windows import is_time_zone
from argoproject.upstream.urls import matches
from argoproject.yamlfile.reader import Path

__all__ = ["check"]


def check(project: Project) -> Iterator[Problem]:
    """All these rules."""
    if project.settings.sync_windows:
        yield from _check_windows(project)
    yield from check_application_sets(project)
    yield from _check_orphans(project)
    yield from _check_lists(project)


def _check_windows(project: Project) -> Iterator[Problem]:
    known = [item.key for item in deployed(project)]
    seen: list[SyncWindow] = []
    for index, window in enumerate(project.settings.sync_windows):
        path: Path = ("syncWindows", index)
        if window in seen:
            message = f"the window stands at syncWindows[{seen.index(window)}] already"
            yield project.problem(
                path=path, code="window-twice", message=message, remedy="keep one"
            )
        seen.append(window)
        yield from _check_window(project, path, window, known)


def _check_window(
    project: Project, path: Path, window: SyncWindow, known: list[str]
) -> Iterator[Problem]:
    if not window.applications:
        message = "the window is about no Application"
        remedy = "name Applications by key, or remove `applications` to mean all"
        yield project.problem(
            path=(*path, "applications"), code="window-application", message=message, remedy=remedy
        )
    for index, pattern in enumerate(window.applications):
        if pattern != "*" and not any(matches(pattern, key) for key in known):
            match = nearest(pattern, known)
            remedy = f"did you mean {match}?" if match else f"known: {', '.join(known)}"
            message = f"the environment has no Application {pattern!r}"
            place = (*path, "applications", index)
            yield project.lack(
                path=place, code="window-application", message=message, remedy=remedy
            )
    if window.time_zone is not None and not is_time_zone(window.time_zone):
        message = f"{window.time_zone!r} is not a time zone"
        remedy = "write its name of the IANA database, for example Europe/Madrid"
        yield project.problem(
            path=(*path, "timeZone"), code="time-zone", message=message, remedy=remedy
        )
    if not seconds(window.duration):
        message, remedy = "the window is over when it begins", "write for example 8h"
        yield project.problem(
            path=(*path, "duration"), code="window-duration", message=message, remedy=remedy
        )


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
