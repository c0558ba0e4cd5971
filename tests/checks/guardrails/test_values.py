"""Nothing in a team's files goes past the guardrails of platform.yaml."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest

from argoproject.checks.guardrails.bounds import is_plain_url, within_registries, within_sources
from argoproject.checks.guardrails.values import check
from argoproject.problems import Problem
from argoproject.project.model import Layers
from tests.support.reports import told
from tests.support.trees import BASE, PRODUCT, PROJECT, TEAM, platform, project, report, tree

DEV = "projects/blue/shop/eu-1/dev/project.yaml"


class Case(NamedTuple):
    name: str
    files: dict[str, str | None]
    expected: list[str]
    identity: str = "blue/shop/eu-1/prod"


REFUSED = [
    Case(
        "a group of another team",
        {TEAM: "access: {admin: [blue-admins, ops]}\n"},
        [
            (
                "config/projects/blue/team.yaml:1:31: access.admin[1]: team blue may not give "
                "access to the group 'ops' (teams.blue.groups of platform.yaml allows blue-*: "
                "choose from these, or let the platform team add it) [group-not-allowed]"
            ),
        ],
    ),
    Case(
        "a group in readonly",
        {TEAM: "access: {readonly: [{group: ops, reason: help}]}\n"},
        [
            (
                "config/projects/blue/team.yaml:1:21: access.readonly[0]: team blue may not give "
                "access to the group 'ops' (teams.blue.groups of platform.yaml allows blue-*: "
                "choose from these, or let the platform team add it) [group-not-allowed]"
            ),
        ],
    ),
    Case(
        "a group in a role",
        {TEAM: "access: {roles: {ci: {groups: [green-ci], permissions: []}}}\n"},
        [
            (
                "config/projects/blue/team.yaml:1:32: access.roles.ci.groups[0]: team blue may not "
                "give access to the group 'green-ci' (teams.blue.groups of platform.yaml allows "
                "blue-*: choose from these, or let the platform team add it) [group-not-allowed]"
            ),
        ],
    ),
    Case(
        "a group inside the namespace",
        {TEAM: "access: {kubernetes: {view: [green-devs]}}\n"},
        [
            (
                "config/projects/blue/team.yaml:1:30: access.kubernetes.view[0]: team blue may not "
                "give access to the group 'green-devs' (teams.blue.groups of platform.yaml allows "
                "blue-*: choose from these, or let the platform team add it) [group-not-allowed]"
            ),
        ],
    ),
    Case(
        "no groups guardrail allows no group",
        {"platform.yaml": platform("teams: {blue: {groups: null}}")},
        [
            (
                "config/projects/blue/team.yaml:1:18: access.admin[0]: team blue may not give "
                "access to the group 'blue-admins' (let the platform team add it to "
                "teams.blue.groups of platform.yaml, which allows none) [group-not-allowed]"
            ),
            (
                "config/projects/blue/team.yaml:1:43: access.readonly[0]: team blue may not give "
                "access to the group 'blue-viewers' (let the platform team add it to "
                "teams.blue.groups of platform.yaml, which allows none) [group-not-allowed]"
            ),
        ],
    ),
    Case(
        "a group like a guardrail but longer",
        {TEAM: "access: {admin: [my-blue-admins]}\n"},
        [
            (
                "config/projects/blue/team.yaml:1:18: access.admin[0]: team blue may not give "
                "access to the group 'my-blue-admins' (teams.blue.groups of platform.yaml allows "
                "blue-*: choose from these, or let the platform team add it) [group-not-allowed]"
            ),
        ],
    ),
    Case(
        "a cluster that is not the team's",
        {"platform.yaml": platform("teams: {blue: {clusters: [hub]}}")},
        [
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:1:1: team blue may not use the "
                "cluster eu-1 (teams.blue.clusters of platform.yaml allows hub: choose from these, "
                "or let the platform team add it) [cluster-not-allowed]"
            ),
        ],
    ),
    Case(
        "no clusters guardrail allows no cluster",
        {"platform.yaml": platform("teams: {blue: {clusters: null}}")},
        [
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:1:1: team blue may not use the "
                "cluster eu-1 (let the platform team add it to teams.blue.clusters of "
                "platform.yaml, which allows none) [cluster-not-allowed]"
            ),
        ],
    ),
    Case(
        "a profile that is not the class's",
        {PROJECT: "profile: small\n"},
        [
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:1:1: profile: team blue may not "
                "choose the profile small (without teams.blue.profiles in platform.yaml it is "
                "medium: choose that, or let the platform team add it) [profile-not-allowed]"
            ),
        ],
    ),
    Case(
        "another profile than the guardrail names",
        {
            "platform.yaml": platform(
                "teams: {blue: {classes: {production: {profiles: [large]}}}, }\nprofiles: {large: {}}"
            ),
            PROJECT: "profile: small\n",
        },
        [
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:1:1: profile: team blue may not "
                "choose the profile small (teams.blue.classes.production.profiles of platform.yaml "
                "allows large: choose from these, or let the platform team add it) "
                "[profile-not-allowed]"
            ),
        ],
    ),
    Case(
        "the namespace of another team",
        {PROJECT: "namespace: {name: green-shop-prod}\n"},
        [
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:1:13: namespace.name: team blue "
                "may not have the namespace green-shop-prod (without teams.blue.namespaces in "
                "platform.yaml it is blue-*: choose that, or let the platform team add it) "
                "[namespace-not-allowed]"
            ),
        ],
    ),
    Case(
        "the namespace of a team with a longer name",
        {
            "platform.yaml": platform("teams: {blue-x: {}}"),
            PROJECT: "namespace: {name: blue-x-shop-prod}\n",
        },
        [
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:1:13: namespace.name: the "
                "namespace blue-x-shop-prod begins like those of team blue-x (choose another, or "
                "let the platform team add it to teams.blue.namespaces of platform.yaml) "
                "[namespace-of-other-team]"
            ),
        ],
    ),
    Case(
        "a derived name outside the guardrail",
        {"platform.yaml": platform("teams: {blue: {namespaces: [acme-*]}}")},
        [
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:1:1: team blue may not have the "
                "namespace blue-shop-prod (teams.blue.namespaces of platform.yaml allows acme-*: "
                "choose from these, or let the platform team add it) [namespace-not-allowed]"
            ),
        ],
    ),
    Case(
        "a reserved namespace although a guardrail permits it",
        {
            "platform.yaml": platform("teams: {blue: {namespaces: ['*']}}"),
            PROJECT: "namespace: {name: kube-system}\n",
        },
        [
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:1:13: namespace.name: the "
                "namespace kube-system belongs to Kubernetes, Argo CD or the platform (choose "
                "another name) [namespace-reserved]"
            ),
        ],
    ),
    Case(
        "Argo CD's namespace",
        {
            "platform.yaml": platform("teams: {blue: {namespaces: ['*']}}"),
            PROJECT: "namespace: {name: argocd}\n",
        },
        [
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:1:13: namespace.name: the "
                "namespace argocd belongs to Kubernetes, Argo CD or the platform (choose another "
                "name) [namespace-reserved]"
            ),
        ],
    ),
    Case(
        "a namespace that the platform reserves",
        {
            "platform.yaml": platform("reservedNamespaces: [blue-platform-*]"),
            PROJECT: "namespace: {name: blue-platform-x}\n",
        },
        [
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:1:13: namespace.name: the "
                "namespace blue-platform-x belongs to Kubernetes, Argo CD or the platform (choose "
                "another name) [namespace-reserved]"
            ),
        ],
    ),
    Case(
        "a reserved derived name",
        {
            PROJECT: None,
            TEAM: None,
            PRODUCT: None,
            "projects/kube/shop/eu-1/prod/project.yaml": "{}\n",
            "platform.yaml": platform("teams: {kube: {clusters: ['*']}}"),
        },
        [
            (
                "config/projects/kube/shop/eu-1/prod/project.yaml:1:1: the namespace "
                "kube-shop-prod belongs to Kubernetes, Argo CD or the platform (set "
                "`namespace.name`, or rename the folders) [namespace-reserved]"
            ),
        ],
        "kube/shop/eu-1/prod",
    ),
    Case(
        "the project default",
        {PROJECT: "name: default\n"},
        [
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:1:1: name: the project default "
                "is Argo CD's or the platform's (choose another name) [project-reserved]"
            ),
        ],
    ),
    Case(
        "a project of the platform",
        {
            "platform.yaml": platform("argocd: {baseProjects: [blue-base]}"),
            PROJECT: "name: blue-base\n",
        },
        [
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:1:1: name: the project blue-base "
                "is Argo CD's or the platform's (choose another name) [project-reserved]"
            ),
        ],
    ),
    Case(
        "a project named like another team's",
        {PROJECT: "name: green-shop-prod-eu-1\n"},
        [
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:1:1: name: team blue may not "
                "have the project green-shop-prod-eu-1 (without teams.blue.namespaces in "
                "platform.yaml it is blue-*: choose that, or let the platform team add it) "
                "[project-not-allowed]"
            ),
        ],
    ),
    Case(
        "a label without a guardrail",
        {PROJECT: "namespace: {labels: {tier: gold}}\n"},
        [
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:1:22: namespace.labels.tier: "
                "team blue may not set tier on the namespace (let the platform team add it to "
                "teams.blue.labels of platform.yaml, which allows none) [label-not-allowed]"
            ),
        ],
    ),
    Case(
        "a label outside the guardrail",
        {
            "platform.yaml": platform("teams: {blue: {labels: [blue.example.org/*]}}"),
            PROJECT: "namespace: {labels: {tier: gold}}\n",
        },
        [
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:1:22: namespace.labels.tier: "
                "team blue may not set tier on the namespace (teams.blue.labels of platform.yaml "
                "allows blue.example.org/*: choose from these, or let the platform team add it) "
                "[label-not-allowed]"
            ),
        ],
    ),
    Case(
        "an annotation without a guardrail",
        {PROJECT: "namespace: {annotations: {tier: gold}}\n"},
        [
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:1:27: "
                "namespace.annotations.tier: team blue may not set tier on the namespace (let the "
                "platform team add it to teams.blue.labels of platform.yaml, which allows none) "
                "[label-not-allowed]"
            ),
        ],
    ),
    Case(
        "a Pod Security label although a guardrail permits it",
        {
            "platform.yaml": platform("teams: {blue: {labels: ['*']}}"),
            PROJECT: "namespace: {labels: {pod-security.kubernetes.io/enforce: privileged}}\n",
        },
        [
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:1:22: "
                "namespace.labels.pod-security.kubernetes.io/enforce: only the platform may set "
                "pod-security.kubernetes.io/enforce on the namespace (remove this line) "
                "[label-reserved]"
            ),
        ],
    ),
    Case(
        "system domains",
        {
            "platform.yaml": platform("teams: {blue: {labels: ['*']}}"),
            PROJECT: (
                "namespace:\n"
                "  labels: {kubernetes.io/metadata.name: x, a.k8s.io/b: x}\n"
                "  annotations: {argocd.argoproj.io/sync-options: x, pulumi.com/patchForce: x, "
                "openshift.io/sa.scc.uid-range: x}\n"
            ),
        },
        [
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:2:12: "
                "namespace.labels.kubernetes.io/metadata.name: only the platform may set "
                "kubernetes.io/metadata.name on the namespace (remove this line) [label-reserved]"
            ),
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:2:44: "
                "namespace.labels.a.k8s.io/b: only the platform may set a.k8s.io/b on the "
                "namespace (remove this line) [label-reserved]"
            ),
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:3:17: "
                "namespace.annotations.argocd.argoproj.io/sync-options: only the platform may set "
                "argocd.argoproj.io/sync-options on the namespace (remove this line) "
                "[label-reserved]"
            ),
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:3:53: "
                "namespace.annotations.pulumi.com/patchForce: only the platform may set "
                "pulumi.com/patchForce on the namespace (remove this line) [label-reserved]"
            ),
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:3:79: "
                "namespace.annotations.openshift.io/sa.scc.uid-range: only the platform may set "
                "openshift.io/sa.scc.uid-range on the namespace (remove this line) [label-reserved]"
            ),
        ],
    ),
    Case(
        "a label of the profile removed",
        {PROJECT: "namespace: {labels: {cost-center: null}}\n"},
        [
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:1:22: "
                "namespace.labels.cost-center: team blue may not remove cost-center from the "
                "namespace (let the platform team add it to teams.blue.labels of platform.yaml, "
                "which allows none) [label-not-allowed]"
            ),
        ],
    ),
    Case(
        "all labels of the profile removed",
        {TEAM: "namespace:\n  labels: null\n"},
        [
            (
                "config/projects/blue/team.yaml:2:3: namespace.labels: team blue may not remove "
                "cost-center from the namespace (let the platform team add it to teams.blue.labels "
                "of platform.yaml, which allows none) [label-not-allowed]"
            ),
        ],
    ),
    Case(
        "quota above the guardrail",
        {PROJECT: 'namespace: {quota: {requests.cpu: "33"}}\n'},
        [
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:1:21: "
                "namespace.quota.requests.cpu: requests.cpu is 33, at most 32 is allowed (lower "
                "it, or let the platform team raise requests.cpu in "
                "teams.blue.classes.production.quotaMax of platform.yaml) [quota-above-max]"
            ),
        ],
    ),
    Case(
        "quota above the general guardrail",
        {PROJECT: None, DEV: "namespace: {quota: {requests.cpu: 8500m}}\n"},
        [
            (
                "config/projects/blue/shop/eu-1/dev/project.yaml:1:21: "
                "namespace.quota.requests.cpu: requests.cpu is 8500m, at most 8 is allowed (lower "
                "it, or let the platform team raise requests.cpu in teams.blue.quotaMax of "
                "platform.yaml) [quota-above-max]"
            ),
        ],
        "blue/shop/eu-1/dev",
    ),
    Case(
        "quota above the profile",
        {PROJECT: 'namespace: {quota: {pods: "51"}}\n'},
        [
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:1:21: namespace.quota.pods: pods "
                "is 51, at most 50 is allowed, as in the profile medium (lower it, or let the "
                "platform team raise pods in teams.blue.classes.production.quotaMax of "
                "platform.yaml) [quota-above-max]"
            ),
        ],
    ),
    Case(
        "a quota guardrail without a quota",
        {
            "platform.yaml": platform(
                'teams: {blue: {classes: {production: {quotaMax: {services.loadbalancers: "2"}}}}}'
            )
        },
        [
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:1:1: "
                "namespace.quota.services.loadbalancers: services.loadbalancers has no limit, "
                "though at most 2 is allowed (set it in project.yaml or the profile, or let the "
                "platform team remove it from teams.blue.classes.production.quotaMax of "
                "platform.yaml) [quota-missing]"
            ),
        ],
    ),
    Case(
        "a cluster role beyond view",
        {TEAM: "access: {kubernetes: {edit: [blue-devs]}}\n"},
        [
            (
                "config/projects/blue/team.yaml:1:23: access.kubernetes.edit: team blue may not "
                "give the ClusterRole edit (without teams.blue.clusterRoles in platform.yaml it is "
                "view: choose that, or let the platform team add it) [cluster-role-not-allowed]"
            ),
        ],
    ),
    Case(
        "a cluster role of a role",
        {TEAM: "access: {roles: {dev: {groups: [blue-devs], kubernetes: admin}}}\n"},
        [
            (
                "config/projects/blue/team.yaml:1:45: access.roles.dev.kubernetes: team blue may "
                "not give the ClusterRole admin (without teams.blue.clusterRoles in platform.yaml "
                "it is view: choose that, or let the platform team add it) "
                "[cluster-role-not-allowed]"
            ),
        ],
    ),
    Case(
        "cluster-admin although a guardrail lists it",
        {
            "platform.yaml": platform("teams: {blue: {clusterRoles: [cluster-admin]}}"),
            TEAM: "access: {kubernetes: {cluster-admin: [blue-devs]}}\n",
        },
        [
            (
                "config/projects/blue/team.yaml:1:23: access.kubernetes.cluster-admin: the "
                "ClusterRole cluster-admin is never given: it could remove the namespace's guards "
                "(name another one) [cluster-role-reserved]"
            ),
        ],
    ),
    Case(
        "view when the guardrail lists others",
        {
            "platform.yaml": platform("teams: {blue: {clusterRoles: [edit]}}"),
            TEAM: "access: {kubernetes: {view: [blue-devs]}}\n",
        },
        [
            (
                "config/projects/blue/team.yaml:1:23: access.kubernetes.view: team blue may not "
                "give the ClusterRole view (teams.blue.clusterRoles of platform.yaml allows edit: "
                "choose from these, or let the platform team add it) [cluster-role-not-allowed]"
            ),
        ],
    ),
    Case(
        "a cluster role for the groups of a built-in role",
        {TEAM: "access: {admin: [blue-admins], clusterRoles: {admin: edit, readonly: view}}\n"},
        [
            (
                "config/projects/blue/team.yaml:1:47: access.clusterRoles.admin: team blue may not "
                "give the ClusterRole edit (without teams.blue.clusterRoles in platform.yaml it is "
                "view: choose that, or let the platform team add it) [cluster-role-not-allowed]"
            ),
        ],
    ),
    Case(
        "cluster-admin from the profile, for groups that the team names",
        {
            "platform.yaml": platform(
                "profiles: {medium: {access: {clusterRoles: {admin: cluster-admin}}}}"
            ),
        },
        [
            (
                "config/platform.yaml:91:9: access.clusterRoles.admin: in blue/shop/eu-1/prod: the "
                "ClusterRole cluster-admin is never given: it could remove the namespace's guards "
                "(name another one) [cluster-role-reserved]"
            ),
        ],
    ),
    Case(
        "the profile's role with groups of the team",
        {
            "platform.yaml": platform(
                "profiles: {medium: {access: {roles: {ops: {groups: [platform-ops], kubernetes: "
                "admin}}}}}"
            ),
            TEAM: "access: {roles: {ops: {groups: [blue-devs]}}}\n",
        },
        [
            (
                "config/projects/blue/team.yaml:1:24: access.roles.ops.groups: team blue may not "
                "give the ClusterRole admin (without teams.blue.clusterRoles in platform.yaml it "
                "is view: choose that, or let the platform team add it) [cluster-role-not-allowed]"
            ),
        ],
    ),
    Case(
        "a repository of another team",
        {
            PRODUCT: (
                "application: {source: {repoURL: 'https://gitlab.example.org/green/shop.git', "
                "path: x}}\n"
            )
        },
        [
            (
                "config/projects/blue/shop/product.yaml:1:24: application.source.repoURL: the "
                "repository is outside the sources of team blue (teams.blue.sources of "
                "platform.yaml allows https://gitlab.example.org/blue/, "
                "registry.example.org/blue/: choose from these, or let the platform team add it) "
                "[source-not-allowed]"
            ),
        ],
    ),
    Case(
        "a repository beside a prefix",
        {
            PRODUCT: (
                "application: {source: {repoURL: "
                "'https://gitlab.example.org/blue-secret/shop.git', path: x}}\n"
            )
        },
        [
            (
                "config/projects/blue/shop/product.yaml:1:24: application.source.repoURL: the "
                "repository is outside the sources of team blue (teams.blue.sources of "
                "platform.yaml allows https://gitlab.example.org/blue/, "
                "registry.example.org/blue/: choose from these, or let the platform team add it) "
                "[source-not-allowed]"
            ),
        ],
    ),
    Case(
        "a host that continues the prefix",
        {
            PRODUCT: (
                "requirements: {sources: [{repoURL: "
                "'https://gitlab.example.org.evil.tld/blue/shop.git', path: x}]}\n"
            )
        },
        [
            (
                "config/projects/blue/shop/product.yaml:1:27: requirements.sources[0].repoURL: the "
                "repository is outside the sources of team blue (teams.blue.sources of "
                "platform.yaml allows https://gitlab.example.org/blue/, "
                "registry.example.org/blue/: choose from these, or let the platform team add it) "
                "[source-not-allowed]"
            ),
        ],
    ),
    Case(
        "a path that leaves the prefix",
        {
            PRODUCT: (
                "application: {source: {repoURL: "
                "'https://gitlab.example.org/blue/../green/shop.git', path: x}}\n"
            )
        },
        [
            (
                "config/projects/blue/shop/product.yaml:1:24: application.source.repoURL: the URL "
                "holds a pattern, a template, `..` or an encoding, which may lead outside the "
                "team's sources (write the plain URL) [url-not-plain]"
            ),
        ],
    ),
    Case(
        "an encoded path that leaves the prefix",
        {
            PRODUCT: (
                "application: {source: {repoURL: "
                "'https://gitlab.example.org/blue/%2E%2e/green/shop.git', path: x}}\n"
            )
        },
        [
            (
                "config/projects/blue/shop/product.yaml:1:24: application.source.repoURL: the URL "
                "holds a pattern, a template, `..` or an encoding, which may lead outside the "
                "team's sources (write the plain URL) [url-not-plain]"
            ),
        ],
    ),
    Case(
        "below a source that is one repository",
        {
            "platform.yaml": platform(
                "teams: {blue: {sources: ['https://gitlab.example.org/blue']}}"
            )
        },
        [
            (
                "config/projects/blue/shop/product.yaml:2:12: application.source.repoURL: the "
                "repository is outside the sources of team blue (teams.blue.sources of "
                "platform.yaml allows https://gitlab.example.org/blue: choose from these, or let "
                "the platform team add it) [source-not-allowed]"
            ),
        ],
    ),
    Case(
        "a pattern of the guardrail ends at a slash",
        {
            "platform.yaml": platform("teams: {blue: {sources: ['https://*.example.org/']}}"),
            PRODUCT: (
                "application: {source: {repoURL: 'https://evil.tld/x.example.org/shop.git', path: "
                "x}}\n"
            ),
        },
        [
            (
                "config/projects/blue/shop/product.yaml:1:24: application.source.repoURL: the "
                "repository is outside the sources of team blue (teams.blue.sources of "
                "platform.yaml allows https://*.example.org/: choose from these, or let the "
                "platform team add it) [source-not-allowed]"
            ),
        ],
    ),
    Case(
        "no sources guardrail allows no source",
        {"platform.yaml": platform("teams: {blue: {sources: null}}")},
        [
            (
                "config/projects/blue/shop/product.yaml:2:12: application.source.repoURL: the "
                "repository is outside the sources of team blue (let the platform team add it to "
                "teams.blue.sources of platform.yaml, which allows none) [source-not-allowed]"
            ),
        ],
    ),
    Case(
        "a generator of an ApplicationSet",
        {
            PRODUCT: (
                "applicationSets:\n"
                "  all:\n"
                "    generators: [{git: {repoURL: 'https://gitlab.example.org/green/all.git'}}]\n"
                "    template: {source: {repoURL: 'https://gitlab.example.org/blue/all.git', "
                "path: x}}\n"
            )
        },
        [
            (
                "config/projects/blue/shop/product.yaml:3:25: "
                "applicationSets.all.generators[0].git.repoURL: the repository is outside the "
                "sources of team blue (teams.blue.sources of platform.yaml allows "
                "https://gitlab.example.org/blue/, registry.example.org/blue/: choose from these, "
                "or let the platform team add it) [source-not-allowed]"
            ),
        ],
    ),
    Case(
        "a repository that no source uses",
        {TEAM: "repositories: {x: {url: 'https://gitlab.example.org/green/x.git'}}\n"},
        [
            (
                "config/projects/blue/team.yaml:1:20: repositories.x.url: the repository is "
                "outside the sources of team blue (teams.blue.sources of platform.yaml allows "
                "https://gitlab.example.org/blue/, registry.example.org/blue/: choose from these, "
                "or let the platform team add it) [source-not-allowed]"
            ),
        ],
    ),
    Case(
        "a credential for too much",
        {
            TEAM: (
                "credentials: {x: {urlPrefix: 'https://gitlab.example.org/', type: https, "
                "username: u, password: {secret: s}}}\n"
            )
        },
        [
            (
                "config/projects/blue/team.yaml:1:19: credentials.x.urlPrefix: the credential "
                "would reach outside the sources of team blue (teams.blue.sources of platform.yaml "
                "allows https://gitlab.example.org/blue/, registry.example.org/blue/: choose from "
                "these, or let the platform team add it) [source-not-allowed]"
            ),
        ],
    ),
    Case(
        "a credential wider than a source",
        {
            "platform.yaml": platform(
                "teams: {blue: {sources: ['https://gitlab.example.org/blue/shop.git']}}"
            ),
            TEAM: (
                "credentials: {x: {urlPrefix: 'https://gitlab.example.org/blue/shop.git/', type: "
                "https, username: u, password: {secret: s}}}\n"
            ),
        },
        [
            (
                "config/projects/blue/team.yaml:1:19: credentials.x.urlPrefix: the credential "
                "would reach outside the sources of team blue (teams.blue.sources of platform.yaml "
                "allows https://gitlab.example.org/blue/shop.git: choose from these, or let the "
                "platform team add it) [source-not-allowed]"
            ),
        ],
    ),
    Case(
        "a registry outside the guardrail",
        {
            "platform.yaml": platform("teams: {blue: {registries: [harbor.example.org/blue]}}"),
            TEAM: (
                "registries: {x: {server: harbor.example.org/blue-secret, username: u, password: "
                "{secret: s}}}\n"
            ),
        },
        [
            (
                "config/projects/blue/team.yaml:1:18: registries.x.server: team blue may not pull "
                "from harbor.example.org/blue-secret (teams.blue.registries of platform.yaml "
                "allows harbor.example.org/blue: choose from these, or let the platform team add "
                "it) [registry-not-allowed]"
            ),
        ],
    ),
    Case(
        "a registry that leads out of the guardrail",
        {
            "platform.yaml": platform("teams: {blue: {registries: [harbor.example.org/blue]}}"),
            TEAM: (
                "registries: {x: {server: harbor.example.org/blue/../green, username: u, password: {secret: s}}}\n"
            ),
        },
        [
            (
                "config/projects/blue/team.yaml:1:18: registries.x.server: the server holds a pattern, `..` or an "
                "encoding: it may lead outside the team's registries (write the host, with its port and path where "
                "it has them) [url-not-plain]"
            ),
        ],
    ),
    Case(
        "a namespace for which a tool renders",
        {
            "platform.yaml": platform("teams: {blue: {allow: [destination]}}"),
            PROJECT: """\
