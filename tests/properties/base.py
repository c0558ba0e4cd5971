"""Small valid fleets, the starting point of the moves."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import yaml
from hypothesis import strategies as st

__all__ = ["PLATFORM", "TEAMS", "Files", "Fleet", "fleet", "small_fleets"]

Files: TypeAlias = dict[str, Any]
"""The data of each file, by its path below the root."""

PLATFORM: Mapping[str, Any] = yaml.safe_load("""\
version: "1"
argocd: {cluster: hub, namespace: argocd, version: "3.5.7", baseProjects: [platform-base]}
clusters:
  hub: {argocdName: in-cluster, server: "https://kubernetes.default.svc"}
  eu-1: {argocdName: eu-1, server: "https://eu-1.example.org:6443", destination: name}
  us-1: {argocdName: us-1, server: "https://us-1.example.org:6443"}
environmentClasses:
  nonproduction: {profile: small}
  production: {profile: medium, revisions: fixed, impersonation: true}
environments: {dev: nonproduction, staging: nonproduction, prod: production}
networkPolicies:
  default-deny: {podSelector: {}, policyTypes: [Ingress, Egress]}
  dns: {podSelector: {}, policyTypes: [Egress], egress: [{ports: [{port: 53, protocol: UDP}]}]}
  from-ingress: {podSelector: {}, policyTypes: [Ingress], ingress: [{from: [{podSelector: {}}]}]}
  from-everywhere: {podSelector: {}, policyTypes: [Ingress], ingress: [{}]}
profiles:
  tiny:
    namespace:
      quota: {requests.cpu: "1", limits.memory: 4Gi, pods: "10"}
      limits: {default: {memory: 256Mi}, max: {memory: 1Gi}}
      networkPolicies: [default-deny, dns]
      podSecurity: {enforce: restricted}
    tenantKinds: strict
  small:
    namespace:
      quota: {requests.cpu: "2", limits.memory: 8Gi, pods: "20", services.nodeports: "0"}
      limits: {default: {memory: 512Mi}, defaultRequest: {cpu: 100m, memory: 256Mi}}
      networkPolicies: [default-deny, dns]
      podSecurity: {enforce: baseline, warn: restricted}
    tenantKinds: standard
  medium:
    access: {clusterRoles: {readonly: view}}
    namespace:
      labels: {cost-center: shared}
      quota: {requests.cpu: "4", limits.memory: 16Gi, pods: "50", services.nodeports: "0"}
      limits:
        default: {memory: 512Mi}
        min: {memory: 64Mi}
        max: {memory: 4Gi}
        extra: [{type: PersistentVolumeClaim, max: {storage: 50Gi}}]
      networkPolicies: [default-deny, dns]
      podSecurity: {enforce: baseline, warn: restricted, version: v1.34}
    tenantKinds: strict
    sourceIntegrity:
      git: {policies: [{repos: [{url: "*"}], gpg: {mode: strict, keys: [D56C4FCA57A46444]}}]}
    syncWindows: [{kind: deny, schedule: "0 8 * * 1-5", duration: 8h}]
    admission: {registries: [harbor.example.org], storageClasses: [fast], hosts: ["*.example.org"]}
  open: # no team may use it: an environment with this profile has no guards
    namespace: {quota: {requests.cpu: "100"}, podSecurity: {enforce: privileged}}
    tenantKinds: standard
