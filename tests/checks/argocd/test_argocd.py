"""What Argo CD would refuse is told at the setting that causes it: the exact text of each report."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from argoproject.checks.argocd import argocd as mirror
from argoproject.fleet.pipeline import validate_tree
from argoproject.plan.build import plan_app_project, plan_application
from argoproject.problems import Problem
from argoproject.project.applications import deployed
from argoproject.project.model import Project
from argoproject.upstream.argocd.applications import Permits, check_application, check_spec
from tests.support.paths import DATA
from tests.support.reports import Case, told

TODAY = dt.date(2026, 11, 21)
SCENARIOS = DATA / "scenarios" / "config"

_WINDOWS = """\
versions: {application: v1.4.2}
syncWindows:
- {kind: deny, schedule: "0 22 * * 5", duration: 8h}
- {kind: deny, schedule: "0 22 * * 5", duration: 8h, manualSync: true}
"""

_SETS = """\
applicationSets:
  one:
    generators: [{list: {elements: [{n: a}]}}]
    template:
      name: one-{{ .n }}
      sources:
      - {repoURL: "https://gitlab.example.org/blue/shop.git", targetRevision: v1, path: one, directory: {recurse: true}}
  two:
    generators: [{list: {elements: [{n: a}]}}]
    template:
      name: two-{{ .n }}
      source: {repoURL: "https://gitlab.example.org/blue/shop.git", targetRevision: v1, path: two}
"""

CASES: Mapping[str, Case] = {
    "correct": ({"project.yaml": "versions: {application: v1.4.2}\n"}, []),
    "windows that differ in what does not count": (
        {"project.yaml": _WINDOWS},
        [
            (
                "project.yaml:4:3: syncWindows[1]: the window stands there already (correct it; Argo CD judges only "
                "what its own API server receives, and would not tell) [argocd-window-twice]"
            )
        ],
    ),
    "a server that ends in a slash": (
        {
            "project.yaml": "versions: {application: v1.4.2}\n",
            "platform": 'clusters: {eu-1: {server: "https://eu-1.example.org:6443/"}}',
        },
        [
            (
                "product.yaml:1:1: application: in blue/shop/eu-1/prod: the destination "
                "https://eu-1.example.org:6443/, namespace blue-shop-prod, is not permitted in the project (correct "
                "it; Argo CD judges only what its own API server receives, and would not tell) "
                "[argocd-destination-permitted]"
            )
        ],
    ),
    "a server that ends in a slash, of a set": (
        {
            "project.yaml": f"{_SETS}versions: {{application: v1.4.2}}\n",
            "platform": 'clusters: {eu-1: {server: "https://eu-1.example.org:6443/"}}',
        },
        [
            *(
                f"project.yaml:{line}:3: applicationSets.{key}: the destination is not one that the project permits "
                "(correct it; Argo CD judges only what its own API server receives, and would not tell) "
                "[argocd-set-template]"
                for key, line in (("one", 2), ("two", 8))
            ),
            (
                "product.yaml:1:1: application: in blue/shop/eu-1/prod: the destination "
                "https://eu-1.example.org:6443/, namespace blue-shop-prod, is not permitted in the project (correct "
                "it; Argo CD judges only what its own API server receives, and would not tell) "
                "[argocd-destination-permitted]"
            ),
        ],
    ),
    "a set's field before 3.6, and one that is ignored": (
        {
            "project.yaml": "versions: {application: v1.4.2}\n"
            + _SETS.replace("directory: {", "directory: {disableExtensionFilter: true, ").replace(
                "path: two", "path: two, helm: {version: v3}"
            ),
        },
        [
            (
                "project.yaml:8:106: applicationSets.one.template.sources[0].directory.disableExtensionFilter: Argo CD "
                "has disableExtensionFilter since 3.6, platform.yaml says 3.5: it would be dropped without a word "
                "(remove it, or ask the platform team for a newer Argo CD) [argocd-unknown]"
            ),
            (
                "project.yaml:13:107: applicationSets.two.template.source.helm.version: warning: this does nothing "
                "since Argo CD 3.5 (remove it) [argocd-ignored]"
            ),
        ],
    ),
    "integrity before 3.5": (
        {
            "project.yaml": "versions: {application: v1.4.2}\nsourceIntegrity: {git: {policies: []}}\n",
            "platform": 'argocd: {version: "3.4.13"}',
        },
        [
            (
                "project.yaml:2:1: sourceIntegrity: Argo CD has sourceIntegrity since 3.5, platform.yaml says 3.4.13: "
                "it would be dropped without a word (remove it, or ask the platform team for a newer Argo CD) "
                "[argocd-unknown]"
            )
        ],
    ),
    "overrun before 3.5": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
syncWindows:
- {kind: deny, schedule: "0 22 * * 5", duration: 8h, syncOverrun: true}
""",
            "platform": 'argocd: {version: "3.4.13"}',
        },
        [
            (
                "project.yaml:3:54: syncWindows[0].syncOverrun: Argo CD has syncOverrun since 3.5, platform.yaml says "
                "3.4.13: it would be dropped without a word (remove it, or ask the platform team for a newer Argo CD) "
                "[argocd-unknown]"
            )
        ],
    ),
    "a repository's option before 3.5": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
