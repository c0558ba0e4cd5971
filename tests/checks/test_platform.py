"""platform.yaml agrees with itself."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from argoproject.checks.platform import check
from tests.support.trees import load, platform, report, tree


class Case(NamedTuple):
    name: str
    files: dict[str, str | None]
    expected: list[str]


def _check(tmp_path: Path, text: str | None) -> list[str]:
    loaded = load(tree(tmp_path, {} if text is None else {"platform.yaml": text}))
    assert loaded.platform is not None, report(loaded.problems)
    return report(check(loaded.platform_document, loaded.platform))


REFUSED = [
    Case(
        "what a profile may not widen",
        {
            "platform.yaml": platform(
                "profiles: {small: {sourceNamespaces: [argocd, blue-apps], allow: ["
                "{kind: namespaceResource, value: ResourceQuota, reason: r}, "
                "{kind: clusterResource, value: apiextensions.k8s.io/CustomResourceDefinition, reason: r}, "
                "{kind: destination, value: nowhere/kube-system, reason: r}, "
                "{kind: source, value: 'https://g.example.org/*', reason: r}]}}"
            )
        },
        [
            (
                "config/platform.yaml:65:7: profiles.small.sourceNamespaces[0]: the namespace argocd "
                "belongs to Kubernetes, Argo CD or the platform (name a namespace of the team) "
                "[namespace-reserved]"
            ),
            (
                "config/platform.yaml:69:7: profiles.small.allow[0].value: ResourceQuota is never "
                "allowed: with it the guards could be lifted (remove this entry) [kind-reserved]"
            ),
            (
                "config/platform.yaml:75:7: profiles.small.allow[2].value: platform.yaml has no cluster "
                "nowhere (one of hub, eu-1) [unknown-cluster]"
            ),
            (
                "config/platform.yaml:75:7: profiles.small.allow[2].value: the namespace kube-system "
                "belongs to Kubernetes, Argo CD or the platform (name a namespace of the team) "
                "[namespace-reserved]"
            ),
            (
                "config/platform.yaml:78:7: profiles.small.allow[3].value: this is not the URL of one "
                "repository (write the whole URL, without patterns, templates, `..` and encodings) "
                "[allow-value]"
            ),
        ],
    ),
    Case(
        "the hub",
        {"platform.yaml": platform("argocd: {cluster: hubb}")},
        [
            (
                "config/platform.yaml:3:3: argocd.cluster: platform.yaml has no cluster hubb (did "
                "you mean hub?) [unknown-cluster]"
            ),
        ],
    ),
    Case(
        "an unsupported Argo CD",
        {"platform.yaml": platform("argocd: {version: '2.14'}")},
        [
            (
                "config/platform.yaml:5:3: argocd.version: 2.14 is not a supported version of Argo "
                'CD (write one of "3.3", "3.4", "3.5", "3.6") [argocd-version]'
            ),
        ],
    ),
    Case(
        "a later Argo CD",
        {"platform.yaml": platform("argocd: {version: '3.7'}")},
        [
            (
                "config/platform.yaml:5:3: argocd.version: 3.7 is not a supported version of Argo "
                'CD (write one of "3.3", "3.4", "3.5", "3.6") [argocd-version]'
            ),
        ],
    ),
    Case(
        "an older Argo CD",
        {"platform.yaml": platform("argocd: {version: '3.2.9'}")},
        [
            (
                "config/platform.yaml:5:3: argocd.version: 3.2.9 is not a supported version of "
                'Argo CD (write one of "3.3", "3.4", "3.5", "3.6") [argocd-version]'
            ),
        ],
    ),
    Case(
        "no version",
        {"platform.yaml": platform("argocd: {version: stable}")},
        [
            (
                "config/platform.yaml:5:3: argocd.version: stable is not a supported version of "
                'Argo CD (write one of "3.3", "3.4", "3.5", "3.6") [argocd-version]'
            ),
        ],
    ),
    Case(
        "the project default for base Applications",
        {"platform.yaml": platform("argocd: {baseProjects: [platform, default]}")},
        [
            (
                "config/platform.yaml:8:5: argocd.baseProjects[1]: the AppProject default is open "
                "to everybody (make one of your own) [default-project]"
            ),
        ],
    ),
    Case(
        "one server twice",
        {
            "platform.yaml": platform(
                "clusters: {eu-2: {argocdName: eu-2, server: 'https://EU-1.example.org:6443/'}}"
            )
        },
        [
            (
                "config/platform.yaml:16:5: clusters.eu-2.server: the clusters eu-1 and eu-2 have "
                "the same server (give each cluster its own, or remove one) [duplicate-cluster]"
            ),
        ],
    ),
    Case(
        "one name twice",
        {
            "platform.yaml": platform(
                "clusters: {eu-2: {argocdName: eu-1, server: 'https://eu-2.example.org:6443'}}"
            )
        },
        [
            (
                "config/platform.yaml:15:5: clusters.eu-2.argocdName: the clusters eu-1 and eu-2 "
                "have the same argocdName (give each cluster its own, or remove one) "
                "[duplicate-cluster]"
            ),
        ],
    ),
    Case(
        "the class of an environment",
        {"platform.yaml": platform("environments: {dev: non-production}")},
        [
            (
                "config/platform.yaml:21:3: environments.dev: platform.yaml has no environment "
                "class non-production (did you mean nonproduction?) [unknown-environment-class]"
            ),
        ],
    ),
    Case(
        "the profile of a class",
        {"platform.yaml": platform("environmentClasses: {production: {profile: large}}")},
        [
            (
                "config/platform.yaml:18:5: environmentClasses.production.profile: platform.yaml "
                "has no profile large (one of small, medium) [unknown-profile]"
            ),
        ],
    ),
    Case(
        "the network policy of a profile",
        {
            "platform.yaml": platform(
                "profiles: {small: {namespace: {networkPolicies: [default-deny, dsn]}}}"
            )
        },
        [
            (
                "config/platform.yaml:59:9: profiles.small.namespace.networkPolicies[1]: "
                "platform.yaml has no network policy dsn (did you mean dns?) "
                "[unknown-network-policy]"
            ),
        ],
    ),
    Case(
        "a network policy without pods",
        {"platform.yaml": platform("networkPolicies: {dns: {podSelector: null}}")},
        [
            (
                "config/platform.yaml:30:3: networkPolicies.dns: podSelector is missing (add it; "
                "`podSelector: {}` selects every pod) [network-policy]"
            ),
        ],
    ),
    Case(
        "unknown keys of a network policy",
        {"platform.yaml": platform("networkPolicies: {dns: {podSelectors: {}, spec: {}}}")},
        [
            (
                "config/platform.yaml:38:5: networkPolicies.dns.podSelectors: unknown key (did you "
                "mean `podSelector`?) [network-policy]"
            ),
            (
                "config/platform.yaml:39:5: networkPolicies.dns.spec: unknown key (known keys: "
                "podSelector, policyTypes, ingress, egress) [network-policy]"
            ),
        ],
    ),
    Case(
        "the wrong types in a network policy",
        {
            "platform.yaml": platform(
                "networkPolicies: {dns: {podSelector: web, ingress: {}, egress: all, policyTypes: "
                "[egress]}}"
            )
        },
        [
            (
                "config/platform.yaml:31:5: networkPolicies.dns.podSelector: must be a mapping "
                "(write {} for every pod) [network-policy]"
            ),
            (
                "config/platform.yaml:33:7: networkPolicies.dns.policyTypes[0]: is not a known "
                "value (write one of Ingress, Egress) [network-policy]"
            ),
            (
                "config/platform.yaml:34:5: networkPolicies.dns.egress: must be a list (write [a, "
                "b]) [network-policy]"
            ),
            (
                "config/platform.yaml:35:5: networkPolicies.dns.ingress: must be a list (write [a, "
                "b]) [network-policy]"
            ),
        ],
    ),
    Case(
        "a profile that contradicts itself",
        {
            "platform.yaml": platform(
                "profiles: {small: {namespace: {limits: {default: {memory: 9Gi}, defaultRequest: "
                "{memory: 10Gi}, max: {memory: 1Gi}}}}}"
            )
        },
        [
            (
                "config/platform.yaml:53:11: profiles.small.namespace.limits.default.memory: "
                "default of memory is 9Gi, above max, which is 1Gi (lower the one or raise the "
                "other) [limits-contradiction]"
            ),
            (
                "config/platform.yaml:53:11: profiles.small.namespace.limits.default.memory: "
                "default of memory is 9Gi, above the quota, which is 8Gi (lower the one or raise "
                "the other) [limits-contradiction]"
            ),
            (
                "config/platform.yaml:56:11: "
                "profiles.small.namespace.limits.defaultRequest.memory: defaultRequest of memory "
                "is 10Gi, above default, which is 9Gi (lower the one or raise the other) "
                "[limits-contradiction]"
            ),
            (
                "config/platform.yaml:56:11: "
                "profiles.small.namespace.limits.defaultRequest.memory: defaultRequest of memory "
                "is 10Gi, above max, which is 1Gi (lower the one or raise the other) "
                "[limits-contradiction]"
            ),
        ],
    ),
    Case(
        "the version of Pod Security",
        {
            "platform.yaml": platform(
                "profiles: {small: {namespace: {podSecurity: {version: '1.30'}}}}"
            )
        },
        [
            (
                "config/platform.yaml:63:9: profiles.small.namespace.podSecurity.version: 1.30 is "
                "not a version of the Pod Security Standards (write latest, or v1.36) "
                "[pod-security-version]"
            ),
        ],
    ),
    Case(
        "what a profile cannot set",
        {
            "platform.yaml": platform(
                "profiles: {small: {profile: medium, name: x, lifecycle: retiring, movedFrom: [y], "
                "namespace: {name: z}}}"
            )
        },
        [
            (
                "config/platform.yaml:63:7: profiles.small.namespace.name: a profile is shared by "
                "many environments and cannot set this (move it to the environment's files) "
                "[profile-key]"
            ),
            (
                "config/platform.yaml:65:5: profiles.small.profile: a profile is shared by many "
                "environments and cannot set this (move it to the environment's files) "
                "[profile-key]"
            ),
            (
                "config/platform.yaml:66:5: profiles.small.name: a profile is shared by many "
                "environments and cannot set this (move it to the environment's files) "
                "[profile-key]"
            ),
            (
                "config/platform.yaml:67:5: profiles.small.lifecycle: a profile is shared by many "
                "environments and cannot set this (move it to the environment's files) "
                "[profile-key]"
            ),
            (
                "config/platform.yaml:68:5: profiles.small.movedFrom: a profile is shared by many "
                "environments and cannot set this (move it to the environment's files) "
                "[profile-key]"
            ),
        ],
    ),
    Case(
        "the profiles of a team",
        {"platform.yaml": platform("teams: {blue: {profiles: [medum]}}")},
        [
            (
                "config/platform.yaml:106:7: teams.blue.profiles[0]: platform.yaml has no profile "
                "medum (did you mean medium?) [unknown-profile]"
            ),
        ],
    ),
    Case(
        "the clusters of a team",
        {"platform.yaml": platform("teams: {blue: {clusters: [hub, us-*]}}")},
        [
            (
                "config/platform.yaml:95:7: teams.blue.clusters[1]: platform.yaml has no cluster "
                "us-* (one of hub, eu-1) [unknown-cluster]"
            ),
        ],
    ),
    Case(
        "a class of a team",
        {"platform.yaml": platform("teams: {blue: {classes: {prod: {clusters: [eu-11]}}}}")},
        [
            (
                "config/platform.yaml:105:7: teams.blue.classes.prod: platform.yaml has no "
                "environment class prod (one of nonproduction, production) "
                "[unknown-environment-class]"
            ),
            (
                "config/platform.yaml:107:11: teams.blue.classes.prod.clusters[0]: platform.yaml "
                "has no cluster eu-11 (did you mean eu-1?) [unknown-cluster]"
            ),
        ],
    ),
    Case(
        "a kind of allow",
        {"platform.yaml": platform("teams: {blue: {allow: [sources, '*Resource', cluster-*]}}")},
        [
            (
                "config/platform.yaml:106:7: teams.blue.allow[0]: sources is no kind of `allow` "
                "(did you mean source?) [unknown-allow-kind]"
            ),
            (
                "config/platform.yaml:108:7: teams.blue.allow[2]: cluster-* is no kind of `allow` "
                "(one of source, destination, clusterResource, namespaceResource, sourceNamespace, "
                "inlineSecret) [unknown-allow-kind]"
            ),
        ],
    ),
    Case(
        "cluster-admin",
        {"platform.yaml": platform("teams: {blue: {clusterRoles: [view, cluster-admin]}}")},
        [
            (
                "config/platform.yaml:107:7: teams.blue.clusterRoles[1]: the ClusterRole "
                "cluster-admin is never given: it could remove the namespace's guards (remove it) "
                "[cluster-role-reserved]"
            ),
        ],
    ),
    Case(
        "a team that is called like the platform",
        {"platform.yaml": platform("teams: {platform: {groups: [ops]}}")},
        [
            (
                "config/platform.yaml:112:3: teams.platform: no team may be called platform: its "
                "secrets would stand where the platform's own do (choose another name) "
                "[team-reserved]"
            ),
        ],
    ),
    Case(
        "the team of a secret",
        {"platform.yaml": platform("secrets: {token: {teams: [blu]}}")},
        [
            (
                "config/platform.yaml:115:7: secrets.token.teams[0]: platform.yaml has no team blu "
                "(did you mean blue?) [unknown-team]"
            ),
        ],
    ),
    Case(
        "a class that needs an approval",
        {"platform.yaml": platform("delivery: {requireApproval: [prodcution]}")},
        [
            (
                "config/platform.yaml:114:5: delivery.requireApproval[0]: platform.yaml has no "
                "environment class prodcution (did you mean production?) "
                "[unknown-environment-class]"
            ),
        ],
    ),
    Case(
        "the recipients of a class",
        {
            "platform.yaml": platform(
                "recipients: {classes: {prod: [age124sx4xtmsreprt3exfj90yh8p88l9uxs3avam8ur8ue5q2l8tecqcq55p3]}}"
            )
        },
        [
            (
                "config/platform.yaml:114:5: recipients.classes.prod: platform.yaml has no "
                "environment class prod (one of nonproduction, production) "
                "[unknown-environment-class]"
            ),
        ],
    ),
]

ACCEPTED = {
    "the base tree": "{}",
    "Argo CD 3.3": "argocd: {version: '3.3'}",
    "Argo CD 3.4": "argocd: {version: '3.4'}",
    "Argo CD with a patch version": "argocd: {version: v3.6.2}",
    "everything named exists": """\
