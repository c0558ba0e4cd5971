"""How and when Applications sync: policies, options, windows, differences, and fields that other writers own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from argoproject.checks.applications.differences import ignore_differences
from argoproject.models import (
    AllowanceKind,
    OnConflict,
    SyncPolicy,
    SyncWindow,
    WaitUntil,
)
from argoproject.models.validation import did_you_mean
from argoproject.problems import Caution, Lack, Mistake, Problem
from argoproject.project.applications import Deployed, deployed, generated_names
from argoproject.project.model import Found, Project
from argoproject.upstream.argocd.settings import SYNC_OPTIONS, minor_of
from argoproject.upstream.argocd.windows import is_time_zone, seconds
from argoproject.upstream.urls import matches
from argoproject.yamlfile.reader import DataPath

__all__ = [
    "check_set_patterns",
    "check_sync",
    "check_sync_policy",
    "check_sync_windows",
    "empty_source_allowances",
]

_SPEC_FIELDS = (
    "source",
    "sources",
    "sourceHydrator",
    "syncPolicy",
    "ignoreDifferences",
    "info",
    "revisionHistoryLimit",
)
"""Fields of an Application's spec that another writer may own: not its project and destination."""

_ANNOTATION = "argocd.argoproj.io/sync-options"
_FIELD = re.compile(r"([A-Za-z]+)(?:\[([0-9]+)\])?(?:\.[A-Za-z0-9_-]+(?:\[[0-9]+\])*)*")


def check_sync(project: Project, item: Deployed) -> Found:
    """All rules about what one Application sets about its syncs."""
    application, path = item.application, item.path
    yield from wait_until(item)
    if item.retiring and application.on_conflict is OnConflict.FORCE:
        message = "the Application is retiring: it need not take over fields any more"
        caution = Caution(code="retiring-force", message=message, remedy="remove it")
        yield (*path, "onConflict"), caution
    if application.sync_policy is not None:
        policy = (*path, "syncPolicy")
        yield from check_sync_policy(project, policy, application.sync_policy)
    if application.revision_history_limit is not None and application.revision_history_limit < 0:
        message, remedy = "the limit is below 0", "write 0 or more"
        mistake = Mistake(code="history-limit", message=message, remedy=remedy)
        yield (*path, "revisionHistoryLimit"), mistake
    differences = (*path, "ignoreDifferences")
    yield from ignore_differences(differences, application.ignore_differences)
    yield from managed_elsewhere(item)


def check_sync_policy(project: Project, path: DataPath, policy: SyncPolicy) -> Found:
    """All rules about a sync policy, of an Application or of an ApplicationSet's template.

    Args:
        project: The environment.
        path: The field `syncPolicy`.
        policy: Its value.
    """
    automated = policy.automated
    allow = project.settings.allow
    key = str(path[1] if path[0] in ("applications", "applicationSets") else path[0])
    named = {item.value for item in allow if item.kind is AllowanceKind.EMPTY_SOURCE}
    emptied = automated is not None and automated.allow_empty and automated.prune
    if emptied and key not in named:
        message = (
            "an empty source would delete everything: `allowEmpty` is set together with `prune`"
        )
        remedy = (
            "remove `allowEmpty`, or add it to `allow` if the source may be empty: "
            f"{{kind: emptySource, value: {key}, reason: …}}"
        )
        mistake = Mistake(code="allow-empty", message=message, remedy=remedy)
        yield (*path, "automated", "allowEmpty"), mistake
    yield from sync_options(project, (*path, "syncOptions"), policy)
    yield from retry_limits((*path, "retry"), policy)


def check_sync_windows(project: Project) -> Iterator[Problem]:
    """Refuse sync windows that are written twice, select no Application, have no duration or an unknown time zone."""
    known = [item.key for item in deployed(project)]
    sets = [key for key in project.settings.application_sets if key not in known]
    windows = project.settings.sync_windows
    for index, window in enumerate(windows):
        path: DataPath = ("syncWindows", index)
        found = sync_window(path, window, windows.index(window), known, sets)
        yield from project.problems(found, check_set_patterns(project, path, window.applications))


def check_set_patterns(project: Project, path: DataPath, keys: Sequence[str]) -> Found:
    """Refuse the key of an ApplicationSet for whose Applications no pattern of names exists.

    Windows and permissions select Applications by name. A set whose names only Argo CD knows is selected by a pattern,
    which must not match other Applications.

    Args:
        project: The environment.
        path: What has the field `applications`, a window or a permission.
        keys: Its value.
    """
    sets = project.settings.application_sets
    applications = [item.key for item in deployed(project)] if sets else []
    for index, key in enumerate(keys):
        of_set = key in sets and key not in applications
        if of_set and not generated_names(project, key):
            message = f"no pattern of names matches only what the ApplicationSet {key} generates"
            remedy = "let the `name` of its template begin with a word of its own, before any `{{`"
            place = (*path, "applications", index)
            yield place, Mistake(code="set-names", message=message, remedy=remedy)