allow: [{kind: destination, value: eu-1/blue-other, reason: CHG-1}]
applications:
  a: {source: {repoURL: "https://gitlab.example.org/blue/a.git", path: x, helm: {namespace: green-shop-prod}}}
  b: {source: {repoURL: "https://gitlab.example.org/blue/b.git", path: x, kustomize: {namespace: argocd}}}
  c: {source: {repoURL: "https://gitlab.example.org/blue/c.git", path: x, helm: {namespace: blue-shop-prod}}}
  d: {source: {repoURL: "https://gitlab.example.org/blue/d.git", path: x, kustomize: {namespace: blue-other}}}
applicationSets:
  e:
    generators: [{list: {elements: [{name: a}]}}]
    template:
      name: "{{ .name }}"
      source: {repoURL: "https://gitlab.example.org/blue/e.git", path: x, helm: {namespace: "{{ .name }}"}}
""",
        },
        [
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:3:82: applications.a.source.helm.namespace: "
                "green-shop-prod is not the environment's namespace, blue-shop-prod, and no `allow` opens it (remove "
                "it: what names no namespace is deployed to the environment's) [rendered-namespace]"
            ),
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:4:87: applications.b.source.kustomize.namespace: "
                "argocd is not the environment's namespace, blue-shop-prod, and no `allow` opens it (remove it: what "
                "names no namespace is deployed to the environment's) [rendered-namespace]"
            ),
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:12:82: applicationSets.e.template.source.helm."
                "namespace: {{ .name }} is not the environment's namespace, blue-shop-prod, and no `allow` opens it "
                "(remove it: what names no namespace is deployed to the environment's) [rendered-namespace]"
            ),
        ],
    ),
    Case(
        "a host without a guardrail",
        {PROJECT: "hosts: [shop.example.org]\n"},
        [
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:1:9: hosts[0]: team blue may not "
                "serve shop.example.org (let the platform team add it to teams.blue.hosts of "
                "platform.yaml, which allows none) [host-not-allowed]"
            ),
        ],
    ),
    Case(
        "a host outside the guardrail",
        {
            "platform.yaml": platform("teams: {blue: {hosts: ['*.blue.example.org']}}"),
            PROJECT: "hosts: [shop.blue.example.org, shop.example.org]\n",
        },
        [
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:1:32: hosts[1]: team blue may "
                "not serve shop.example.org (teams.blue.hosts of platform.yaml allows "
                "*.blue.example.org: choose from these, or let the platform team add it) "
                "[host-not-allowed]"
            ),
        ],
    ),
    Case(
        "names of Applications, and former names",
        {
            PROJECT: "movedFrom: [green-shop-prod-eu-1, blue-old]\n"
            "application: {name: green-shop}\n"
            "applicationSets: {previews: {name: shop}}\n"
        },
        [
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:1:13: movedFrom[0]: team blue may not have the "
                "project green-shop-prod-eu-1 (without teams.blue.namespaces in platform.yaml it is blue-*: "
                "choose that, or let the platform team add it) [project-not-allowed]"
            ),
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:2:15: application.name: team blue may not have "
                "the Application green-shop (without teams.blue.namespaces in platform.yaml it is blue-*: choose "
                "that, or let the platform team add it) [application-not-allowed]"
            ),
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:3:30: applicationSets.previews.name: team blue "
                "may not have the ApplicationSet shop (without teams.blue.namespaces in platform.yaml it is "
                "blue-*: choose that, or let the platform team add it) [applicationset-not-allowed]"
            ),
        ],
    ),
    Case(
        "names of a longer team",
        {
            "platform.yaml": platform("teams: {blue-shop: {}}"),
            PROJECT: "movedFrom: [blue-shop-prod-eu-1]\n",
        },
        [
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:1:1: the namespace blue-shop-prod begins like "
                "those of team blue-shop (set `namespace.name`, or let the platform team add it to "
                "teams.blue.namespaces of platform.yaml) [namespace-of-other-team]"
            ),
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:1:13: movedFrom[0]: the project "
                "blue-shop-prod-eu-1 begins like those of team blue-shop (choose another, or let the platform "
                "team add it to teams.blue.namespaces of platform.yaml) [project-of-other-team]"
            ),
        ],
    ),
]

ACCEPTED: dict[str, dict[str, str | None]] = {
    "the base tree": {},
    "a profile without a namespace": {
        "platform.yaml": platform(
            "{profiles: {medium: {namespace: null}}, teams: {blue: {quotaMax: null, classes: null}}}"
        )
    },
    "groups of the team": {
        TEAM: "access: {admin: [{group: blue-a, reason: r}], kubernetes: {view: [blue-b]}}\n"
    },
    "a cluster by a pattern": {"platform.yaml": platform("teams: {blue: {clusters: [eu-*]}}")},
    "the class's profile by name": {PROJECT: "profile: medium\n"},
    "the class's profile though the guardrail names others": {
        "platform.yaml": platform("teams: {blue: {profiles: [small]}}")
    },
    "a profile of the guardrail": {
        "platform.yaml": platform("teams: {blue: {profiles: [small]}}"),
        PROJECT: "profile: small\n",
    },
    "names of the team": {PROJECT: "name: blue-shop\nnamespace: {name: blue-x-prod}\n"},
    "a name of a longer team that the guardrail permits": {
        "platform.yaml": platform("teams: {blue: {namespaces: [blue-*]}, blue-x: {}}"),
        PROJECT: "namespace: {name: blue-x-shop-prod}\n",
    },
    "a name beside those of a longer team": {
        "platform.yaml": platform("teams: {blue-x: {}}"),
        PROJECT: "namespace: {name: blue-y-prod}\n",
    },
    "a product named like a longer team, with a name of its own": {
        "platform.yaml": platform("teams: {blue-shop: {}}"),
        PROJECT: "namespace: {name: blue-the-shop-prod}\n",
    },
    "names of Applications and former names": {
        PROJECT: "movedFrom: [blue-old]\napplication: {name: blue-a}\n"
        "applicationSets: {previews: {name: blue-b}}\n",
    },
    "a label of the guardrail": {
        "platform.yaml": platform("teams: {blue: {labels: [tier, blue.example.org/*]}}"),
        PROJECT: "namespace: {labels: {tier: x}, annotations: {blue.example.org/a: x}}\n",
    },
    "a label that only ends like a system domain": {
        "platform.yaml": platform("teams: {blue: {labels: ['*']}}"),
        PROJECT: "namespace: {labels: {my-k8s.io/a: x, cost-center: null}}\n",
    },
    "quota up to the guardrail": {PROJECT: 'namespace: {quota: {requests.cpu: "32", pods: "9"}}\n'},
    "quota up to the profile": {PROJECT: "namespace: {quota: {limits.memory: 16384Mi}}\n"},
    "quota below the profile though above the guardrail": {
        "platform.yaml": platform(
            'teams: {blue: {classes: {production: {quotaMax: {requests.cpu: "1"}}}}}'
        ),
        PROJECT: 'namespace: {quota: {requests.cpu: "3"}}\n',
    },
    "a further quota": {PROJECT: 'namespace: {quota: {count/jobs.batch: "500"}}\n'},
    "a quota that only the guardrail knows": {
        "platform.yaml": platform(
            'teams: {blue: {classes: {production: {quotaMax: {services: "2"}}}}}'
        ),
        PROJECT: 'namespace: {quota: {services: "2"}}\n',
    },
    "a cluster role of the guardrail": {
        "platform.yaml": platform("teams: {blue: {clusterRoles: [view, edit]}}"),
        TEAM: "access: {kubernetes: {edit: [blue-a]}, roles: {r: {kubernetes: view}}}\n",
    },
    "the profile's cluster roles for the team's groups": {
        "platform.yaml": platform(
            "profiles: {medium: {access: {clusterRoles: {admin: edit, readonly: view}}}}"
        ),
        TEAM: "access: {admin: [blue-admins], readonly: [blue-viewers]}\n",
    },
    "sources": {
        PRODUCT: "application: {source: {repoURL: registry.example.org/blue/charts, chart: shop}}\n"
        "requirements: {source: {repoURL: 'https://GITLAB.example.org/blue/a/b.git', path: x}}\n"
    },
    "credentials and repositories": {
        TEAM: "credentials: {a: {urlPrefix: 'https://gitlab.example.org/blue/', type: https, "
        "username: u, password: {secret: s}}}\n"
        "repositories: {b: {url: 'https://gitlab.example.org/blue/b.git'}}\n"
    },
    "any registry without a guardrail": {
        TEAM: "registries: {x: {server: 'any.example.org:5000', username: u, password: {secret: s}}}\n"
    },
    "a registry of the guardrail": {
        "platform.yaml": platform("teams: {blue: {registries: [harbor.example.org]}}"),
        TEAM: "registries: {x: {server: harbor.example.org/b, username: u, password: {secret: s}}}\n",
    },
    "a host of the guardrail": {
        "platform.yaml": platform("teams: {blue: {hosts: ['*.blue.example.org']}}"),
        PROJECT: "hosts: [shop.blue.example.org, '*.x.blue.example.org']\n",
    },
}


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.name)
def test_refused(tmp_path: Path, case: Case) -> None:
    assert report(check(project(tree(tmp_path, case.files), case.identity))) == case.expected


@pytest.mark.parametrize("files", ACCEPTED.values(), ids=ACCEPTED)
def test_accepted(tmp_path: Path, files: dict[str, str | None]) -> None:
    assert report(check(project(tree(tmp_path, files)))) == []


def test_class_guardrails_replace_the_general_ones(tmp_path: Path) -> None:
    text = platform("teams: {blue: {classes: {production: {groups: [release-*]}}}}")
    found = report(check(project(tree(tmp_path, {"platform.yaml": text}))))
    assert found[0] == (
        "config/projects/blue/team.yaml:1:18: access.admin[0]: team blue may not give access to the "
        "group 'blue-admins' (teams.blue.classes.production.groups of platform.yaml allows "
        "release-*: choose from these, or let the platform team add it) [group-not-allowed]"
    )


def test_a_tenant_that_repeats_the_profile_is_judged(tmp_path: Path) -> None:
    text = platform("profiles: {medium: {hosts: [a.example.org]}}")
    root = tree(tmp_path, {"platform.yaml": text, PROJECT: "hosts: [a.example.org]\n"})
    assert _codes(check(project(root))) == ["host-not-allowed"]


def test_a_list_is_the_tenants_as_a_whole(tmp_path: Path) -> None:
    """A profile's list at the same index must not excuse what the team wrote."""
    text = platform("profiles: {medium: {access: {admin: [{group: platform, reason: r}]}}}")
    root = tree(tmp_path, {"platform.yaml": text, TEAM: "access: {admin: [platform]}\n"})
    assert _codes(check(project(root))) == ["group-not-allowed"]