argocd: {baseProjects: [platform]}
teams:
  blue:
    profiles: [small, medium]
    clusters: ["eu-*", hub]
    allow: [source, "*Resource", "*"]
    clusterRoles: [view, admin]
    classes: {production: {profiles: [medium]}}
secrets: {token: {teams: [blue, green]}}
delivery: {requireApproval: [production]}
recipients: {classes: {production: [age124sx4xtmsreprt3exfj90yh8p88l9uxs3avam8ur8ue5q2l8tecqcq55p3]}}
""",
    "a profile without a namespace": "profiles: {small: {namespace: null}}",
    "a network policy with everything": """\
networkPolicies:
  all: {podSelector: {matchLabels: {a: b}}, policyTypes: [Ingress, Egress], ingress: [{}], egress: []}
""",
    "versions of Pod Security": """\
profiles:
  small: {namespace: {podSecurity: {version: latest}}}
  medium: {namespace: {podSecurity: {version: v1.36}}}
""",
    "bounds that meet": """\
profiles:
  small:
    namespace:
      quota: {limits.memory: 1Gi}
      limits:
        default: {memory: 1Gi}
        defaultRequest: {memory: 1Gi}
        min: {memory: 1Gi}
        max: {memory: 1024Mi}
        maxLimitRequestRatio: {memory: 1}
""",
}


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.name)
def test_refused(tmp_path: Path, case: Case) -> None:
    assert _check(tmp_path, case.files["platform.yaml"]) == case.expected


@pytest.mark.parametrize("overlay", ACCEPTED.values(), ids=ACCEPTED)
def test_accepted(tmp_path: Path, overlay: str) -> None:
    assert _check(tmp_path, platform(overlay)) == []


def test_the_base_tree_as_written(tmp_path: Path) -> None:
    assert _check(tmp_path, None) == []
