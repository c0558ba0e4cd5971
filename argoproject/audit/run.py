"""From rules to findings: each cause once, open or accepted, the worst first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from argoproject.audit.baseline import Baseline
from argoproject.audit.finding import AuditScope, Finding, Rule, Severity
from argoproject.audit.rules import RULES
from argoproject.fleet.pipeline import Judged
from argoproject.identity import Identity
from argoproject.models import Platform
from argoproject.problems import Problem
from argoproject.tree.stacks import stack_files
from argoproject.yamlfile.reader import Document, Path, path_text

__all__ = ["Audit", "audit"]


@dataclass(frozen=True, slots=True)
class Audit:
    """The result of an audit on one day.

    Attributes:
        findings: those that no entry of audit.yaml accepts, the most severe first.
        accepted: those that an entry accepts, sorted in the same way.
        environments: the environments that were audited, sorted.
        everything: all environments of the tree, so that reports can name many of them by a pattern.
        warnings: entries of audit.yaml that no finding matches any more.
    """

    findings: tuple[Finding, ...]
    accepted: tuple[Finding, ...]
    environments: tuple[Identity, ...]
    everything: tuple[Identity, ...]
    warnings: tuple[Problem, ...] = ()

    def reaching(self, severity: Severity) -> tuple[Finding, ...]:
        """The findings that are at least as severe."""
        return tuple(item for item in self.findings if item.severity.rank <= severity.rank)


def audit(
    judged: Judged,
    platform: Platform,
    today: dt.date,
    baseline: Baseline,
    chosen: Collection[Identity] | None = None,
    rules: Sequence[Rule] = RULES,
) -> Audit:
    """Audit a tree.

    Args:
        judged: the tree, validated before; environments with errors are not in it.
        platform: its platform.yaml.
        today: the day on which `until` and acceptances are judged.
        baseline: the acceptances of audit.yaml.
        chosen: report only findings that affect one of these environments. The rules still see all of them.
        rules: those to apply.
    """
    stacks, _ = stack_files(judged.tree.root)
    scope = AuditScope(judged.tree, platform, judged.projects, tuple(stacks), today)
    outcome = baseline.judge([item for rule in rules for item in _findings(rule, scope)], today)
    known = {project.identity for project in judged.projects}
    audited = known if chosen is None else known.intersection(chosen)

    def reported(findings: Iterable[Finding]) -> tuple[Finding, ...]:
        shown = (
            item for item in findings if chosen is None or not audited.isdisjoint(item.environments)
        )
        return tuple(sorted(shown, key=_order))

    return Audit(
        findings=reported(outcome.open),
        accepted=reported(outcome.accepted),
        environments=tuple(sorted(audited)),
        everything=tuple(judged.tree.declared()),
        # An entry that none of the chosen environments needs may be needed by another one.
        warnings=outcome.unneeded if chosen is None else (),
    )


def _findings(rule: Rule, scope: AuditScope) -> Iterator[Finding]:
    """What one rule finds: equal causes become one finding with the environments of all.

    Example:
        A product.yaml with `insecure: true` is the origin of the setting in each of its environments. The rule yields
        it once for each of them, which gives one finding at the line of product.yaml.
    """
    affected: dict[tuple[str, Path, str, Severity], set[Identity]] = {}
    documents: dict[str, Document] = {}
    for cause in rule.find(scope):
        documents[cause.document.file] = cause.document
        severity = rule.severity if cause.severity is None else cause.severity
        key = (cause.document.file, cause.path, cause.message, severity)
        affected.setdefault(key, set()).update(cause.environments)
    for (file, path, message, severity), environments in affected.items():
        yield Finding(
            rule=rule,
            severity=severity,
            position=documents[file].position(path),
            path=path_text(path),
            message=message,
            environments=tuple(sorted(environments)),
        )


def _order(item: Finding) -> tuple[int, str, str, int, str]:
    return item.severity.rank, item.rule.code, item.position.file, item.position.line, item.message
