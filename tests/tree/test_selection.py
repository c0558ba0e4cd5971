"""Which environments something is about: patterns, changed files, problems."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argoproject.identity import Identity
from argoproject.problems import Position, Problem
from argoproject.tree.model import Folder, Tree
from argoproject.tree.selection import Concern, Patterns, Scope, takes
from argoproject.yamlfile.reader import Document

FLEET = tuple(
    Identity(team, product, cluster, environment)
    for team in ("blue", "green")
    for product in ("billing", "search", "shop")
    for cluster, environment in (
        ("hub", "dev"), ("eu-1", "staging"), ("eu-1", "prod"), ("us-1", "prod"),
    )
)  # fmt: skip


def shortest(*patterns: str) -> list[tuple[str, int]]:
    meant = [item for item in FLEET if any(takes(pattern, item, "") for pattern in patterns)]
    return list(Patterns(FLEET).of(meant))


@pytest.mark.parametrize(
    ("meant", "expected"),
    [
        (("blue",), [("blue", 12)]),
        (("*",), [("blue", 12), ("green", 12)]),
        (("blue/shop", "green/shop"), [("blue/shop", 4), ("green/shop", 4)]),
        (("blue/*/*/prod",), [("blue/*/*/prod", 6)]),
        (("blue/*/hub", "blue/*/*/staging"), [("blue/*/*/dev", 3), ("blue/*/*/staging", 3)]),
        (("blue/*/us-1",), [("blue/*/us-1", 3)]),
        (("blue/*/eu-1/prod",), [("blue/*/eu-1/prod", 3)]),
        (("blue/shop/*/prod",), [("blue/shop/*/prod", 2)]),
        (("blue/shop/eu-1",), [("blue/shop/eu-1", 2)]),
        (("blue/shop/hub",), [("blue/shop/hub/dev", 1)]),
        (
            ("blue/shop", "blue/search/hub", "blue/*/us-1"),
            [("blue/billing/us-1/prod", 1), ("blue/search/hub/dev", 1), ("blue/search/us-1/prod", 1), ("blue/shop", 4)],
        ),
        ((), []),
    ],
)  # fmt: skip
def test_the_widest_pattern_that_takes_no_other(
    meant: tuple[str, ...], expected: list[tuple[str, int]]
) -> None:
    assert shortest(*meant) == expected


@given(st.sets(st.sampled_from(FLEET)))
def test_patterns_take_exactly_what_is_meant_and_each_once(meant: set[Identity]) -> None:
    patterns = list(Patterns(FLEET).of(meant))
    taken = [item for item in FLEET for pattern, _ in patterns if takes(pattern, item, "")]
    assert sorted(taken) == sorted(meant)
    assert sum(number for _, number in patterns) == len(meant)


def test_an_environment_that_the_tree_lacks_is_said_by_itself() -> None:
    other = Identity("red", "x", "hub", "dev")
    assert list(Patterns(FLEET).of([other])) == [("red/x/hub/dev", 1)]


SHOP_PROD = Identity("blue", "shop", "eu-1", "prod")
SHOP_DEV = Identity("blue", "shop", "hub", "dev")
SEARCH = Identity("blue", "search", "hub", "dev")
GREEN = Identity("green", "shop", "eu-1", "prod")
FOUR = (SHOP_PROD, SHOP_DEV, SEARCH, GREEN)


@pytest.mark.parametrize(
    ("file", "reached"),
    [
        ("platform.yaml", FOUR),
        ("platform/velero.yaml", FOUR),
        ("secrets/harbor.yaml", FOUR),
        ("README.md", ()),
        (".sops.yaml", ()),
        (".gitkeep", ()),
        (".DS_Store", ()),
        ("schema/platform.json", ()),
        ("projects/blue/team.yaml", (SHOP_PROD, SHOP_DEV, SEARCH)),
        ("projects/blue/secrets/token.yaml", (SHOP_PROD, SHOP_DEV, SEARCH)),
        ("projects/blue/shop/product.yaml", (SHOP_PROD, SHOP_DEV)),
        ("projects/blue/shop/manifests/about.yaml", (SHOP_PROD, SHOP_DEV)),
        ("projects/blue/shop/secrets/token.yaml", (SHOP_PROD, SHOP_DEV)),
        ("projects/blue/shop/eu-1/odd.yaml", (SHOP_PROD,)),
        ("projects/blue/shop/eu-1/prod/project.yaml", (SHOP_PROD,)),
        ("projects/blue/shop/eu-1/prod/secrets/token.yaml", (SHOP_PROD,)),
        ("projects/blue/shop/eu-1/prod/manifests/about.yaml", (SHOP_PROD,)),
    ],
)
def test_reach(file: str, reached: tuple[Identity, ...]) -> None:
    assert tuple(filter(Scope.of_files([file]).takes, FOUR)) == reached


@pytest.mark.parametrize("name", ["secrets", "manifests"])
def test_a_folder_called_like_a_shared_one_may_be_an_environment(name: str) -> None:
    odd = Identity("blue", "shop", "eu-1", name)
    scope = Scope.of_files([f"projects/blue/shop/eu-1/{name}/project.yaml"])
    assert scope.takes(odd)
    assert not scope.takes(SHOP_PROD)


def test_nothing_changed_reaches_nothing() -> None:
    assert not any(map(Scope.of_files([]).takes, FOUR))


def test_an_environment_needs_what_stands_above_it() -> None:
    scope = Scope.of_files(["projects/blue/shop/eu-1/prod/project.yaml"])
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


PROD = Identity("blue", "shop", "eu-1", "prod")
DEV = Identity("blue", "shop", "eu-1", "dev")
HIDDEN = Identity("blue", "manifests", "eu-1", "secrets")
"""The names of folders next to files are names of products and environments as well."""


OTHERS = (
    Identity("blue", "shop", "hub", "prod"),
    Identity("blue", "shop", "eu-1", "secrets"),
    Identity("green", "shop", "eu-1", "prod"),
)
TREE = Tree(
    Path("config"),
    "config",
    Document("config/platform.yaml", "", {}),
    None,
    {
        item.steps[:depth]: Folder(f"config/projects/{'/'.join(item.steps[:depth])}")
        for item in (PROD, DEV, HIDDEN, *OTHERS)
        for depth in (1, 2, 3, 4)
    },
)


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
        ("projects/README", [PROD, DEV, HIDDEN]),
        ("projects/Blue", [PROD, DEV, HIDDEN]),
        ("projects/blue", [PROD, DEV, HIDDEN]),
        ("projects/blue/team.yaml", [PROD, DEV, HIDDEN]),
        ("projects/blue/secrets/token.yaml", [PROD, DEV, HIDDEN]),
        ("projects/blue/shop/product.yaml", [PROD, DEV]),
        ("projects/blue/shop/manifests/x.yaml", [PROD, DEV]),
        ("projects/blue/shop/secrets/x.yaml", [PROD, DEV]),
        ("projects/blue/shop/eu-1", [PROD, DEV]),
        ("projects/blue/shop/eu-1/stray.yaml", [PROD, DEV]),
        ("projects/blue/shop/eu-1/prod", [PROD]),
        ("projects/blue/shop/eu-1/Prod", [PROD, DEV]),
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
    found = problem(f"config/{file}")
    assert [item for item in (PROD, DEV, HIDDEN) if Concern(TREE, [item]).of([found])] == concerned


def test_of_environments_that_a_problem_names_those_remain_that_are_asked_about() -> None:
    found = problem("config/platform.yaml", str(DEV), str(PROD))
    assert Concern(TREE, [PROD]).of([found]) == [problem("config/platform.yaml", str(PROD))]
    assert Concern(TREE, [HIDDEN]).of([found]) == []


def test_a_problem_of_a_stack_concerns_every_environment() -> None:
    found = problem("Pulumi.dev.yaml")
    assert Concern(TREE, [PROD]).of([found]) == [found]
