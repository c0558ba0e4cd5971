"""Guardrails of platform.yaml that restrict little: a team's own pull request may then ask for almost anything."""

from __future__ import annotations

from collections.abc import Iterator

from argoproject.audit.finding import AuditScope, Cause, Severity, rule
from argoproject.checks.platform import all_guardrails
from argoproject.models import Guardrails
from argoproject.models.base import key_of
from argoproject.models.guardrails import GUARDRAILS, WideOpen
from argoproject.project.guardrails import matches_everything
from argoproject.upstream.urls import normalise


@rule(
    code="guardrail-bounds-nothing",
    severity=Severity.HIGH,
    title="A guardrail that restricts nothing",
    impact="a merged pull request to the team's own folder takes what belongs to others",
    remedy="name what the team needs, for example with its own prefix: `<team>-*`",
    source="Argo CD, Projects; Kubernetes, Multi-tenancy; CVE-2025-55205 (labels)",
)
def guardrail_bounds_nothing(scope: AuditScope) -> Iterator[Cause]:
    """Finds entries that match everything, in the guardrails that declare this as `WideOpen`."""
    for team, environment_class, path, rails in all_guardrails(scope.platform):
        for field, guardrail in GUARDRAILS.items():
            if not isinstance(guardrail.wide_open, WideOpen):
                continue
            for index, entry in enumerate(getattr(rails, field) or ()):
                if matches_everything(field, entry):
                    yield scope.in_platform(
                        path=(*path, key_of(Guardrails, field), index),
                        message=f"{entry} lets team {team} {guardrail.wide_open.gain}",
                        severity=Severity(guardrail.wide_open.severity),
                        projects=scope.under(team, environment_class, field),
                    )


@rule(
    code="sources-of-a-whole-host",
    severity=Severity.MEDIUM,
    title="A team may deploy from every repository of a host",
    impact="a repository that any user of this host can create or push to deploys into the team's environments",
    remedy="add the path of the team's own repositories: `https://<host>/<team>/`",
    source="Argo CD, Projects: sourceRepos; CWE-829",
)
def sources_of_a_whole_host(scope: AuditScope) -> Iterator[Cause]:
    """Finds sources that name a host and nothing below it; an open host is `guardrail-bounds-nothing` already."""
    for team, environment_class, path, rails in all_guardrails(scope.platform):
        for index, source in enumerate(rails.sources or ()):
            below = normalise(source).split("://", 1)[-1].partition("/")[2].strip("/*?")
            is_prefix = source.endswith(("/", "*"))
            if is_prefix and not below and not matches_everything("sources", source):
                yield scope.in_platform(
                    path=(*path, "sources", index),
                    message=f"{source} is a whole host: team {team} may deploy from all of it",
                    projects=scope.under(team, environment_class, "sources"),
                )
