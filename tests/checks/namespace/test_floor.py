"""The guards of the profile stand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest

from argoproject.checks.namespace.floor import check
from argoproject.project.model import Layers
from tests.support.reports import told
from tests.support.trees import PRODUCT, PROJECT, TEAM, platform, project, report, tree


class Case(NamedTuple):
    name: str
    files: dict[str, str | None]
    expected: list[str]
    identity: str = "blue/shop/eu-1/prod"


REFUSED = [
    Case(
        "a quota removed",
        {PROJECT: "namespace: {quota: {pods: null}}\n"},
        [
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:1:21: namespace.quota.pods: "
                "removes a guard that the profile medium sets (keep it: files of a team may "
                "tighten it, never loosen it) [guard-removed]"
            ),
        ],
    ),
    Case(
        "the whole quota removed",
        {TEAM: "namespace:\n  quota: null\n"},
        [
            (
                "config/projects/blue/team.yaml:2:3: namespace.quota: removes a guard that the "
                "profile medium sets (keep it: files of a team may tighten it, never loosen it) "
                "[guard-removed]"
            ),
        ],
    ),
    Case(
        "the namespace removed",
        {PRODUCT: "namespace: null\n"},
        [
            (
                "config/projects/blue/shop/product.yaml:1:1: namespace: removes a guard that the "
                "profile medium sets (keep it: files of a team may tighten it, never loosen it) "
                "[guard-removed]"
            ),
        ],
    ),
    Case(
        "the namespace removed and begun again",
        {
            PRODUCT: "namespace: null\n",
            PROJECT: 'namespace: {quota: {requests.cpu: "1", limits.memory: 8Gi, pods: "1"}}\n',
        },
        [
            (
                "config/projects/blue/shop/product.yaml:1:1: namespace: removes a guard that the "
                "profile medium sets (keep it: files of a team may tighten it, never loosen it) "
                "[guard-removed]"
            ),
        ],
    ),
    Case(
        "a default of containers removed",
        {PROJECT: "namespace: {limits: {defaultRequest: {cpu: null}}}\n"},
        [
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:1:39: "
                "namespace.limits.defaultRequest.cpu: removes a guard that the profile medium sets "
                "(keep it: files of a team may tighten it, never loosen it) [guard-removed]"
            ),
        ],
    ),
    Case(
        "a maximum removed",
        {PROJECT: "namespace: {limits: {max: null}}\n"},
        [
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:1:22: namespace.limits.max: "
                "removes a guard that the profile medium sets (keep it: files of a team may "
                "tighten it, never loosen it) [guard-removed]"
            ),
        ],
    ),
    Case(
        "all limits removed",
        {PROJECT: "namespace: {limits: null}\n"},
        [
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:1:13: namespace.limits: removes "
                "a guard that the profile medium sets (keep it: files of a team may tighten it, "
                "never loosen it) [guard-removed]"
            ),
        ],
    ),
    Case(
        "a maximum raised",
        {PROJECT: "namespace: {limits: {max: {memory: 5Gi}}}\n"},
        [
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:1:28: "
                "namespace.limits.max.memory: max of memory is 5Gi, at most 4Gi is allowed, as in "
                "the profile medium (lower it: files of a team may tighten it, never loosen it) "
                "[limits-weakened]"
            ),
        ],
    ),
    Case(
        "a minimum lowered",
        {PROJECT: "namespace: {limits: {min: {memory: 32Mi}}}\n"},
        [
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:1:28: "
                "namespace.limits.min.memory: min of memory is 32Mi, at least 64Mi is needed, as "
                "in the profile medium (raise it: files of a team may tighten it, never loosen it) "
                "[limits-weakened]"
            ),
        ],
    ),
    Case(
        "a default above the maximum",
        {PROJECT: "namespace: {limits: {default: {memory: 5Gi}}}\n"},
        [
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:1:32: "
                "namespace.limits.default.memory: default of memory is 5Gi, above max, which is "
                "4Gi (lower the one or raise the other) [limits-contradiction]"
            ),
        ],
    ),
    Case(
        "a default request below the minimum",
        {PROJECT: "namespace: {limits: {defaultRequest: {memory: 1Mi}}}\n"},
        [
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:1:39: "
                "namespace.limits.defaultRequest.memory: min of memory is 64Mi, above "
                "defaultRequest, which is 1Mi (lower the one or raise the other) "
                "[limits-contradiction]"
            ),
        ],
    ),
    Case(
        "a ratio raised",
        {
            "platform.yaml": platform(
                "profiles: {medium: {namespace: {limits: {maxLimitRequestRatio: {cpu: '4'}}}}}"
            ),
            PROJECT: "namespace: {limits: {maxLimitRequestRatio: {cpu: '5'}}}\n",
        },
        [
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:1:45: "
                "namespace.limits.maxLimitRequestRatio.cpu: maxLimitRequestRatio of cpu is 5, at "
                "most 4 is allowed, as in the profile medium (lower it: files of a team may "
                "tighten it, never loosen it) [limits-weakened]"
            ),
        ],
    ),
    Case(
        "further items replaced",
        {
            "platform.yaml": platform(
                "profiles: {medium: {namespace: {limits: {extra: [{type: Pod, max: {memory: "
                "8Gi}}]}}}}"
            ),
            PROJECT: "namespace: {limits: {extra: [{type: Pod, max: {memory: 9Gi}}]}}\n",
        },
        [
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:1:22: namespace.limits.extra: "
                "lacks an item of the profile medium (repeat the profile's items: files of a team "
                "may tighten it, never loosen it) [limits-weakened]"
            ),
        ],
    ),
    Case(
        "Pod Security lowered",
        {PROJECT: "namespace: {podSecurity: {enforce: privileged}}\n"},
        [
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:1:27: "
                "namespace.podSecurity.enforce: privileged is weaker than baseline of the profile "
                "medium (write baseline or higher, or remove this line) [pod-security-weakened]"
            ),
        ],
    ),
    Case(
        "a warning level lowered",
        {PROJECT: "namespace: {podSecurity: {warn: baseline}}\n"},
        [
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:1:27: "
                "namespace.podSecurity.warn: baseline is weaker than restricted of the profile "
                "medium (write restricted or higher, or remove this line) [pod-security-weakened]"
            ),
        ],
    ),
    Case(
        "a Pod Security level removed",
        {PROJECT: "namespace: {podSecurity: {enforce: null}}\n"},
        [
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:1:27: "
                "namespace.podSecurity.enforce: removes a guard that the profile medium sets (keep "
                "it: files of a team may tighten it, never loosen it) [guard-removed]"
            ),
        ],
    ),
    Case(
        "Pod Security removed",
        {PROJECT: "namespace: {podSecurity: null}\n"},
        [
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:1:13: namespace.podSecurity: "
                "removes a guard that the profile medium sets (keep it: files of a team may "
                "tighten it, never loosen it) [guard-removed]"
            ),
        ],
    ),
    Case(
        "a level below what the cluster may have",
        {PROJECT: "namespace: {podSecurity: {audit: privileged}}\n"},
        [
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:1:27: "
                "namespace.podSecurity.audit: privileged may be weaker than the cluster's own "
                "level (write baseline or restricted) [pod-security-weakened]"
            ),
        ],
    ),
    Case(
        "an old version where the profile has the latest",
        {PROJECT: "namespace: {podSecurity: {version: v1.25}}\n"},
        [
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:1:27: "
                "namespace.podSecurity.version: v1.25 is older than latest of the profile medium "
                "(write latest, or remove this line) [pod-security-weakened]"
            ),
        ],
    ),
    Case(
        "an older version",
        {
            "platform.yaml": platform(
                "profiles: {medium: {namespace: {podSecurity: {version: v1.30}}}}"
            ),
            PROJECT: "namespace: {podSecurity: {version: v1.9}}\n",
        },
        [
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:1:27: "
                "namespace.podSecurity.version: v1.9 is older than v1.30 of the profile medium "
                "(write v1.30, or remove this line) [pod-security-weakened]"
            ),
        ],
    ),
    Case(
        "no version at all",
        {PROJECT: "namespace: {podSecurity: {version: newest}}\n"},
        [
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:1:27: "
                "namespace.podSecurity.version: newest is not a version of the Pod Security "
                "Standards (write latest, or v1.36) [pod-security-version]"
            ),
        ],
    ),
    Case(
        "tenantKinds lowered",
        {PROJECT: "tenantKinds: standard\n"},
        [
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:1:1: tenantKinds: standard is "
                "weaker than the profile medium, which is strict (write strict, or remove this "
                "line) [tenant-kinds-weakened]"
            ),
        ],
    ),
    Case(
        "tenantKinds removed",
        {PROJECT: "tenantKinds: null\n"},
        [
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:1:1: tenantKinds: removes a "
                "guard that the profile medium sets (keep it: files of a team may tighten it, "
                "never loosen it) [guard-removed]"
            ),
        ],
    ),
    Case(
        "standard where the profile is silent",
        {
            "platform.yaml": platform("profiles: {medium: {tenantKinds: null}}"),
            PROJECT: "tenantKinds: standard\n",
        },
        [
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:1:1: tenantKinds: standard is "
                "weaker than the profile medium, which is strict (write strict, or remove this "
                "line) [tenant-kinds-weakened]"
            ),
        ],
    ),
    Case(
        "an unknown network policy",
        {TEAM: "namespace: {networkPolicies: [from-ingres]}\n"},
        [
            (
                "config/projects/blue/team.yaml:1:31: namespace.networkPolicies[0]: platform.yaml "
                "has no network policy from-ingres (did you mean from-ingress?) "
                "[unknown-network-policy]"
            ),
        ],
    ),
    Case(
        "an unknown network policy like none",
        {TEAM: "namespace: {networkPolicies: [xyz]}\n"},
        [
            (
                "config/projects/blue/team.yaml:1:31: namespace.networkPolicies[0]: platform.yaml "
                "has no network policy xyz (one of default-deny, dns, from-ingress) "
                "[unknown-network-policy]"
            ),
        ],
    ),
    Case(
        "a default above a lowered maximum",
        {PROJECT: "namespace: {limits: {max: {memory: 256Mi}}}\n"},
        [
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:1:28: "
                "namespace.limits.max.memory: default of memory is 512Mi, above max, which is "
                "256Mi (lower the one or raise the other) [limits-contradiction]"
            ),
        ],
    ),
    Case(
        "a default above a lowered quota",
        {PROJECT: "namespace: {quota: {limits.memory: 1Gi}}\n"},
        [
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:1:21: "
                "namespace.quota.limits.memory: max of memory is 4Gi, above the quota, which is "
                "1Gi (lower the one or raise the other) [limits-contradiction]"
            ),
        ],
    ),
    Case(
        "a default request above the default",
        {PROJECT: "namespace: {limits: {defaultRequest: {memory: 1Gi}}}\n"},
        [
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:1:39: "
                "namespace.limits.defaultRequest.memory: defaultRequest of memory is 1Gi, above "
                "default, which is 512Mi (lower the one or raise the other) [limits-contradiction]"
            ),
        ],
    ),
    Case(
        "a minimum above the default request",
        {PROJECT: "namespace: {limits: {min: {memory: 300Mi}}}\n"},
        [
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:1:28: "
                "namespace.limits.min.memory: min of memory is 300Mi, above defaultRequest, which "
                "is 256Mi (lower the one or raise the other) [limits-contradiction]"
            ),
        ],
    ),
    Case(
        "a default request above the quota",
        {PROJECT: "namespace: {quota: {requests.cpu: 50m}}\n"},
        [
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:1:21: "
                "namespace.quota.requests.cpu: defaultRequest of cpu is 100m, above the quota, "
                "which is 50m (lower the one or raise the other) [limits-contradiction]"
            ),
        ],
    ),
    Case(
        "a second item of a type",
        {
            PROJECT: """\
