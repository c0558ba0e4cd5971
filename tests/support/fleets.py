"""Fleets in which no two products are equal, for pages and for commands that select environments.

`benchmarks.generated` measures with fleets in which all environments are equal. Here teams have several products and
products have several clusters and stages; versions are at different points of their promotion, access ends, and budgets
are tight. The same arguments give the same fleet.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from itertools import groupby, islice
from pathlib import Path
from random import Random
from typing import Any, TypeAlias

import yaml

from argoproject.identity import Identity
from tests.support.trees import TODAY, yaml_text

__all__ = ["write_varied_fleet"]

"""The day around which access and `allow` entries of these fleets end."""

_Data: TypeAlias = dict[str, Any]

_TEAMS = (
    "amber", "basalt", "cedar", "delta", "ember", "fjord", "garnet", "harbour", "indigo", "juniper", "kelp", "larch",
    "meadow", "nimbus", "onyx", "poplar", "quartz", "ridge", "sable", "tundra", "umber", "violet", "willow", "zephyr",
)  # fmt: skip
_PRODUCTS = (
    "accounts", "billing", "catalogue", "delivery", "events", "files", "gateway", "identity", "journal", "ledger",
    "mail", "notes", "orders", "payments", "quotes", "reports", "search", "tickets", "users", "vouchers", "wiki",
)  # fmt: skip
_CLUSTERS = ("hub", "eu-1", "eu-2", "us-1", "ap-1")
_STAGES = ("dev", "test", "staging", "prod")
_SPREAD: Mapping[str, tuple[int, ...]] = {
    "dev": (1,),
    "test": (0, 1),
    "staging": (1, 2),
    "prod": (1, 2, 3),
}
"""On how many clusters a stage of a product may be."""

_PLATFORM = """\
version: "1"
argocd: {cluster: hub, namespace: argocd, version: "3.5"}
clusters: {hub: {argocdName: in-cluster, server: "https://kubernetes.default.svc"}}
environmentClasses:
  nonproduction: {profile: small}
  production: {profile: medium, revisions: fixed}
environments: {dev: nonproduction, test: nonproduction, staging: nonproduction, prod: production}
networkPolicies:
  default-deny: {podSelector: {}, policyTypes: [Ingress, Egress]}
  from-ingress: {podSelector: {}, policyTypes: [Ingress], ingress: [{}]}
