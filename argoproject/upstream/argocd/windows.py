"""Sync windows: kind, schedule, duration, time zone and what they select.

Source: argo-cd v3.5.7, pkg/apis/application/v1alpha1/types.go, `SyncWindow.Validate` and `HashIdentity`.
"""

from __future__ import annotations

import datetime as dt
import re
import zoneinfo
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

from cronsim import CronSim, CronSimError

from argoproject.upstream.argocd import Violation
from argoproject.yamlfile.reader import DataPath

__all__ = ["check_windows", "is_duration", "is_schedule", "is_time_zone", "seconds"]

_DURATION_PART = re.compile(r"([0-9]+(?:\.[0-9]+)?)(ms|s|m|h)")
_UNITS = {"ms": Decimal("0.001"), "s": Decimal(1), "m": Decimal(60), "h": Decimal(3600)}
_LONGEST = Decimal(2**63 - 1) / 10**9
"""`time.ParseDuration` counts nanoseconds in 64 bits: at most 292 years, here in seconds."""

_FIELDS = re.compile(r"(?:[0-9A-Za-z*/?,-]+ +){4}[0-9A-Za-z*/?,-]+")
_NOT_IN_ROBFIG = re.compile(r".*(?: L| LW| [0-9]*[LW] ).*|.* [^ ]*[0-9]*[7L#][^ ]*")
"""What cronsim accepts and Argo CD's parser (robfig/cron, five fields) does not: last days (`L`, `LW`), the n-th
weekday (`#`), and Sunday as 7."""

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
        yield Violation(
            (*path, "duration"), "duration", "the duration is not in Go's notation, such as 1h30m"
        )
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
    """Whether Go's `time.ParseDuration` accepts the text, and the duration is not negative: `1h30m`.

    Refused are also units below a millisecond, and texts of more than 64 characters.
    """
    rest = _DURATION_PART.sub("", text)
    return bool(text) and not rest and len(text) <= 64 and seconds(text) <= _LONGEST


def seconds(duration: str) -> Decimal:
    """A duration of Go's notation in seconds: `seconds("1h30m")` is 5400."""
    parts = _DURATION_PART.findall(duration)
    return sum((Decimal(number) * _UNITS[unit] for number, unit in parts), Decimal(0))


@lru_cache(maxsize=256)
def is_schedule(text: str) -> bool:
    """Whether robfig/cron's parser accepts the text, which has five fields: `0 22 * * 5`."""
    if not _FIELDS.fullmatch(text) or _NOT_IN_ROBFIG.fullmatch(text):
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
