"""Which actions exist is said in three places, as three questions have three answers: they fit each other."""

from __future__ import annotations

import pytest

from argoproject.models import PermissionResource
from argoproject.project.access.actions import ASKABLE, COMPOSED, DECLARABLE, EXACT
from argoproject.upstream.argocd.roles import check_policy

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
    assert set(ASKABLE) == {str(resource) for resource in PermissionResource}


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
