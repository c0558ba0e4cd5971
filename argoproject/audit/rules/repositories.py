"""How repositories and registries are reached: unverified, with credentials for other hosts, or shared by teams."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from argoproject.audit.finding import (
    AuditScope,
    Cause,
    Setting,
    Severity,
    in_settings,
    is_production,
    rule,
)
from argoproject.identity import PLATFORM
from argoproject.project.applications import deployed
from argoproject.project.model import Project
from argoproject.project.repositories import SelectedRepository, selected
from argoproject.yamlfile.reader import DataPath


@rule(
    code="repository-unverified",
    severity=Severity.HIGH,
    title="A repository whose server is not verified",
    impact="anyone between Argo CD and the repository takes the credential and decides what is deployed",
    remedy="serve it with TLS, give Argo CD the certificate (ConfigMap argocd-tls-certs-cm) or host key "
    "(argocd-ssh-known-hosts-cm), and remove `insecure`",
    source="Argo CD, Private repositories: self-signed and untrusted certificates, unknown SSH hosts; CWE-295, CWE-319",
)
@in_settings
def repository_unverified(project: Project) -> Iterator[Setting]:
    """Reports repositories that are read without encryption, or with `insecure`."""
    for item in selected(project):
        if item.url.lower().startswith("http://"):
            yield Setting(item.path, f"{item.url} is read without encryption")
        elif item.options.insecure_oci_force_http:
            message = f"{item.url} is read without encryption"
            yield Setting(_place(project, item, "insecure_oci_force_http"), message)
        elif item.options.insecure:
            message = f"the server of {item.url} is not checked"
            yield Setting(_place(project, item, "insecure"), message)


def _place(project: Project, item: SelectedRepository, option: str) -> DataPath:
    """The repository that sets an option, or the credential from which it takes the option."""
    if item.derived or option in project.settings.repositories[str(item.path[1])].model_fields_set:
        return item.path
    return item.credential_path


@rule(
    code="helm-passes-credentials",
    severity=Severity.MEDIUM,
    title="A chart repository's credential is sent to other hosts",
    impact="the index of the repository can name any host, to which Helm sends user and password",
    remedy="remove `passCredentials`; let the repository serve its charts itself",
    source="Helm, repo add --pass-credentials; CVE-2021-32690",
)
@in_settings
def helm_passes_credentials(project: Project) -> Iterator[Setting]:
    """Reports sources with `passCredentials`."""
    for item in deployed(project):
        for at in item.sources:
            if at.source.helm is not None and at.source.helm.pass_credentials:
                message = f"hosts that the index of {at.source.repo_url} names get its credential"
                yield Setting((*at.path, "helm", "passCredentials"), message)


@rule(
    code="pull-secret-of-several-teams",
    severity=Severity.LOW,
    title="One registry login for the workloads of several teams",
    impact="any pod of one team reads the pull Secret, and with it the images of the others",
    remedy="give each team a login of its own; one that only Argo CD needs gets `argocdOnly: true`",
    source="Kubernetes, Good practices for Secrets; Multi-Tenancy Benchmark, Block access to other tenants' resources",
)
def pull_secret_of_several_teams(scope: AuditScope) -> Iterator[Cause]:
    """Reports secrets of the platform that are the pull Secret of environments of more than one team.

    With production among these environments, its images are at risk.
    """
    users: dict[str, list[Project]] = defaultdict(list)
    for project in scope.projects:
        for registry in project.settings.registries.values():
            for source in (registry.password, registry.dockerconfigjson):
                name = "" if source is None else source.secret
                shared = name in project.platform.secrets
                if shared and project.secret_key(name).folder == PLATFORM:
                    users[name].append(project)
    for name, projects in users.items():
        teams = sorted({project.identity.team for project in projects})
        if len(teams) > 1:
            yield scope.in_platform(
                path=("secrets", name),
                message=f"workloads of {len(teams)} teams can read this secret: {', '.join(teams)}",
                severity=Severity.MEDIUM if any(map(is_production, projects)) else Severity.LOW,
                projects=projects,
            )
