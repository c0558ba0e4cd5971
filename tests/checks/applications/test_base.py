"""Mistakes with `base`, the Application that makes the namespace where Pulumi cannot: the exact text of each report."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from argoproject.checks.applications.applications import check
from tests.support.reports import Case, told

_PLATFORM_WITH_BASE = """\
argocd: {baseProjects: [platform]}
clusters: {eu-1: {base: true}}
profiles:
  medium:
    base:
      project: platform
      source:
        repoURL: https://gitlab.example.org/platform/base.git
        path: base
        helm: {valueFiles: [guards.yaml]}"""

CASES: Mapping[str, Case] = {
    "base missing": (
        {
            "project.yaml": "versions: {application: v1.4.2}\n",
            "platform": "clusters: {eu-1: {base: true}}",
        },
        [
            (
                "project.yaml:1:1: base: Pulumi cannot reach the cluster eu-1: nothing would make the "
                "namespace (add `base`, an Application that makes the namespace and its guards) "
                "[base-missing]"
            ),
        ],
    ),
    "base without project": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
base: {source: {repoURL: "https://gitlab.example.org/blue/shop.git", path: base, kustomize: {}}}
""",
        },
        [
            (
                "project.yaml:2:1: base: Pulumi reaches the cluster eu-1 and makes the namespace and its guards "
                "itself (remove `base`, or let the platform team set clusters.eu-1.base of platform.yaml) "
                "[base-not-allowed]"
            ),
            (
                "project.yaml:2:1: base.project: `base` needs a project of the platform: it makes what the "
                "environment's own may not (set `project` to one that the platform team adds there) "
                "[base-project]"
            ),
            (
                "project.yaml:2:82: base.source.kustomize: only the profile says what `base` deploys, here "
                "base.source.kustomize, base.source.path, base.source.repoURL: it stands in a project of the "
                "platform, whose guards are not the team's (let the platform team say it in profiles.medium "
                "(base, and its revision in versions); the team's own are helm.valuesObject, helm.values and "
                "helm.parameters of its source) [base-of-tenant]"
            ),
        ],
    ),
    "base in default": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
base:
  source:
    repoURL: "https://gitlab.example.org/blue/shop.git"
    path: base
    kustomize: {}
  project: default
""",
            "platform": "argocd: {baseProjects: [platform]}",
        },
        [
            (
                "project.yaml:2:1: base: Pulumi reaches the cluster eu-1 and makes the namespace and its guards "
                "itself (remove `base`, or let the platform team set clusters.eu-1.base of platform.yaml) "
                "[base-not-allowed]"
            ),
            (
                "project.yaml:7:3: base.project: only the profile says what `base` deploys, here base.project, "
                "base.source.kustomize, base.source.path, base.source.repoURL: it stands in a project of the "
                "platform, whose guards are not the team's (let the platform team say it in profiles.medium "
                "(base, and its revision in versions); the team's own are helm.valuesObject, helm.values and "
                "helm.parameters of its source) [base-of-tenant]"
            ),
            (
                "project.yaml:7:3: base.project: the project `default` has no guards (set `project` to one of "
                "platform) [base-project]"
            ),
        ],
    ),
    "base in an unknown project": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
base:
  source:
    repoURL: "https://gitlab.example.org/blue/shop.git"
    path: base
    kustomize: {}
  project: other
""",
            "platform": "argocd: {baseProjects: [platform]}",
        },
        [
            (
                "project.yaml:2:1: base: Pulumi reaches the cluster eu-1 and makes the namespace and its guards "
                "itself (remove `base`, or let the platform team set clusters.eu-1.base of platform.yaml) "
                "[base-not-allowed]"
            ),
            (
                "project.yaml:7:3: base.project: only the profile says what `base` deploys, here base.project, "
                "base.source.kustomize, base.source.path, base.source.repoURL: it stands in a project of the "
                "platform, whose guards are not the team's (let the platform team say it in profiles.medium "
                "(base, and its revision in versions); the team's own are helm.valuesObject, helm.values and "
                "helm.parameters of its source) [base-of-tenant]"
            ),
            (
                "project.yaml:7:3: base.project: platform.yaml does not list 'other' under argocd.baseProjects "
                "(write one of platform) [base-project]"
            ),
        ],
    ),
    "base, correct": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
""",
            "platform": _PLATFORM_WITH_BASE,
        },
        [],
    ),
    "base, with values of the team's": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
base: {source: {helm: {valuesObject: {size: small}, parameters: [{name: a, value: b}]}}}
""",
            "platform": _PLATFORM_WITH_BASE,
        },
        [],
    ),
    "base, bent by the team": (
        {
            "project.yaml": """\
versions: {application: v1.4.2, base: v0.0.1}
base:
  source:
    path: elsewhere
    helm: {passCredentials: true, namespace: kube-system, valueFiles: null}
""",
            "platform": _PLATFORM_WITH_BASE,
        },
        [
            (
                "project.yaml:4:5: base.source.path: only the profile says what `base` deploys, here "
                "base.source.path, base.source.helm.namespace, base.source.helm.passCredentials, versions.base, "
                "base.source.helm.valueFiles: it stands in a project of the platform, whose guards are not the "
                "team's (let the platform team say it in profiles.medium (base, and its revision in versions); "
                "the team's own are helm.valuesObject, helm.values and helm.parameters of its source) "
                "[base-of-tenant]"
            ),
            (
                "project.yaml:5:12: base.source.helm.passCredentials: with `passCredentials` the password is "
                "sent to every host that the repository's index names (remove it, or let the platform team set "
                "it in the profile medium) [pass-credentials]"
            ),
        ],
    ),
    "base, sources of the team's": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
