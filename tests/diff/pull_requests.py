"""Pull requests, one for each kind of change: what is edited, and every reason that a reviewer must read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.diff.repository import Repository

__all__ = ["PULL_REQUESTS", "PullRequest"]

TEAM = "projects/blue/team.yaml"
PRODUCT = "projects/blue/shop/product.yaml"
PROD = "projects/blue/shop/eu-1/prod/project.yaml"
STAGING = "projects/blue/shop/eu-1/staging/project.yaml"
SANDBOX = "projects/green/sandbox/hub/dev"
DOCS = "projects/green/docs/eu-1/prod/project.yaml"
BILLING = "projects/blue/billing/eu-1/staging/project.yaml"
PLATFORM = "platform.yaml"

Edit = Callable[[Repository], None]


@dataclass(frozen=True, slots=True)
class PullRequest:
    """`danger` is the highest class; `reasons` are all there are, as `class: words`, each once."""

    name: str
    edit: Edit
    danger: str
    reasons: frozenset[str] = frozenset()


def change(file: str, overlay: str) -> Edit:
    return lambda repository: repository.change(file, overlay)


def replace(file: str, old: str, new: str) -> Edit:
    return lambda repository: repository.replace(file, old, new)


def remove(name: str) -> Edit:
    return lambda repository: repository.remove(name)


def pull(name: str, edit: Edit, danger: str, *reasons: str) -> PullRequest:
    return PullRequest(name, edit, danger, frozenset(reasons))


def moved(old: str, new: str) -> Edit:
    return lambda repository: repository.move(old, new)


def everything(*edits: Edit) -> Edit:
    def edit(repository: Repository) -> None:
        for one in edits:
            one(repository)

    return edit


_READER = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"
_OLD, _NEW = "https://eu-1.example.org:6443", "https://eu-9.example.org:6443"
_ON_EU_1 = (
    "blue-billing-staging",
    "blue-search-dev",
    "blue-search-prod",
    "blue-shop-prod",
    "blue-shop-staging",
    "green-docs-prod",
)
_REFUSED = "it has not been retired, so Pulumi refuses: deploy `lifecycle: retiring` first"
_ROLE = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader}
rules: [{apiGroups: [""], resources: [configmaps], verbs: [get]}]
"""
_GREEN = "with access for auditors, green-admins, green-viewers"
_NEWCOMERS = f"safe: a new environment of the profile small, {_GREEN}"
_FLOOR = "look: the floor of every environment with this profile is changed, later ones included"
_PROTECTED = (
    "it is protected, so Pulumi refuses: keep its name, or deploy `lifecycle: retiring` first"
)
_ANOTHER = "Pulumi deletes the one and creates the other, unless movedFrom: [green-sandbox-dev-hub]"
_STABLE = "https://charts.example.org/stable"
_CHART = "shop of registry.example.org/blue/charts"

