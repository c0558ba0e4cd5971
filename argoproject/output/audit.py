"""The findings of `audit`: as text grouped by rule, the worst first; for programs in the formats of `validate`."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from itertools import groupby
from typing import Any

from argoproject.audit import Audit, Finding, Severity
from argoproject.fleet.report import fingerprints
from argoproject.identity import Identity
from argoproject.output.problems import annotation, issue, sarif_document, sarif_result
from argoproject.output.text import code_cell, plain, table, wrapped
from argoproject.problems import Problem, counted
from argoproject.secrets.detection import masked
from argoproject.tree.selection import Patterns

__all__ = ["WRITERS", "summary"]

_SHOWN = 3
"""How many patterns of environments a finding names."""

_GITHUB = {Severity.HIGH: "error", Severity.MEDIUM: "warning"}
"""Workflow commands; the other severities are a `notice`."""

_GITLAB = {
    Severity.HIGH: "critical",
    Severity.MEDIUM: "major",
    Severity.LOW: "minor",
    Severity.INFO: "info",
}
_SARIF = {Severity.HIGH: "error", Severity.MEDIUM: "warning"}
"""Levels of results; the other severities are a `note`."""

_SCORES = {Severity.HIGH: "8.0", Severity.MEDIUM: "5.5", Severity.LOW: "3.0", Severity.INFO: "0.0"}
"""Scores that code scanning shows as high, medium and low. Source: docs.github.com, "SARIF support":
`security-severity`."""


def summary(found: Audit) -> str:
    """Return one line: `12 environments: 3 findings, 1 high, 2 low; 1 accepted`."""
    counts = Counter(item.severity for item in found.findings) + Counter(found.left_out)
    severities = ", ".join(f"{counts[it]} {it}" for it in Severity if counts[it])
    closed = len(found.accepted) + found.left_accepted
    accepted = f"; {closed} accepted" if closed else ""
    where = counted(len(found.environments), "environment")
    if not found.findings:
        return f"{where}: nothing found{accepted}"
    return f"{where}: {counted(counts.total(), 'finding')}, {severities}{accepted}"


def as_text(found: Audit) -> str:
    """Return the findings for a terminal: by severity and rule, then what is accepted, then warnings."""
    patterns = Patterns(found.everything)
    lines: list[str] = []
    for (severity, rule), items in groupby(found.findings, key=lambda it: (it.severity, it.rule)):
        lines += wrapped(f"{severity.upper()}  {rule.title} [{rule.code}]", 0)
        lines += wrapped(f"impact: {rule.impact}", 4, 8)
        lines += wrapped(f"to do: {rule.remedy}", 4, 7)
        for item in items:
            lines.append(f"  {item.position}")
            lines += wrapped(_message(item), 4, 0)
            lines += wrapped(_where(item.environments, patterns), 6, 0)
        lines.append("")
    if found.accepted:
        lines.append("accepted")
        for item in found.accepted:
            lines.append(f"  {item.position}")
            lines += wrapped(f"{item.severity}: {_message(item)} [{item.rule.code}]", 4, 0)
            lines += wrapped(_where(item.environments, patterns), 6, 0)
            lines += wrapped(_term(item), 6, 0)
        lines.append("")
    lines += map(str, found.warnings)
    return "\n".join([*lines, summary(found)])


def _message(
    item: Finding, name: Callable[[str], str] = str, text: Callable[[str], str] = str
) -> str:
    """The finding with its path, and the end of an acceptance that has expired.

    Args:
        item: The finding.
        name: Formats the path.
        text: Formats the message.
    """
    path = f"{name(item.path)}: " if item.path else ""
    expired = "" if item.expired is None else f"; its acceptance expired on {item.expired}"
    return f"{path}{text(item.message)}{expired}"


def _where(
    identities: Sequence[Identity], patterns: Patterns, name: Callable[[str], str] = str
) -> str:
    """The environments of a finding: their number, and the patterns that match the most of them."""
    if not identities:
        return "no environment yet"
    shown = sorted(patterns.of(identities), key=lambda it: -it[1])[:_SHOWN]
    text = ", ".join(name(pattern) for pattern, _ in shown)
    left = len(identities) - sum(number for _, number in shown)
    if len(identities) > 1:
        text = f"{counted(len(identities), 'environment')}: {text}"
    return f"{text} and {left} more" if left else text


def _term(item: Finding) -> str:
    """Until when a finding is accepted, and why; empty for one that is not."""
    accepted = item.accepted
    return "" if accepted is None else f"until {accepted.until}: {masked(accepted.reason)}"


def as_markdown(found: Audit) -> str:
    """Return the findings for a comment or a page: a table of them, and one of those that are accepted."""
    patterns = Patterns(found.everything)

    def cells(item: Finding, last: str) -> tuple[str, ...]:
        finding = f"{_message(item, code_cell, plain)} ({code_cell(item.rule.code)})"
        where = f"{code_cell(str(item.position))}\n{_where(item.environments, patterns, code_cell)}"
        return str(item.severity), finding, where, plain(last)

    lines = [f"{summary(found)}.", ""]
    if found.findings:
        rows = (cells(item, item.rule.remedy) for item in found.findings)
        lines += [*table(("Severity", "Finding", "Where", "To do"), rows), ""]
    if found.accepted:
        rows = (cells(item, _term(item)) for item in found.accepted)
        lines += [*table(("Accepted", "Finding", "Where", "Until"), rows), ""]
    lines += [f"- {plain(str(item))}" for item in found.warnings]
    return "\n".join(lines).rstrip()


def as_json(found: Audit) -> str:
    """Return the findings for scripts, with everything that is known of each."""
    data = {
        "findings": [_data(item) for item in found.findings],
        "accepted": [_data(item) for item in found.accepted],
        "environments": list(map(str, found.environments)),
        "warnings": [str(item) for item in found.warnings],
    }
    return json.dumps(data, indent=2)


def _data(item: Finding) -> dict[str, Any]:
    accepted = item.accepted
    return {
        "rule": item.rule.code,
        "severity": str(item.severity),
        "title": item.rule.title,
        **asdict(item.position),
        "path": item.path,
        "message": item.message,
        "gain": item.rule.impact,
        "remedy": item.rule.remedy,
        "source": item.rule.source,
        "environments": list(map(str, item.environments)),
        "acceptedUntil": None if accepted is None else accepted.until.isoformat(),
        "reason": None if accepted is None else masked(accepted.reason),
        "acceptanceEnded": None if item.expired is None else item.expired.isoformat(),
    }


def as_github(found: Audit) -> str:
    """Return the log of a step of GitHub Actions, with an annotation for each finding and warning."""
    lines = [
        annotation(
            _GITHUB.get(item.severity, "notice"),
            item.position,
            item.rule.code,
            f"{item.position}: {item.severity}: {item.problem.text} [{item.rule.code}]",
        )
        for item in found.findings
    ]
    lines += (annotation("warning", it.position, it.code, str(it)) for it in found.warnings)
    return "\n".join([*lines, summary(found)])


def as_gitlab(found: Audit) -> str:
    """Return GitLab's code quality report."""
    severities = [*(_GITLAB[item.severity] for item in found.findings)]
    severities += ["info" for _ in found.warnings]
    problems = [*(item.problem for item in found.findings), *found.warnings]
    marks = fingerprints([*map(_lasting, found.findings), *found.warnings])
    rows = zip(problems, marks, severities, strict=True)
    return json.dumps([issue(*row) for row in rows], indent=2)


