"""SARIF 2.1.0, the format of code scanning: GitHub's, and that of editors and other platforms.

What GitHub needs beyond the standard stands in docs.github.com, "SARIF support for code scanning": descriptions and
help of rules, and `primaryLocationLineHash`, the one fingerprint by which it recognises an alert.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import quote

from argoproject.fleet.report import Report, fingerprints
from argoproject.problems import Problem

__all__ = ["as_sarif", "document", "result"]

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)


def as_sarif(report: Report) -> str:
    """The report as one run. A severity is called as a level is."""
    first = {item.code: item for item in reversed(report.problems)}
    codes = sorted(first)
    pairs = zip(report.problems, fingerprints(report.problems), strict=True)
    rules = [_rule(first[code]) for code in codes]
    results = [_result(item, codes, fingerprint) for item, fingerprint in pairs]
    return document(rules, results)


def document(
    rules: Sequence[dict[str, Any]], results: Sequence[dict[str, Any]], notes: Iterable[str] = ()
) -> str:
    """A whole file with one run."""
    run = {
        "tool": {"driver": {"name": "argoproject", "rules": rules}},
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {"executionSuccessful": True, "toolExecutionNotifications": list(map(_note, notes))}
        ],
        "results": results,
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


def _rule(example: Problem) -> dict[str, Any]:
    name = example.code.replace("-", " ").capitalize()
    remedy = f", for example: {example.remedy}" if example.remedy else ""
    return {
        "id": example.code,
        "shortDescription": {"text": name},
        "fullDescription": {"text": f"{name}: a rule of the configuration of Argo projects."},
        "help": {"text": f"Each result says in brackets what to do{remedy}."},
        "defaultConfiguration": {"level": str(example.severity)},
    }


def _note(text: str) -> dict[str, Any]:
    return {"level": "note", "message": {"text": text}}


def _result(problem: Problem, codes: Sequence[str], fingerprint: str) -> dict[str, Any]:
    return result(problem, codes.index(problem.code), str(problem.severity), fingerprint)


def result(problem: Problem, rule: int, level: str, fingerprint: str) -> dict[str, Any]:
    """One result of the rule at an index. Levels are `error`, `warning` and `note`."""
    where = problem.position
    region = {"startLine": max(where.line, 1)}
    if where.column:
        region["startColumn"] = where.column
    place = {"artifactLocation": {"uri": quote(where.file)}, "region": region}
    return {
        "ruleId": problem.code,
        "ruleIndex": rule,
        "level": level,
        "message": {"text": problem.text},
        "locations": [{"physicalLocation": place}],
        "partialFingerprints": {"primaryLocationLineHash": fingerprint},
    }
