"""From rules to findings: each cause once, open or accepted, the worst first.

The platform accepts findings in audit.yaml next to platform.yaml, each with a reason and a last day. The file is at the
top of the tree because it is a decision of the platform about all environments: no line of CODEOWNERS gives the top
folder to a team, and no folder of a team can contain the file. Every entry expires, so that an old acceptance is
reviewed again.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from argoproject.audit.finding import AuditScope, Finding, Rule, Severity
from argoproject.audit.rules import RULES
from argoproject.fleet.pipeline import Judged
from argoproject.identity import Identity
from argoproject.models import Platform
from argoproject.models.platform import Acceptance, AuditBaseline
from argoproject.models.validation import did_you_mean, validate
from argoproject.problems import Caution, Mistake, Problem, counted, within
from argoproject.problems import Severity as ProblemSeverity
from argoproject.project.model import Found, Project
from argoproject.tree.documents import parse_mapping
from argoproject.tree.files import read_file, unreadable
from argoproject.tree.selection import takes
from argoproject.tree.stacks import stack_files
from argoproject.yamlfile.reader import DataPath, Document, path_text

__all__ = [
    "BASELINE",
    "Audit",
    "Baseline",
    "Entry",
    "audit",
    "load_baseline",
]

BASELINE = "audit.yaml"


@dataclass(frozen=True, slots=True)
class Audit:
    """The result of an audit on one day.

    Attributes:
        findings: those that no entry of audit.yaml accepts, the most severe first.
        accepted: those that an entry accepts, sorted in the same way.
        environments: the environments that were audited, sorted.
        everything: all environments of the tree, so that reports can name many of them by a pattern.
        warnings: entries of audit.yaml that no finding matches any more, and how many findings a report leaves out.
        left_out: how many findings are not in `findings`, by their severity: a report has a bound.
        left_accepted: how many are not in `accepted`.
    """

    findings: tuple[Finding, ...]
    accepted: tuple[Finding, ...]
    environments: tuple[Identity, ...]
    everything: tuple[Identity, ...]
    warnings: tuple[Problem, ...] = ()
    left_out: Mapping[Severity, int] = field(default_factory=dict)
    left_accepted: int = 0

    def reaching(self, severity: Severity) -> tuple[Finding, ...]:
        """The findings that are at least as severe."""
        return tuple(item for item in self.findings if item.severity.rank <= severity.rank)


def audit(
    judged: Judged,
    platform: Platform,
    today: dt.date,
    baseline: Baseline,
    chosen: Collection[Identity] | None = None,
) -> Audit:
    """Audit a tree.

    Args:
        judged: the tree, validated before; environments with errors are not in it.
        platform: its platform.yaml.
        today: the day on which `until` and acceptances are judged.
        baseline: the acceptances of audit.yaml.
        chosen: report only findings that affect one of these environments. The rules still see all of them.
    """
    stacks, _ = stack_files(judged.tree.root)
    scope = AuditScope(judged.tree, platform, judged.projects, tuple(stacks), today)
    found = (item for rule in RULES for item in _findings(rule, scope))
    remain, accepted, unneeded = baseline.judge(found, today)
    known = {project.identity for project in judged.projects}
    audited = known if chosen is None else known.intersection(chosen)

    def reported(findings: Iterable[Finding]) -> tuple[list[Finding], list[tuple[Finding, int]]]:
        shown = (
            item for item in findings if chosen is None or not audited.isdisjoint(item.environments)
        )
        return within(sorted(shown, key=_order), _kind, _MOST_ALIKE, _MOST)

    (open_, left), (closed, left_closed) = reported(remain), reported(accepted)
    left_out = Counter[Severity]()
    for first, number in left:
        left_out[first.severity] += number
    return Audit(
        findings=tuple(open_),
        accepted=tuple(closed),
        left_out=left_out,
        left_accepted=sum(number for _, number in left_closed),
        environments=tuple(sorted(audited)),
        everything=tuple(judged.tree.declared()),
        # An entry that none of the chosen environments needs may be needed by another one.
        warnings=(*(unneeded if chosen is None else ()), *map(left_out_of, left)),
    )


_MOST_ALIKE, _MOST = 500, 2000
"""The most findings of one rule in one file, and of all, that a report contains. Code scanning takes at most 5,000,
and closes alerts that a report does not contain."""


def _kind(item: Finding) -> tuple[str, str, Severity]:
    return item.position.file, item.rule.code, item.severity


def left_out_of(left: tuple[Finding, int]) -> Problem:
    """The warning that a report leaves findings out: the first of them, and their number."""
    first, number = left
    return Problem(
        position=first.position,
        message=f"{counted(number, 'more finding')} of this kind ({first.rule.code}) not reported",
        remedy="correct those that are, and run it again",
        code="left-out",
        severity=ProblemSeverity.WARNING,
    )


def _findings(rule: Rule, scope: AuditScope) -> Iterator[Finding]:
    """What one rule finds: equal causes become one finding with the environments of all.

    Example:
        A product.yaml with `insecure: true` is the origin of the setting in each of its environments. The rule yields
        it once for each of them, which gives one finding at the line of product.yaml.
    """
    affected: dict[tuple[str, DataPath, str, Severity, str], set[Identity]] = {}
    documents: dict[str, Document] = {}
    for cause in rule.find(scope):
        documents[cause.document.file] = cause.document
        severity = rule.severity if cause.severity is None else cause.severity
        key = (cause.document.file, cause.path, cause.message, severity, cause.remedy)
        affected.setdefault(key, set()).update(cause.environments)
    for (file, path, message, severity, remedy), environments in affected.items():
        yield Finding(
            rule=replace(rule, remedy=remedy) if remedy else rule,
            severity=severity,
            position=documents[file].position(path),
            path=path_text(path),
            message=message,
            environments=tuple(sorted(environments)),
        )


def _order(item: Finding) -> tuple[int, str, str, int, str]:
    return item.severity.rank, item.rule.code, item.position.file, item.position.line, item.message


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of audit.yaml."""

    acceptance: Acceptance
    unneeded: Problem
    """The warning for the case that no finding matches the entry any more."""

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

    def judge(
        self, findings: Iterable[Finding], today: dt.date
    ) -> tuple[list[Finding], list[Finding], list[Problem]]:
        """Separate the findings that are accepted on a day from those that remain open.

        A finding that is accepted in some of its environments is split in two, likewise one of which the acceptance
        has expired in some: it remains open, with the last day of the acceptance.

        Returns:
            The findings that remain open, those that are accepted, and a warning for each entry that no finding needs.
        """
        remain: list[Finding] = []
        accepted: list[Finding] = []
        used: set[int] = set()
        # Valid entries first: where one of them accepts a finding, it does not matter which others have expired.
        entries = sorted(enumerate(self.entries), key=lambda it: it[1].acceptance.until < today)
        for finding in findings:
            left: Finding | None = finding
            for index, entry in entries:
                covered = entry.covered(finding, self.names)
                if covered is None:
                    continue
                used.add(index)
                if left is None:
                    continue
                inside, left = _split(left, covered)
                if inside is None:
                    continue
                if entry.acceptance.until < today:
                    remain.append(replace(inside, expired=entry.acceptance.until))
                else:
                    accepted.append(replace(inside, accepted=entry.acceptance))
            if left is not None:
                remain.append(left)
        unneeded = [it.unneeded for at, it in enumerate(self.entries) if at not in used]
        return remain, accepted, unneeded


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
        return Baseline(), [unreadable(shown, error)]
    document, broken = parse_mapping(shown, raw)
    if broken:
        return Baseline(), list(broken)
    model, problems = validate(AuditBaseline, document.data, document.position)
    if model is None:
        return Baseline(), problems
    if problems := list(document.problems(_mistakes(model))):
        return Baseline(), problems
    unneeded = document.problems(
        (("accepted", index), _unneeded(item)) for index, item in enumerate(model.accepted)
    )
    entries = zip(model.accepted, unneeded, strict=True)
    return Baseline(
        tuple(Entry(item, problem, folder) for item, problem in entries),
        {item.identity: item.names.project for item in projects},
    ), []


def _unneeded(item: Acceptance) -> Caution:
    message = f"no finding matches this entry any more ({item.rule})"
    return Caution(code="acceptance-unneeded", message=message, remedy="remove it")


def _mistakes(baseline: AuditBaseline) -> Found:
    """Entries of rules that do not exist, and entries without a place."""
    codes = [rule.code for rule in RULES]
    for index, item in enumerate(baseline.accepted):
        path: DataPath = ("accepted", index)
        if item.rule not in codes:
            message = f"there is no rule {item.rule}"
            remedy = did_you_mean(item.rule, codes, otherwise="docs/audit.md lists them")
            yield (*path, "rule"), Mistake(code="unknown-rule", message=message, remedy=remedy)
        if not item.environments and not item.at:
            message = "the entry names neither environments nor a place"
            remedy = "add `environments: [<team>/<product>, …]`, or `at: [platform.yaml:<key>, …]`"
            yield path, Mistake(code="acceptance-everywhere", message=message, remedy=remedy)
