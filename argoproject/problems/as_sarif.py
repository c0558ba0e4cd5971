"""SARIF 2.1.0, the format of code scanning: GitHub's, and that of editors and other platforms.

What GitHub needs beyond the standard stands in docs.github.com, "SARIF support for code scanning": descriptions and
help of rules, and `primaryLocationLineHash`, the one fingerprint by which it recognises an alert.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from argoproject.errors import Problem
from argoproject.problems.fingerprints import fingerprints
from argoproject.problems.report import Report

__all__ = ["as_sarif"]

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)


def as_sarif(report: Report) -> str:
    """The report as one run. A severity is called as a level is."""
    first = {item.code: item for item in reversed(report.problems)}
    codes = sorted(first)
    pairs = zip(report.problems, fingerprints(report.problems), strict=True)
    run = {
        "tool": {
            "driver": {"name": "argoproject", "rules": [_rule(first[code]) for code in codes]}
        },
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {"executionSuccessful": True, "toolExecutionNotifications": _notes(report)}
        ],
        "results": [_result(item, codes, fingerprint) for item, fingerprint in pairs],
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


def _notes(report: Report) -> list[dict[str, Any]]:
    return [{"level": "note", "message": {"text": text}} for text in report.notes()]


def _result(problem: Problem, codes: Sequence[str], fingerprint: str) -> dict[str, Any]:
    where = problem.position
    region = {"startLine": max(where.line, 1)}
    if where.column:
        region["startColumn"] = where.column
    place = {"artifactLocation": {"uri": quote(where.file)}, "region": region}
    return {
        "ruleId": problem.code,
        "ruleIndex": codes.index(problem.code),
        "level": str(problem.severity),
        "message": {"text": problem.words},
        "locations": [{"physicalLocation": place}],
        "partialFingerprints": {"primaryLocationLineHash": fingerprint},
    }
