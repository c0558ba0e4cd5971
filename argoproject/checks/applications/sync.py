"""How Applications sync: policies, options, differences, and fields that other writers own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from argoproject.models import OnConflict, SyncPolicy, WaitUntil
from argoproject.models.applications import IgnoreDifference, Retry
from argoproject.models.validation import nearest
from argoproject.problems import Problem, Severity
from argoproject.project.applications import Deployed
from argoproject.project.model import Project
from argoproject.yamlfile.reader import Path

__all__ = ["check_sync", "check_sync_policy", "seconds"]

SYNC_OPTIONS: dict[str, tuple[str, ...]] = {
    "ApplyOutOfSyncOnly": ("true", "false"),
    "ClientSideApplyMigration": ("true", "false"),
    "Delete": ("true", "false", "confirm"),
    "FailOnSharedResource": ("true", "false"),
    "Force": ("true", "false"),
    "Prune": ("true", "false", "confirm"),
    "PruneLast": ("true", "false"),
    "PrunePropagationPolicy": ("background", "foreground", "orphan"),
    "Replace": ("true", "false"),
    "RespectIgnoreDifferences": ("true", "false"),
    "ServerSideApply": ("true", "false"),
    "SkipDryRunOnMissingResource": ("true", "false"),
    "Validate": ("true", "false"),
}
"""Options and their values. Source: argo-cd v3.5, docs/user-guide/sync-options.md."""

_SPEC_FIELDS = (
    "source",
    "sources",
    "syncPolicy",
    "ignoreDifferences",
    "info",
    "revisionHistoryLimit",
)
"""Fields of an Application's spec that may be left to another writer: not its project and destination."""

_FIELD = re.compile(r"([A-Za-z]+)(?:\[([0-9]+)\])?(?:\.[A-Za-z0-9_-]+(?:\[[0-9]+\])*)*")
_DURATION = re.compile(r"([0-9]+(?:\.[0-9]+)?)(ms|s|m|h)")
_UNITS = {
    "ms": Decimal("0.001"),
    "s": Decimal(1),
    "m": Decimal(60),
    "h": Decimal(3600),
}


def check_sync(project: Project, item: Deployed) -> Iterator[Problem]:
    """All that one Application says about its syncs."""
    application, path = item.application, item.path
    if application.sync_policy is not None:
        yield from check_sync_policy(project, (*path, "syncPolicy"), application.sync_policy)
    if application.wait_until is WaitUntil.HEALTHY:
        yield from _check_wait(project, item)
    if item.retiring and application.on_conflict is OnConflict.FORCE:
        message = "the Application is retiring: it need not take fields over any more"
        problem = project.problem(
            path=(*path, "onConflict"), code="retiring-force", message=message, remedy="remove it"
        )
        yield replace(problem, severity=Severity.WARNING)
    if application.revision_history_limit is not None and application.revision_history_limit < 0:
        message, remedy = "the limit is below 0", "write 0 or more"
        yield project.problem(
            path=(*path, "revisionHistoryLimit"),
            code="history-limit",
            message=message,
            remedy=remedy,
        )
    for index, difference in enumerate(application.ignore_differences):
        yield from _check_difference(project, (*path, "ignoreDifferences", index), difference)
    for index, field in enumerate(application.managed_elsewhere):
        yield from _check_managed(project, item, (*path, "managedElsewhere", index), field)


def check_sync_policy(project: Project, path: Path, policy: SyncPolicy) -> Iterator[Problem]:
    """A sync policy, of an Application or of an ApplicationSet's template."""
    automated = policy.automated
    if automated is not None and automated.allow_empty and automated.prune:
        message = "an empty source would delete everything: `allowEmpty` stands beside `prune`"
        remedy = "remove `allowEmpty`; to empty an Application, retire it"
        yield project.problem(
            path=(*path, "automated", "allowEmpty"),
            code="allow-empty",
            message=message,
            remedy=remedy,
        )
    seen: set[str] = set()
    for index, option in enumerate(policy.sync_options):
        yield from _check_option(project, (*path, "syncOptions", index), option, seen)
    if policy.retry is not None:
        yield from _check_retry(project, (*path, "retry"), policy.retry)


def seconds(duration: str) -> Decimal:
    """A duration in seconds: `seconds("1h30m")` is 5400."""
    parts = _DURATION.findall(duration)
    return sum((Decimal(number) * _UNITS[unit] for number, unit in parts), Decimal(0))