PULL_REQUESTS: tuple[PullRequest, ...] = (
    pull("a description", change(PROD, "description: The shop"), "safe"),
    pull(
        "a version in staging",
        replace(STAGING, "1.5.0-rc.2", "1.5.0-rc.3"),
        "safe",
        f"safe: {_CHART} 1.5.0-rc.3 instead of 1.5.0-rc.2",
    ),
    pull(
        "a version in production",
        replace(PROD, "shop: 1.4.2", "shop: 1.4.3"),
        "look",
        f"look: production gets {_CHART} 1.4.3 instead of 1.4.2",
    ),
    pull(
        "a new environment",
        change(f"{SANDBOX}/../staging/project.yaml", "description: Another"),
        "safe",
        _NEWCOMERS,
    ),
    pull(
        "a group more",
        change(TEAM, "access: {readonly: [blue-viewers, blue-guests]}"),
        "dangerous",
        "dangerous: the group blue-guests gains the role readonly",
    ),
    pull(
        "a group less",
        change(TEAM, "access: {readonly: []}"),
        "look",
        "look: the group blue-viewers loses the role readonly",
    ),
    pull(
        "another group",
        change(TEAM, "access: {kubernetes: {view: [blue-support]}}"),
        "dangerous",
        "dangerous: Group blue-support gains the ClusterRole view in the namespace",
        "look: Group blue-admins loses the ClusterRole view in the namespace",
    ),
    pull(
        "a role may more",
        replace(PROD, "actions: [get, sync]", "actions: [get, sync, override]"),
        "dangerous",
        "dangerous: the role deployer (blue-ci) may now applications override on blue-shop-prod-eu-1-app",
    ),
    pull(
        "access for longer",
        replace(PROD, "until: 2030-12-31", "until: 2031-12-31"),
        "dangerous",
        "dangerous: the group blue-contractors has the role admin of Argo CD until 2031-12-31 instead of"
        " until 2030-12-31",
    ),
    pull(
        "an allow more",
        change(
            STAGING,
            "allow: [{kind: destination, value: eu-1/blue-shared, reason: the chart has two namespaces}]",
        ),
        "dangerous",
        "dangerous: allow destination eu-1/blue-shared, without an end: the chart has two namespaces",
        "dangerous: the destination blue-shared on https://eu-1.example.org:6443 is added",
    ),
    pull(
        "a new source",
        change(
            STAGING,
            "applications: {jobs: {source: {repoURL: 'https://gitlab.example.org/blue/jobs.git', path: .,"
            " directory: {}, targetRevision: main}}}",
        ),
        "dangerous",
        "dangerous: the source https://gitlab.example.org/blue/jobs.git is added",
        "look: Argo CD gets a credential for https://gitlab.example.org/blue/jobs.git: <secret blue/gitlab-token>",
        "safe: a new Application: https://gitlab.example.org/blue/jobs.git, . main",
    ),
    pull(
        "a wider guardrail",
        change(
            PLATFORM,
            "teams: {blue: {sources: ['https://gitlab.example.org/', 'https://charts.example.org/stable',"
            " 'https://nexus.example.org/repository/blue-charts', registry.example.org/blue/]}}",
        ),
        "dangerous",
        "dangerous: the guardrail is widened by https://gitlab.example.org/",
    ),
    pull(
        "a narrower guardrail",
        replace(PLATFORM, 'requests.cpu: "4", pods: "30"', 'requests.cpu: "3", pods: "30"'),
        "look",
        "look: the guardrail is narrowed: requests.cpu from 4",
    ),
    pull(
        "more quota, and less",
        change(PROD, 'namespace: {quota: {requests.cpu: "10", pods: "40"}}'),
        "look",
        "look: the quota of requests.cpu is raised from 8 to 10",
        "look: the quota of pods is lowered from 50 to 40",
    ),
    pull(
        "no quota any more",
        change(PLATFORM, "profiles: {small: {namespace: {quota: {limits.memory: null}}}}"),
        "dangerous",
        _FLOOR,
        "dangerous: the quota has no limit on limits.memory any more, 8Gi so far",
    ),
    pull(
        "weaker Pod Security",
        replace(
            PLATFORM, "podSecurity: { enforce: restricted }", "podSecurity: { enforce: baseline }"
        ),
        "dangerous",
        _FLOOR,
        "dangerous: Pod Security is lowered: enforce baseline instead of restricted",
    ),
    pull(
        "a network policy less",
        change(PLATFORM, "profiles: {small: {namespace: {networkPolicies: [default-deny, dns]}}}"),
        "dangerous",
        _FLOOR,
        "dangerous: the network policy same-namespace is deleted: all pods were limited for ingress and egress; "
        "it let through: ingress from all pods of the namespace; egress to all pods of the namespace",
    ),
    pull(
        "a network policy that opens more",
        change(PLATFORM, "networkPolicies: {dns: {egress: [{}]}}"),
        "dangerous",
        "dangerous: the network policy opens more than before: more is let through; "
        "it lets through: egress to anywhere",
    ),
    pull(
        "a network policy that opens next to one that limits",
        change(
            PLATFORM,
            "networkPolicies: {web: {podSelector: {}, egress: [{to: [{ipBlock: {cidr: 192.0.2.0/24}}]}]}}\n"
            "profiles: {small: {namespace: {networkPolicies: [default-deny, dns, same-namespace, web]}}}",
        ),
        "dangerous",
        "dangerous: a network policy is added, which opens what others limit; "
        "it lets through: egress to 192.0.2.0/24",
    ),
    pull(
        "a network policy that permits what others do",
        change(
            PLATFORM,
            "networkPolicies: {dns-udp: {podSelector: {}, egress: [{ports: [{port: 53, protocol: UDP}]}]}}\n"
            "profiles: {small: {namespace: {networkPolicies: [default-deny, dns, same-namespace, dns-udp]}}}",
        ),
        "look",
        "look: a network policy is added, which lets through: egress to anywhere on UDP 53",
    ),
    pull(
        "kinds that were denied",
        replace(PLATFORM, "tenantKinds: strict # charts", "tenantKinds: standard # charts"),
        "dangerous",
        _FLOOR,
        "dangerous: the Role permits more, or something else",
        *(
            f"dangerous: the kind {kind} is no longer denied"
            for kind in (
                "Endpoints",
                "cilium.io/CiliumNetworkPolicy",
                "crd.projectcalico.org/NetworkPolicy",
                "discovery.k8s.io/EndpointSlice",
                "networking.k8s.io/NetworkPolicy",
                "projectcalico.org/NetworkPolicy",
                "rbac.authorization.k8s.io/Role",
                "rbac.authorization.k8s.io/RoleBinding",
            )
        ),
    ),
    pull(
        "no impersonation any more",
        change(PLATFORM, "environmentClasses: {production: {impersonation: null}}"),
        "dangerous",
        "dangerous: syncs may run with Argo CD's own rights, in later environments as well",
        "dangerous: the Role argocd-sync is deleted",
        "dangerous: the ServiceAccount argocd-sync is deleted",
        "dangerous: syncs run with Argo CD's own rights again, instead of the account argocd-sync",
        "look: ServiceAccount argocd-sync loses the Role argocd-sync in the namespace",
    ),
    pull(
        "branches in production",
        replace(PLATFORM, "revisions: fixed", "revisions: any"),
        "dangerous",
        "dangerous: branches and ranges are allowed in this class: what runs is no longer what was reviewed",
    ),
    pull(
        "no sync windows any more",
        change(PRODUCT, "classes: {production: {syncWindows: []}}"),
        "dangerous",
        "dangerous: Applications may sync at any time: there are no sync windows any more",
    ),
    pull(
        "an environment deleted",
        remove(SANDBOX),
        "dangerous",
        f"dangerous: the environment is deleted, with its namespace and everything in it; {_REFUSED}",
    ),
    pull(
        "an Application deleted",
        change(DOCS, "{application: null, versions: null}"),
        "dangerous",
        f"dangerous: the Application green-docs-prod-eu-1-app is deleted; {_REFUSED}",
        "safe: the source https://gitlab.example.org/green/docs-deploy.git is removed",
    ),
    pull(
        "an environment retires",
        change(f"{SANDBOX}/project.yaml", "lifecycle: retiring"),
        "look",
        "look: protection is lifted: a later change may delete it",
    ),
    pull(
        "a folder moved",
        moved("projects/green/sandbox", "projects/green/playground"),
        "dangerous",
        f"safe: a new environment of the profile tiny, {_GREEN}",
        "look: if it is green/sandbox/hub/dev under another folder, nothing needs to be deleted: keep its names, with"
        " name: green-sandbox-dev-hub and namespace: {name: green-sandbox-dev} in project.yaml",
        f"dangerous: the environment is deleted, with its namespace and everything in it; {_REFUSED}",
    ),
    pull(
        "a folder moved with care",
        everything(
            moved("projects/green/sandbox", "projects/green/playground"),
            change(
                "projects/green/playground/hub/dev/project.yaml",
                "{name: green-sandbox-dev-hub, namespace: {name: green-sandbox-dev}}",
            ),
        ),
        "look",
        "look: it moves from green/sandbox/hub/dev",
    ),
    pull(
        "a project renamed",
        change(f"{SANDBOX}/project.yaml", "name: green-play"),
        "dangerous",
        f"dangerous: it is renamed from green-sandbox-dev-hub to green-play: {_ANOTHER}",
    ),
    pull(
        "a project renamed with care",
        change(f"{SANDBOX}/project.yaml", "{name: green-play, movedFrom: [green-sandbox-dev-hub]}"),
        "dangerous",
        f"dangerous: green-sandbox-dev-hub is deleted and created again; {_PROTECTED}",
    ),
    pull(
        "another namespace",
        change(f"{SANDBOX}/project.yaml", "namespace: {name: green-play}"),
        "dangerous",
        "dangerous: the destination green-play on https://kubernetes.default.svc is added",
        "safe: the destination green-sandbox-dev on https://kubernetes.default.svc is removed",
        f"dangerous: it is renamed from green-sandbox-dev-hub to green-play-hub: {_ANOTHER}",
    ),
    pull(
        "a namespace adopted",
        change(
            "projects/green/legacy/hub/dev/project.yaml",
            "namespace: {name: green-old, mode: adopt}",
        ),
        "dangerous",
        _NEWCOMERS,
        "dangerous: the existing namespace green-old is adopted: imported, then owned",
    ),
    pull(
        "a namespace no longer owned",
        change(f"{SANDBOX}/project.yaml", "namespace: {mode: existing}"),
        "dangerous",
        f"dangerous: green-sandbox-dev is deleted and created again; {_PROTECTED}",
    ),
    pull(
        "a credential for another place",
        change(PRODUCT, "repositories: {charts: {url: registry.example.org/blue/other-charts}}"),
        "look",
        "look: the Secret blue-shop-dev-hub-charts is deleted: what uses it stops",
        "look: the Secret blue-shop-prod-eu-1-charts is deleted: what uses it stops",
        "look: the Secret blue-shop-staging-eu-1-charts is deleted: what uses it stops",
    ),
    pull(
        "a credential re-pointed",
        everything(
            replace(
                BILLING, "url: https://nexus.example.org/repository/blue-charts", f"url: {_STABLE}"
            ),
            replace(
                BILLING,
                "repoURL: https://nexus.example.org/repository/blue-charts",
                f"repoURL: {_STABLE}",
            ),
        ),
        "dangerous",
        f"dangerous: the credential is sent to {_STABLE} instead of https://nexus.example.org/repository/blue-charts",
        f"dangerous: the source {_STABLE} is added",
        f"look: it reads the source billing of {_STABLE} as well",
        "look: it no longer reads the source billing of https://nexus.example.org/repository/blue-charts",
        "safe: the source https://nexus.example.org/repository/blue-charts is removed",
    ),
    pull(
        "another credential",
        replace(PRODUCT, "secret: charts-password", "secret: gitlab-token"),
        "dangerous",
        "dangerous: password of the repository is <secret blue/gitlab-token> instead of <secret blue/charts-password>",
    ),
    pull(
        "another registry",
        change(TEAM, "registries: {harbor: {server: harbor.example.org/other}}"),
        "dangerous",
        "dangerous: .dockerconfigjson is <docker configuration for harbor.example.org/other as robot-pull"
        " with secret platform/harbor-password> instead of <docker configuration for harbor.example.org as robot-pull"
        " with secret platform/harbor-password>",
    ),
    pull(
        "a secret's value",
        replace("projects/green/blog/hub/dev/secrets/blog-admin.yaml", "value:", "value: x"),
        "look",
        "look: the secret green/blog/hub/dev/blog-admin has another value, or was re-encrypted",
    ),
    pull(
        "another cluster under the same name",
        replace(PLATFORM, _OLD, _NEW),
        "dangerous",
        "dangerous: the name means another cluster: workloads and credentials go there",
        *(
            f"dangerous: it deploys to {namespace} on {_NEW} instead of {namespace} on {_OLD}"
            for namespace in _ON_EU_1
        ),
        *(
            f"dangerous: the destination {namespace} on {_NEW} is added"
            for namespace in (*_ON_EU_1, "blue-dashboards")
        ),
        *(
            f"safe: the destination {namespace} on {_OLD} is removed"
            for namespace in (*_ON_EU_1, "blue-dashboards")
        ),
    ),
    pull(
        "another user for Argo CD",
        change(PLATFORM, "clusters: {eu-1: {argocdUsers: [argocd]}}"),
        "dangerous",
        "dangerous: admission policies no longer treat system:serviceaccount:kube-system:argocd-manager as Argo CD, "
        "and no longer protect guards from it",
        "look: admission policies treat argocd as Argo CD, and protect guards from it",
    ),
    pull(
        "a recipient of all secrets",
        change(PLATFORM, f"recipients: {{platform: [{_READER}]}}"),
        "dangerous",
        "dangerous: another recipient can decrypt secrets that are encrypted from now on",
    ),
    pull(
        "Argo CD prunes",
        change(STAGING, "requirements: {syncPolicy: {automated: {prune: true}}}"),
        "look",
        "look: Argo CD deletes by itself what is removed from the source",
    ),
    pull(
        "another account of a registry",
        replace(TEAM, "username: robot-pull", "username: robot-push"),
        "dangerous",
        "dangerous: .dockerconfigjson is <docker configuration for harbor.example.org as robot-push"
        " with secret platform/harbor-password> instead of <docker configuration for harbor.example.org as robot-pull"
        " with secret platform/harbor-password>",
    ),
    pull(
        "a guardrail for one class",
        change(
            PLATFORM,
            "teams: {blue: {classes: {production: {groups: [blue-*, interns], registries: ['*']}}}}",
        ),
        "dangerous",
        "dangerous: the guardrail is widened by interns",
        "dangerous: the guardrail is widened by *",
    ),
    pull(
        "a guardrail that takes no effect",
        change(PLATFORM, "teams: {blue: {classes: {production: {groups: [blue-*]}}}}"),
        "safe",
    ),
    pull(
        "a team with everything",
        change(PLATFORM, "teams: {red: {groups: ['*'], clusters: ['*']}}"),
        "dangerous",
        "dangerous: the guardrail is widened by *",
    ),
    pull(
        "a secret of the platform for workloads",
        everything(
            change(PLATFORM, "secrets: {harbor-password: {argocdOnly: true}}"),
            change(TEAM, "registries: null"),
        ),
        "look",
        "look: the Secret pull-harbor is deleted: what uses it stops",
        "look: the ServiceAccount default stays, with the fields that were set here: another owner has it",
        "look: the platform's secret may be used for less",
    ),
    pull(
        "a secret for the workloads",
        change(STAGING, "namespace: {secrets: {grab: {token: {secret: gitlab-token}}}}"),
        "look",
        "look: workloads get <secret blue/gitlab-token>",
    ),
    pull(
        "a Role of the team's own",
        change("projects/blue/shop/eu-1/staging/manifests/role.yaml", _ROLE),
        "look",
        "look: a new Role: check what it permits, and who is bound to it",
    ),
    pull(
        "one more project for base Applications",
        change(PLATFORM, "argocd: {baseProjects: [platform-everything]}"),
        "dangerous",
        "dangerous: a `base` Application may be in one more of the platform's projects",
    ),
    pull(
        "replaced while syncing",
        change(STAGING, "requirements: {syncPolicy: {syncOptions: [Replace=true]}}"),
        "look",
        "look: how Argo CD applies manifests is changed: Replace=true",
    ),
    pull(
        "a class is exempted from impersonation",
        replace(PLATFORM, "impersonation: true }", "impersonation: false }"),
        "dangerous",
        "dangerous: syncs may run with Argo CD's own rights, in later environments as well",
        "dangerous: the Role argocd-sync is deleted",
        "dangerous: the ServiceAccount argocd-sync is deleted",
        "dangerous: syncs run with Argo CD's own rights again, instead of the account argocd-sync",
        "look: ServiceAccount argocd-sync loses the Role argocd-sync in the namespace",
    ),
)
