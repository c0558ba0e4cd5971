"""audit.yaml next to platform.yaml: findings that the platform accepts, each with a reason and a last day.

The file is at the top of the tree because it is a decision of the platform about all environments: no line of
CODEOWNERS gives the top folder to a team, and no folder of a team can contain the file. Every entry expires, so that an
old acceptance is reviewed again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from argoproject.audit.finding import Finding
from argoproject.audit.rules import RULES
from argoproject.identity import Identity
from argoproject.models.platform import Acceptance, AuditBaseline
from argoproject.models.validation import nearest, validate
from argoproject.problems import Position, Problem, Severity
from argoproject.project.model import Project
from argoproject.tree.documents import parse_mapping, read_file
from argoproject.tree.selection import takes
from argoproject.yamlfile.reader import Document

__all__ = ["BASELINE", "Baseline", "Entry", "Outcome", "load_baseline"]

BASELINE = "audit.yaml"


@dataclass(frozen=True, slots=True)
class Outcome:
    """Findings that remain open, those that are accepted, and a warning for each entry that no finding needs."""

    open: tuple[Finding, ...]
    accepted: tuple[Finding, ...]
    unneeded: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of audit.yaml, with its place there."""

    acceptance: Acceptance
    position: Position
    path: str
    folder: str
    """The folder of platform.yaml, as positions name it."""

    def covered(
        self, finding: Finding, names: Mapping[Identity, str]
    ) -> frozenset[Identity] | None:
        """The environments in which the entry accepts a finding.

        Args:
            finding: one finding with all its environments.
            names: the names of the environments' projects, which patterns may use.

        Returns:
            The environments, or None where the entry does not apply to the finding.

        Example:
            The entry `{rule: no-quota, environments: [blue]}` covers, of a finding `no-quota` in `blue/shop/eu-1/dev`
            and `green/api/eu-1/dev`, the first environment.
        """
        entry = self.acceptance
        if entry.rule != finding.rule.code or (entry.at and not self._is_at(finding)):
            return None
        if not entry.environments:
            return frozenset(finding.environments)
        covered = frozenset(
            item
            for item in finding.environments
            if any(takes(pattern, item, names.get(item, "")) for pattern in entry.environments)
        )
        return covered or None

    def _is_at(self, finding: Finding) -> bool:
        """Whether the finding is at one of the places: in the file, and at the key or below it."""
        file = finding.position.file.removeprefix(f"{self.folder}/")
        for place in self.acceptance.at:
            wanted, _, key = place.partition(":")
            below = finding.path == key or finding.path.startswith((f"{key}.", f"{key}["))
            if wanted == file and (not key or below):
                return True
        return False


@dataclass(frozen=True, slots=True)
class Baseline:
    """The entries of audit.yaml. Without any, every finding remains open."""

    entries: tuple[Entry, ...] = ()
    names: Mapping[Identity, str] = field(default_factory=dict)
    """The names of the environments' projects."""

    def judge(self, findings: Iterable[Finding], today: dt.date) -> Outcome:
        """Separate the findings that are accepted on a day from those that remain open.

        A finding that is accepted in some of its environments is split in two. One whose acceptance has expired
        remains open, with the last day of the acceptance.
        """
        remain: list[Finding] = []
        accepted: list[Finding] = []
        used: set[int] = set()
        for finding in findings:
            left: Finding | None = finding
            for index, entry in enumerate(self.entries):
                covered = entry.covered(finding, self.names)
                if covered is None:
                    continue
                used.add(index)
                if left is None:
                    continue
                if entry.acceptance.until < today:
                    left = replace(left, expired=entry.acceptance.until)
                    continue
                inside, left = _split(left, covered)
                if inside is not None:
                    accepted.append(replace(inside, accepted=entry.acceptance, expired=None))
            if left is not None:
                remain.append(left)
        unneeded = (item for index, item in enumerate(self.entries) if index not in used)
        return Outcome(tuple(remain), tuple(accepted), tuple(map(_unneeded, unneeded)))


def _unneeded(entry: Entry) -> Problem:
    return Problem(
        position=entry.position,
        path=entry.path,
        code="acceptance-unneeded",
        message=f"no finding matches this entry any more ({entry.acceptance.rule})",
        remedy="remove it",
        severity=Severity.WARNING,
    )


def _split(
    finding: Finding, covered: Collection[Identity]
) -> tuple[Finding | None, Finding | None]:
    """Split a finding into the part in the covered environments, and the rest; None for a part without environments.

    A finding that affects no environment yet is covered as a whole.
    """
    left = tuple(item for item in finding.environments if item not in covered)
    if not left:
        return finding, None
    inside = tuple(item for item in finding.environments if item in covered)
    return (
        replace(finding, environments=inside) if inside else None,
        replace(finding, environments=left),
    )


def load_baseline(
    file: Path, shown: str, folder: str, projects: Iterable[Project] = ()
) -> tuple[Baseline, list[Problem]]:
    """Read a baseline.

    Args:
        file: where it is. A file that does not exist accepts nothing.
        shown: the file as positions name it.
        folder: the folder of platform.yaml as positions name it.
        projects: the environments; patterns may use the names of their projects.

    Returns:
        The baseline, and its errors. A baseline with errors has no entries.
    """
    try:
        raw = read_file(str(file))
    except FileNotFoundError:
        return Baseline(), []
    except OSError as error:
        problem = Problem(
            position=Position(shown),
            path="",
            code="unreadable",
            message=f"the file cannot be read: {error.strerror}",
            remedy="check it",
        )
        return Baseline(), [problem]
    document, broken = parse_mapping(shown, raw)
    if broken:
        return Baseline(), list(broken)
    model, problems = validate(AuditBaseline, document.data, document.position)
    if model is None:
        return Baseline(), problems
    if problems := list(_problems(document, model)):
        return Baseline(), problems
    entries = tuple(
        Entry(item, document.position(("accepted", index)), f"accepted[{index}]", folder)
        for index, item in enumerate(model.accepted)
    )
    return Baseline(entries, {item.identity: item.names.project for item in projects}), []


def _problems(document: Document, baseline: AuditBaseline) -> Iterator[Problem]:
    """Entries of rules that do not exist, and entries without a place."""
    codes = [rule.code for rule in RULES]
    for index, item in enumerate(baseline.accepted):
        if item.rule not in codes:
            match = nearest(item.rule, codes)
            yield document.problem(
                path=("accepted", index, "rule"),
                code="unknown-rule",
                message=f"there is no rule {item.rule}",
                remedy=f"did you mean {match}?" if match else "docs/audit.md lists them",
            )
        if not item.environments and not item.at:
            yield document.problem(
                path=("accepted", index),
                code="acceptance-everywhere",
                message="the entry names neither environments nor a place",
                remedy="add `environments: [<team>/<product>, …]`, or `at: [platform.yaml:<key>, …]`",
            )
