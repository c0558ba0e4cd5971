"""What each version of Argo CD knows, and which holes it has."""

from __future__ import annotations

from typing import Any

import pytest

from argoproject.upstream.argocd.settings import (
    ADVISORIES,
    SETTINGS,
    SUPPORTED,
    Version,
    affecting,
    has_rollback,
    ignored,
    may_have_unknown,
    parse_version,
    unknown,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3.5", Version(5)),
        ("v3.5", Version(5)),
        ("3.5.7", Version(5, 7)),
        ("v3.10.0", Version(10, 0)),
        ("2.14", None),
        ("3", None),
        ("3.5.7-rc1", None),
        ("stable", None),
    ],
)
def test_versions_are_read(text: str, expected: Version | None) -> None:
    assert parse_version(text) == expected


MANIFESTS: dict[str, tuple[dict[str, Any], list[tuple[str, int]]]] = {
    "a window's overrun": (
        {"kind": "AppProject", "spec": {"syncWindows": [{}, {"syncOverrun": False}]}},
        [("spec.syncWindows.1.syncOverrun", 5)],
    ),
    "integrity": ({"kind": "AppProject", "spec": {"sourceIntegrity": {}}}, [("spec.sourceIntegrity", 5)]),
    "names of cluster resources": (
        {"kind": "AppProject", "spec": {"clusterResourceWhitelist": [{"kind": "X", "name": "x"}]}},
        [("spec.clusterResourceWhitelist.0.name", 3)],
    ),
    "switched off": (
        {"kind": "Application", "spec": {"syncPolicy": {"automated": {"enabled": False}}}},
        [("spec.syncPolicy.automated.enabled", 1)],
    ),
    "refresh": (
        {"kind": "Application", "spec": {"syncPolicy": {"retry": {"refresh": True}}}},
        [("spec.syncPolicy.retry.refresh", 2)],
    ),
    "refresh of generated ones": (
        {
            "kind": "ApplicationSet",
            "spec": {"template": {"spec": {"syncPolicy": {"retry": {"refresh": True}}}}},
        },
        [("spec.template.spec.syncPolicy.retry.refresh", 2)],
    ),
    "deletion order": (
        {"kind": "ApplicationSet", "spec": {"strategy": {"deletionOrder": "Reverse"}}},
        [("spec.strategy.deletionOrder", 2)],
    ),
    "nothing new": ({"kind": "AppProject", "spec": {"syncWindows": [{"kind": "deny"}]}}, []),
}  # fmt: skip


@pytest.mark.parametrize("name", MANIFESTS)
def test_what_came_later_is_unknown_before(name: str) -> None:
    manifest, expected = MANIFESTS[name]
    for minor in range(8):
        found = [(".".join(map(str, path)), item.since) for path, item in unknown(manifest, minor)]
        assert found == [(path, since) for path, since in expected if minor < since]


def test_helm_version_is_ignored_since_3_5() -> None:
    source = {"helm": {"version": "v3"}}
    single = {"kind": "Application", "spec": {"source": source}}
    several = {"kind": "Application", "spec": {"sources": [{}, source]}}
    assert list(ignored(single, 4)) == []
    assert [path for path, _ in ignored(single, 5)] == [("spec", "source", "helm", "version")]
    assert [path for path, _ in ignored(several, 6)] == [("spec", "sources", 1, "helm", "version")]


def test_a_supported_version_that_knows_all_costs_nothing() -> None:
    newest = max(SUPPORTED)
    assert not any(may_have_unknown(item.kind, newest) for item in SETTINGS)
    assert may_have_unknown("AppProject", 4)
    assert not may_have_unknown("AppProject", 5)


def test_rollback_is_an_action_since_3_6() -> None:
    assert [minor for minor in range(8) if has_rollback(minor)] == [6, 7]


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        (Version(3, 8), ["CVE-2026-77459", "CVE-2026-55797", "CVE-2026-42880"]),
        (Version(3, 9), ["CVE-2026-77459", "CVE-2026-55797"]),
        (Version(3, 14), ["CVE-2026-77459", "CVE-2026-55797"]),
        (Version(3, 15), []),
        (Version(4, 9), ["CVE-2026-77459", "CVE-2026-55797"]),
        (Version(4, 10), []),
        (Version(5, 3), ["CVE-2026-77459", "CVE-2026-55797"]),
        (Version(5, 4), []),
        (Version(6, 0), []),
        (Version(5), []),
        (Version(2, 9), ["CVE-2026-77459", "CVE-2026-55797", "CVE-2026-42880"]),
    ],
)
def test_advisories(version: Version, expected: list[str]) -> None:
    assert [item.cve for item in affecting(version)] == expected


def test_a_remedy_names_the_fixed_version() -> None:
    assert ADVISORIES[0].remedy(Version(5, 1)) == "update Argo CD to 3.5.4 or later"
    assert ADVISORIES[0].remedy(Version(2, 1)) == "no fix is known"
