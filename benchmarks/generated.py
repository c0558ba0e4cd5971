"""Generated fleets: every environment has a team.yaml, a product.yaml and a project.yaml of 20 to 40 lines."""

from __future__ import annotations

import json
from pathlib import Path

__all__ = ["secrets_of", "write_fleet", "write_teams"]

_PLATFORM = """\
version: 1
argocd: {cluster: hub, namespace: argocd, version: "3.5"}
clusters:
  hub: {argocdName: in-cluster, server: "https://kubernetes.default.svc"}
  eu-1: {argocdName: eu-1, server: "https://eu-1.example.org:6443"}
environmentClasses:
  nonproduction: {profile: small}
  production: {profile: medium, revisions: fixed}
environments: {dev: nonproduction, staging: nonproduction, prod: production}
networkPolicies:
  default-deny: {podSelector: {}, policyTypes: [Ingress, Egress]}
  dns:
    podSelector: {}
    policyTypes: [Egress]
    egress: [{ports: [{port: 53, protocol: UDP}, {port: 53, protocol: TCP}]}]
profiles:
  small:
    namespace:
      quota: {requests.cpu: "2", requests.memory: 4Gi, limits.memory: 8Gi, pods: "20"}
      limits: {default: {memory: 512Mi}, defaultRequest: {cpu: 100m, memory: 256Mi}}
      networkPolicies: [default-deny, dns]
      podSecurity: {enforce: baseline, warn: restricted}
    tenantKinds: standard
teams:
"""

_TEAM = """\
# Shared by every environment of {team}.
access:
  admin:
    - {team}-admins
    - {team}-oncall
  readonly:
    - {team}-viewers
classes:
  production:
    access:
      admin:
        - {team}-oncall
      readonly:
        - {team}-admins
        - {team}-viewers
credentials:
  gitlab:
    urlPrefix: https://gitlab.example.org/{team}/
    type: https
    username: deploy-bot
    password: {{secret: gitlab-token}}
registries:
  harbor:
    server: harbor.example.org
    username: robot-{team}
    password: {{secret: harbor-password}}
"""

_PRODUCT = """\
# Shared by every environment of the shop.
repositories:
  charts:
    url: registry.example.org/{team}/charts
    type: helm
    enableOCI: true
    credentials:
      type: https
      username: puller
      password: {{secret: harbor-password}}
requirements:
  source:
    repoURL: https://charts.example.org/stable
    chart: postgresql
    helm:
      valuesObject:
        auth:
          existingSecret: shop-db
  syncPolicy:
    automated: {{}}
application:
  sources:
    - repoURL: registry.example.org/{team}/charts
      chart: shop
      helm:
        valueFiles: ["$values/${{environment}}.yaml"]
    - repoURL: https://gitlab.example.org/{team}/shop-values.git
      ref: values
  syncPolicy:
    automated:
      prune: true
      selfHeal: true
namespace:
  secrets:
    shop-db:
      password: {{secret: db-password}}
"""

_PROJECT = """\
# All that is special about this environment.
description: Online shop of {team}
versions:
  requirements: 15.2.4
  application:
    shop: 1.4.2
    values: v2026.11.3
namespace:
  labels:
    cost-center: "4711"
  quota:
    requests.cpu: "2"
    pods: "15"
access:
  roles:
    deployer:
      description: Syncs from the pipeline
      groups:
        - {team}-ci
      permissions:
        - resource: applications
          actions: [get, sync]
      kubernetes: view
syncWindows:
  - kind: allow
    schedule: "0 8 * * 1-5"
    duration: 10h
    manualSync: true
"""


def write_fleet(root: Path, environments: int, prefix: str = "team") -> list[Path]:
    """Write a fleet in which each environment has a team of its own.

    Args:
        root: the folder of platform.yaml.
        environments: their number.
        prefix: the start of the teams' names.

    Returns:
        The files, without platform.yaml.
    """
    teams = [f"{prefix}{number:04}" for number in range(environments)]
    _write_platform(root, teams)
    files: list[Path] = []
    for team in teams:
        folder = root / "projects" / team
        files += [
            _write(folder / "team.yaml", _TEAM.format(team=team)),
            _write(folder / "shop/product.yaml", _PRODUCT.format(team=team)),
            _write(folder / "shop/eu-1/prod/project.yaml", _PROJECT.format(team=team)),
        ]
    return files


def write_teams(root: Path, teams: int, products: int) -> None:
    """Write a fleet in which environments share settings: each team has `products`, each product two environments."""
    names = [f"team{number:04}" for number in range(teams)]
    _write_platform(root, names)
    for team in names:
        folder = root / "projects" / team
        _write(folder / "team.yaml", _TEAM.format(team=team))
        for number in range(products):
            product = folder / f"shop{number:04}"
            _write(product / "product.yaml", _PRODUCT.format(team=team))
            for environment in ("staging", "prod"):
                _write(product / "eu-1" / environment / "project.yaml", _PROJECT.format(team=team))


def _write_platform(root: Path, teams: list[str]) -> None:
    rows = "".join(
        f"  {team}: {{groups: [{team}-*], clusters: [eu-1], labels: [cost-center], sources: "
        f'["https://gitlab.example.org/{team}/", "registry.example.org/{team}/", "https://charts.example.org/stable"]}}\n'
        for team in teams
    )
    small = _PLATFORM
    guards = small[small.index("  small:") : small.index("teams:")]
    platform = small.replace("teams:\n", guards.replace("small:", "medium:") + "teams:\n") + rows
    (root / "projects").mkdir(parents=True)
    (root / "platform.yaml").write_text(platform)


def secrets_of(environments: int) -> str:
    """A value for each secret of a fleet that `write_fleet` wrote, as the JSON of Pulumi's config."""
    values = dict.fromkeys(("gitlab-token", "harbor-password", "db-password"), "example")
    return json.dumps({f"team{number:04}": values for number in range(environments)})


def _write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path
