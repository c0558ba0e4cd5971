"""From rules to findings: each cause once, accepted or not, the worst first."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from argoproject.audit.baseline import Baseline, Outcome
from argoproject.audit.estate import Estate
from argoproject.audit.finding import Finding, Found, Rule, Severity
from argoproject.audit.rules import RULES
from argoproject.fleet.pipeline import Judged
from argoproject.identity import Identity
from argoproject.models import Platform
from argoproject.problems import Problem
from argoproject.tree.stacks import stack_files
from argoproject.yamlfile.reader import Document, path_text

__all__ = ["Audit", "audit"]


@dataclass(frozen=True, slots=True)
class Audit:
    """What was found on one day, sorted: the worst first."""

    findings: tuple[Finding, ...]
    accepted: tuple[Finding, ...]
    environments: tuple[Identity, ...]
    """Those that were looked at."""

    everything: tuple[Identity, ...]
    """All environments of the tree, so that many can be said in few words."""

    warnings: tuple[Problem, ...] = ()
    """What is no longer needed in the baseline."""

    def reaching(self, severity: Severity) -> tuple[Finding, ...]:
        """The findings that weigh as much, or more."""
        return tuple(item for item in self.findings if item.severity.rank <= severity.rank)


def audit(
    judged: Judged,
    platform: Platform,
    today: dt.date,
    baseline: Baseline,
    chosen: Collection[Identity] | None = None,
    rules: Sequence[Rule] = RULES,
) -> Audit:
    """Look at a tree. With `chosen`, only findings that reach one of these environments are told."""
    stacks, _ = stack_files(judged.tree.root)
    estate = Estate(judged.tree, platform, judged.projects, tuple(stacks), today)
    found = [item for rule in rules for item in _findings(rule, estate)]
    outcome = baseline.judge(found, today)
    known = {project.identity for project in judged.projects}
    looked_at = known if chosen is None else known.intersection(chosen)
    return Audit(
        findings=_told(outcome.open, None if chosen is None else looked_at),
        accepted=_told(outcome.accepted, None if chosen is None else looked_at),
        environments=tuple(sorted(looked_at)),
        everything=tuple(judged.tree.declared()),
        warnings=_unneeded(outcome, chosen),
    )


def _findings(rule: Rule, estate: Estate) -> Iterator[Finding]:
    """What one rule finds, each cause once."""
    reached: dict[tuple[str, Found], set[Identity]] = defaultdict(set)
    documents: dict[str, Document] = {}
    for item in rule.find(estate):
        documents[item.document.file] = item.document
        key = Found(_NOWHERE, item.path, item.message, item.severity)
        reached[item.document.file, key].update(item.environments)
    for (file, item), environments in reached.items():
        yield Finding(
            rule=rule,
            severity=item.severity,
            position=documents[file].position(item.path),
            path=path_text(item.path),
            message=item.message,
            environments=tuple(sorted(environments)),
        )


_NOWHERE = Document("", "", None)


def _told(findings: Iterable[Finding], chosen: Collection[Identity] | None) -> tuple[Finding, ...]:
    told = (
        item for item in findings if chosen is None or not {*item.environments}.isdisjoint(chosen)
    )
    return tuple(sorted(told, key=_order))


def _order(item: Finding) -> tuple[int, str, str, int, str]:
    return item.severity.rank, item.rule.code, item.position.file, item.position.line, item.message


def _unneeded(outcome: Outcome, chosen: Collection[Identity] | None) -> tuple[Problem, ...]:
    """Of some environments it cannot be said: an entry may be needed by others. Its rules saw all of them, though."""
    return outcome.unneeded if chosen is None else ()
