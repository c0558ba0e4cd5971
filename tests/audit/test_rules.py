"""Each rule finds its cause, says it at its place, and is quiet where there is none."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from argoproject.audit.finding import Severity
from argoproject.audit.rules import RULES
from argoproject.secrets.recipients import sops_config
from argoproject.tree.load import load_platform
from tests.audit.looking import audited, lines, stack
from tests.support.trees import PRODUCT, PROJECT, TEAM, platform, tree

PROD = "blue/shop/eu-1/prod"
DEV = "projects/blue/shop/eu-1/dev/project.yaml"
GREEN = "projects/green/api/eu-1/prod/project.yaml"
GIT = "https://gitlab.example.org/blue/shop.git"
APPLICATION = f"application: {{source: {{repoURL: '{GIT}', path: deploy, kustomize: {{}}"
ALL_QUOTA = (
    '{requests.cpu: "1", limits.memory: 8Gi, pods: "9", requests.storage: 9Gi, '
    'services.nodeports: "0", services.loadbalancers: "0"}'
)

Files = Mapping[str, str | None]


def project(text: str) -> Files:
    return {PROJECT: f"{text}\nversions: {{application: v1.4.2}}\n"}


def in_profile(text: str) -> Files:
    return {"platform.yaml": platform(f"profiles: {{medium: {text}}}")}


def in_team(text: str) -> Files:
    return {"platform.yaml": platform(f"teams: {{blue: {text}}}")}


def role(permission: str, group: str = "blue-ci") -> Files:
    return project(
        f"access:\n  roles:\n    tool:\n      groups: [{group}]\n      permissions:\n        - {permission}"
    )


def allowing(text: str, *, until: str = "") -> Files:
    """A widening, and a guardrail that permits it."""
    rails = "{allow: ['*'], kinds: [apps/Deployment, rbac.authorization.k8s.io/ClusterRole]}"
    ending = f", until: {until}" if until else ""
    return {**in_team(rails), **project(f"allow: [{{{text}, reason: a test{ending}}}]")}


def crds(people: str, *, until: str = "", impersonation: str = "true") -> Files:
    """An account of syncs that makes CustomResourceDefinitions, and people beside it."""
    rails = "{allow: ['*'], kinds: [apiextensions.k8s.io/*], clusterRoles: [view, edit]}"
    value = "apiextensions.k8s.io/CustomResourceDefinition/foos.example.org"
    ending = f", until: {until}" if until else ""
    allow = f"allow: [{{kind: clusterResource, value: {value}, reason: a test{ending}}}]"
    return {
        "platform.yaml": platform(f"impersonation: {impersonation}\nteams: {{blue: {rails}}}"),
        **project(f"access: {{kubernetes: {people}}}\n{allow}"),
    }


AGE_KEYS = (
    "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p",
    "age124sx4xtmsreprt3exfj90yh8p88l9uxs3avam8ur8ue5q2l8tecqcq55p3",
)
ENDS = "{group: blue-ci, until: 2027-01-31, reason: CHG-1}"
OPEN = "{podSelector: {}, policyTypes: [Ingress, Egress], %s}"
NETWORK = "profiles.medium.namespace.networkPolicies"
MAIN = f"versions: {{application: main}}\n{APPLICATION}}}, syncPolicy: {{automated: %s}}}}\n"
APPROVED = platform(
    "environmentClasses: {production: {revisions: any}}\ndelivery: {requireApproval: [production]}"
)


def network(spec: str) -> Files:
    return {
        "platform.yaml": platform(
            f"networkPolicies: {{tried: {spec}}}\nprofiles: {{medium: {{namespace: {{networkPolicies: "
            "[default-deny, tried]}}}"
        )
    }


def sets(policy: str, revision: str = "main") -> Files:
    return {
        PROJECT: "versions: {application: v1.4.2}\n"
        f"applicationSets:\n  previews:\n    generators:\n      - git: {{repoURL: '{GIT}', revision: {revision}, "
        "directories: [{path: 'x/*'}]}\n"
        f"    template: {{name: '{{{{ .path.basename }}}}', source: {{repoURL: '{GIT}', targetRevision: v1.0.0, "
        f"path: '{{{{ .path.path }}}}', kustomize: {{}}}}}}\n    {policy}\n",
        "platform.yaml": APPROVED,
    }


FOUND: list[tuple[str, Files, str]] = [
    (
        "allow-for-ever",
        allowing("kind: namespaceResource, value: apps/Deployment"),
        f"medium {PROJECT}:1 allow[0]: namespaceResource apps/Deployment is allowed without a last day ({PROD})",
    ),
    (
        "allow-for-ever",
        allowing("kind: clusterResource, value: rbac.authorization.k8s.io/ClusterRole"),
        f"high {PROJECT}:1 allow[0]: clusterResource rbac.authorization.k8s.io/ClusterRole is allowed without a "
        f"last day ({PROD})",
    ),
    (
        "allow-ended",
        allowing("kind: namespaceResource, value: apps/Deployment", until="2026-11-20"),
        f"info {PROJECT}:1 allow[0]: namespaceResource apps/Deployment expired on 2026-11-20 ({PROD})",
    ),
    (
        "role-opens-shells",
        role("{resource: exec, actions: [create]}"),
        f"high {PROJECT}:6 access.roles.tool.permissions[0]: the role tool opens shells in the pods ({PROD})",
    ),
    (
        "role-overrides-sources",
        role("{resource: applications, actions: [get, override]}"),
        f"high {PROJECT}:6 access.roles.tool.permissions[0]: the role tool syncs manifests that are in no repository "
        f"({PROD})",
    ),
    (
        "role-changes-applications",
        role("{resource: applications, actions: [delete]}"),
        f"medium {PROJECT}:6 access.roles.tool.permissions[0]: the role tool may delete applications ({PROD})",
    ),
    (
        "production-admin-for-ever",
        {DEV: "versions: {application: main}\n"},
        f"medium {TEAM}:1 access.admin[0]: blue-admins is admin in nonproduction, and in production without a last day "
        f"({PROD})",
    ),
    (
        "cluster-role-beyond-view",
        {**in_team("{clusterRoles: [edit]}"), **project("access: {kubernetes: {edit: [blue-x]}}")},
        f"medium {PROJECT}:1 access.kubernetes.edit[0]: blue-x has the ClusterRole edit without a last day ({PROD})",
    ),
    (
        "people-act-as-sync-account",
        crds("{edit: [blue-x], view: [blue-y]}"),
        f"high {PROJECT}:1 access.kubernetes.edit[0]: blue-x may act as argocd-sync, which creates any "
        f"CustomResourceDefinition ({PROD})",
    ),
    (
        "guardrail-bounds-nothing",
        in_team("{groups: ['*']}"),
        f"medium platform.yaml teams.blue.groups[0]: * lets team blue name every group of the company ({PROD})",
    ),
    (
        "guardrail-bounds-nothing",
        in_team("{sources: ['https://*/']}"),
        f"high platform.yaml teams.blue.sources[0]: https://*/ lets team blue name any repository of the world "
        f"({PROD})",
    ),
    (
        "guardrail-bounds-nothing",
        in_team("{classes: {production: {kinds: ['*/*']}, nonproduction: {labels: ['*']}}}"),
        f"high platform.yaml teams.blue.classes.production.kinds[0]: */* lets team blue name every kind, "
        f"cluster-scoped ones included ({PROD})\n"
        "medium platform.yaml teams.blue.classes.nonproduction.labels[0]: * lets team blue name labels by which "
        "policies of the cluster choose namespaces (none)",
    ),
    (
        "sources-of-a-whole-host",
        in_team("{sources: ['https://gitlab.example.org/']}"),
        f"medium platform.yaml teams.blue.sources[0]: https://gitlab.example.org/ is a whole host: team blue may "
        f"deploy from all of it ({PROD})",
    ),
    (
        "no-quota",
        {
            "platform.yaml": platform(
                "profiles: {medium: {namespace: {quota: null}}}\nteams: {blue: {quotaMax: null, classes: null}}"
            )
        },
        f"medium platform.yaml profiles.medium.namespace.quota: nothing limits what it uses ({PROD})",
    ),
    (
        "quota-gap",
        {},
        f"low platform.yaml profiles.medium.namespace.quota: the quota does not limit requests.storage, "
        f"services.nodeports, services.loadbalancers ({PROD})",
    ),
    (
        "no-limits",
        in_profile("{namespace: {limits: null}}"),
        f"low platform.yaml profiles.medium.namespace.limits: containers without a limit get none ({PROD})",
    ),
    (
        "pod-security-weak",
        in_profile("{namespace: {podSecurity: {enforce: privileged}}}"),
        f"high platform.yaml profiles.medium.namespace.podSecurity: privileged pods are admitted ({PROD})",
    ),
    (
        "pod-security-weak",
        in_profile("{namespace: {podSecurity: null}}"),
        f"high platform.yaml profiles.medium.namespace.podSecurity: privileged pods are admitted ({PROD})",
    ),
    (
        "tenant-kinds-standard",
        in_profile("{tenantKinds: standard}"),
        "medium platform.yaml profiles.medium.tenantKinds: charts may contain NetworkPolicies, Roles and RoleBindings "
        f"in production ({PROD})",
    ),
    (
        "no-impersonation",
        {},
        f"medium platform.yaml profiles.medium: only Argo CD's own rules keep syncs inside the namespace ({PROD})",
    ),
    (
        "no-admission",
        {"platform.yaml": platform("profiles: {small: {admission: {registries: [harbor.example.org]}}}")},
        f"low platform.yaml profiles.medium: images may come from any registry ({PROD})",
    ),
    (
        "namespace-of-others",
        project("namespace: {mode: existing}"),
        f"low {PROJECT}:1 namespace.mode: the namespace blue-shop-prod is not created here ({PROD})",
    ),
    (
        "network-open-by-default",
        in_profile("{namespace: {networkPolicies: [dns]}}"),
        f"medium platform.yaml {NETWORK}: no network policy isolates all pods for ingress ({PROD})",
    ),
    (
        "network-open-by-default",
        in_profile("{namespace: {networkPolicies: null}}"),
        f"medium platform.yaml {NETWORK}: no network policy isolates all pods for ingress and egress ({PROD})",
    ),
    (
        "network-policy-open",
        network(OPEN % "ingress: [{}]"),
        f"medium platform.yaml networkPolicies.tried.ingress[0]: tried allows traffic from everywhere ({PROD})\n"
        "low platform.yaml networkPolicies.from-ingress.ingress[0]: from-ingress allows traffic from everywhere (none)",
    ),
    (
        "repository-unverified",
        in_profile(f"{{repositories: {{shop: {{url: '{GIT}', insecure: true}}}}}}"),
        f"high platform.yaml profiles.medium.repositories.shop: the server of {GIT} is not checked ({PROD})",
    ),
    (
        "helm-passes-credentials",
        {
            **in_profile(
                f"{{application: {{source: {{repoURL: '{GIT}', path: x, helm: {{passCredentials: true}}}}}}}}"
            ),
            PRODUCT: None,
        },
        f"medium platform.yaml profiles.medium.application.source.helm.passCredentials: what {GIT} names gets its "
        f"credential ({PROD})",
    ),
    (
        "class-looks-like-production",
        {"platform.yaml": platform("environmentClasses: {production: {revisions: any}}")},
        f"medium platform.yaml environmentClasses.production: environments of the class production may follow "
        f"branches ({PROD})",
    ),
    (
        "production-revision-moves",
        {"platform.yaml": APPROVED, PRODUCT: None, PROJECT: MAIN % "{}"},
        f"medium {PROJECT}:1 versions.application: application is synced automatically to main ({PROD})",
    ),
    (
        "drift-stays",
        {
            **in_team("{clusterRoles: [edit]}"),
            PRODUCT: None,
            PROJECT: MAIN.replace("main", "v1.4.2") % "{}" + f"access: {{kubernetes: {{edit: [{ENDS}]}}}}\n",
        },
        f"low {PROJECT}:2 application.syncPolicy.automated: manual changes of application are not reverted ({PROD})",
    ),
    (
        "set-deletes-by-branch",
        sets("applicationsSync: sync"),
        f"medium {PROJECT}:5 applicationSets.previews.generators[0].git.revision: previews deletes what main no longer "
        f"lists ({PROD})",
    ),
    (
        "argocd-patch-unknown",
        {},
        f"low platform.yaml argocd.version: known vulnerabilities of Argo CD 3.5 cannot be determined ({PROD})",
    ),
    (
        "argocd-known-hole",
        {"platform.yaml": platform("argocd: {version: '3.5.3'}")},
        f"high platform.yaml argocd.version: CVE-2026-55797: the proxy of an SSH repository becomes part of a shell "
        f"command, which can read every repository's credentials ({PROD})\n"
        "high platform.yaml argocd.version: CVE-2026-77459: hooks that run when an Application is deleted leave the "
        f"project: any kind, in any namespace ({PROD})",
    ),
]  # fmt: skip

QUIET: list[tuple[str, Files]] = [
    ("allow-for-ever", allowing("kind: namespaceResource, value: apps/Deployment", until="2027-01-31")),
    ("allow-ended", allowing("kind: namespaceResource, value: apps/Deployment", until="2026-11-21")),
    ("role-opens-shells", role("{resource: exec, actions: [create]}", ENDS)),
    ("role-overrides-sources", role("{resource: applications, actions: [get, sync]}")),
    ("role-changes-applications", role("{resource: applications, actions: ['delete/*/Pod/*/*']}")),
    (
        "production-admin-for-ever",
        {
            DEV: "versions: {application: main}\n",
            TEAM: "access: {admin: [blue-admins]}\nclasses: {production: {access: {admin: [blue-oncall]}}}\n",
        },
    ),
    ("admin-of-several-teams", {}),
    (
        "cluster-role-beyond-view",
        {
            **in_team("{clusterRoles: [edit, view]}"),
            **project(f"access: {{kubernetes: {{view: [blue-x], edit: [{ENDS}]}}}}"),
        },
    ),
    ("people-act-as-sync-account", crds("{view: [blue-x]}")),
    ("people-act-as-sync-account", crds(f"{{edit: [{ENDS}]}}")),
    ("people-act-as-sync-account", crds("{edit: [blue-x]}", until="2027-01-31")),
    ("people-act-as-sync-account", crds("{edit: [blue-x]}", impersonation="false")),
    (
        "people-act-as-sync-account",
        {
            "platform.yaml": platform("impersonation: true\nteams: {blue: {clusterRoles: [edit]}}"),
            **project("access: {kubernetes: {edit: [blue-x]}}"),
        },
    ),
    ("guardrail-bounds-nothing", in_team("{clusters: ['*'], registries: ['*'], groups: ['blue-*']}")),
    ("sources-of-a-whole-host", in_team("{sources: ['https://gitlab.example.org/blue/', 'https://charts.example.org']}")),
    ("no-quota", {}),
    ("quota-gap", in_profile(f"{{namespace: {{quota: {ALL_QUOTA}}}}}")),
    ("no-limits", {}),
    ("pod-security-weak", {}),
    ("tenant-kinds-standard", {}),
    ("tenant-kinds-standard", in_profile("{tenantKinds: standard, admission: {registries: [x.example.org]}}")),
    ("no-impersonation", in_profile("{impersonation: {clusterRole: edit}}")),
    ("no-admission", {}),
    ("no-admission", in_profile("{admission: {registries: [harbor.example.org]}}")),
    ("namespace-of-others", project("namespace: {mode: create}")),
    ("guards-from-a-base", {}),
    ("network-open-by-default", {}),
    ("repository-unverified", {PRODUCT: f"{APPLICATION}}}}}\nrepositories: {{shop: {{url: '{GIT}'}}}}\n"}),
    ("helm-passes-credentials", {PRODUCT: f"application: {{source: {{repoURL: '{GIT}', path: x, helm: {{}}}}}}\n"}),
    ("pull-secret-of-several-teams", {}),
    ("class-looks-like-production", {}),
    ("class-looks-like-production", {"platform.yaml": APPROVED}),
    ("production-revision-moves", {"platform.yaml": APPROVED, PRODUCT: None, PROJECT: MAIN % "{enabled: false}"}),
    ("production-revision-moves", {PRODUCT: None, PROJECT: MAIN.replace("main", "v1.4.2") % "{}"}),
    ("drift-stays", {PRODUCT: None, PROJECT: MAIN.replace("main", "v1.4.2") % "{}"}),
    ("set-deletes-by-branch", sets("applicationsSync: create-update")),
    ("set-deletes-by-branch", sets("applicationsSync: sync", "v1.0.0")),
    ("production-recipient-elsewhere", {}),
    ("secret-in-clear", {}),
    ("argocd-patch-unknown", {"platform.yaml": platform("argocd: {version: '3.5.7'}")}),
    ("argocd-known-hole", {"platform.yaml": platform("argocd: {version: '3.5.7'}")}),
    ("argocd-known-hole", {}),
]  # fmt: skip


@pytest.mark.parametrize(("code", "files", "expected"), FOUND)
def test_it_is_found(tmp_path: Path, code: str, files: Files, expected: str) -> None:
    assert "\n".join(lines(tmp_path, files, code)) == expected


@pytest.mark.parametrize(("code", "files"), QUIET)
def test_it_is_quiet(tmp_path: Path, code: str, files: Files) -> None:
    assert lines(tmp_path, files, code) == []


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        (
            "ingress: [{from: [{namespaceSelector: {}}]}]",
            "ingress[0].from[0]: tried allows traffic from all namespaces",
        ),
        ("egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0}}]}]", "egress[0].to[0]: tried allows traffic to everywhere"),
        ("egress: [{to: [{ipBlock: {cidr: '::/0'}}]}]", "egress[0].to[0]: tried allows traffic to everywhere"),
        ("egress: [{ports: [{port: 443}]}]", "egress[0]: tried allows traffic to everywhere"),
        ("egress: [{ports: []}]", "egress[0]: tried allows traffic to everywhere"),
        ("egress: [{ports: [{port: 53}]}]", None),
        ("egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8]}}]}]", None),
        ("ingress: [{from: [{podSelector: {}}]}]", None),
        ("ingress: [{from: [{namespaceSelector: {matchLabels: {a: b}}}]}]", None),
    ],
)  # fmt: skip
def test_what_a_network_policy_opens(tmp_path: Path, spec: str, expected: str | None) -> None:
    found = lines(tmp_path, network(OPEN % spec), "network-policy-open")
    mine = [re.sub(r".*networkPolicies\.tried\.", "", it) for it in found if "tried" in it]
    assert mine == ([] if expected is None else [f"{expected} ({PROD})"])


def test_a_group_that_is_admin_in_two_teams(tmp_path: Path) -> None:
    files = {
        "platform.yaml": platform("teams: {green: {groups: [blue-admins]}}"),
        GREEN: "access: {admin: [blue-admins]}\nversions: {}\n",
    }
    assert lines(tmp_path, files, "admin-of-several-teams") == [
        f"medium {TEAM}:1 access.admin[0]: blue-admins is admin in environments of 2 teams: blue, green ({PROD})",
        f"medium {GREEN}:1 access.admin[0]: blue-admins is admin in environments of 2 teams: blue, green "
        "(green/api/eu-1/prod)",
    ]


def test_a_pull_secret_of_two_teams(tmp_path: Path) -> None:
    registry = (
        "registries: {harbor: {server: harbor.example.org, username: u, password: {secret: pull}}}"
    )
    files = {
        "platform.yaml": platform("secrets: {pull: {teams: [blue, green], urlPrefixes: [harbor.example.org/]}}"),
        TEAM: f"{registry}\n",
        GREEN: f"{registry}\nversions: {{}}\n",
    }  # fmt: skip
    assert lines(tmp_path, files, "pull-secret-of-several-teams") == [
        f"medium platform.yaml secrets.pull: workloads of 2 teams can read it: blue, green ({PROD}, "
        "green/api/eu-1/prod)"
    ]
    assert lines(tmp_path, {**files, GREEN: "versions: {}\n"}, "pull-secret-of-several-teams") == []


def test_the_guards_that_a_base_brings(tmp_path: Path) -> None:
    """Then the profile's guards are not planned, and nothing is said about them."""
    source = "{repoURL: 'https://gitlab.example.org/platform/base.git', path: base, kustomize: {}}"
    base = f"{{project: bases, source: {source}}}"
    files = {
        "platform.yaml": platform(
            "argocd: {version: 3.5.7, baseProjects: [bases]}\nclusters: {eu-1: {base: true}}\n"
            f"profiles: {{medium: {{tenantKinds: standard, base: {base}, versions: {{base: v1.0.0}}}}}}"
        )
    }
    found, _ = audited(tmp_path, files)
    assert [item.rule.code for item in found.findings if item.environments] == [
        "guards-from-a-base"
    ]