def empty_source_allowances(project: Project) -> Found:
    """Refuse an `allow` of the kind emptySource that names no Application and no ApplicationSet."""
    known = [*(item.key for item in deployed(project)), *project.settings.application_sets]
    for index, item in enumerate(project.settings.allow):
        if item.kind is AllowanceKind.EMPTY_SOURCE and item.value not in known:
            message = f"the environment has no Application or ApplicationSet {item.value!r}"
            remedy = did_you_mean(item.value, known, f"known: {', '.join(known)}")
            lack = Lack(code="unknown-application", message=message, remedy=remedy)
            yield ("allow", index, "value"), lack


def sync_window(
    path: DataPath, window: SyncWindow, first: int, known: Sequence[str], sets: Sequence[str]
) -> Found:
    """Refuse a window that lasts no time, has an unknown time zone, selects nothing, or repeats an earlier one.

    Args:
        path: The window.
        window: Its value.
        first: The index of the first equal window; its own where there is none before.
        known: The keys of the environment's Applications.
        sets: The keys of its ApplicationSets.
    """
    yield from window_applications((*path, "applications"), window, known, sets)
    if first != path[-1]:
        message = f"syncWindows[{first}] is the same window"
        yield path, Mistake(code="window-twice", message=message, remedy="keep one")
    if window.time_zone is not None and not is_time_zone(window.time_zone):
        message = f"{window.time_zone!r} is not a time zone"
        remedy = "write its name of the IANA database, for example Europe/Madrid"
        yield (*path, "timeZone"), Mistake(code="time-zone", message=message, remedy=remedy)
    if not seconds(window.duration):
        message, remedy = "the window ends when it begins", "write for example 8h"
        yield (*path, "duration"), Mistake(code="window-duration", message=message, remedy=remedy)


def window_applications(
    path: DataPath, window: SyncWindow, known: Sequence[str], sets: Sequence[str]
) -> Found:
    """Refuse a window for no Application, and patterns that match none.

    Args:
        path: The window's field `applications`.
        window: The window.
        known: The keys of the environment's Applications.
        sets: The keys of its ApplicationSets, which patterns do not match.
    """
    if not window.applications:
        message = "the window selects no Application"
        remedy = "name Applications by key, or remove `applications` to select all"
        yield path, Mistake(code="window-application", message=message, remedy=remedy)
    for index, pattern in enumerate(window.applications):
        if (
            pattern != "*"
            and pattern not in sets
            and not any(matches(pattern, key) for key in known)
        ):
            remedy = did_you_mean(pattern, [*known, *sets], f"known: {', '.join((*known, *sets))}")
            message = f"the environment has no Application {pattern!r}"
            yield (*path, index), Lack(code="window-application", message=message, remedy=remedy)


def wait_until(item: Deployed) -> Found:
    """Refuse to wait for an Application that is retiring; warn of one that becomes healthy only after a manual sync.

    The next Application is not created before that sync.
    """
    if item.application.wait_until is not WaitUntil.HEALTHY:
        return
    path = (*item.path, "waitUntil")
    policy = item.application.sync_policy
    automated = policy.automated if policy else None
    if item.retiring:
        message = "the Application is retiring: waiting for it would delay its removal"
        remedy = "write `waitUntil: created`"
        yield path, Mistake(code="retiring-wait", message=message, remedy=remedy)
    elif automated is None or automated.enabled is False:
        message = "without automated sync it becomes healthy only after a manual sync"
        remedy = "add `syncPolicy: {automated: {}}`, or write `waitUntil: created`"
        yield path, Caution(code="wait-without-sync", message=message, remedy=remedy)


