"""Number and seed of the fleets that are tried."""

from __future__ import annotations

import os
from dataclasses import dataclass

import pytest

__all__ = ["Trial"]


@dataclass(frozen=True)
class Trial:
    """`fleets` is the number in all parts together. The same seed gives the same fleets."""

    fleets: int
    seed: int


@pytest.fixture(scope="session")
def trial() -> Trial:
    """176 fleets, one a move, with the same seed each time. ARGOPROJECT_FLEETS and ARGOPROJECT_SEED change both."""
    return Trial(
        fleets=int(os.environ.get("ARGOPROJECT_FLEETS", "176")),
        seed=int(os.environ.get("ARGOPROJECT_SEED", "0")),
    )