repositories:
  shop:
    url: https://gitlab.example.org/blue/shop.git
    type: git
    webhookManifestCacheWarmDisabled: true
""",
            "platform": 'argocd: {version: "3.4.13"}',
        },
        [
            (
                "project.yaml:3:3: repositories.shop: Argo CD has webhookManifestCacheWarmDisabled since 3.5, "
                "platform.yaml says 3.4.13: it would be dropped without a word (remove it, or ask the platform team "
                "for a newer Argo CD) [argocd-unknown]"
            )
        ],
    ),
    "Helm's version": (
        {
            "project.yaml": """\
application: {source: {kustomize: null, helm: {version: v3}}}
versions: {application: v1.4.2}
""",
        },
        [
            (
                "project.yaml:1:48: application.source.helm.version: warning: this does nothing since Argo CD 3.5 "
                "(remove it) [argocd-ignored]"
            )
        ],
    ),
    "hooks that leave the project": (
        {
            "project.yaml": "versions: {application: v1.4.2}\n",
            "platform": 'argocd: {version: "3.5.3"}',
        },
        [
            (
                "config/platform.yaml:5:3: argocd.version: warning: in blue/shop/eu-1/prod: CVE-2026-77459 "
                "(GHSA-fmxq-cgp8-87wp): hooks that run when an Application is deleted leave the project: any kind, in "
                "any namespace (update Argo CD to 3.5.4 or later) [argocd-advisory]"
            )
        ],
    ),
    "an SSH repository behind a proxy, and readers": (
        {
            "project.yaml": """\
application: {source: {repoURL: git@gitlab.example.org:blue/shop.git}}
versions: {application: v1.4.2}
repositories:
  shop:
    url: git@gitlab.example.org:blue/shop.git
    type: git
    proxy: socks5://proxy.example.org:1080
    credentials: {type: ssh, privateKey: {secret: key}}
""",
            "platform": """\
argocd: {version: "3.3.8"}
profiles: {medium: {impersonation: {clusterRole: edit}}}
""",
        },
        [
            (
                "config/platform.yaml:5:3: argocd.version: warning: in blue/shop/eu-1/prod: CVE-2026-42880 "
                "(GHSA-3v3m-wc6v-x4x3): whoever may see an Application can read the Secrets in it through server-side "
                "diff (update Argo CD to 3.3.9 or later) [argocd-advisory]"
            ),
            (
                "config/platform.yaml:5:3: argocd.version: warning: in blue/shop/eu-1/prod: CVE-2026-55797 "
                "(GHSA-j6cw-g6p4-7hch): the proxy of an SSH repository is a piece of a shell command, which reads "
                "every repository's credentials (update Argo CD to 3.3.15 or later) [argocd-advisory]"
            ),
        ],
    ),
    "impersonation keeps them": (
        {
            "project.yaml": "versions: {application: v1.4.2}\n",
            "platform": """\
argocd: {version: "3.5.3"}
profiles: {medium: {impersonation: {clusterRole: edit}}}
""",
        },
        [],
    ),
    "so does that of the class": (
        {
            "project.yaml": "versions: {application: v1.4.2}\n",
            "platform": """\
argocd: {version: "3.5.3"}
environmentClasses: {production: {impersonation: true}}
""",
        },
        [],
    ),
    "a class that is exempted from its profile's": (
        {
            "project.yaml": "versions: {application: v1.4.2}\n",
            "platform": """\
argocd: {version: "3.5.3"}
environmentClasses: {production: {impersonation: false}}
profiles: {medium: {impersonation: {clusterRole: edit}}}
""",
        },
        [
            (
                "config/platform.yaml:5:3: argocd.version: warning: in blue/shop/eu-1/prod: CVE-2026-77459 "
                "(GHSA-fmxq-cgp8-87wp): hooks that run when an Application is deleted leave the project: any kind, in "
                "any namespace (update Argo CD to 3.5.4 or later) [argocd-advisory]"
            )
        ],
    ),
}


def check(project: Project) -> Iterator[Problem]:
    return mirror.check(project, TODAY)


@pytest.mark.parametrize("name", CASES)
def test_report(tmp_path: Path, name: str) -> None:
    files, expected = CASES[name]
    assert told(check, tmp_path, files) == expected


def test_the_judged_spec_is_judged_as_the_manifest() -> None:
    """The mirror spares itself the manifests of Applications; what it reads instead says the same."""
    seen = 0
    for project in validate_tree(SCENARIOS, TODAY, "config").projects:
        planned = plan_app_project(project, TODAY).manifest
        nothing = {**planned, "spec": {**planned["spec"], "sourceRepos": [], "destinations": []}}
        for permits in (Permits(planned), Permits(nothing)):
            for item in deployed(project):
                if item.key == "base":
                    continue
                manifest = plan_application(project, item).manifest
                spec = mirror.judged_spec(project, item)
                assert list(check_spec(("spec",), spec, permits)) == list(
                    check_application(manifest, permits)
                )
                seen += 1
    assert seen > 10
