"""Why a base cannot be used."""

from __future__ import annotations

__all__ = ["BaseUnreadableError"]


class BaseUnreadableError(Exception):
    """`str()` says what is wrong with the base and what to do."""
