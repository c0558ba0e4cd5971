"""What of a report concerns which environments."""

from __future__ import annotations

import pytest

from argoproject.fleet.concern import Concern
from argoproject.identity import Identity
from argoproject.problems import Position, Problem

PROD = Identity("blue", "shop", "eu-1", "prod")
DEV = Identity("blue", "shop", "eu-1", "dev")
HIDDEN = Identity("blue", "manifests", "eu-1", "secrets")
"""The names of folders beside files are names of products and environments as well."""


def problem(file: str, *subjects: str) -> Problem:
    return Problem(
        position=Position(file), path="", code="code", message="m", remedy="r", subjects=subjects
    )


@pytest.mark.parametrize(
    ("file", "concerned"),
    [
        ("platform.yaml", [PROD, DEV, HIDDEN]),
        (".sops.yaml", [PROD, DEV, HIDDEN]),
        ("secrets/token.yaml", [PROD, DEV, HIDDEN]),
        ("projects", [PROD, DEV, HIDDEN]),
        ("projects/README", []),
        ("projects/blue", [PROD, DEV, HIDDEN]),
        ("projects/blue/team.yaml", [PROD, DEV, HIDDEN]),
        ("projects/blue/secrets/token.yaml", [PROD, DEV, HIDDEN]),
        ("projects/blue/shop/product.yaml", [PROD, DEV]),
        ("projects/blue/shop/manifests/x.yaml", [PROD, DEV]),
        ("projects/blue/shop/secrets/x.yaml", [PROD, DEV]),
        ("projects/blue/shop/eu-1", [PROD, DEV]),
        ("projects/blue/shop/eu-1/stray.yaml", [PROD, DEV]),
        ("projects/blue/shop/eu-1/prod", [PROD, DEV]),
        ("projects/blue/shop/eu-1/prod/project.yaml", [PROD]),
        ("projects/blue/shop/eu-1/prod/secrets/x.yaml", [PROD]),
        ("projects/blue/shop/eu-1/prod/manifests/x.yaml", [PROD]),
        ("projects/blue/shop/hub/prod/project.yaml", []),
        ("projects/blue/manifests/product.yaml", [HIDDEN]),
        ("projects/blue/manifests/eu-1/secrets/project.yaml", [HIDDEN]),
        ("projects/blue/shop/eu-1/secrets/project.yaml", []),
        ("projects/green/team.yaml", []),
    ],
)
def test_a_file_concerns_the_environments_below_it(file: str, concerned: list[Identity]) -> None:
    told = problem(f"config/{file}")
    assert [
        item for item in (PROD, DEV, HIDDEN) if Concern("config", [item]).of([told])
    ] == concerned


def test_of_environments_that_a_problem_names_those_remain_that_are_asked_about() -> None:
    told = problem("config/platform.yaml", str(DEV), str(PROD))
    assert Concern("config", [PROD]).of([told]) == [problem("config/platform.yaml", str(PROD))]
    assert Concern("config", [HIDDEN]).of([told]) == []


def test_stacks_concern_everybody() -> None:
    told = problem("Pulumi.dev.yaml")
    assert Concern("config", [PROD]).of([told]) == [told]
