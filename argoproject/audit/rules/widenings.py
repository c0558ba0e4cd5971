"""Each `allow` goes beyond what an environment needs at least. One that ends is no finding: it goes by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from argoproject.audit.finding import AuditScope, Cause, Severity, rule
from argoproject.models import AllowanceKind
from argoproject.project.access import lasts

__all__ = ["RULES"]

_BEYOND: Mapping[AllowanceKind, Severity] = {
    AllowanceKind.CLUSTER_RESOURCE: Severity.HIGH,
    AllowanceKind.SOURCE_NAMESPACE: Severity.HIGH,
}
"""What reaches past the environment's own namespace: objects of the cluster, and Applications that others make."""


@rule(
    code="allow-for-ever",
    severity=Severity.MEDIUM,
    title="An `allow` without a last day",
    impact="whoever can push to the environment's repositories uses the widening, long after its reason is gone",
    remedy="add `until: <year-month-day>`: it leaves by itself then, and whoever needs it longer says so again",
    source="Argo CD, Declarative setup: projects; NIST SP 800-53 AC-2 (3), AC-6 (7)",
)
def allow_for_ever(scope: AuditScope) -> Iterator[Cause]:
    for project in scope.projects:
        for index, item in enumerate(project.settings.allow):
            if item.until is None:
                severity = _BEYOND.get(item.kind, Severity.MEDIUM)
                message = f"{item.kind} {item.value} is allowed for ever"
                yield from scope.in_project(
                    project=project, path=("allow", index), message=message, severity=severity
                )


@rule(
    code="allow-ended",
    severity=Severity.INFO,
    title="An `allow` that has ended and still stands there",
    impact="nothing: it is not planned any more",
    remedy="remove it",
    source="NIST SP 800-53 AC-6 (7)",
)
def allow_ended(scope: AuditScope) -> Iterator[Cause]:
    for project in scope.projects:
        for index, item in enumerate(project.settings.allow):
            if not lasts(item, scope.today):
                message = f"{item.kind} {item.value} ended {item.until}"
                yield from scope.in_project(
                    project=project, path=("allow", index), message=message, severity=Severity.INFO
                )


RULES = (allow_for_ever, allow_ended)
