"""The answer of `audit`: for people grouped by rule, the worst first; for programs in the forms of `validate`."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from argoproject.audit import Audit, Finding, Severity
from argoproject.audit.finding import Rule
from argoproject.fleet.report import fingerprints
from argoproject.identity import Identity
from argoproject.output.markdown import code, plain, table
from argoproject.output.problems.github import annotation
from argoproject.output.problems.gitlab import issue
from argoproject.output.problems.sarif import document, result
from argoproject.output.text import wrapped
from argoproject.problems import Problem, counted
from argoproject.secrets.masking import masked
from argoproject.tree.selection import Patterns

__all__ = ["WRITERS", "summary"]

_SHOWN = 3
"""How many patterns of environments a finding names."""

_GITHUB = {Severity.HIGH: "error", Severity.MEDIUM: "warning"}
_GITLAB = {
    Severity.HIGH: "critical",
    Severity.MEDIUM: "major",
    Severity.LOW: "minor",
    Severity.INFO: "info",
}
_SARIF = {Severity.HIGH: "error", Severity.MEDIUM: "warning"}
_SCORES = {Severity.HIGH: "8.0", Severity.MEDIUM: "5.5", Severity.LOW: "3.0", Severity.INFO: "0.0"}
"""What code scanning calls high, medium and low. Source: docs.github.com, "SARIF support": `security-severity`."""


def summary(found: Audit) -> str:
    """One line: how much there is, how bad, and what was taken on."""
    counts = Counter(item.severity for item in found.findings)
    listed = ", ".join(f"{counts[it]} {it}" for it in Severity if counts[it])
    accepted = f"; {len(found.accepted)} accepted" if found.accepted else ""
    where = counted(len(found.environments), "environment")
    if not found.findings:
        return f"{where}: nothing found{accepted}"
    return f"{where}: {counted(len(found.findings), 'finding')}, {listed}{accepted}"


def as_text(found: Audit) -> str:
    """For a terminal: by rule, the worst first."""
    patterns = Patterns(found.everything)
    lines: list[str] = []
    for rule, items in _by_rule(found.findings):
        lines += [*_rule_lines(rule, items, patterns), ""]
    if found.accepted:
        lines += [
            "accepted",
            *(line for it in found.accepted for line in _accepted(it, patterns)),
            "",
        ]
    lines += map(str, found.warnings)
    return "\n".join([*lines, summary(found)])


def _by_rule(findings: Iterable[Finding]) -> Iterator[tuple[Rule, list[Finding]]]:
    """Findings of one rule that weigh the same stand together: they are sorted so."""
    for (_, rule), items in groupby(findings, key=lambda it: (it.severity, it.rule)):
        yield rule, list(items)


def _rule_lines(rule: Rule, items: Sequence[Finding], patterns: Patterns) -> Iterator[str]:
    yield from wrapped(f"{items[0].severity.upper()}  {rule.title} [{rule.code}]", 0)
    yield from wrapped(f"impact: {rule.impact}", 4, 8)
    yield from wrapped(f"to do: {rule.remedy}", 4, 7)
    for item in items:
        yield f"  {item.position}"
        yield from wrapped(_words(item), 4, 0)
        yield from wrapped(_where(item.environments, patterns), 6, 0)


def _words(item: Finding) -> str:
    """What was found, and that it was accepted once."""
    expired = "" if item.expired is None else f"; its acceptance expired on {item.expired}"
    return f"{item.path}: {item.message}{expired}" if item.path else f"{item.message}{expired}"


def _where(
    identities: Sequence[Identity], patterns: Patterns, name: Callable[[str], str] = str
) -> str:
    """The environments that a finding reaches: a count, and the patterns that take the most of them."""
    if not identities:
        return "no environment yet"
    shown = sorted(patterns.of(identities), key=lambda it: -it[1])[:_SHOWN]
    text = ", ".join(name(pattern) for pattern, _ in shown)
    left = len(identities) - sum(number for _, number in shown)
    if len(identities) > 1:
        text = f"{counted(len(identities), 'environment')}: {text}"
    return f"{text} and {left} more" if left else text


def _accepted(item: Finding, patterns: Patterns) -> Iterator[str]:
    yield f"  {item.position}"
    yield from wrapped(f"{item.severity}: {_words(item)} [{item.rule.code}]", 4, 0)
    yield from wrapped(_where(item.environments, patterns), 6, 0)
    yield from wrapped(_term(item), 6, 0)


def as_markdown(found: Audit) -> str:
    """For a comment or a page: a table."""
    patterns = Patterns(found.everything)
    lines = [f"{summary(found)}.", ""]
    if found.findings:
        header = ("Severity", "Finding", "Where", "To do")
        rows = (_cells(item, patterns, plain(item.rule.remedy)) for item in found.findings)
        lines += [*table(header, rows), ""]
    if found.accepted:
        header = ("Accepted", "Finding", "Where", "Until")
        rows = (_cells(item, patterns, plain(_term(item))) for item in found.accepted)
        lines += [*table(header, rows), ""]
    lines += [f"- {plain(str(item))}" for item in found.warnings]
    return "\n".join(lines).rstrip()


def _cells(item: Finding, patterns: Patterns, last: str) -> tuple[str, ...]:
    path = f"{code(item.path)}: " if item.path else ""
    expired = "" if item.expired is None else f"; its acceptance expired on {item.expired}"
    finding = f"{path}{plain(item.message)}{expired} ({code(item.rule.code)})"
    where = f"{code(str(item.position))}\n{_where(item.environments, patterns, code)}"
    return str(item.severity), finding, where, last


def _term(item: Finding) -> str:
    """Until when it is accepted, and why; nothing for what is not."""
    said = item.accepted
    return "" if said is None else f"until {said.until}: {masked(said.reason)}"


def as_json(found: Audit) -> str:
    """For scripts: everything that is known of each finding."""
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
        "file": item.position.file,
        "line": item.position.line,
        "column": item.position.column,
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
    """For a job of GitHub Actions: an annotation for each finding; the log has all of them."""
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
    """For GitLab: a code quality report."""
    problems = [*(item.problem for item in found.findings), *found.warnings]
    weights = [
        *(_GITLAB[item.severity] for item in found.findings),
        *("info" for _ in found.warnings),
    ]
    rows = zip(problems, _marks(found.findings, found.warnings), weights, strict=True)
    return json.dumps([issue(*row) for row in rows], indent=2)


def as_sarif(found: Audit) -> str:
    """SARIF 2.1.0: accepted findings are there as suppressed ones, so that no alert opens for them."""
    items = [*found.findings, *found.accepted]
    rules = {item.rule.code: item.rule for item in sorted(items, key=lambda it: it.rule.code)}
    codes = list(rules)
    rows = zip(items, _marks(items), strict=True)
    results = [_result(item, codes.index(item.rule.code), mark) for item, mark in rows]
    return document([_sarif_rule(it) for it in rules.values()], results, map(str, found.warnings))


def _marks(items: Iterable[Finding], more: Iterable[Problem] = ()) -> Iterator[str]:
    """Fingerprints: a finding whose acceptance has ended is the one that it was."""
    return fingerprints([*(replace(item, expired=None).problem for item in items), *more])


def _result(item: Finding, index: int, fingerprint: str) -> dict[str, Any]:
    level = _SARIF.get(item.severity, "note")
    made = result(item.problem, index, level, fingerprint)
    if item.accepted is None:
        return made
    return {**made, "suppressions": [{"kind": "external", "justification": _term(item)}]}


def _sarif_rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.code,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": f"{rule.title}. Impact: {rule.impact}."},
        "help": {"text": f"To do: {rule.remedy}. Source: {rule.source}."},
        "defaultConfiguration": {"level": _SARIF.get(rule.severity, "note")},
        "properties": {"tags": ["security"], "security-severity": _SCORES[rule.severity]},
    }


WRITERS: Mapping[str, Callable[[Audit], str]] = {
    "text": as_text,
    "json": as_json,
    "markdown": as_markdown,
    "sarif": as_sarif,
    "github": as_github,
    "gitlab": as_gitlab,
}
"""By the name that `--format` gives them."""
