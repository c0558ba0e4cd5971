"""Guardrails of platform.yaml that bound little: what a team's own pull request may ask for is then what it likes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from argoproject.audit.finding import AuditScope, Cause, Rule, Severity, rule
from argoproject.models import Guardrails
from argoproject.yamlfile.reader import Path

__all__ = ["RULES"]

_FIELDS: Mapping[str, tuple[Severity, str]] = {
    "sources": (Severity.HIGH, "any repository of the world"),
    "namespaces": (Severity.HIGH, "names of namespaces that belong to others"),
    "kinds": (Severity.HIGH, "every kind, cluster-scoped ones included"),
    "cluster_roles": (Severity.HIGH, "every ClusterRole, cluster-admin included"),
    "groups": (Severity.MEDIUM, "every group of the company"),
    "hosts": (Severity.MEDIUM, "host names of other teams"),
    "labels": (Severity.MEDIUM, "labels by which policies of the cluster choose namespaces"),
}
"""Guardrails in which a pattern for everything bounds nothing, and what it gives. `clusters`, `registries` and `allow`
are not among them: the others still bound what is done with those."""


@rule(
    code="guardrail-bounds-nothing",
    severity=Severity.HIGH,
    title="A guardrail that bounds nothing",
    impact="a merged pull request to the team's own folder takes what belongs to others",
    remedy="name what the team needs, for example with its own prefix: `<team>-*`",
    source="Argo CD, Projects; Kubernetes, Multi-tenancy; CVE-2025-55205 (labels)",
)
def guardrail_bounds_nothing(scope: AuditScope) -> Iterator[Cause]:
    for team, environment_class, path, rails in _guardrails(scope):
        for field, (severity, what) in _FIELDS.items():
            patterns: tuple[str, ...] = getattr(rails, field) or ()
            for index, pattern in enumerate(patterns):
                if _is_everything(field, pattern):
                    alias = Guardrails.model_fields[field].alias or field
                    reached = scope.of_team(team, environment_class)
                    yield scope.in_platform(
                        path=(*path, alias, index),
                        message=f"{pattern} lets team {team} name {what}",
                        severity=severity,
                        projects=reached,
                    )


@rule(
    code="sources-of-a-whole-host",
    severity=Severity.MEDIUM,
    title="A team may deploy from every repository of a host",
    impact="a repository that anybody of that host can make or push to deploys into the team's environments",
    remedy="add the path of the team's own repositories: `https://<host>/<team>/`",
    source="Argo CD, Projects: sourceRepos; CWE-829",
)
def sources_of_a_whole_host(scope: AuditScope) -> Iterator[Cause]:
    for team, environment_class, path, rails in _guardrails(scope):
        for index, source in enumerate(rails.sources or ()):
            if _is_whole_host(source):
                message = f"{source} is a whole host: team {team} may deploy from all of it"
                reached = scope.of_team(team, environment_class)
                yield scope.in_platform(
                    path=(*path, "sources", index),
                    message=message,
                    severity=Severity.MEDIUM,
                    projects=reached,
                )


def _guardrails(scope: AuditScope) -> Iterator[tuple[str, str | None, Path, Guardrails]]:
    """The guardrails of each team with the place, the general ones and those of a class."""
    for name, team in scope.platform.teams.items():
        yield name, None, ("teams", name), team
        for environment_class, rails in team.classes.items():
            yield name, environment_class, ("teams", name, "classes", environment_class), rails


def _is_everything(field: str, pattern: str) -> bool:
    """Whether a pattern leaves nothing out: of a source, a host that is open is as much."""
    if field == "sources":
        return not _host(pattern).strip("*.")
    return not pattern.strip("*/")


def _is_whole_host(source: str) -> bool:
    """Whether a source names a host and nothing below it."""
    rest = source.split("://", 1)[-1]
    path = rest.partition("/")[2].strip("/*")
    is_prefix = source.endswith(("/", "*"))
    return is_prefix and not path and bool(_host(source).strip("*."))


def _host(source: str) -> str:
    return source.split("://", 1)[-1].partition("/")[0]


RULES: tuple[Rule, ...] = (guardrail_bounds_nothing, sources_of_a_whole_host)