def test_without_layers_everything_is_judged(tmp_path: Path) -> None:
    """A project that a program built has no files that could excuse a value."""
    text = platform("profiles: {medium: {hosts: [a.example.org]}}")
    built = replace(project(tree(tmp_path, {"platform.yaml": text})), layers=Layers())
    assert _codes(check(built)) == ["host-not-allowed", "label-not-allowed"]


def test_every_problem_is_reported_at_once(tmp_path: Path) -> None:
    text = "hosts: [a]\nname: default\nnamespace: {name: kube-x, labels: {a: b}}\n"
    root = tree(tmp_path, {PROJECT: text})
    assert _codes(check(project(root))) == [
        "host-not-allowed",
        "label-not-allowed",
        "namespace-reserved",
        "project-reserved",
    ]


@pytest.mark.parametrize(
    "name",
    ["argocd", "default", "kube-system", "kube-public", "kube-node-lease", "openshift", "openshift-x",
     "istio-system", "cert-manager", "ingress-nginx", "kyverno", "velero"],
)  # fmt: skip
def test_reserved_namespaces(tmp_path: Path, name: str) -> None:
    text = platform("teams: {blue: {namespaces: ['*']}}")
    root = tree(tmp_path, {"platform.yaml": text, PROJECT: f"namespace: {{name: {name}}}\n"})
    assert _codes(check(project(root))) == ["namespace-reserved"]