def as_sarif(found: Audit) -> str:
    """Return SARIF 2.1.0. Accepted findings are in it as suppressed results, for which no alert is opened."""
    items = [*found.findings, *found.accepted]
    rules = {item.rule.code: item.rule for item in sorted(items, key=lambda it: it.rule.code)}
    indexes = {code: index for index, code in enumerate(rules)}
    results = []
    for item, mark in zip(items, fingerprints(map(_lasting, items)), strict=True):
        level = _SARIF.get(item.severity, "note")
        result = sarif_result(item.problem, indexes[item.rule.code], level, mark)
        if item.accepted is not None:
            result["suppressions"] = [{"kind": "external", "justification": _term(item)}]
        results.append(result)
    descriptions = [
        {
            "id": rule.code,
            "shortDescription": {"text": rule.title},
            "fullDescription": {"text": f"{rule.title}. Impact: {rule.impact}."},
            "help": {"text": f"To do: {rule.remedy}. Source: {rule.source}."},
            "defaultConfiguration": {"level": _SARIF.get(rule.severity, "note")},
            "properties": {"tags": ["security"], "security-severity": _SCORES[rule.severity]},
        }
        for rule in rules.values()
    ]
    return sarif_document(descriptions, results, map(str, found.warnings))


def _lasting(item: Finding) -> Problem:
    """The finding as its fingerprint needs it: the same before and after its acceptance has expired."""
    return replace(item, expired=None).problem


WRITERS: Mapping[str, Callable[[Audit], str]] = {
    "text": as_text,
    "json": as_json,
    "markdown": as_markdown,
    "sarif": as_sarif,
    "github": as_github,
    "gitlab": as_gitlab,
}
"""By the value of `--format`."""
