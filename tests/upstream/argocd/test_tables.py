"""Every rule about AppProjects and Applications, with cases that break it and cases that do not."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from argoproject.upstream.argocd import Violation
from argoproject.upstream.argocd.applications import Permits, check_spec
from argoproject.upstream.argocd.projects import check_project
from tests.support.paths import ROOT
from tests.upstream.argocd import tables

CODE = ROOT / "argoproject" / "upstream" / "argocd"


def rules(violations: Iterable[Violation]) -> tuple[str, ...]:
    return tuple(sorted({item.rule for item in violations}))


@pytest.mark.parametrize("name", tables.ROLE_NAMES)
def test_role_names(name: str) -> None:
    expected = () if tables.ROLE_NAMES[name] else ("role-name",)
    assert rules(check_project(tables.with_role_name(name), 5)) == expected


@pytest.mark.parametrize("name", tables.GROUPS)
def test_groups(name: str) -> None:
    assert rules(check_project(tables.with_group(name), 5)) == tables.GROUPS[name]


@pytest.mark.parametrize("policy", tables.POLICIES)
def test_policies(policy: str) -> None:
    assert rules(check_project(tables.with_policy(policy), 5)) == tables.POLICIES[policy]


def test_rollback_is_an_action_since_3_6() -> None:
    policy = "p, proj:my-proj:my-role, applications, rollback, my-proj/*, allow"
    assert rules(check_project(tables.with_policy(policy), 6)) == ()
    (found,) = check_project(tables.with_policy(policy), 5)
    assert found.message == "Argo CD 3.5 has no action rollback"
    assert found.path == ("spec", "roles", 0, "policies", 0)


def test_a_project_name_is_no_pattern_in_a_policy() -> None:
    def with_object(item: str) -> Iterable[Violation]:
        policy = f"p, proj:some.project:my-role, applications, get, {item}, allow"
        spec = {"roles": [{"name": "my-role", "policies": [policy]}]}
        return check_project(tables.project(spec, "some.project"), 5)

    assert rules(with_object("some-project/*")) == ("policy-object",)
    assert rules(with_object("some.project/*")) == ()


@pytest.mark.parametrize("name", tables.PROJECTS)
def test_projects(name: str) -> None:
    spec, expected = tables.PROJECTS[name]
    assert rules(check_project(tables.project(spec), 5)) == expected


@pytest.mark.parametrize("name", tables.APPLICATIONS)
def test_applications(name: str) -> None:
    spec, expected = tables.APPLICATIONS[name]
    found = check_spec(("spec",), tables.application(spec)["spec"], Permits(tables.project()))
    assert rules(found) == tuple(sorted(set(expected)))


def test_a_server_that_ends_in_a_slash_permits_nothing() -> None:
    """Argo CD drops the slash of the Application's server and compares with the project's as written."""
    server = f"{tables.SERVER}/"
    spec = {"destinations": [{"server": server, "namespace": "shop"}]}
    item = tables.application({"destination": {"server": server, "namespace": "shop"}})
    assert rules(check_spec(("spec",), item["spec"], Permits(tables.project(spec)))) == (
        "destination-permitted",
    )


def test_every_stricter_rule_is_one() -> None:
    code = "".join(file.read_text() for file in CODE.glob("*.py") if file.name != "violation.py")
    assert [name for name in tables.STRICTER if f'"{name}"' not in code] == []
