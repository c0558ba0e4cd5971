"""Roles and permissions that Argo CD accepts, and that give what their author meant."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from argoproject.checks.access import check, check_expiry
from argoproject.problems import Severity
from tests.support import cases
from tests.support.trees import PROJECT, TEAM, project, report, tree

CASES = cases.read(__file__)


@pytest.mark.parametrize("name", CASES)
def test_report(tmp_path: Path, name: str, pytestconfig: pytest.Config) -> None:
    case = CASES[name]
    seen = report(check(project(tree(tmp_path, case.tree()), case.environment)))
    CASES.compare(name, seen, pytestconfig)


_ENDING = {
    TEAM: """\
access:
  admin: [blue-a, {group: blue-b, until: 2026-12-24, reason: r}]
  readonly: [{group: blue-c, until: 2026-12-24, reason: r}]
  roles: {ci: {groups: [{group: blue-d, until: 2026-12-24, reason: r}], kubernetes: view}}
  kubernetes: {view: [{group: blue-e, until: 2026-12-24, reason: r}]}
""",
    PROJECT: "allow: [{kind: source, value: x, reason: r, until: 2026-12-24}, "
    "{kind: source, value: y, reason: r}]\n",
}


EXPIRED = [
    (
        "config/projects/blue/shop/eu-1/prod/project.yaml:1:9: allow[0]: warning: this `allow` of the "
        "kind source ended on 2026-12-24 (remove it, or set a later `until`) [expired-allow]"
    ),
    *(
        f"config/projects/blue/team.yaml:{place}: warning: the binding of blue-{name} ended on "
        "2026-12-24 (remove it, or set a later `until`) [expired-binding]"
        for place, name in (
            ("2:19: access.admin[1]", "b"),
            ("3:14: access.readonly[0]", "c"),
            ("4:25: access.roles.ci.groups[0]", "d"),
            ("5:23: access.kubernetes.view[0]", "e"),
        )
    ),
]


def test_nothing_has_expired_on_the_last_day(tmp_path: Path) -> None:
    found = project(tree(tmp_path, _ENDING))
    assert report(check_expiry(found, dt.date(2026, 12, 24))) == []


def test_what_has_expired_warns(tmp_path: Path) -> None:
    found = list(check_expiry(project(tree(tmp_path, _ENDING)), dt.date(2026, 12, 25)))
    assert {problem.severity for problem in found} == {Severity.WARNING}
    assert report(found) == EXPIRED


def test_nothing_expires_without_access(tmp_path: Path) -> None:
    assert report(check_expiry(project(tree(tmp_path, {TEAM: None})), dt.date.max)) == []
