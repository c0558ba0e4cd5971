"""Each seed still applies to the code; `python -m tests.mutation` checks that the tests notice it."""

from __future__ import annotations

import pytest

from tests.mutation.seeds import SEEDS, Seed


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: seed.guard)
def test_it_applies(seed: Seed) -> None:
    compile(seed.applied(), seed.file, "exec")


def test_there_are_enough_and_their_names_are_unique() -> None:
    assert len(SEEDS) >= 40
    assert len({seed.guard for seed in SEEDS}) == len(SEEDS)