teams:
  blue:
    groups: [blue-admins, blue-ci, blue-viewers, blue-guest-*]
    clusters: [hub, eu-1]
    sources: ["https://gitlab.example.org/blue/", registry.example.org/blue/, "https://charts.example.org/stable"]
    registries: [harbor.example.org/blue]
    endpoints: ["http://proxy.example.org:3128", "https://ghe.example.org/api/v3"]
    networkPolicies: [from-ingress]
    labels: ["blue.example.org/*"]
    hosts: ["*.blue.example.org"]
    plugins: [cue]
    hydratedBranches: ["environments/*"]
    generators:
      - clusters/*
      - pullRequest/gitlab.example.org/blue/*
      - scmProvider/gitlab.example.org/blue
      - plugin/blue-*
    profiles: [tiny, small]
    clusterRoles: [view, edit]
    quotaMax: {requests.cpu: "8", pods: "40"}
    allow: [source, destination, clusterResource, namespaceResource, sourceNamespace, generator]
    kinds:
      - argoproj.io/Application
      - networking.k8s.io/NetworkPolicy
      - acid.zalan.do/postgresql
      - monitoring.coreos.com/Probe
      - apiextensions.k8s.io/CustomResourceDefinition/rollouts.blue.example.org
    classes: {production: {quotaMax: {requests.cpu: "32"}, profiles: [medium], plugins: []}}
  blue-x:
    groups: [blue-x-*]
    clusters: [hub, eu-1]
    sources: ["https://gitlab.example.org/blue-x/", registry.example.org/blue-x/, "https://charts.example.org/stable"]
    registries: [harbor.example.org/blue-x]
    allow: [namespaceResource, sourceNamespace]
    kinds: ["*"]
  green:
    groups: [green-*]
    clusters: [hub, eu-1]
    sources: ["https://gitlab.example.org/green/", registry.example.org/green/, "https://charts.example.org/stable"]
    registries: [harbor.example.org/green]
secrets:
  harbor-password: {teams: [blue, green], urlPrefixes: [harbor.example.org/]}
  charts-password: {teams: [blue], urlPrefixes: [registry.example.org/blue/], argocdOnly: true}
  green-only: {teams: [green], urlPrefixes: [registry.example.org/]}
reservedNamespaces: [monitoring, "blue-system"]
""")
TEAMS = tuple(PLATFORM["teams"])

_ENVIRONMENTS = (
    "blue/shop/eu-1/prod", "blue/shop/eu-1/dev", "blue/shop/hub/dev", "blue/apps/hub/dev", "blue-x/shop/eu-1/dev",
    "blue-x/shop/eu-1/prod", "green/blog/eu-1/prod", "green/blog/hub/staging",
)  # fmt: skip


@dataclass(frozen=True)
class Fleet:
    """The files of a fleet, and the environments in them."""

    files: Files = field(repr=False)
    environments: tuple[str, ...]


@st.composite
def small_fleets(draw: st.DrawFn) -> Fleet:
    """One to four environments of up to three teams."""
    chosen = draw(st.lists(st.sampled_from(_ENVIRONMENTS), min_size=1, max_size=4, unique=True))
    impersonated, rich = draw(st.booleans()), draw(st.booleans())
    return fleet(sorted(chosen), impersonated=impersonated, rich=rich)


def fleet(environments: list[str], *, impersonated: bool = False, rich: bool = True) -> Fleet:
    """A valid fleet. A rich one has something of everything that a tenant may have."""
    files: Files = {
        "platform.yaml": {**copy.deepcopy(dict(PLATFORM)), "impersonation": impersonated}
    }
    for environment in environments:
        team, product, _cluster, stage = environment.split("/")
        files[f"projects/{team}/team.yaml"] = _team(team, rich=rich)
        files[f"projects/{team}/{product}/product.yaml"] = _product(team, product, rich=rich)
        files[f"projects/{environment}/project.yaml"] = _project(product, stage, rich=rich)
    return Fleet(files, tuple(environments))


def _team(team: str, *, rich: bool) -> dict[str, Any]:
    data: dict[str, Any] = {
        "access": {"admin": [f"{team}-admins"], "readonly": [f"{team}-viewers"]}
    }
    if rich:
        token = {"username": "bot", "password": {"secret": "gitlab-token"}}
        data["credentials"] = {
            "gitlab": {"urlPrefix": f"https://gitlab.example.org/{team}/", "type": "https", **token}
        }
        login = {"server": f"harbor.example.org/{team}", "username": "robot"}
        data["registries"] = {"harbor": {**login, "password": {"secret": "harbor-password"}}}
    return data


def _product(team: str, product: str, *, rich: bool) -> dict[str, Any]:
    git = f"https://gitlab.example.org/{team}/{product}.git"
    source = {"repoURL": git, "path": "deploy/${environment}", "kustomize": {}}
    data: dict[str, Any] = {"application": {"source": source}}
    if product == "apps":
        data["application"]["source"] = {"repoURL": git, "path": "apps", "directory": {}}
        data["allow"] = [_allow("namespaceResource", "argoproj.io/Application")]
    elif rich:
        chart = {"repoURL": "https://charts.example.org/stable", "chart": "postgresql"}
        data["requirements"] = {"source": chart}
        data["applicationSets"] = {"previews": _previews(git, team)}
        data["namespace"] = {"secrets": {"db": {"password": {"secret": "db-password"}}}}
    return data


def _previews(git: str, team: str) -> dict[str, Any]:
    revision = "0123456789abcdef0123456789abcdef01234567"
    files = {"repoURL": git, "revision": revision, "directories": [{"path": "previews/*"}]}
    source = {
        "repoURL": f"https://gitlab.example.org/{team}/previews.git",
        "path": "{{ .path.path }}",
        "targetRevision": revision,
    }
    template = {"name": "{{ .path.basename }}", "source": source}
    return {"generators": [{"git": files}], "template": template}


def _project(product: str, stage: str, *, rich: bool) -> dict[str, Any]:
    data: dict[str, Any] = {
        "description": f"{product}, {stage}",
        "versions": {"application": "v1.4.2"},
    }
    if rich and product != "apps":
        data["versions"]["requirements"] = "15.2.4"
        data["namespace"] = {"quota": {"requests.cpu": "1"}}
        data["syncWindows"] = [{"kind": "deny", "schedule": "0 8 * * 1-5", "duration": "8h"}]
    return data


def _allow(kind: str, value: str) -> dict[str, str]:
    return {"kind": kind, "value": value, "reason": "CHG-1"}