def test_a_key_that_reads_production_and_more(tmp_path: Path) -> None:
    """The key itself is not told: a private one may stand there by mistake."""
    one, other = AGE_KEYS
    classes = f"{{nonproduction: [{one}], production: [{other}, {one}]}}"
    files = {"platform.yaml": platform(f"recipients: {{platform: [{other}], classes: {classes}}}")}
    made, _ = load_platform(tree(tmp_path, files), "config")
    assert made is not None
    (tmp_path / "config/.sops.yaml").write_text(sops_config(made))
    assert lines(tmp_path, files, "production-recipient-elsewhere") == [
        "medium platform.yaml recipients.classes.production[1]: this key of production is also a key of nonproduction "
        f"({PROD})"
    ]


@pytest.mark.parametrize(("environment", "severity"), [("prod", "high"), ("dev", "low")])
def test_a_secret_in_clear(tmp_path: Path, environment: str, severity: str) -> None:
    key = f"blue/shop/eu-1/{environment}/token"
    stack(tmp_path, f"config:\n  argo-projects:plainSecrets:\n    - {key}\n")
    folder = f"projects/blue/shop/eu-1/{environment}"
    files = {
        DEV: "versions: {application: main}\n",
        f"{folder}/secrets/token.yaml": "value: hunter2\n",
        f"{folder}/project.yaml": "versions: {application: v1.4.2}\n"
        "namespace: {secrets: {app: {token: {secret: token}}}}\n",
    }
    [line] = lines(tmp_path, files, "secret-in-clear")
    assert line.split(" ", 1)[0] == severity
    assert line.endswith(f"the secret {key} is not encrypted (blue/shop/eu-1/{environment})")


def test_every_rule_has_a_case_and_every_case_a_rule() -> None:
    apart = {"admin-of-several-teams", "guards-from-a-base", "pull-secret-of-several-teams"}
    apart |= {"production-recipient-elsewhere", "secret-in-clear"}
    assert {code for code, *_ in FOUND} | apart == {rule.code for rule in RULES}
    assert {code for code, _ in QUIET} >= {rule.code for rule in RULES} - {"network-policy-open"}


def test_rules_say_what_they_are_about() -> None:
    assert len({rule.code for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.code)
        assert isinstance(rule.severity, Severity)
        for text in (rule.title, rule.impact, rule.remedy, rule.source):
            assert text
            assert not text.endswith(".")
