"""The moves of tenants, by the part of the configuration that they change."""

from __future__ import annotations

from tests.properties.catalogue import (
    access,
    applications,
    credentials,
    generators,
    manifests,
    names,
    namespace,
    ordinary,
    sets,
    sources,
    widenings,
)
from tests.properties.moves import Move

__all__ = ["MOVES"]

MOVES: tuple[Move, ...] = (
    *ordinary.MOVES,
    *access.MOVES,
    *namespace.MOVES,
    *names.MOVES,
    *sources.MOVES,
    *applications.MOVES,
    *sets.MOVES,
    *generators.MOVES,
    *credentials.MOVES,
    *widenings.MOVES,
    *manifests.MOVES,
)