@pytest.mark.parametrize(
    ("source", "url", "expected"),
    [
        ("https://g.org/blue/", "https://g.org/blue/a.git", True),
        ("https://g.org/blue/", "https://g.org/blue", True),
        ("https://g.org/blue/", "https://g.org/blue-x/a", False),
        ("https://g.org/blue/a.git", "https://g.org/blue/a", True),
        ("https://g.org/blue/a", "https://g.org/blue/a/b", False),
        ("https://g.org/*/shared/", "https://g.org/blue/shared/a", True),
        ("https://g.org/*/shared/", "https://g.org/blue/x/shared/a", False),
        ("https://g.org/blue/*", "https://g.org/blue/a/b", True),
        ("https://g.org/blue/*", "https://g.org/green/a", False),
        ("https://*.g.org/", "https://x.g.org/a", True),
        ("https://*.g.org/", "https://evil.tld/x.g.org/a", False),
        ("https://*.g.org", "https://x.g.org", True),
        ("https://*.g.org", "https://x.g.org/a", False),
        ("git@g.org:blue/", "ssh://git@g.org/blue/a.git", True),
        ("*", "https://g.org/a", True),
        ("git@*.example.org:blue/", "git@evil.tld:1.example.org:blue/shop.git", False),
        ("https://*.example.org/", "https://evil.tld:1@git.example.org/shop.git", False),
        ("https://*/", "https://git.example.org:8443/shop.git", True),
    ],
)
def test_sources(source: str, url: str, expected: bool) -> None:
    assert within_sources((source,), url) is expected


