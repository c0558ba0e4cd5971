"""Each `allow` goes beyond what an environment needs at least. One that ends is no finding: it goes by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from argoproject.audit.estate import Estate
from argoproject.audit.finding import Found, Severity, rule
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
    gain="whoever can push to the environment's repositories uses the widening, long after its reason is gone",
    remedy="add `until: <year-month-day>`: it leaves by itself then, and whoever needs it longer says so again",
    source="Argo CD, Declarative setup: projects; NIST SP 800-53 AC-2 (3), AC-6 (7)",
)
def allow_for_ever(estate: Estate) -> Iterator[Found]:
    for project in estate.projects:
        for index, item in enumerate(project.settings.allow):
            if item.until is None:
                severity = _BEYOND.get(item.kind, Severity.MEDIUM)
                message = f"{item.kind} {item.value} is allowed for ever"
                yield from estate.in_project(project, ("allow", index), message, severity)


@rule(
    code="allow-ended",
    severity=Severity.INFO,
    title="An `allow` that has ended and still stands there",
    gain="nothing: it is not planned any more",
    remedy="remove it",
    source="NIST SP 800-53 AC-6 (7)",
)
def allow_ended(estate: Estate) -> Iterator[Found]:
    for project in estate.projects:
        for index, item in enumerate(project.settings.allow):
            if not lasts(item, estate.today):
                message = f"{item.kind} {item.value} ended {item.until}"
                yield from estate.in_project(project, ("allow", index), message, Severity.INFO)


RULES = (allow_for_ever, allow_ended)
