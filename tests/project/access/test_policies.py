"""Permissions as Argo CD reads them: which actions exist, that no text leaves its field, how patterns match."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from argoproject.models import PermissionResource
from argoproject.models import scalars as types
from argoproject.plan.manifests.app_project import role
from argoproject.project.access import (
    ASKABLE,
    COMPOSED,
    DECLARABLE,
    EXACT,
    Grant,
    Permit,
    Policy,
    ProjectRole,
    Request,
    decide,
    policies,
    read_policy,
)
from argoproject.upstream.argocd.projects import check_policy
from tests.support.enforcer import policies_of, read_line

NEWEST = 6
EXAMPLES = {
    "action/<group>/<kind>/<name>": "action/apps/Deployment/restart",
    "update/<group>/<kind>/<namespace>/<name>": "update/apps/Deployment/shop/web",
    "delete/<group>/<kind>/<namespace>/<name>": "delete//Pod/shop/web-1",
}


def declarable() -> list[tuple[PermissionResource, str]]:
    return [
        (resource, EXAMPLES.get(action, action))
        for resource, actions in DECLARABLE.items()
        for action in actions
    ]


def test_there_is_an_answer_for_every_resource() -> None:
    assert set(DECLARABLE) == set(PermissionResource)
    # Argo CD asks about clusters too, and no role of a project has any.
    assert set(ASKABLE) == {*map(str, PermissionResource), "clusters"}


@pytest.mark.parametrize(("resource", "action"), declarable())
def test_what_may_be_declared_is_loaded_by_argo_cd(
    resource: PermissionResource, action: str
) -> None:
    policy = f"p, proj:shop:ci, {resource}, {action}, shop/*, allow"
    assert list(check_policy((), "shop", "ci", policy, NEWEST)) == []


@pytest.mark.parametrize(
    ("resource", "action"), [item for item in declarable() if "*" not in item[1]]
)
def test_what_may_be_declared_can_be_asked(resource: PermissionResource, action: str) -> None:
    assert action in ASKABLE[str(resource)] or EXACT.fullmatch(action)


@pytest.mark.parametrize("action", EXAMPLES.values())
def test_what_is_one_thing_is_a_pattern_too(action: str) -> None:
    assert COMPOSED.fullmatch(action)
    assert EXACT.fullmatch(action)


@pytest.mark.parametrize("sign", "*?")
def test_a_pattern_is_not_one_thing(sign: str) -> None:
    assert not EXACT.fullmatch(f"action/apps/{sign}/restart")
    assert not EXACT.fullmatch(f"delete/{sign}/Pod/shop/web")


PROJECT = "blue-shop-prod-eu-1"

_NASTY = "\"'`,;:#*?!/\\|{}[]()<>=%$&@~^+-_. \t\r\n\0\x0b\x1c\x7f\x85\xa0\u200b\u2028\u202e\ufeff\xe9\u0301\u0430\u0391"
_PIECES = (
    "role:", "proj:", "system:", "admin", "g, ", "p, ", ", allow", "\ng, x, role:admin", "# ", '""', "\r\n",
    f"proj:{PROJECT}:admin", "blue-ci", "a", "get", "action/", "update/", "*",
)  # fmt: skip
texts = st.one_of(
    st.text(max_size=20),
    st.text(_NASTY + "abcAB01", min_size=1, max_size=12),
    st.lists(st.sampled_from(_PIECES), min_size=1, max_size=4).map("".join),
    st.from_regex(r"[a-z]{1,4}[ -~]?[a-z]{1,4}", fullmatch=True),
)


def accepted(kind: Any) -> st.SearchStrategy[str]:
    """Texts that a type of the configuration takes, as it keeps them; a plain one replaces those that it refuses."""
    validate: Callable[[str], str] = TypeAdapter[str](kind).validate_python

    def taken(text: str) -> str:
        try:
            return validate(text)
        except ValidationError:
            return "plain"

    return texts.map(taken)


grants = st.builds(
    Grant,
    st.sampled_from(["applications", "logs", "exec"]),
    accepted(types.Glob),
    st.lists(accepted(types.DnsName), min_size=1, max_size=2, unique=True).map(tuple),
)
roles = st.builds(
    ProjectRole,
    accepted(types.Key),
    accepted(types.Text),
    st.lists(accepted(types.Group), min_size=1, max_size=3, unique=True).map(tuple),
    st.lists(grants, max_size=3, unique=True).map(tuple),
)


def granted(role: ProjectRole) -> Iterator[tuple[str, ...]]:
    """What Argo CD must read: without its commas and quotes, field by field."""
    subject = f"proj:{PROJECT}:{role.name}"
    yield "p", subject, "projects", "get", PROJECT, "allow"
    for grant in role.grants:
        for name in grant.objects:
            yield "p", subject, grant.resource, grant.action, f"{PROJECT}/{name}", "allow"
    yield from (("g", group, subject) for group in role.groups)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(roles, min_size=1, max_size=3, unique_by=lambda role: role.name))
def test_argo_cd_reads_what_was_granted(given_roles: list[ProjectRole]) -> None:
    spec = {"roles": [role(PROJECT, item) for item in given_roles]}
    manifest = {"metadata": {"name": PROJECT}, "spec": spec}
    applied = json.loads(json.dumps(manifest))
    read = [read_line(line.strip()) for line in policies_of(applied).split("\n")]
    expected = [list(line) for role in given_roles for line in dict.fromkeys(granted(role))]
    assert read == expected


@settings(max_examples=50, deadline=None, derandomize=True)
@given(grants)
def test_what_was_written_is_read_back(grant: Grant) -> None:
    lines = policies(PROJECT, "ci", [grant])
    assert [read_policy(line) for line in lines] == [
        Policy(f"proj:{PROJECT}:ci", grant.resource, grant.action, f"{PROJECT}/{name}", "allow")
        for name in grant.objects
    ]


@pytest.mark.parametrize("line", ["", "p", "g, a, b", "p, a, b, c, d", "p, a, b, c, d, e, f"])
def test_what_argo_cd_would_refuse_is_no_policy(line: str) -> None:
    assert read_policy(line) is None


@pytest.mark.parametrize(
    ("pattern", "action", "expected"),
    [
        ("action/*", "action/apps/Deployment/restart", True),
        ("action/*", "action/", True),
        ("action/*", "action", False),
        ("action/*/Pod/restart", "action//Pod/restart", True),
        ("action/*/Pod/restart", "action/Pod/restart", True),  # begin and end overlap
        (
            "action/*/P?d/restart",
            "action/Pod/restart",
            False,
        ),  # not with a further wildcard
        ("delete/*/Pod/*/*", "delete//Pod/shop/web-0", True),
        ("delete/*/Pod/*/*", "delete/apps/Deployment/Pod/x/y", True),
        ("delete/*/Pod/*/*", "delete/Pod/shop/web-0", False),
        ("delete/*/Pod/*/*", "delete", False),
        ("update", "update/apps/Deployment/shop/web", False),
        ("update/*", "update", False),
        ("get", "Get", False),
    ],
)
def test_a_pattern_of_actions(pattern: str, action: str, expected: bool) -> None:
    grant = Grant("applications", pattern)
    role = ProjectRole("ci", "", ("blue-ci",), (grant,))
    request = Request("applications", action, "shop/web")
    assert decide("shop", [role], ["blue-ci"], request) == (
        (Permit("ci", grant),) if expected else ()
    )
