"""Findings that were taken on: which, where, until when, and what a user reads when an entry is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.audit.helpers import audited, line
from tests.support.trees import PROJECT, platform

PROD = "blue/shop/eu-1/prod"
STAGING = "blue/shop/eu-1/staging"
BOTH = {
    PROJECT: "versions: {application: v1.4.2}\nprofile: medium\n",
    "projects/blue/shop/eu-1/staging/project.yaml": "versions: {application: v1.4.2}\n",
}


def entry(text: str, until: str = "2027-06-30") -> str:
    return f"accepted:\n  - {{{text}, reason: SEC-1, until: {until}}}\n"


def codes(tmp_path: Path, baseline: str) -> tuple[list[str], list[str], list[str]]:
    """The findings of no-impersonation that remain, those accepted, and the warnings."""
    found, problems = audited(tmp_path, {**BOTH, "audit.yaml": baseline})
    assert problems == []
    return (
        [line(it) for it in found.findings if it.rule.code == "no-impersonation"],
        [line(it) for it in found.accepted],
        list(map(str, found.warnings)),
    )


SMALL, MEDIUM = (
    f"medium platform.yaml profiles.{name}: only Argo CD's own rules keep syncs inside the namespace ({where})"
    for name, where in (("small", STAGING), ("medium", PROD))
)


def test_without_a_baseline_everything_remains(tmp_path: Path) -> None:
    assert codes(tmp_path, "") == ([SMALL, MEDIUM], [], [])


@pytest.mark.parametrize(
    "where",
    [
        'at: ["platform.yaml:profiles.small"]',
        'at: ["platform.yaml:profiles.small"], environments: [blue]',
        f"environments: [{STAGING}]",
        "environments: ['blue/*/*/staging']",
        "environments: [blue-shop-staging-eu-1]",
    ],
)
def test_an_entry_accepts_what_it_names(tmp_path: Path, where: str) -> None:
    assert codes(tmp_path, entry(f"rule: no-impersonation, {where}")) == ([MEDIUM], [SMALL], [])


@pytest.mark.parametrize("where", ['at: ["platform.yaml"]', "environments: [blue/shop]"])
def test_an_entry_may_accept_several(tmp_path: Path, where: str) -> None:
    accepted = codes(tmp_path, entry(f"rule: no-impersonation, {where}"))
    assert accepted == ([], [SMALL, MEDIUM], [])


@pytest.mark.parametrize(
    "where",
    [
        'at: ["platform.yaml:profiles.smal"]',
        'at: ["projects/blue/team.yaml"]',
        'at: ["platform.yaml:profiles.small"], environments: [blue/shop/eu-1/prod]',
        "environments: [green]",
    ],
)
def test_an_entry_that_no_finding_matches(tmp_path: Path, where: str) -> None:
    assert codes(tmp_path, entry(f"rule: no-impersonation, {where}")) == (
        [SMALL, MEDIUM],
        [],
        [
            "config/audit.yaml:2:5: accepted[0]: warning: no finding matches this entry any more "
            "(no-impersonation) (remove it) [acceptance-unneeded]"
        ],
    )


def test_some_of_the_environments_of_a_finding(tmp_path: Path) -> None:
    files = {
        "projects/blue/shop/eu-1/dev/project.yaml": "versions: {application: v1.4.2}\n",
        "projects/blue/shop/eu-1/staging/project.yaml": "versions: {application: v1.4.2}\n",
        "audit.yaml": entry(f"rule: no-impersonation, environments: [{STAGING}]"),
    }
    found, _ = audited(tmp_path, files)
    [accepted] = found.accepted
    assert list(map(str, accepted.environments)) == [STAGING]
    [left] = [it for it in found.findings if it.path == "profiles.small" and it.accepted is None]
    assert list(map(str, left.environments)) == ["blue/shop/eu-1/dev"]


@pytest.mark.parametrize(("until", "accepted"), [("2026-11-21", 1), ("2026-11-20", 0)])
def test_the_last_day_counts(tmp_path: Path, until: str, accepted: int) -> None:
    baseline = entry('rule: no-impersonation, at: ["platform.yaml:profiles.small"]', until)
    found, _ = audited(tmp_path, {**BOTH, "audit.yaml": baseline})
    assert len(found.accepted) == accepted
    expired = [it for it in found.findings if it.expired is not None]
    assert len(expired) == 1 - accepted
    for item in expired:
        assert item.problem.message.endswith("; its acceptance expired on 2026-11-20")
    assert found.warnings == ()


def test_an_expired_acceptance_marks_only_what_it_covered(tmp_path: Path) -> None:
    files = {
        "projects/blue/shop/eu-1/dev/project.yaml": "versions: {application: v1.4.2}\n",
        "projects/blue/shop/eu-1/staging/project.yaml": "versions: {application: v1.4.2}\n",
        "audit.yaml": entry(f"rule: no-impersonation, environments: [{STAGING}]", "2026-11-20"),
    }
    found, _ = audited(tmp_path, files)
    small = [it for it in found.findings if it.path == "profiles.small"]
    assert {(str(it.environments[0]), str(it.expired)) for it in small if len(it.environments) == 1} >= {
        (STAGING, "2026-11-20"), ("blue/shop/eu-1/dev", "None"),
    }  # fmt: skip


def test_a_valid_entry_replaces_one_that_has_expired(tmp_path: Path) -> None:
    rule = "rule: no-impersonation, environments: [blue]"
    baseline = entry(rule, "2026-11-20") + entry(rule).partition("\n")[2]
    found, _ = audited(tmp_path, {**BOTH, "audit.yaml": baseline})
    assert [it for it in found.findings if it.expired is not None] == []
    assert len(found.accepted) == 2


def test_a_selection_reports_only_its_findings(tmp_path: Path) -> None:
    baseline = entry("rule: quota-gap, environments: [green]")
    patch = {"platform.yaml": platform("argocd: {version: 3.5.7}")}
    found, _ = audited(tmp_path, {**BOTH, **patch, "audit.yaml": baseline}, [STAGING])
    assert {str(it) for item in found.findings for it in item.environments} == {STAGING}
    assert found.warnings == ()
    assert list(map(str, found.environments)) == [STAGING]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            entry("rule: no-impersonaton, environments: [blue]"),
            "config/audit.yaml:2:6: accepted[0].rule: there is no rule no-impersonaton (did you mean "
            "no-impersonation?) [unknown-rule]",
        ),
        (
            entry("rule: zzz, environments: [blue]"),
            "config/audit.yaml:2:6: accepted[0].rule: there is no rule zzz (docs/audit.md lists them) [unknown-rule]",
        ),
        (
            entry("rule: no-quota"),
            "config/audit.yaml:2:5: accepted[0]: the entry names neither environments nor a place (add "
            "`environments: [<team>/<product>, …]`, or `at: [platform.yaml:<key>, …]`) [acceptance-everywhere]",
        ),
        (
            "accepted: [{rule: no-quota, environments: [blue], reason: SEC-1}]\n",
            "config/audit.yaml:1:12: accepted[0].until: is missing (add it) [missing-key]",
        ),
        (
            "accepted: [{rule: no-quota, environments: [blue], until: 2027-01-01}]\n",
            "config/audit.yaml:1:12: accepted[0].reason: is missing (add it) [missing-key]",
        ),
        (
            "acceptd: []\n",
            "config/audit.yaml:1:1: acceptd: unknown key (did you mean `accepted`?) [unknown-key]",
        ),
        ("- x\n", "config/audit.yaml:1:1: must be a mapping (write keys and values) [wrong-type]"),
    ],
)  # fmt: skip
def test_errors_of_the_file(tmp_path: Path, text: str, expected: str) -> None:
    _, problems = audited(tmp_path, {"audit.yaml": text})
    assert [str(item) for item in problems] == [expected]


def test_a_team_cannot_have_one(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no place in the tree"):
        audited(
            tmp_path, {"projects/blue/audit.yaml": entry("rule: no-quota, environments: [blue]")}
        )
