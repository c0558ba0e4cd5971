"""Findings that the platform has looked at and taken on: audit.yaml beside platform.yaml.

It stands there because it is the platform's word about the whole tree: no line of CODEOWNERS gives the folder itself to
a team, and no folder of a team can hold one. Every entry has a reason and a last day, so that nothing is accepted for
ever by having been accepted once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from argoproject.audit.finding import Finding
from argoproject.audit.rules import RULES
from argoproject.fleet.selection import takes
from argoproject.identity import Identity
from argoproject.models.audit import Acceptance, AuditBaseline
from argoproject.models.validation import nearest, validate
from argoproject.problems import Position, Problem, Severity
from argoproject.project.model import Project
from argoproject.tree.documents import parse_mapping
from argoproject.tree.files import read_file
from argoproject.yamlfile.reader import Document, path_text
from argoproject.yamlfile.reader import Path as DataPath

__all__ = ["BASELINE", "Baseline", "Outcome", "load_baseline"]

BASELINE = "audit.yaml"


@dataclass(frozen=True, slots=True)
class Outcome:
    """Findings that remain, those that are accepted, and a warning for each entry that no finding needs."""

    open: tuple[Finding, ...]
    accepted: tuple[Finding, ...]
    unneeded: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Entry:
    """One acceptance. `folder` is what reports call the folder of platform.yaml."""

    acceptance: Acceptance
    position: Position
    path: str
    folder: str

    def covered(self, finding: Finding, names: dict[Identity, str]) -> frozenset[Identity] | None:
        """The environments in which it covers a finding; None where it does not speak of the finding at all."""
        said = self.acceptance
        if said.rule != finding.rule.code or (said.at and not any(self._at(finding))):
            return None
        if not said.environments:
            return frozenset(finding.environments)
        taken = frozenset(
            item
            for item in finding.environments
            if any(takes(pattern, item, names.get(item, "")) for pattern in said.environments)
        )
        return taken or None

    def _at(self, finding: Finding) -> Iterator[bool]:
        file = finding.position.file.removeprefix(f"{self.folder}/")
        for place in self.acceptance.at:
            wanted, _, key = place.partition(":")
            below = finding.path == key or finding.path.startswith((f"{key}.", f"{key}["))
            yield wanted == file and (not key or below)


@dataclass(frozen=True, slots=True)
class Baseline:
    """The acceptances of a tree. Without any, every finding remains."""

    entries: tuple[_Entry, ...] = ()
    names: tuple[tuple[Identity, str], ...] = ()

    def naming(self, projects: Iterable[Project]) -> Baseline:
        """The same, knowing what the environments' projects are called."""
        names = tuple((item.identity, item.names.project) for item in projects)
        return replace(self, names=names)

    def judge(self, findings: Iterable[Finding], today: dt.date) -> Outcome:
        """Part what is accepted from what is not. A finding that is accepted in some of its environments is both."""
        names = dict(self.names)
        still_open: list[Finding] = []
        accepted: list[Finding] = []
        used: set[int] = set()
        for finding in findings:
            remaining: Finding | None = finding
            for index, entry in enumerate(self.entries):
                covered = entry.covered(finding, names)
                if covered is None:
                    continue
                used.add(index)
                if remaining is None:
                    continue
                if entry.acceptance.until < today:
                    remaining = replace(remaining, ended=entry.acceptance.until)
                    continue
                now, remaining = _parted(remaining, covered)
                if now is not None:
                    accepted.append(replace(now, accepted=entry.acceptance, ended=None))
            if remaining is not None:
                still_open.append(remaining)
        return Outcome(tuple(still_open), tuple(accepted), tuple(self._unneeded(used)))

    def _unneeded(self, used: Collection[int]) -> Iterator[Problem]:
        for index, entry in enumerate(self.entries):
            if index not in used:
                yield Problem(
                    position=entry.position,
                    path=entry.path,
                    code="acceptance-unneeded",
                    message=f"nothing is found any more that this entry accepts ({entry.acceptance.rule})",
                    remedy="remove it",
                    severity=Severity.WARNING,
                )


def _parted(
    finding: Finding, covered: frozenset[Identity]
) -> tuple[Finding | None, Finding | None]:
    """What of a finding is covered, and what is left."""
    left = tuple(item for item in finding.environments if item not in covered)
    if not left:
        return finding, None
    taken = tuple(item for item in finding.environments if item in covered)
    inside = replace(finding, environments=taken) if taken else None
    return inside, replace(finding, environments=left)


def load_baseline(
    file: Path, shown: str, folder: str, projects: Iterable[Project] = ()
) -> tuple[Baseline, list[Problem]]:
    """Read a baseline. `shown` is what reports call the file, `folder` the folder of platform.yaml. No file accepts
    nothing."""
    try:
        raw = read_file(str(file))
    except FileNotFoundError:
        return Baseline(), []
    except OSError as error:
        message = f"the file cannot be read: {error.strerror}"
        return Baseline(), [
            Problem(
                position=Position(shown),
                path="",
                code="unreadable",
                message=message,
                remedy="check it",
            )
        ]
    document, broken = parse_mapping(shown, raw)
    if broken:
        return Baseline(), list(broken)
    model, problems = validate(AuditBaseline, document.data, document.position)
    if model is None:
        return Baseline(), problems
    if problems := list(_problems(document, model)):
        return Baseline(), problems
    entries = tuple(
        _Entry(item, document.position(("accepted", at)), f"accepted[{at}]", folder)
        for at, item in enumerate(model.accepted)
    )
    return Baseline(entries).naming(projects), []


def _problems(document: Document, baseline: AuditBaseline) -> Iterator[Problem]:
    codes = [rule.code for rule in RULES]
    for index, item in enumerate(baseline.accepted):
        if item.rule not in codes:
            match = nearest(item.rule, codes)
            remedy = f"did you mean {match}?" if match else "docs/audit.md lists them"
            path: DataPath = ("accepted", index, "rule")
            yield _problem(
                document,
                path=path,
                code="unknown-rule",
                message=f"there is no rule {item.rule}",
                remedy=remedy,
            )
        if not item.environments and not item.at:
            remedy = "add `environments: [<team>/<product>, …]`, or `at: [platform.yaml:<key>, …]`"
            message = "the entry says neither in which environments nor at which place"
            yield _problem(
                document,
                path=("accepted", index),
                code="acceptance-everywhere",
                message=message,
                remedy=remedy,
            )


def _problem(document: Document, path: DataPath, message: str, remedy: str, code: str) -> Problem:
    return Problem(
        position=document.position(path),
        path=path_text(path),
        code=code,
        message=message,
        remedy=remedy,
    )