"""
_PROFILES = {"tiny": ("1", "2Gi", "10"), "small": ("2", "4Gi", "20"), "medium": ("4", "16Gi", "50")}

_DATABASES = ("postgresql", "mariadb", "rabbitmq", "redis")
_CHARTS = 0.6
"""How many of the products are charts."""

_MISTAKES = ("namspace: {}\n", "lifecycle: retired\n", "keep: namespace\n")
_REASONS = (
    "CHG-{0}: holds the release until the contract ends",
    "INC-{0}: follow-up of the outage",
    "SEC-{0}",
)


def write_varied_fleet(root: Path, environments: int, *, seed: int = 0, mistakes: int = 0) -> None:
    """Write a fleet of `environments` below `root`, of which `mistakes` are invalid.

    Without mistakes it is valid. It always has warnings: a budget that is exceeded, and access that has ended.
    """
    rng = Random(seed)
    identities = sorted(islice(_identities(rng), environments))
    teams = sorted({item.team for item in identities})
    _write(root / "platform.yaml", _platform(teams, environments))
    for team in teams:
        _write(root / "projects" / team / "team.yaml", _team(team))
    for (team, name), own in groupby(identities, key=lambda item: (item.team, item.product)):
        charts = rng.random() < _CHARTS
        data = _product_of_charts(rng, team, name) if charts else _product_of_folders(team, name)
        _write(root / "projects" / team / name / "product.yaml", data)
        release = (rng.randint(0, 9), rng.randint(1, 20))
        for identity in own:
            project = _project(rng, identity, release, charts=charts)
            _write(root / "projects" / str(identity) / "project.yaml", project)
    for identity in rng.sample(identities, mistakes):
        with (root / "projects" / str(identity) / "project.yaml").open("a") as file:
            file.write(rng.choice(_MISTAKES))


def _identities(rng: Random) -> Iterator[Identity]:
    """An endless series of environments by product; a team gets several products before the next team."""
    for suffix in ("", *(f"-{number}" for number in range(2, 100))):
        for team in _TEAMS:
            for name in sorted(rng.sample(_PRODUCTS, rng.randint(2, 7))):
                for stage in _STAGES:
                    number = rng.choice(_SPREAD[stage])
                    for cluster in (
                        rng.sample(_CLUSTERS[1:], number) if stage != "dev" else ("hub",)
                    ):
                        yield Identity(f"{team}{suffix}", name, cluster, stage)


def _platform(teams: list[str], environments: int) -> _Data:
    """A platform.yaml in which the budget of one cluster is smaller than the sum of the quotas."""
    share = environments // len(_CLUSTERS) + 1
    budget = {"requests.cpu": f"{4 * share}", "requests.memory": f"{16 * share}Gi"}
    clusters: _Data = {
        name: {"argocdName": name, "server": f"https://{name}.example.org:6443", "budget": budget}
        for name in _CLUSTERS[1:]
    }
    clusters["eu-2"]["budget"] = {**budget, "requests.cpu": f"{share}"}
    platform: _Data = yaml.safe_load(_PLATFORM)
    platform["clusters"] |= clusters
    platform["profiles"] = {name: _profile(*quota) for name, quota in _PROFILES.items()}
    platform["teams"] = {team: _guardrails(team) for team in teams}
    return platform


def _profile(cpu: str, memory: str, pods: str) -> _Data:
    limits = {"default": {"memory": "512Mi"}, "defaultRequest": {"cpu": "100m", "memory": "256Mi"}}
    namespace = {
        "quota": {"requests.cpu": cpu, "requests.memory": memory, "pods": pods},
        "limits": limits,
        "networkPolicies": ["default-deny"],
        "podSecurity": {"enforce": "baseline", "warn": "restricted"},
    }
    return {"namespace": namespace, "tenantKinds": "standard"}


def _guardrails(team: str) -> _Data:
    return {
        "groups": [f"{team}-*", "auditors"],
        "clusters": list(_CLUSTERS),
        "sources": [
            f"https://gitlab.example.org/{team}/",
            f"registry.example.org/{team}/",
            "https://charts.example.org/stable",
        ],
        "quotaMax": {"requests.cpu": "16", "pods": "100"},
        "profiles": ["tiny", "small", "medium"],
        "allow": ["namespaceResource", "destination"],
        "kinds": ["networking.k8s.io/NetworkPolicy"],
    }


def _team(team: str) -> _Data:
    url = f"https://gitlab.example.org/{team}/"
    https = {"type": "https", "username": "deploy-bot", "password": {"secret": "gitlab-token"}}
    return {
        "access": {
            "admin": [f"{team}-admins"],
            "readonly": [f"{team}-viewers", "auditors"],
            "kubernetes": {"view": [f"{team}-admins"]},
        },
        "classes": {
            "production": {
                "access": {"admin": [f"{team}-oncall"], "readonly": [f"{team}-admins", "auditors"]}
            }
        },
        "credentials": {"gitlab": {"urlPrefix": url, **https}},
        "registries": {
            "harbor": {
                "server": "harbor.example.org",
                "username": f"robot-{team}",
                "password": {"secret": "harbor-password"},
            }
        },
    }


def _product_of_folders(team: str, name: str) -> _Data:
    """A product that deploys folders of a Git repository, one for each stage."""
    git = f"https://gitlab.example.org/{team}/{name}.git"
    source = {"repoURL": git, "path": "overlays/${environment}", "kustomize": {}}
    return {"application": {"source": source, "syncPolicy": {"automated": {"prune": True}}}}


def _product_of_charts(rng: Random, team: str, name: str) -> _Data:
    """A product that deploys a chart with values from Git, and a database before it."""
    charts = f"registry.example.org/{team}/charts"
    login = {"type": "https", "username": "puller", "password": {"secret": "charts-password"}}
    values = {"valueFiles": ["$values/${environment}.yaml"]}
    chart = {"repoURL": charts, "chart": name, "helm": values}
    git = {"repoURL": f"https://gitlab.example.org/{team}/{name}-values.git", "ref": "values"}
    database = {"repoURL": "https://charts.example.org/stable", "chart": rng.choice(_DATABASES)}
    repository = {"url": charts, "type": "helm", "enableOCI": True, "credentials": login}
    return {
        "repositories": {"charts": repository},
        "requirements": {
            "source": database,
            "syncPolicy": {"automated": {}},
            "waitUntil": "healthy",
        },
        "application": {"sources": [chart, git]},
        "namespace": {"networkPolicies": ["from-ingress"]},
    }


def _project(rng: Random, identity: Identity, release: tuple[int, int], *, charts: bool) -> _Data:
    """A project.yaml: each stage may be one version ahead of the next, and some clusters are behind."""
    major, minor = release
    stage = _STAGES.index(identity.environment)
    minor += rng.choice((0, 0, 1)) if stage == 3 else 3 - stage
    version = f"{major}.{minor}.{rng.choice((0, 0, 0, 1, 4))}"
    versions: _Data = {"application": f"v{version}"}
    if charts:
        versions = {
            "requirements": rng.choice(("15.2.4", "15.2.4", "16.0.1")),
            "application": {identity.product: version, "values": f"v2026.{minor}.{stage}"},
        }
    data: _Data = {
        "description": f"{identity.product.capitalize()} of {identity.team}, {identity.environment}",
        "versions": versions,
        "access": _access(rng, identity),
    }
    if rng.random() < 0.4:
        data["namespace"] = {"quota": {"requests.cpu": str(rng.choice((1, 2, 3, 6, 8, 12)))}}
    if stage == 0 and rng.random() < 0.2:
        data["profile"] = "tiny"
        data.pop("namespace", None)
    if rng.random() < 0.02:
        data["lifecycle"] = "retiring"
    if rng.random() < 0.05:
        data["allow"] = [_allowance(rng)]
    return data


def _access(rng: Random, identity: Identity) -> _Data:
    permission = {"resource": "applications", "actions": ["get", "sync"]}
    deployer = {"groups": [f"{identity.team}-ci"], "permissions": [permission]}
    access: _Data = {"roles": {"deployer": deployer}}
    if rng.random() < 0.08:
        until, reason = _end(rng)
        guest = {"group": f"{identity.team}-contractors", "until": until, "reason": reason}
        access["admin"] = [f"{identity.team}-oncall", guest]
    return access


def _allowance(rng: Random) -> _Data:
    until, reason = _end(rng)
    kind = "networking.k8s.io/NetworkPolicy"
    return {"kind": "namespaceResource", "value": kind, "reason": reason, "until": until}


def _end(rng: Random) -> tuple[str, str]:
    """A last day, rarely before today, and a reason."""
    until = TODAY + dt.timedelta(days=rng.randint(-40, 160))
    return until.isoformat(), rng.choice(_REASONS).format(rng.randint(100, 9999))


def _write(path: Path, data: Mapping[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml_text(data))
