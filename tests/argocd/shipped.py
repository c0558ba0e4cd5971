"""The shipped configuration and some further environments, with the sources that they need, on this machine."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from argoproject.fleet.pipeline import Fleet, load_fleet
from argoproject.plan.model import Ownership, PlannedObject, ProjectPlan
from argoproject.tree.stacks import plain_secrets
from tests.argocd.sources import Login, Sources
from tests.e2e.test_api_server import DUMMY, revealed
from tests.support.api import ARGO_CD, Api
from tests.support.paths import ROOT

__all__ = ["LOGINS", "Deployment", "chart", "publish", "write_config"]

LOGINS: Mapping[str, Login] = {
    "/blue/": ("deploy-bot", DUMMY),
    "/v2/blue/": ("puller", DUMMY),
    "/charts/blue/": ("blue-reader", DUMMY),
}
"""What the shipped configuration logs in with, by the beginning of the paths."""

_ADDED_ENVIRONMENTS: Mapping[str, str] = {
    # What a team writes into its own repository, with Argo CD's rights and with those of an account.
    "blue/lab/product.yaml": """\
versions: {application: main}
application: {source: {repoURL: "%(url)s/blue/lab.git", path: app, directory: {recurse: true}}}
""",
    "blue/lab/eu-1/dev/project.yaml": "description: syncs with the rights of Argo CD\n",
    "blue/lab/eu-1/staging/project.yaml": "impersonation: true\n",
    # Generated from a list, and from the folders of a repository.
    "blue/many/eu-1/dev/project.yaml": """\
applicationSets:
  listed:
    generators: [{list: {elements: [{part: one}, {part: two}]}}]
    template:
      name: "{{ .part }}"
      source: {repoURL: "%(url)s/blue/many.git", path: "parts/{{ .part }}", targetRevision: main, directory: {}}
      syncPolicy: {automated: {prune: true}}
  found:
    generators:
      - git: {repoURL: "%(url)s/blue/many.git", revision: main, directories: [{path: "folders/*"}]}
    template:
      name: "{{ .path.basename }}"
      source: {repoURL: "%(url)s/blue/many.git", path: "{{ .path.path }}", targetRevision: main, directory: {}}
      syncPolicy: {automated: {prune: true}}
""",
    # Closed at all times, also for manual syncs.
    "blue/closed/eu-1/dev/project.yaml": """\
versions: {application: main}
application:
  source: {repoURL: "%(url)s/blue/lab.git", path: still, directory: {}}
  syncPolicy: {automated: {}}
syncWindows: [{kind: deny, schedule: "0 0 * * *", duration: 24h, timeZone: UTC, description: "Closed"}]
""",
    # Self-heals, except for a field that it ignores.
    "blue/healed/eu-1/dev/project.yaml": """\
versions: {application: main}
application:
  source: {repoURL: "%(url)s/blue/lab.git", path: still, directory: {}}
  syncPolicy: {automated: {prune: true, selfHeal: true}}
  ignoreDifferences: [{kind: ConfigMap, jsonPointers: [/data/ignored]}]
""",
    # Are removed while Argo CD runs, the last one without its workloads.
    "blue/leaving/eu-1/dev/project.yaml": """\
versions: {application: main}
application:
  source: {repoURL: "%(url)s/blue/lab.git", path: still, directory: {}}
  syncPolicy: {automated: {prune: true, selfHeal: true}}
applicationSets:
  parts:
    generators: [{list: {elements: [{part: one}, {part: two}]}}]
    template:
      name: "{{ .part }}"
      source: {repoURL: "%(url)s/blue/many.git", path: "parts/{{ .part }}", targetRevision: main, directory: {}}
      syncPolicy: {automated: {prune: true, selfHeal: true}}
""",
    "blue/leaving/eu-1/staging/project.yaml": """\
versions: {application: main}
impersonation: true
application:
  source: {repoURL: "%(url)s/blue/lab.git", path: still, directory: {}}
  syncPolicy: {automated: {prune: true, selfHeal: true}}
""",
    "blue/leaving/hub/dev/project.yaml": """\
versions: {application: main}
application:
  source: {repoURL: "%(url)s/blue/lab.git", path: still, directory: {}}
  syncPolicy: {automated: {prune: true}}
  finalizer: none
""",
    "green/pages/hub/dev/project.yaml": """\
