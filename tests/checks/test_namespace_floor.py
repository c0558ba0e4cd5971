"""Guards of the profile: no file of a team removes or weakens them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from argoproject.checks.namespace_floor import check
from argoproject.project.model import Layers
from tests.support import cases
from tests.support.reports import of_case, reported
from tests.support.trees import PROJECT, TEAM, platform, project, report, tree

CASES = cases.read(__file__)

ACCEPTED: dict[str, dict[str, str | None]] = {
    "the base tree": {},
    "lower quota": {
        PROJECT: 'namespace: {quota: {pods: "5", limits.memory: 4Gi, services: "1"}}\n'
    },
    "higher quota is for the guardrails": {PROJECT: 'namespace: {quota: {pods: "500"}}\n'},
    "tighter limits": {
        PROJECT: "namespace: {limits: {min: {memory: 128Mi, cpu: 1m}, max: {memory: 2Gi, cpu: 4}}}\n"
    },
    "the same limits in another unit": {PROJECT: "namespace: {limits: {max: {memory: 4096Mi}}}\n"},
    "moved defaults": {
        PROJECT: "namespace: {limits: {default: {memory: 1Gi}, defaultRequest: {memory: 64Mi}}}\n"
    },
    "a ratio of its own": {PROJECT: "namespace: {limits: {maxLimitRequestRatio: {memory: 4}}}\n"},
    "a further item": {
        "platform.yaml": platform(
            "profiles: {medium: {namespace: {limits: {extra: [{type: Pod, max: {memory: 8Gi}}]}}}}"
        ),
        PROJECT: "namespace: {limits: {extra: [{type: PersistentVolumeClaim, max: {storage: 1Gi}}, "
        "{type: Pod, max: {memory: 8Gi}}]}}\n",
    },
    "higher Pod Security": {
        PROJECT: "namespace: {podSecurity: {enforce: restricted, audit: baseline, version: latest}}\n"
    },
    "a newer version": {
        "platform.yaml": platform(
            "profiles: {medium: {namespace: {podSecurity: {version: v1.9}}}}"
        ),
        PROJECT: "namespace: {podSecurity: {version: v1.30}}\n",
    },
    "the latest version": {
        "platform.yaml": platform(
            "profiles: {medium: {namespace: {podSecurity: {version: v1.30}}}}"
        ),
        PROJECT: "namespace: {podSecurity: {version: null}}\n",
    },
    "any version where the profile has no levels": {
        "platform.yaml": platform("profiles: {medium: {namespace: {podSecurity: null}}}"),
        PROJECT: "namespace: {podSecurity: {enforce: baseline, version: v1.30}}\n",
    },
    "standard as in the profile": {
        "platform.yaml": platform("profiles: {medium: {tenantKinds: standard}}"),
        PROJECT: "tenantKinds: standard\n",
    },
    "strict above the profile": {
        "platform.yaml": platform("profiles: {medium: {tenantKinds: standard}}"),
        PROJECT: "tenantKinds: strict\n",
    },
    "standard removed is strict": {
        "platform.yaml": platform("profiles: {medium: {tenantKinds: standard}}"),
        PROJECT: "tenantKinds: null\n",
    },
    "a further network policy": {TEAM: "namespace: {networkPolicies: [from-ingress]}\n"},
    "network policies cannot be removed by null": {PROJECT: "namespace: {networkPolicies: null}\n"},
    "limits where the profile has none": {
        "platform.yaml": platform("profiles: {medium: {namespace: {limits: null}}}"),
        PROJECT: "namespace: {limits: {min: {memory: 1Mi}, maxLimitRequestRatio: {memory: 4}}}\n",
    },
    "a ratio with a maximum alone": {
        "platform.yaml": platform("profiles: {medium: {namespace: {limits: null}}}"),
        PROJECT: "namespace: {limits: {max: {memory: 1Gi}, maxLimitRequestRatio: {memory: 4}}}\n",
    },
    "a version of the profile that is none, kept": {
        "platform.yaml": platform("profiles: {medium: {namespace: {podSecurity: {version: old}}}}"),
        PROJECT: "namespace: {podSecurity: {enforce: restricted}}\n",
    },
    "a version of the profile that is none, replaced": {
        "platform.yaml": platform("profiles: {medium: {namespace: {podSecurity: {version: old}}}}"),
        PROJECT: "namespace: {podSecurity: {version: v1.30}}\n",
    },
    "a profile without guards": {
        "platform.yaml": platform("profiles: {medium: {namespace: null, tenantKinds: null}}"),
        PROJECT: "namespace: {limits: {max: {memory: 1Gi}}, podSecurity: {warn: baseline}}\n",
    },
    "mistakes in the profile are the platform's": {
        "platform.yaml": platform(
            "profiles: {medium: {namespace: {networkPolicies: [gone], podSecurity: {version: old}, "
            "limits: {max: {memory: 1Mi}}}}}"
        ),
        PROJECT: 'namespace: {quota: {pods: "5"}}\n',
    },
}


@pytest.mark.parametrize("name", CASES)
def test_refused(tmp_path: Path, name: str, pytestconfig: pytest.Config) -> None:
    CASES.compare(name, of_case(check, tmp_path, CASES[name]), pytestconfig)


@pytest.mark.parametrize("files", ACCEPTED.values(), ids=ACCEPTED)
def test_accepted(tmp_path: Path, files: dict[str, str | None]) -> None:
    assert report(check(project(tree(tmp_path, files)))) == []


def test_a_guard_that_a_program_left_out(tmp_path: Path) -> None:
    """Without files the place is unknown, but the guard is missed all the same."""
    found = project(tree(tmp_path))
    settings = found.settings.model_copy(update={"namespace": None, "tenant_kinds": None})
    paths = [problem.path for problem in check(replace(found, settings=settings, layers=Layers()))]
    assert paths == [
        "tenantKinds",
        "namespace.quota.requests.cpu",
        "namespace.quota.limits.memory",
        "namespace.quota.pods",
        "namespace.limits.default.memory",
        "namespace.limits.defaultRequest.cpu",
        "namespace.limits.defaultRequest.memory",
        "namespace.limits.min.memory",
        "namespace.limits.max.memory",
        "namespace.networkPolicies",
        "namespace.podSecurity.enforce",
        "namespace.podSecurity.warn",
    ]


@pytest.mark.parametrize("mode", ["enforce", "audit", "warn"])
def test_an_old_version_weakens_each_level_alone(tmp_path: Path, mode: str) -> None:
    below = {"enforce": "null", "audit": "null", "warn": "null", mode: "restricted"}
    levels = ", ".join(f"{key}: {value}" for key, value in below.items())
    files: dict[str, str | None] = {
        "platform.yaml": platform(
            f"profiles: {{medium: {{namespace: {{podSecurity: {{{levels}}}}}}}}}"
        ),
        PROJECT: "namespace: {podSecurity: {version: v1.25}}\n",
    }
    found = list(check(project(tree(tmp_path, files))))
    assert [problem.code for problem in found] == ["pod-security-weakened"]


def test_limits_that_are_further_items_alone(tmp_path: Path) -> None:
    """The profile bounds pods, not containers: this is a guard like any other."""
    gone = "default: null, defaultRequest: null, min: null, max: null"
    text = platform(
        f"profiles: {{medium: {{namespace: {{limits: {{{gone}, extra: [{{type: Pod, max: {{memory: 8Gi}}}}]}}}}}}}}"
    )
    files = {"platform.yaml": text, PROJECT: "namespace: {limits: null}\n"}
    found = [(item.path, item.code) for item in check(project(tree(tmp_path, files)))]
    assert found == [("namespace.limits", "guard-removed")]


def test_a_contradiction_that_a_program_wrote(tmp_path: Path) -> None:
    """Without files nobody knows which of two values came first; the one that is too high is named."""
    found = project(tree(tmp_path, {PROJECT: "namespace: {limits: {max: {memory: 256Mi}}}\n"}))
    paths = [problem.path for problem in check(replace(found, layers=Layers()))]
    assert paths == ["namespace.limits.default.memory"]


DENY = '{kind: deny, schedule: "0 8 * * 5", duration: 62h}'
ALLOW = '{kind: allow, schedule: "0 22 * * 1-4", duration: 1h}'
MORE = '{kind: allow, schedule: "0 0 * * *", duration: 24h}'
LESS = '{kind: deny, schedule: "0 0 * * *", duration: 1h}'
KEEP = "files of a team may tighten it, never loosen it"
REMOVED = f"removes a guard that the profile medium sets (keep it: {KEEP}) [guard-removed]"
LACKS = (
    f"syncWindows: lacks a window of the profile medium (repeat the profile's windows: {KEEP}) "
    "[sync-windows-weakened]"
)


@pytest.mark.parametrize(
    ("below", "above", "expected"),
    [
        (DENY, "null", [f"project.yaml:2:1: syncWindows: {REMOVED}"]),
        (DENY, "[]", [f"project.yaml:2:1: syncWindows: {REMOVED}"]),
        (DENY, f"[{LESS}]", [f"project.yaml:2:1: {LACKS}"]),
        (DENY, f"[{DENY[:-1]}, manualSync: true}}]", [f"project.yaml:2:1: {LACKS}"]),
        (DENY, f"[{LESS}, {DENY}]", []),
        (DENY, f"[{DENY}, {MORE}]", []),
        (ALLOW, f"[{ALLOW}, {LESS}]", []),
        (
            ALLOW,
            f"[{ALLOW}, {MORE}]",
            [
                "project.yaml:2:70: syncWindows[1]: allows syncs outside the windows of the profile "
                f"medium (remove it, or write kind: deny: {KEEP}) [sync-windows-weakened]"
            ],
        ),
    ],
)
def test_sync_windows_of_the_profile(
    below: str, above: str, expected: list[str], tmp_path: Path
) -> None:
    files = {
        "platform": f"profiles: {{medium: {{syncWindows: [{below}]}}}}",
        "project.yaml": f"versions: {{application: v1.4.2}}\nsyncWindows: {above}\n",
    }
    assert reported(check, tmp_path, files) == expected


@pytest.mark.parametrize(
    ("above", "expected"),
    [
        ("null", [f"project.yaml:2:1: sourceIntegrity: {REMOVED}"]),
        (
            "{git: {policies: []}}",
            [
                "project.yaml:2:1: sourceIntegrity: differs from that of the profile medium (remove it, or let the "
                "platform team change the profile) [source-integrity-weakened]"
            ],
        ),
        ("{}", []),
    ],
)
def test_source_integrity_of_the_profile(above: str, expected: list[str], tmp_path: Path) -> None:
    policies = '[{repos: [{url: "*"}], gpg: {mode: strict, keys: [D56C4FCA57A46444]}}]'
    files = {
        "platform": f"profiles: {{medium: {{sourceIntegrity: {{git: {{policies: {policies}}}}}}}}}",
        "project.yaml": f"versions: {{application: v1.4.2}}\nsourceIntegrity: {above}\n",
    }
    assert reported(check, tmp_path, files) == expected
