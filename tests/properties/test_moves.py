"""Each move alone: hostile settings are refused at every place, ordinary ones are accepted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.properties.base import fleet
from tests.properties.catalogue import MOVES
from tests.properties.moves import Move, Place, places
from tests.properties.run import accepted

NEAREST = Place("blue/shop/eu-1/dev", "project", victim="green")
"""The project.yaml, which no file overrides, of the team with the widest guardrails."""

ELSEWHERE = [
    place
    for environment in (
        "blue-x/shop/eu-1/prod",
        "blue/shop/hub/dev",
        "blue/apps/hub/dev",
        "green/blog/eu-1/prod",
    )
    for place in places(environment)
]


@pytest.mark.parametrize("move", MOVES, ids=lambda move: move.name)
def test_alone(move: Move) -> None:
    """The fleet is accepted or refused as the catalogue says, and obeys the oracle if it is accepted."""
    base = fleet([NEAREST.environment])
    for value in move.values:
        files = move.at(base.files, NEAREST, value)
        taken = accepted(files) is not None
        assert not (taken and move.refused), NEAREST.fill(value)
        assert taken or not move.accepted, NEAREST.fill(value)
    for place, value in _elsewhere(move):
        accepted(move.at(fleet([place.environment]).files, place, value))


def _elsewhere(move: Move) -> Iterator[tuple[Place, Any]]:
    """A few values at a few other places, whose settings nearer files may override."""
    possible = [
        place
        for place in ELSEWHERE
        if place.level in move.levels and not (move.file and place.part)
    ]
    for number in range(4):
        yield possible[number * 5 % len(possible)], move.values[number % len(move.values)]
