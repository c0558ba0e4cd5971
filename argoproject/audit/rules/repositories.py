"""How repositories and registries are reached: unverified, with credentials for strangers, or shared between teams."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from argoproject.audit.finding import AuditScope, Cause, Rule, Severity, is_production, rule
from argoproject.identity import PLATFORM
from argoproject.project.applications import deployed
from argoproject.project.model import Project
from argoproject.project.repositories import SelectedRepository, selected
from argoproject.yamlfile.reader import Path

__all__ = ["RULES"]


@rule(
    code="repository-unverified",
    severity=Severity.HIGH,
    title="A repository whose server nobody checks",
    impact="whoever sits between Argo CD and the repository takes the credential and decides what is deployed",
    remedy="serve it with TLS, give Argo CD the certificate (ConfigMap argocd-tls-certs-cm) or host key "
    "(argocd-ssh-known-hosts-cm), and remove `insecure`",
    source="Argo CD, Private repositories: self-signed and untrusted certificates, unknown SSH hosts; CWE-295, CWE-319",
)
def repository_unverified(scope: AuditScope) -> Iterator[Cause]:
    for project in scope.projects:
        for item in selected(project):
            if why := _unverified(item):
                yield from scope.in_project(
                    project=project, path=item.path, message=why, severity=Severity.HIGH
                )


def _unverified(item: SelectedRepository) -> str:
    """Why nobody can be sure who answers, or an empty text."""
    if item.url.lower().startswith("http://") or item.options.insecure_oci_force_http:
        return f"{item.url} is read without encryption"
    return f"the server of {item.url} is not checked" if item.options.insecure else ""


@rule(
    code="helm-passes-credentials",
    severity=Severity.MEDIUM,
    title="A chart repository's credential goes to other hosts",
    impact="the index of the repository names any host, and Helm sends it user and password",
    remedy="remove `passCredentials`; let the repository serve its charts itself",
    source="Helm, repo add --pass-credentials; CVE-2021-32690",
)
def helm_passes_credentials(scope: AuditScope) -> Iterator[Cause]:
    for project in scope.projects:
        for item in deployed(project):
            for at in item.sources:
                if at.source.helm is not None and at.source.helm.pass_credentials:
                    path: Path = (*at.path, "helm", "passCredentials")
                    message = f"what {at.source.repo_url} names gets its credential"
                    yield from scope.in_project(
                        project=project, path=path, message=message, severity=Severity.MEDIUM
                    )


@rule(
    code="pull-secret-of-several-teams",
    severity=Severity.LOW,
    title="One registry login for the workloads of several teams",
    impact="any pod of one team reads the pull Secret, and with it the images of the others",
    remedy="give each team a login of its own; one that only Argo CD needs gets `argocdOnly: true`",
    source="Kubernetes, Good practices for Secrets; Multi-Tenancy Benchmark, Block access to other tenants' resources",
)
def pull_secret_of_several_teams(scope: AuditScope) -> Iterator[Cause]:
    users: dict[str, list[Project]] = defaultdict(list)
    for project in scope.projects:
        for name in _pull_secrets(project):
            users[name].append(project)
    for name, projects in users.items():
        teams = sorted({project.identity.team for project in projects})
        if len(teams) > 1:
            message = f"workloads of {len(teams)} teams can read it: {', '.join(teams)}"
            yield scope.in_platform(
                path=("secrets", name),
                message=message,
                severity=_worst(projects),
                projects=projects,
            )


def _pull_secrets(project: Project) -> Iterator[str]:
    """The platform's secrets that stand in the namespace as pull Secrets."""
    shared = project.platform.secrets
    for registry in project.settings.registries.values():
        for source in (registry.password, registry.dockerconfigjson):
            name = "" if source is None else source.secret
            if name in shared and project.secret_key(name).folder == PLATFORM:
                yield name


def _worst(projects: list[Project]) -> Severity:
    """Where production is among the environments, its images are at stake."""
    return Severity.MEDIUM if any(map(is_production, projects)) else Severity.LOW


RULES: tuple[Rule, ...] = (
    repository_unverified,
    helm_passes_credentials,
    pull_secret_of_several_teams,
)
