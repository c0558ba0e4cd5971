"""Many environments in few words: patterns that SELECT understands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argoproject.fleet.selection import Patterns, takes
from argoproject.identity import Identity

FLEET = tuple(
    Identity(team, product, cluster, environment)
    for team in ("blue", "green")
    for product in ("billing", "search", "shop")
    for cluster, environment in (
        ("hub", "dev"), ("eu-1", "staging"), ("eu-1", "prod"), ("us-1", "prod"),
    )
)  # fmt: skip


def said(*patterns: str) -> list[tuple[str, int]]:
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
    assert said(*meant) == expected


@given(st.sets(st.sampled_from(FLEET)))
def test_patterns_take_exactly_what_is_meant_and_each_once(meant: set[Identity]) -> None:
    patterns = list(Patterns(FLEET).of(meant))
    taken = [item for item in FLEET for pattern, _ in patterns if takes(pattern, item, "")]
    assert sorted(taken) == sorted(meant)
    assert sum(number for _, number in patterns) == len(meant)


def test_an_environment_that_the_tree_lacks_is_said_by_itself() -> None:
    other = Identity("red", "x", "hub", "dev")
    assert list(Patterns(FLEET).of([other])) == [("red/x/hub/dev", 1)]
