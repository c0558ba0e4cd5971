"""Sync windows: kind, schedule, duration, time zone and what they select.

Source: argo-cd v3.5.7, pkg/apis/application/v1alpha1/types.go, `SyncWindow.Validate` and `HashIdentity`.
"""

from __future__ import annotations

import datetime as dt
import re
import zoneinfo
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from cronsim import CronSim, CronSimError

from argoproject.upstream.argocd import Violation
from argoproject.yamlfile.reader import DataPath

__all__ = ["check_windows", "is_duration", "is_schedule", "is_time_zone"]

_DURATION = re.compile(r"(?:[0-9]{1,6}(?:\.[0-9]{1,6})?(?:ms|s|m|h)){1,4}")
"""Durations that fit into Go's, whose longest is 292 years."""

_FIELDS = re.compile(r"(?:[0-9A-Za-z*/?,-]+ +){4}[0-9A-Za-z*/?,-]+")
_ONLY_ELSEWHERE = re.compile(r".*(?: L| LW| [0-9]*[LW] ).*|.* [^ ]*[0-9]*[7L#][^ ]*")
"""Last days, and Sunday as 7: Argo CD's parser (robfig/cron, five fields) does not know them."""

_LISTS = ("applications", "namespaces", "clusters")
_IDENTITY = ("kind", "schedule", "duration", *_LISTS, "timeZone", "andOperator")
"""The fields of `HashIdentity`: two windows that differ only in others, as `manualSync`, are the same window."""


def check_windows(path: DataPath, windows: Sequence[Mapping[str, Any]]) -> Iterator[Violation]:
    """The part of `ValidateProject` about sync windows.

    Args:
        path: The list, from the manifest's root on.
        windows: The windows of an AppProject.
    """
    seen: list[tuple[Any, ...]] = []
    for index, window in enumerate(windows):
        place = (*path, index)
        identity = tuple(window.get(key) or None for key in _IDENTITY)
        if identity in seen:
            yield Violation(place, "window-twice", "the same window is listed twice")
        seen.append(identity)
        yield from check_window(place, window)


def check_window(path: DataPath, window: Mapping[str, Any]) -> Iterator[Violation]:
    """`SyncWindow.Validate`, the limit of the CustomResourceDefinition, and one list of what it selects."""
    if window.get("kind") not in ("allow", "deny"):
        yield Violation((*path, "kind"), "window-kind", "the kind is neither allow nor deny")
    if not is_schedule(str(window.get("schedule", ""))):
        yield Violation(
            (*path, "schedule"), "schedule", "the schedule is not a cron expression of five fields"
        )
    if not is_duration(str(window.get("duration", ""))):
        yield Violation((*path, "duration"), "duration", "the duration is not one like 1h30m")
    if not is_time_zone(str(window.get("timeZone") or "UTC")):
        yield Violation((*path, "timeZone"), "time-zone", "the time zone is unknown")
    if len(str(window.get("description", "")).encode()) > 255:
        yield Violation(
            (*path, "description"), "window-description", "the description is longer than 255 bytes"
        )
    lists = [key for key in _LISTS if window.get(key)]
    if not lists:
        yield Violation(
            path, "window-target", "the window selects no Application, namespace or cluster"
        )
    elif len(lists) > 1 and not window.get("andOperator"):
        message = f"the window selects what matches {' or '.join(lists)}"
        yield Violation(path, "window-operator", message)


@lru_cache(maxsize=256)
def is_duration(text: str) -> bool:
    """Whether Go's `time.ParseDuration` accepts the text, and the duration is not negative: `1h30m`."""
    return _DURATION.fullmatch(text) is not None


@lru_cache(maxsize=256)
def is_schedule(text: str) -> bool:
    """Whether robfig/cron's parser accepts the text, which has five fields: `0 22 * * 5`."""
    if not _FIELDS.fullmatch(text) or _ONLY_ELSEWHERE.fullmatch(text):
        return False
    try:
        CronSim(text.replace("?", "*"), dt.datetime(2024, 1, 1, tzinfo=dt.UTC))
    except CronSimError:
        return False
    return True


@lru_cache(maxsize=256)
def is_time_zone(name: str) -> bool:
    """Whether the IANA database has a time zone: `Europe/Madrid`."""
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