@pytest.mark.parametrize(
    ("registry", "server", "expected"),
    [
        ("h.org", "h.org", True),
        ("h.org", "h.org/blue", True),
        ("h.org", "h.org.evil.tld", False),
        ("h.org/blue", "h.org/blue-x", False),
        ("*.h.org", "a.h.org/x", True),
        ("*.h.org", "evil.tld/a.h.org", False),
        ("*", "h.org/blue", True),
    ],
)
def test_registries(registry: str, server: str, expected: bool) -> None:
    assert within_registries((registry,), server) is expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://g.org/a.b/c..d/...x.git", True),
        ("https://dev.azure.com/org/My%20Project/_git/repo", True),
        ("https://g.org/a/./b", False),
        ("https://g.org/a/..", False),
        ("git@g.org:../b", False),
        ("https://g.org/a%2fb", False),
        ("https://g.org/a%252e", False),
        ("https://g.org/a\\b", False),
        ("https://g.org/{a,b}", False),
        ("https://g.org/[ab]", False),
        ("https://g.org/a?", False),
        ("https://evil.tld#.g.org/a", False),
        ("!https://g.org/a", False),
        (" https://g.org/a", False),
        ("https://g.org/a\n", False),
    ],
)
def test_plain_urls(url: str, expected: bool) -> None:
    assert is_plain_url(url) is expected


