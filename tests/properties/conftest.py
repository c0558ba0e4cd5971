"""How many fleets are tried, and which."""

from __future__ import annotations

import os
from dataclasses import dataclass

import pytest

__all__ = ["Trial"]


@dataclass(frozen=True)
class Trial:
    """`fleets` in all parts together. One seed gives the same fleets again."""

    fleets: int
    seed: int


@pytest.fixture(scope="session")
def trial() -> Trial:
    """176 fleets, one for each move, and the same ones each time, unless the environment says otherwise."""
    return Trial(
        fleets=int(os.environ.get("ARGOPROJECT_FLEETS", "176")),
        seed=int(os.environ.get("ARGOPROJECT_SEED", "0")),
    )
