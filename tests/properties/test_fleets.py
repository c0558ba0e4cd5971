"""Every accepted fleet obeys the rules of the oracle.

`make test` tries one fleet for each move and `make e2e` 750, the same ones each time. `make nightly` tries 10,000
different ones each night.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, given, note, seed, settings
from hypothesis import strategies as st

from tests.properties.base import Fleet, small_fleets
from tests.properties.catalogue import MOVES
from tests.properties.conftest import Trial
from tests.properties.moves import Move
from tests.properties.run import accepted, shown

PARTS = 5
GOOD = [move for move in MOVES if not move.refused]


@dataclass
class Tally:
    """How often each move was tried, and how often a fleet with it was accepted. The key `""` counts all fleets."""

    tried: Counter[str] = field(default_factory=Counter)
    taken: Counter[str] = field(default_factory=Counter)

    def count(self, moves: tuple[Move, ...], *, taken: bool) -> None:
        names = {"", *(move.name for move in moves)}
        self.tried.update(names)
        self.taken.update(names if taken else ())

    def __str__(self) -> str:
        lines = [
            f"{self.taken[name]:6} of {self.tried[name]:6} accepted: {name}"
            for name in sorted(self.tried)
        ]
        return "\n".join(lines)


@st.composite
def attacked(draw: st.DrawFn, first: Move) -> tuple[Fleet, tuple[Move, ...]]:
    """A small fleet after one to four moves: `first`, then others, most of which are not hostile."""
    others = draw(st.lists(st.sampled_from(GOOD) | st.sampled_from(MOVES), max_size=3))
    fleet = draw(small_fleets())
    for move in (first, *others):
        fleet = move.draw(draw, fleet)
    return fleet, (first, *others)


def attack(first: Move, trial: Trial, tally: Tally) -> None:
    """Try fleets with one move first. A failure shows the files of the fleet, and how to try it again."""

    @seed(trial.seed + MOVES.index(first))
    @settings(
        max_examples=-(-trial.fleets // len(MOVES)),
        deadline=None,
        database=None,
        print_blob=True,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(attacked(first))
    def obeys(drawn: tuple[Fleet, tuple[Move, ...]]) -> None:
        fleet, moves = drawn
        note(shown(fleet.files, moves))
        tally.count(moves, taken=accepted(fleet.files) is not None)

    obeys()


@pytest.mark.parametrize("part", range(PARTS))
def test_every_accepted_fleet_obeys(part: int, trial: Trial) -> None:
    print(f"again: ARGOPROJECT_FLEETS={trial.fleets} ARGOPROJECT_SEED={trial.seed}")
    tally = Tally()
    for move in MOVES[part::PARTS]:
        attack(move, trial, tally)
    print(tally)
    share = tally.taken[""] / tally.tried[""]
    assert 0.1 <= share <= 0.6, "too few fleets are refused, or too few are accepted"
    assert tally.tried[""] >= trial.fleets / PARTS * 0.9, "some moves have few variants"
    assert all(tally.tried[move.name] for move in MOVES[part::PARTS])