def test_base_tree_is_what_the_others_differ_from(tmp_path: Path) -> None:
    """Every case overlays files that exist, so that a renamed file cannot empty a test."""
    assert {TEAM, PRODUCT, PROJECT, "platform.yaml"} == set(BASE)
    assert report(check(project(tree(tmp_path)))) == []


def _codes(problems: Iterable[Problem]) -> list[str]:
    return sorted(problem.code for problem in problems)


@pytest.mark.parametrize(
    ("guardrail", "expected"),
    [
        ("null", []),
        ("[from-*]", []),
        (
            "[to-database]",
            [
                "project.yaml:2:31: namespace.networkPolicies[0]: team blue may not add the network policy "
                "from-ingress (teams.blue.networkPolicies of platform.yaml allows to-database: choose from these, or "
                "let the platform team add it) [network-policy-not-allowed]"
            ],
        ),
    ],
)
def test_network_policies_that_a_team_may_add(
    guardrail: str, expected: list[str], tmp_path: Path
) -> None:
    files = {
        "platform": f"teams: {{blue: {{networkPolicies: {guardrail}}}}}",
        "project.yaml": "versions: {application: v1.4.2}\nnamespace: {networkPolicies: [from-ingress]}\n",
    }
    assert told(check, tmp_path, files) == expected
