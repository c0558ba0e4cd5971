"""Small configurations on disk: a correct base tree, overlaid by the files of a test.

`tree` writes files; `platform` makes the text of a platform.yaml that differs from the base in a few keys; `project`
resolves one environment of a tree; `report` is what a user reads.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from argoproject.identity import Identity
from argoproject.problems import Problem
from argoproject.project.model import Project
from argoproject.project.resolve import merge, resolve
from argoproject.tree.load import load_tree
from argoproject.tree.model import Tree
from tests.support.paths import DATA

__all__ = [
    "BASE",
    "PLATFORM",
    "PRODUCT",
    "PROJECT",
    "TEAM",
    "TODAY",
    "load",
    "platform",
    "project",
    "report",
    "scenarios_for_3_5",
    "tree",
    "yaml_text",
]

TODAY = dt.date(2026, 11, 21)
"""The day of all tests that do not need another one."""

TEAM = "projects/blue/team.yaml"
PRODUCT = "projects/blue/shop/product.yaml"
PROJECT = "projects/blue/shop/eu-1/prod/project.yaml"

PLATFORM = """\
version: 1
argocd: {cluster: hub, namespace: argocd, version: "3.5"}
clusters:
  hub: {argocdName: in-cluster, server: "https://kubernetes.default.svc"}
  eu-1: {argocdName: eu-1, server: "https://eu-1.example.org:6443", uid: 6f1c0c9e}
environmentClasses:
  nonproduction: {profile: small}
  production: {profile: medium, revisions: fixed}
environments: {dev: nonproduction, staging: nonproduction, prod: production}
networkPolicies:
  default-deny: {podSelector: {}, policyTypes: [Ingress, Egress]}
  dns: {podSelector: {}, policyTypes: [Egress], egress: [{ports: [{port: 53, protocol: UDP}]}]}
  from-ingress: {podSelector: {}, policyTypes: [Ingress], ingress: [{}]}
profiles:
  small:
    namespace:
      quota: {requests.cpu: "2", limits.memory: 8Gi, pods: "20"}
      limits: {default: {memory: 512Mi}, defaultRequest: {cpu: 100m, memory: 256Mi}}
      networkPolicies: [default-deny, dns]
      podSecurity: {enforce: baseline, warn: restricted}
    tenantKinds: standard
  medium:
    namespace:
      labels: {cost-center: shared}
      quota: {requests.cpu: "4", limits.memory: 16Gi, pods: "50"}
      limits:
        default: {memory: 512Mi}
        defaultRequest: {cpu: 100m, memory: 256Mi}
        min: {memory: 64Mi}
        max: {memory: 4Gi}
      networkPolicies: [default-deny, dns]
      podSecurity: {enforce: baseline, warn: restricted}
    tenantKinds: strict
teams:
  blue:
    groups: [blue-*]
    clusters: [hub, eu-1]
    sources: ["https://gitlab.example.org/blue/", registry.example.org/blue/]
    quotaMax: {requests.cpu: "8"}
    classes: {production: {quotaMax: {requests.cpu: "32"}}}
  green:
    groups: [green-*]
    clusters: [eu-1]
    sources: ["https://gitlab.example.org/green/"]
"""

BASE: Mapping[str, str] = {
    "platform.yaml": PLATFORM,
    TEAM: "access: {admin: [blue-admins], readonly: [blue-viewers]}\n",
    PRODUCT: """\
application:
  source: {repoURL: "https://gitlab.example.org/blue/shop.git", path: deploy, kustomize: {}}
""",
    PROJECT: """\
description: Online shop, production
versions: {application: v1.4.2}
""",
}
"""The base tree: files by their path below the root."""


def tree(tmp_path: Path, files: Mapping[str, str | None] | None = None) -> Path:
    """Write the base tree with `files` instead of its own; None leaves a file of the base out."""
    root = tmp_path / "config"
    for name, text in {**BASE, **(files or {})}.items():
        if text is not None:
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    return root


def platform(overlay: str) -> str:
    """The text of the base platform.yaml merged with a few keys, as files are merged: null removes."""
    merged = merge(yaml.safe_load(PLATFORM), yaml.safe_load(overlay))
    return yaml.safe_dump(merged, sort_keys=False, width=1000)


def load(root: Path) -> Tree:
    """The tree as loaded; in reports its folder is `config`."""
    return load_tree(root, "config")


def project(root: Path, identity: str = "blue/shop/eu-1/prod") -> Project:
    """One environment, `<team>/<product>/<cluster>/<environment>`, of a tree that loads and resolves."""
    loaded = load(root)
    projects, problems = resolve(loaded, [Identity(*identity.split("/"))])
    assert report([*loaded.problems, *problems]) == []
    return projects[0]


def report(problems: Iterable[Problem]) -> list[str]:
    """The problems as lines of a report, sorted."""
    return [str(problem) for problem in sorted(set(problems))]


class _Dumper(yaml.CSafeDumper):
    """Writes no anchors, which the reader refuses: data that is used twice is written twice."""

    def ignore_aliases(self, _data: Any) -> bool:
        return True


def yaml_text(data: Any) -> str:
    """Data as the text of a file of the configuration."""
    return str(yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=120))


def scenarios_for_3_5(folder: Path) -> Path:
    """A copy of the scenarios without the fields that Argo CD has since 3.6: its code and its CRDs are of 3.5 here."""
    shutil.copytree(DATA / "scenarios/config", folder)
    for file in folder.rglob("*.yaml"):
        text = file.read_text().replace('version: "3.6"', 'version: "3.5"')
        file.write_text(text.replace("        disableExtensionFilter: true\n", ""))
    return folder