def _check_wait(project: Project, item: Deployed) -> Iterator[Problem]:
    path = (*item.path, "waitUntil")
    policy = item.application.sync_policy
    automated = policy.automated if policy else None
    if item.retiring:
        message = "the Application is retiring: waiting for it would hold its removal up"
        yield project.problem(
            path=path, code="retiring-wait", message=message, remedy="write `waitUntil: created`"
        )
    elif automated is None or automated.enabled is False:
        message = "without automated sync it becomes healthy only after somebody has synced it"
        remedy = "add `syncPolicy: {automated: {}}`, or write `waitUntil: created`"
        problem = project.problem(
            path=path, code="wait-without-sync", message=message, remedy=remedy
        )
        yield replace(problem, severity=Severity.WARNING)


def _check_option(project: Project, path: Path, option: str, seen: set[str]) -> Iterator[Problem]:
    name, _, value = option.partition("=")
    if name in seen:
        yield project.problem(
            path=path, code="sync-option", message=f"{name} stands here twice", remedy="keep one"
        )
    seen.add(name)
    if name == "CreateNamespace":
        message = "the platform makes the namespace, with its guards"
        yield project.problem(
            path=path, code="create-namespace", message=message, remedy="remove the option"
        )
    elif name not in SYNC_OPTIONS:
        match = nearest(name, SYNC_OPTIONS)
        remedy = f"did you mean {match}?" if match else f"known: {', '.join(SYNC_OPTIONS)}"
        yield project.problem(
            path=path, code="sync-option", message=f"{name!r} is not a sync option", remedy=remedy
        )
    elif value not in SYNC_OPTIONS[name]:
        choices = ", ".join(f"{name}={choice}" for choice in SYNC_OPTIONS[name])
        message = f"{name} has no value {value!r}" if value else f"{name} has no value"
        yield project.problem(
            path=path, code="sync-option", message=message, remedy=f"write one of {choices}"
        )


def _check_retry(project: Project, path: Path, retry: Retry) -> Iterator[Problem]:
    if retry.limit is not None and retry.limit < -1:
        message = f"the limit is {retry.limit}"
        yield project.problem(
            path=(*path, "limit"),
            code="retry-limit",
            message=message,
            remedy="write 0 or more, or -1 for ever",
        )
    backoff = retry.backoff
    if backoff is None:
        return
    path = (*path, "backoff")
    if backoff.factor is not None and backoff.factor < 1:
        message = f"the factor is {backoff.factor}: pauses would shrink to nothing"
        yield project.problem(
            path=(*path, "factor"), code="retry-factor", message=message, remedy="write 1 or more"
        )
    if (
        backoff.duration
        and backoff.max_duration
        and seconds(backoff.duration) > seconds(backoff.max_duration)
    ):
        message = f"the first pause, {backoff.duration}, is longer than the longest, {backoff.max_duration}"
        remedy = "shorten `duration`, or lengthen `maxDuration`"
        yield project.problem(
            path=(*path, "duration"), code="retry-duration", message=message, remedy=remedy
        )


def _check_difference(
    project: Project, path: Path, difference: IgnoreDifference
) -> Iterator[Problem]:
    if not (
        difference.json_pointers
        or difference.jq_path_expressions
        or difference.managed_fields_managers
    ):
        message = "no field is named: nothing would be ignored"
        remedy = "add jsonPointers, jqPathExpressions or managedFieldsManagers"
        yield project.problem(path=path, code="ignore-nothing", message=message, remedy=remedy)
    for index, pointer in enumerate(difference.json_pointers):
        if not pointer.startswith("/"):
            message = f"{pointer!r} is not a JSON pointer"
            place = (*path, "jsonPointers", index)
            remedy = "begin with `/`, as in /spec/replicas"
            yield project.problem(path=place, code="json-pointer", message=message, remedy=remedy)


def _check_managed(project: Project, item: Deployed, path: Path, field: str) -> Iterator[Problem]:
    match = _FIELD.fullmatch(field)
    if match is None:
        remedy = "write for example source.targetRevision or sources[0].helm.parameters"
        yield project.problem(
            path=path, code="managed-field", message=f"{field!r} is not a field", remedy=remedy
        )
        return
    first, index = match[1], match[2]
    other = {"source": "sources", "sources": "source"}.get(first)
    if first not in _SPEC_FIELDS:
        guess = nearest(first, _SPEC_FIELDS)
        remedy = f"did you mean {guess}?" if guess else f"begin with {', '.join(_SPEC_FIELDS)}"
        message = f"an Application's spec has no {first!r} that may be left to another writer"
        yield project.problem(path=path, code="managed-field", message=message, remedy=remedy)
    elif other and (first == "source") is not (item.application.source is not None):
        message = f"the Application has `{other}`, not `{first}`"
        yield project.problem(
            path=path, code="managed-field", message=message, remedy=f"begin with {other}"
        )
    elif first == "sources" and index is not None and int(index) >= len(item.sources):
        message = f"the Application has {len(item.sources)} sources; the first is sources[0]"
        yield project.problem(
            path=path, code="managed-field", message=message, remedy="correct the number"
        )
