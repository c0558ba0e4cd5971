"""The result of `status`: the state of environments in Argo CD, as text, JSON and Markdown."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from argoproject.fleet.status import ApplicationStatus, EnvironmentStatus
from argoproject.output.text import code_cell, columns, plain, table, unbroken, wrapped
from argoproject.problems import counted, listed
from argoproject.project.applications import short

__all__ = ["WRITERS", "summary"]

_TITLES = ("APPLICATION", "SYNC", "HEALTH", "WANTED (RUNNING)")
_LEFT = "no environment declares these"
_NAMES = 3
"""Applications that the summary names."""


def as_text(found: Sequence[EnvironmentStatus]) -> str:
    """Return the state for a terminal: a table of Applications by environment, each with what prevents its success."""
    rows = [_cells(row) for item in found for row in item.applications]
    header, *lines = columns([_TITLES, *rows], indent=2)
    text, each = list(header), iter(lines)
    for item in found:
        text.append(item.identity or _LEFT)
        text += wrapped(_guards(item), 2)
        for row in item.applications:
            text += next(each)
            text += [line for note in _notes(row) for line in wrapped(note, 6)]
    return "\n".join([*text, "", *wrapped(summary(found), 0)])


def _guards(item: EnvironmentStatus) -> str:
    differ = ", ".join(item.guards or ())
    return differ and f"guards that differ from the files: {differ} (deploy the environment)"


def _cells(row: ApplicationStatus) -> tuple[str, ...]:
    if row.live is None:
        return (row.name, "gone" if row.retiring else "missing", "", ", ".join(_revisions(row)))
    return (row.name, row.live.sync, row.live.health, ", ".join(_revisions(row)))


def _revisions(row: ApplicationStatus) -> Iterator[str]:
    """Of each source the revision in the files, with the running one where it is another: `shop 1.4.2 (1.4.0)`."""
    running = () if row.live is None else row.live.running
    pairs = row.wanted or tuple(("", "") for _ in running)
    known = [*running, *["none"] * len(pairs)]
    for (name, wanted), found in zip(pairs, known[: len(pairs)], strict=True):
        other = f"({short(found)})" if found != wanted else ""
        yield unbroken(" ".join(filter(None, (name, short(wanted), other))))


def _notes(row: ApplicationStatus) -> Iterator[str]:
    """What is to be known of an Application, one line each."""
    if row.live is None:
        if not row.retiring:
            yield "it is declared, and Argo CD does not have it (deploy the environment)"
        return
    if not row.declared:
        yield "no file declares it (deploy the environment, or delete it)"
    if row.outdated:
        yield f"it differs from the files in {', '.join(row.outdated)} (deploy the environment)"
    for item in row.live.failures:
        yield f"{item.kind}: {item.message}"
        if item.meaning:
            yield f"that is: {item.meaning}"


def summary(found: Sequence[EnvironmentStatus]) -> str:
    """The last line: the number of Applications, and which of them are not as they should be."""
    every = [row for item in found for row in item.applications]
    bad = [row.name for row in every if not row.good]
    guards = [item.identity for item in found if item.guards]
    good = f"{len(every) - len(bad)} of {counted(len(every), 'Application')} Synced and Healthy"
    parts = [good, f"not: {listed(bad, _NAMES)}" if bad else ""]
    parts += [f"guards out of date: {listed(guards, _NAMES)}" if guards else ""]
    unknown = any(item.guards is None for item in found)
    parts += ["guards unknown: the state has no AppProjects" if unknown else ""]
    return "; ".join(filter(None, parts))


def as_markdown(found: Sequence[EnvironmentStatus]) -> str:
    """Return the state for a comment or a page: one table."""
    header = ("Environment", "Application", "Sync", "Health", "Wanted (running)", "Note")
    rows: list[tuple[str, ...]] = []
    for item in found:
        name = code_cell(item.identity) if item.identity else _LEFT
        rows += [(name, "", "", "", "", plain(_guards(item)))] if item.guards else []
        rows += [(name, *_markdown(row)) for row in item.applications]
    return "\n".join([*table(header, rows), "", f"{plain(summary(found))}."])


def _markdown(row: ApplicationStatus) -> tuple[str, ...]:
    name, *cells = _cells(row)
    return (code_cell(name), *map(plain, cells), "\n".join(map(plain, _notes(row))))


def as_json(found: Sequence[EnvironmentStatus]) -> str:
    """Return the state for scripts. `guards` is null where the state has no AppProjects."""
    environments = [
        {
            "environment": item.identity or None,
            "project": item.project or None,
            "good": item.good,
            "guards": None if item.guards is None else list(item.guards),
            "applications": list(map(_data, item.applications)),
        }
        for item in found
    ]
    data = {"good": all(item.good for item in found), "environments": environments}
    return json.dumps(data, indent=2)


def _data(row: ApplicationStatus) -> dict[str, Any]:
    live = row.live
    return {
        "name": row.name,
        "good": row.good,
        "missing": live is None,
        "declared": row.declared,
        "retiring": row.retiring,
        "sync": None if live is None else live.sync,
        "health": None if live is None else live.health,
        "wanted": [{"source": name or None, "revision": it} for name, it in row.wanted],
        "running": [] if live is None else list(live.running),
        "outOfDate": list(row.outdated),
        "failures": [] if live is None else [asdict(it) for it in live.failures],
    }


WRITERS: Mapping[str, Callable[[Sequence[EnvironmentStatus]], str]] = {
    "text": as_text,
    "json": as_json,
    "markdown": as_markdown,
}
"""By the value of `--format`."""
