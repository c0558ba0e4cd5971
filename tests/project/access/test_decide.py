"""How Argo CD's globs match; what each pattern does was seen in Argo CD's own enforcer (3.5.7)."""

from __future__ import annotations

import pytest

from argoproject.project.access import Permit, Request, decide
from argoproject.project.access.policies import Grant, ProjectRole


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
        ),  # not beside a further wildcard
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
