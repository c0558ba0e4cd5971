"""platform.yaml agrees with itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from argoproject.checks.platform import check
from tests.support import cases
from tests.support.trees import load, platform, report, tree


def _check(tmp_path: Path, text: str | None) -> list[str]:
    loaded = load(tree(tmp_path, {} if text is None else {"platform.yaml": text}))
    assert loaded.platform is not None, report(loaded.problems)
    return report(check(loaded.platform_document, loaded.platform))


CASES = cases.read(__file__)

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


@pytest.mark.parametrize("name", CASES)
def test_refused(tmp_path: Path, name: str, pytestconfig: pytest.Config) -> None:
    case = CASES[name]
    seen = _check(tmp_path, case.tree()["platform.yaml"])
    CASES.compare(name, seen, pytestconfig)


@pytest.mark.parametrize("overlay", ACCEPTED.values(), ids=ACCEPTED)
def test_accepted(tmp_path: Path, overlay: str) -> None:
    assert _check(tmp_path, platform(overlay)) == []


def test_the_base_tree_as_written(tmp_path: Path) -> None:
    assert _check(tmp_path, None) == []