versions: {application: main}
application: {source: {repoURL: "%(url)s/green/pages.git", path: overlay, kustomize: {}}}
""",
}
"""Environments in addition to the shipped ones, by their path below projects/."""

_CONFIG_MAP = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: "%s"}
data: {environment: "%s"}
"""

_SERVICE = """\
apiVersion: v1
kind: Service
metadata: {name: "%s"}
spec: {ports: [{port: 80}], selector: {app: "%s"}}
"""


def chart(name: str, version: str, dependencies: str = "[]") -> dict[str, str]:
    """A chart with one ConfigMap, which contains its values.

    Args:
        name: its name.
        version: its version.
        dependencies: what Chart.yaml has for that.
    """
    described = (
        f'apiVersion: v2\nname: {name}\nversion: "{version}"\ndependencies: {dependencies}\n'
    )
    template = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: "{{ .Release.Name }}-{{ .Chart.Name }}"}
data:
  version: "{{ .Chart.Version }}"
  values: {{ .Values | toJson | quote }}
"""
    return {"Chart.yaml": described, "values.yaml": "{}\n", "templates/all.yaml": template}


def publish(sources: Sources) -> str:
    """Publish all that the shipped configuration and the added environments deploy.

    Returns:
        The commit to deploy in blue/search/eu-1/prod, in place of the one in config/.
    """
    for name, versions in {
        "postgresql": ["15.2.4", "15.2.9", "15.3.0"],
        "mariadb": ["18.2.1"],
        "wordpress": ["23.1.7"],
    }.items():
        for version in versions:
            sources.chart("stable", chart(name, version))
    sources.chart("blue", chart("billing", "0.9.1"))
    for version in ("1.4.2", "1.5.0-rc.2", "1.5.3"):
        sources.push_chart("blue/charts", chart("shop", version), LOGINS["/v2/blue/"])
    values = {f"{name}.yaml": f"greeting: {name}\n" for name in ("dev", "staging", "prod")}
    sources.commit("blue/shop-values.git", values, "v2026.11.3", "v2026.12.0")
    wrapped = f"[{{name: postgresql, version: 15.2.4, repository: {sources.url}/charts/stable}}]"
    search = {
        "base/all.yaml": _CONFIG_MAP % ("search", "base"),
        "base/kustomization.yaml": "resources: [all.yaml]\n",
        "dashboards/sub/one.yaml": _CONFIG_MAP % ("dashboard", "all"),
    }
    requirements = chart("requirements", "0.1.0", wrapped)
    search |= {f"requirements/{path}": text for path, text in requirements.items()}
    for name in ("dev", "prod"):
        search[f"requirements/values-{name}.yaml"] = f"postgresql: {{size: {name}}}\n"
        search[f"overlays/{name}/kustomization.yaml"] = (
            f"resources: [../../base]\nnameSuffix: -{name}\n"
        )
    commit = sources.commit("blue/search-deploy.git", search, "v3.2.0")
    lab = dict.fromkeys(("app/harmless.yaml", "still/it.yaml"), _CONFIG_MAP % ("harmless", "lab"))
    sources.commit("blue/lab.git", lab)
    folders = ("parts/one", "parts/two", "folders/red", "folders/blue")
    many = {f"{it}/all.yaml": _CONFIG_MAP % (it.replace("/", "-"), it) for it in folders}
    sources.commit("blue/many.git", many)
    sources.commit("green/pages.git", {"overlay/kustomization.yaml": "resources: []\n"})
    docs = {"manifests/page.yaml": _SERVICE % ("docs", "docs")}
    sources.commit("green/docs-deploy.git", docs, "v2.7.0")
    return commit


def write_config(folder: Path, sources: Sources, spoke: str, commit: str) -> Path:
    """Copy config/, with the addresses of this machine instead of those of example.org, and add the environments.

    Args:
        folder: where to.
        sources: what takes the place of all hosts.
        spoke: the address of the cluster eu-1.
        commit: the revision of blue/search/eu-1/prod.
    """
    in_three_days = (dt.datetime.now(dt.UTC).isoweekday() + 3) % 7
    replaced = {
        "https://gitlab.example.org/": f"{sources.url}/",
        "https://charts.example.org/stable": f"{sources.url}/charts/stable",
        "https://nexus.example.org/repository/blue-charts": f"{sources.url}/charts/blue",
        "registry.example.org/": f"{sources.host}/",
        "https://eu-1.example.org:6443": spoke,
        "4f9c2a7b1d3e5f60718293a4b5c6d7e8f9a0b1c2": commit,
        # Its only sync window must be closed, and stay closed, on the day on which the tests run.
        "0 8 * * 5": f"0 8 * * {in_three_days}",
        "duration: 62h": "duration: 1h",
    }
    root = folder / "config"
    shutil.copytree(ROOT / "config", root)
    for file in root.rglob("*.yaml"):
        text = file.read_text()
        for old, new in replaced.items():
            text = text.replace(old, new)
        file.write_text(text)
    for name, text in _ADDED_ENVIRONMENTS.items():
        path = root / "projects" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text % {"url": sources.url})
    return root


class Deployment:
    """What is planned for a tree, applied to the clusters as Pulumi would, by a small client of the API servers.

    Args:
        root: the tree.
        clusters: the API servers by their names in platform.yaml.
    """

    def __init__(self, root: Path, clusters: Mapping[str, Api]) -> None:
        self.root = root
        self.clusters = clusters
        self.fleet = self._planned()

    @property
    def plans(self) -> Mapping[str, ProjectPlan]:
        """The plans by the name of their project."""
        return {plan.name: plan for plan in self.fleet.plans}

    def _planned(self) -> Fleet:
        return load_fleet(
            self.root,
            stack="live",
            select=None,
            today=dt.datetime.now(dt.UTC).date(),
            plain=plain_secrets(ROOT / "config"),
        )

    def apply(self) -> None:
        """Apply everything: policies of the clusters first, then each environment in the order of its plan."""
        for policies in self.fleet.admission_policies(self.clusters):
            for item in policies.objects:
                self._apply(policies.cluster, item)
        for plan in self.plans.values():
            self.apply_environment(plan)

    def apply_environment(self, plan: ProjectPlan) -> None:
        """Apply one environment, its Applications at the end."""
        for item in plan.namespace.objects:
            metadata = item.manifest["metadata"]
            if metadata.get("namespace", plan.namespace_name) != plan.namespace_name:
                self.clusters[plan.identity.cluster].namespace(metadata["namespace"])
        for cluster, item in self._objects(plan):
            self._apply(cluster, item)

    def replan(self, name: str, text: str) -> ProjectPlan:
        """Append to a project.yaml, and plan all again.

        Args:
            name: its path below projects/.
            text: what to append.

        Returns:
            The plan of its environment.
        """
        with (self.root / "projects" / name).open("a") as file:
            file.write(text)
        self.fleet = self._planned()
        (plan,) = (it for it in self.fleet.plans if str(it.identity) == name.rpartition("/")[0])
        return plan

    def delete_environment(
        self, plan: ProjectPlan, wait: Callable[[Callable[[], bool], str], None]
    ) -> None:
        """Delete one environment as Pulumi does: in the reverse order, each object gone before the next.

        Args:
            plan: what is deployed.
            wait: waits until a condition is true; its second argument is the condition in words.
        """
        for cluster, item in reversed(list(self._objects(plan))):
            if item.ownership is Ownership.PATCH:
                continue
            find = partial(self.clusters[cluster].find, item.manifest)
            self.clusters[cluster].remove(item.manifest)
            wait(partial(_is_none, find), f"{item.key} is gone")

    def applications(self) -> list[str]:
        """The names of the Applications of the shipped environments, in the order of the plans."""
        further = {path.rpartition("/")[0] for path in _ADDED_ENVIRONMENTS}
        return [
            item.object.name
            for plan in self.plans.values()
            if str(plan.identity) not in further
            for item in plan.applications
            if item.object.manifest["kind"] == "Application"
        ]

    def _objects(self, plan: ProjectPlan) -> Iterator[tuple[str, PlannedObject]]:
        cluster, hub = plan.identity.cluster, plan.hub
        if plan.namespace.namespace is not None:
            yield cluster, plan.namespace.namespace
        for item in plan.namespace.objects:
            yield cluster, item
        for item in (plan.app_project, *plan.repositories):
            yield hub, item
        for application in plan.applications:
            yield hub, application.object

    def _apply(self, cluster: str, item: PlannedObject) -> None:
        status, answer = self.clusters[cluster].apply(revealed(item.manifest), manager="pulumi")
        if status not in (200, 201):
            raise RuntimeError(f"{cluster}: {item.key}: {status}: {answer}")


def _is_none(find: Callable[[], object]) -> bool:
    return find() is None


def application(api: Api, name: str) -> Any:
    """An Application, or None."""
    return api.get(f"/apis/{ARGO_CD}/namespaces/argocd/applications/{name}")
