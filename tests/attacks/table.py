"""One row of the tables of attacks."""

from __future__ import annotations

from typing import NamedTuple

from tests.attacks.arena import Request

__all__ = ["Attack"]


class Attack(NamedTuple):
    """Who refuses which request, and the nearest one that is let."""

    refused_by: str
    attack: Request
    control: Request
    status: int = 403
