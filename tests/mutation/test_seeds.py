"""Each seed still takes its guard away; `python -m tests.mutation` tells whether the tests notice."""

from __future__ import annotations

import pytest

from tests.mutation.seeds import SEEDS, Seed


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: seed.guard)
def test_it_applies(seed: Seed) -> None:
    compile(seed.applied(), seed.file, "exec")


def test_there_are_enough_and_each_has_a_name_of_its_own() -> None:
    assert len(SEEDS) >= 40
    assert len({seed.guard for seed in SEEDS}) == len(SEEDS)