namespace:
  limits:
    extra:
      - {type: Container, max: {memory: 64Gi}}
      - {type: Pod, max: {memory: 8Gi}}
      - {type: Pod, max: {memory: 64Gi}}
"""
        },
        [
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:4:9: namespace.limits.extra[0]: the item of type "
                "Container is what stands beside `extra` (move its keys there) [limits-contradiction]"
            ),
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:6:9: namespace.limits.extra[2]: there is an item of "
                "type Pod already (keep one) [limits-contradiction]"
            ),
        ],
    ),
    Case(
        "a ratio below one",
        {PROJECT: "namespace: {limits: {maxLimitRequestRatio: {cpu: 500m}}}\n"},
        [
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:1:45: "
                "namespace.limits.maxLimitRequestRatio.cpu: maxLimitRequestRatio of cpu is 500m, "
                "below 1 (write 1 or more) [limits-contradiction]"
            ),
        ],
    ),
    Case(
        "a ratio that max and min exclude",
        {PROJECT: "namespace: {limits: {maxLimitRequestRatio: {memory: '65'}}}\n"},
        [
            (
                "config/projects/blue/shop/eu-1/prod/project.yaml:1:45: "
                "namespace.limits.maxLimitRequestRatio.memory: maxLimitRequestRatio of memory is "
                "65, above max divided by min, 4Gi / 64Mi (lower it) [limits-contradiction]"
            ),
        ],
    ),
]

ACCEPTED: dict[str, dict[str, str | None]] = {
    "the base tree": {},
    "lower quota": {
        PROJECT: 'namespace: {quota: {pods: "5", limits.memory: 4Gi, services: "1"}}\n'
    },
    "higher quota is for the guardrails": {PROJECT: 'namespace: {quota: {pods: "500"}}\n'},
    "tighter limits": {
        PROJECT: "namespace: {limits: {min: {memory: 128Mi, cpu: 1m}, max: {memory: 2Gi, cpu: 4}}}\n"
    },
    "the same limits in other words": {PROJECT: "namespace: {limits: {max: {memory: 4096Mi}}}\n"},
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
    "a ratio beside a maximum alone": {
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
    "what is wrong in the profile is the platform's": {
        "platform.yaml": platform(
            "profiles: {medium: {namespace: {networkPolicies: [gone], podSecurity: {version: old}, "
            "limits: {max: {memory: 1Mi}}}}}"
        ),
        PROJECT: 'namespace: {quota: {pods: "5"}}\n',
    },
}


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.name)
def test_refused(tmp_path: Path, case: Case) -> None:
    assert report(check(project(tree(tmp_path, case.files), case.identity))) == case.expected


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
        "namespace.networkPolicies",
        "namespace.limits.default.memory",
        "namespace.limits.defaultRequest.cpu",
        "namespace.limits.defaultRequest.memory",
        "namespace.limits.min.memory",
        "namespace.limits.max.memory",
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
    assert told(check, tmp_path, files) == expected


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
    assert told(check, tmp_path, files) == expected