base:
  source: null
  sources: [{repoURL: "https://gitlab.example.org/blue/shop.git", path: base, kustomize: {}}]
""",
            "platform": _PLATFORM_WITH_BASE,
        },
        [
            (
                "project.yaml:4:3: base.sources: only the profile says what `base` deploys, here base.sources: "
                "it stands in a project of the platform, whose guards are not the team's (let the platform team "
                "say it in profiles.medium (base, and its revision in versions); the team's own are "
                "helm.valuesObject, helm.values and helm.parameters of its source) [base-of-tenant]"
            ),
        ],
    ),
    "base, where Pulumi reaches the cluster": (
        {
            "project.yaml": "versions: {application: v1.4.2}\n",
            "platform": _PLATFORM_WITH_BASE.replace("base: true", "base: false"),
        },
        [
            (
                "config/platform.yaml:92:5: base: in blue/shop/eu-1/prod: Pulumi reaches the cluster eu-1 and "
                "makes the namespace and its guards itself (remove `base`, or let the platform team set "
                "clusters.eu-1.base of platform.yaml) [base-not-allowed]"
            ),
        ],
    ),
    "base excludes": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
registries: {harbor: {server: harbor.example.org, username: u, password: {secret: p}}}
namespace: {secrets: {db: {password: {secret: p}}}}
""",
            "platform": _PLATFORM_WITH_BASE,
            "projects/blue/shop/manifests/x.yaml": """\
{apiVersion: v1, kind: ConfigMap, metadata: {name: x}}
""",
        },
        [
            (
                "project.yaml:2:1: registries: with `base`, Pulumi makes nothing in the namespace: this "
                "would be left out (move it into what `base` deploys; secrets go there as files of "
                "helm-secrets) [base-excludes]"
            ),
            (
                "project.yaml:3:13: namespace.secrets: with `base`, Pulumi makes nothing in the namespace: "
                "this would be left out (move it into what `base` deploys; secrets go there as files of "
                "helm-secrets) [base-excludes]"
            ),
            (
                "manifests/x.yaml:1:1: with `base`, Pulumi makes nothing in the namespace: this would be "
                "left out (move it into what `base` deploys; secrets go there as files of helm-secrets) "
                "[base-excludes]"
            ),
        ],
    ),
    "base, beside guards": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
namespace:
  labels: {tier: gold}
  annotations: {owner: blue}
  quota: {pods: "5"}
  limits: {default: {memory: 256Mi}}
  networkPolicies: [from-ingress]
  podSecurity: {enforce: restricted}
""",
            "platform": _PLATFORM_WITH_BASE,
        },
        [
            (
                f"project.yaml:{line}:3: namespace.{field}: with `base`, Pulumi makes nothing in the namespace: "
                "this would be left out (hand it to what `base` deploys, through "
                "`base.source.helm.valuesObject`; what a shared file says for others belongs into the files "
                "of those) [base-excludes]"
            )
            for line, field in (
                (3, "labels"),
                (4, "annotations"),
                (5, "quota"),
                (6, "limits"),
                (7, "networkPolicies"),
                (8, "podSecurity"),
            )
        ],
    ),
    "base, beside access to Kubernetes in a shared file": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
""",
            "projects/blue/team.yaml": """\
access:
  kubernetes: {view: [blue-viewers]}
  roles: {debugger: {groups: [blue-x], kubernetes: view}}
  clusterRoles: {readonly: view}
""",
            "platform": _PLATFORM_WITH_BASE,
        },
        [
            (
                f"config/projects/blue/team.yaml:{place}: in blue/shop/eu-1/prod: with `base`, Pulumi makes "
                "nothing in the namespace: this would be left out (hand it to what `base` deploys, through "
                "`base.source.helm.valuesObject`; `null` in project.yaml removes what a shared file says) "
                "[base-excludes]"
            )
            for place in (
                "2:3: access.kubernetes",
                "3:40: access.roles.debugger.kubernetes",
                "4:3: access.clusterRoles",
            )
        ],
    ),
    "base, which removes what a shared file says": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
access: {kubernetes: null}
""",
            "projects/blue/team.yaml": "access: {kubernetes: {view: [blue-viewers]}}\n",
            "platform": f"""\
{_PLATFORM_WITH_BASE}
    access: {{roles: {{ops: {{groups: [ops], kubernetes: view}}}}}}
""",
        },
        [],
    ),
    "base missing, in a shared file": (
        {
            "project.yaml": "versions: {application: v1.4.2}\n",
            "projects/blue/team.yaml": "base: null\n",
            "platform": "clusters: {eu-1: {base: true}}",
        },
        [
            (
                "config/projects/blue/team.yaml:1:1: base: in blue/shop/eu-1/prod: Pulumi cannot reach the "
                "cluster eu-1: nothing would make the namespace (add `base`, an Application that makes the "
                "namespace and its guards) [base-missing]"
            ),
        ],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_report(tmp_path: Path, name: str) -> None:
    files, expected = CASES[name]
    assert told(check, tmp_path, files) == expected
