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
from argoproject.project.applications import deployed, used_urls
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
    code="repo-server-reaches-anything",
    severity=Severity.MEDIUM,
    title="Repositories can name others on any host",
    impact="a Kustomize base, a Helm dependency or a submodule deploys from outside `sources`, and its host gets the "
    "credential of the repository that names it",
    remedy="restrict the egress of argocd-repo-server to the hosts of your repositories and registries, then write "
    "`repoServerEgress: restricted`; let credentials be read-only and short-lived, for one repository each",
    source="Argo CD, Security: repo-server; util/kustomize/kustomize.go: Build; util/git/creds.go: GIT_ASKPASS",
)
def repo_server_reaches_anything(scope: AuditScope) -> Iterator[Cause]:
    """Reports a repo-server without a restriction. Environments depend on it that have a source in Git, or a chart."""
    if scope.platform.argocd.repo_server_egress == "any":
        yield scope.in_argocd(
            "repo_server_egress",
            "argocd-repo-server may fetch from any host what a repository names",
            Severity.MEDIUM,
            lambda project: bool(used_urls(project)),
        )


@rule(
    code="submodules-of-others",
    severity=Severity.MEDIUM,
    title="Repositories may bring others as submodules",
    impact="deploys from outside `sources`, and sends the repository's credential to the submodule's host",
    remedy='set `reposerver.enable.git.submodule: "false"` in argocd-cmd-params-cm, then `gitSubmodules: false` here',
    source="Argo CD, reposerver.enable.git.submodule; util/git/client.go: Submodule; CWE-829",
)
def submodules_of_others(scope: AuditScope) -> Iterator[Cause]:
    """Reports an Argo CD that fetches submodules. Environments with a source in Git depend on it."""
    if scope.platform.argocd.git_submodules:
        yield scope.in_argocd(
            "git_submodules",
            "Argo CD fetches the submodules that a repository names",
            Severity.MEDIUM,
            lambda project: any(
                not at.source.chart and not at.source.repo_url.startswith("oci://")
                for item in deployed(project)
                for at in item.sources
            ),
        )


@rule(
    code="values-by-url",
    severity=Severity.MEDIUM,
    title="Repositories may take value files from any URL",
    impact="values that nobody reviewed, and that can change without a commit: a `.argocd-source.yaml` names them",
    remedy='set `helm.valuesFileSchemes: ""` in argocd-cm (`secrets` and its kind for helm-secrets), then '
    "`helmValuesFileSchemes: []` here",
    source="Argo CD, Helm: value files from URLs; reposerver/repository/repository.go: mergeSourceParameters; CWE-829",
)
def values_by_url(scope: AuditScope) -> Iterator[Cause]:
    """Reports schemes that fetch value files, other than those of helm-secrets.

    `validate` refuses such value files, but a repository can name them itself.
    """
    schemes = scope.platform.argocd.remote_schemes
    if schemes:
        yield scope.in_argocd(
            "helm_values_file_schemes",
            f"Argo CD fetches value files by {', '.join(schemes)}",
            Severity.MEDIUM,
            lambda project: bool(used_urls(project)),
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
