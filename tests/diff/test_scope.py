"""Which environments a changed file can reach, and which files are needed to build those."""

from __future__ import annotations

import pytest

from argoproject.diff.scope import scope_of
from argoproject.identity import Identity

PROD = Identity("blue", "shop", "eu-1", "prod")
DEV = Identity("blue", "shop", "hub", "dev")
SEARCH = Identity("blue", "search", "hub", "dev")
GREEN = Identity("green", "shop", "eu-1", "prod")
ALL = (PROD, DEV, SEARCH, GREEN)


@pytest.mark.parametrize(
    ("file", "reached"),
    [
        ("platform.yaml", ALL),
        ("platform/velero.yaml", ALL),
        ("secrets/harbor.yaml", ALL),
        ("README.md", ()),
        (".sops.yaml", ()),
        ("schema/platform.json", ()),
        ("projects/blue/team.yaml", (PROD, DEV, SEARCH)),
        ("projects/blue/secrets/token.yaml", (PROD, DEV, SEARCH)),
        ("projects/blue/shop/product.yaml", (PROD, DEV)),
        ("projects/blue/shop/manifests/about.yaml", (PROD, DEV)),
        ("projects/blue/shop/secrets/token.yaml", (PROD, DEV)),
        ("projects/blue/shop/eu-1/odd.yaml", (PROD,)),
        ("projects/blue/shop/eu-1/prod/project.yaml", (PROD,)),
        ("projects/blue/shop/eu-1/prod/secrets/token.yaml", (PROD,)),
        ("projects/blue/shop/eu-1/prod/manifests/about.yaml", (PROD,)),
    ],
)
def test_reach(file: str, reached: tuple[Identity, ...]) -> None:
    assert tuple(filter(scope_of([file]).takes, ALL)) == reached


@pytest.mark.parametrize("name", ["secrets", "manifests"])
def test_a_folder_called_like_a_shared_one_may_be_an_environment(name: str) -> None:
    odd = Identity("blue", "shop", "eu-1", name)
    scope = scope_of([f"projects/blue/shop/eu-1/{name}/project.yaml"])
    assert scope.takes(odd)
    assert not scope.takes(PROD)


def test_nothing_changed_reaches_nothing() -> None:
    assert not any(map(scope_of([]).takes, ALL))


def test_an_environment_needs_what_stands_above_it() -> None:
    scope = scope_of(["projects/blue/shop/eu-1/prod/project.yaml"])
    needed = [
        "platform.yaml",
        "projects/blue/team.yaml",
        "projects/blue/secrets/token.yaml",
        "projects/blue/shop/product.yaml",
        "projects/blue/shop/eu-1/prod/project.yaml",
        "projects/blue/shop/eu-1/prod/manifests/about.yaml",
    ]
    others = [
        "projects/blue/shop/hub/dev/project.yaml",
        "projects/blue/search/product.yaml",
        "projects/green/team.yaml",
    ]
    assert list(filter(scope.needs, needed + others)) == needed
