"""Reports of problems in the formats of `validate`: for people, scripts, code scanning, GitHub Actions and GitLab.

Every format reports the same problems, and says how many it leaves out where there are too many (`bounded`). Positions
without a line are those of a file as a whole: formats that must name one get line 1, JSON keeps 0. `audit` writes its
findings with the same parts.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any
from urllib.parse import quote

from argoproject.fleet.report import Report, fingerprints
from argoproject.problems import Position, Problem, Severity, bounded

__all__ = ["WRITERS", "annotation", "issue", "sarif_document", "sarif_result"]

_ANNOTATED = 10
"""How many errors, and how many warnings, GitHub annotates for each step.
Source: docs.github.com, "Workflow commands"."""

_NAMED = 1000
"""How many environments a problem names in JSON."""

_IN_DATA = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_IN_PROPERTIES = {**_IN_DATA, ":": "%3A", ",": "%2C"}
"""Escapes of workflow commands. Source: github.com/actions/toolkit, packages/core/src/command.ts."""

_GITLAB = {Severity.ERROR: "blocker", Severity.WARNING: "minor"}
"""An error stops the deployment, a warning does not."""

_SARIF_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)


def as_text(report: Report) -> str:
    """Return one line for each problem, then the summary."""
    return "\n".join([*map(str, bounded(report.problems)), report.summary()])


def as_json(report: Report) -> str:
    """Return one object with everything that is known of each problem. Line 0 means the file as a whole."""
    problems = [
        {
            **asdict(item.position),
            "path": item.path,
            "message": item.message,
            "remedy": item.remedy,
            "code": item.code,
            "severity": str(item.severity),
            "environments": list(item.subjects[:_NAMED]),
            **({"moreEnvironments": len(item.subjects) - _NAMED} if item.subjects[_NAMED:] else {}),
        }
        for item in bounded(report.problems)
    ]
    data = {
        "valid": report.valid,
        "environments": list(report.environments),
        "problems": problems,
        # Scripts may read it. It is empty, since the whole tree is always judged.
        "notJudged": [],
    }
    return json.dumps(data, indent=2)


def as_github(report: Report) -> str:
    """Return the log of a step of GitHub Actions: a workflow command for each problem, then the summary.

    GitHub shows the message of an annotation without its file, so that the message begins with the position. The names
    of severities are the names of workflow commands.
    """
    problems = bounded(report.problems)
    lines = [
        annotation(str(item.severity), item.position, item.code, str(item)) for item in problems
    ]
    counts = Counter(item.severity for item in problems)
    if max(counts.values(), default=0) > _ANNOTATED:
        lines.append(
            f"GitHub annotates the first {_ANNOTATED} errors and warnings only: all of them are above"
        )
    return "\n".join([*lines, report.summary()])


def annotation(command: str, where: Position, title: str, text: str) -> str:
    """Return a workflow command of GitHub Actions, which becomes an annotation of a line of a file.

    Args:
        command: `error`, `warning` or `notice`.
        where: The file and line that are annotated.
        title: The title of the annotation.
        text: The message.
    """

    def escaped(value: str, signs: Mapping[str, str]) -> str:
        return "".join(signs.get(sign, sign) for sign in value)

    properties = {"file": where.file, "line": max(where.line, 1), "title": title}
    if where.column:
        properties["col"] = where.column
    written = ",".join(
        f"{key}={escaped(str(it), _IN_PROPERTIES)}" for key, it in properties.items()
    )
    return f"::{command} {written}::{escaped(text, _IN_DATA)}"


def as_gitlab(report: Report) -> str:
    """Return GitLab's code quality report, which a merge request shows next to the lines."""
    problems = bounded(report.problems)
    pairs = zip(problems, fingerprints(problems), strict=True)
    return json.dumps([issue(item, mark, _GITLAB[item.severity]) for item, mark in pairs], indent=2)


def issue(problem: Problem, fingerprint: str, severity: str) -> dict[str, Any]:
    """Return one issue of a code quality report. Source: docs.gitlab.com, "Code Quality", the format of reports.

    Args:
        problem: The problem.
        fingerprint: By which GitLab recognises the issue in later reports.
        severity: `info`, `minor`, `major`, `critical` or `blocker`.
    """
    return {
        "description": problem.text,
        "check_name": problem.code,
        "fingerprint": fingerprint,
        "severity": severity,
        "location": {
            "path": problem.position.file,
            "lines": {"begin": max(problem.position.line, 1)},
        },
    }


def as_sarif(report: Report) -> str:
    """Return SARIF 2.1.0 with one run, for code scanning. The names of severities are the names of levels."""
    problems = bounded(report.problems)
    first = {item.code: item for item in reversed(problems)}
    indexes = {code: index for index, code in enumerate(sorted(first))}
    rules = []
    for code in indexes:
        name = code.replace("-", " ").capitalize()
        full = f"{name}: a rule of the configuration of Argo projects."
        remedy = f", for example: {first[code].remedy}" if first[code].remedy else ""
        rules.append(
            {
                "id": code,
                "shortDescription": {"text": name},
                "fullDescription": {"text": full},
                "help": {"text": f"Each result says in brackets what to do{remedy}."},
                "defaultConfiguration": {"level": str(first[code].severity)},
            }
        )
    results = [
        sarif_result(item, indexes[item.code], str(item.severity), mark)
        for item, mark in zip(problems, fingerprints(problems), strict=True)
    ]
    return sarif_document(rules, results)


def sarif_document(
    rules: Sequence[dict[str, Any]], results: Sequence[dict[str, Any]], notes: Iterable[str] = ()
) -> str:
    """Return a whole SARIF file with one run.

    GitHub needs more than the standard: descriptions and help of rules, and `primaryLocationLineHash`, the only
    fingerprint by which it recognises an alert. Source: docs.github.com, "SARIF support for code scanning".

    Args:
        rules: The descriptions of the rules, `reportingDescriptor` objects.
        results: What `sarif_result` returns; a `ruleIndex` is an index into `rules`.
        notes: Messages about the run as a whole.
    """
    notifications = [{"level": "note", "message": {"text": note}} for note in notes]
    run = {
        "tool": {"driver": {"name": "argoproject", "rules": rules}},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": notifications}],
        "results": results,
    }
    return json.dumps({"$schema": _SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


def sarif_result(problem: Problem, rule: int, level: str, fingerprint: str) -> dict[str, Any]:
    """Return one result of a SARIF run.

    Args:
        problem: The problem.
        rule: The index of its rule in the run.
        level: `error`, `warning` or `note`.
        fingerprint: By which GitHub recognises the alert in later runs.
    """
    where = problem.position
    region = {"startLine": max(where.line, 1)}
    if where.column:
        region["startColumn"] = where.column
    place = {
        "artifactLocation": {"uri": quote(where.file, errors="surrogateescape")},
        "region": region,
    }
    return {
        "ruleId": problem.code,
        "ruleIndex": rule,
        "level": level,
        "message": {"text": problem.text},
        "locations": [{"physicalLocation": place}],
        "partialFingerprints": {"primaryLocationLineHash": fingerprint},
    }


WRITERS: Mapping[str, Callable[[Report], str]] = {
    "text": as_text,
    "json": as_json,
    "sarif": as_sarif,
    "github": as_github,
    "gitlab": as_gitlab,
}
"""By the value of `--format`."""