def sync_options(project: Project, path: DataPath, policy: SyncPolicy) -> Found:
    """Refuse sync options that Argo CD ignores, those that are listed twice, and `CreateNamespace`.

    Argo CD ignores an unknown option or value silently: with `ServerSideAply=true` it would apply on the client's side.
    `CreateNamespace=true` would make a namespace without guards, and with labels that the tenant chooses.
    """
    version = project.platform.argocd.version
    minor = minor_of(version)
    seen: set[str] = set()
    for index, option in enumerate(policy.sync_options):
        name, _, value = option.partition("=")
        known = SYNC_OPTIONS.get(name)
        code = "sync-option"
        if name in seen:
            message = f"{name} is listed twice"
            yield (*path, index), Mistake(code=code, message=message, remedy="keep one")
        seen.add(name)
        if name == "CreateNamespace":
            code, remedy = "create-namespace", "remove the option"
            message = "the platform makes the namespace, with its guards"
        elif known is None:
            remedy = did_you_mean(name, SYNC_OPTIONS, f"known: {', '.join(SYNC_OPTIONS)}")
            message = f"{name!r} is not a sync option"
        elif value not in known.values:
            choices = ", ".join(f"{name}={choice}" for choice in known.values)
            message = f"{name} has no value {value!r}" if value else f"{name} has no value"
            remedy = f"write one of {choices}"
        elif known.since is None:
            message = f"Argo CD does not read {name} of an Application: it would be ignored"
            remedy = (
                f"remove it, and annotate the objects that need it: {_ANNOTATION}: {option}"
                f"{known.also}"
            )
        elif minor is not None and minor < known.since and value != known.values[0]:
            message = (
                f"Argo CD reads {name} of an Application since 3.{known.since}, platform.yaml sets {version}: it "
                f"would be ignored{known.harm}"
            )
            remedy = (
                f"annotate the objects instead, {_ANNOTATION}: {option}, or ask the platform team to update "
                "Argo CD"
            )
        else:
            continue
        yield (*path, index), Mistake(code=code, message=message, remedy=remedy)


def retry_limits(path: DataPath, policy: SyncPolicy) -> Found:
    """Refuse limits below -1 (no limit), factors that shrink the pause, and a first pause above the longest; warn of a
    missing limit, which is 0.

    Source: argo-cd v3.5, types.go, `RetryStrategy.NextRetryAt`: the pause is `duration * factor ** retries`, at
    most `maxDuration`; controller/appcontroller.go `autoSync`: without `retry` the limit is 5.
    """
    if policy.retry is None:
        return
    limit, backoff = policy.retry.limit, policy.retry.backoff
    if limit is None:
        message = "without `limit` Argo CD does not retry at all"
        remedy = (
            "write `limit: 5`, as Argo CD has it without `retry`, or `limit: 0` where that is meant"
        )
        yield path, Caution(code="retry-limit", message=message, remedy=remedy)
    if limit is not None and limit < -1:
        message = f"the limit is {limit}"
        remedy = "write 0 or more, or -1 for no limit"
        yield (*path, "limit"), Mistake(code="retry-limit", message=message, remedy=remedy)
    if backoff is None:
        return
    path = (*path, "backoff")
    if backoff.factor is not None and backoff.factor < 1:
        message = f"the factor is {backoff.factor}: pauses would shrink to nothing"
        remedy = "write 1 or more"
        yield (*path, "factor"), Mistake(code="retry-factor", message=message, remedy=remedy)
    first, longest = backoff.duration, backoff.max_duration
    if first and longest and seconds(first) > seconds(longest):
        message = f"the first pause, {first}, is longer than the longest, {longest}"
        remedy = "shorten `duration`, or lengthen `maxDuration`"
        yield (*path, "duration"), Mistake(code="retry-duration", message=message, remedy=remedy)


def managed_elsewhere(item: Deployed) -> Found:
    """Refuse fields that Pulumi cannot leave to another writer.

    A field is written as `source.targetRevision` or `sources[0].helm.parameters`, from an Application's spec on.
    """
    for at, field in enumerate(item.application.managed_elsewhere):
        match = _FIELD.fullmatch(field)
        first, index = (match[1], match[2]) if match is not None else ("", None)
        other = {"source": "sources", "sources": "source"}.get(first)
        if match is None:
            message = f"{field!r} is not a field"
            remedy = "write for example source.targetRevision or sources[0].helm.parameters"
        elif first not in _SPEC_FIELDS:
            remedy = did_you_mean(first, _SPEC_FIELDS, f"begin with {', '.join(_SPEC_FIELDS)}")
            message = f"an Application's spec has no {first!r} that may be left to another writer"
        elif (
            other
            and item.hydrator is None
            and (first == "source") is not (item.application.source is not None)
        ):
            message = f"the Application has `{other}`, not `{first}`"
            remedy = f"begin with {other}"
        elif first == "sources" and index is not None and int(index) >= len(item.sources):
            message = f"the Application has {len(item.sources)} sources; the first is sources[0]"
            remedy = "correct the number"
        else:
            continue
        path = (*item.path, "managedElsewhere", at)
        yield path, Mistake(code="managed-field", message=message, remedy=remedy)
