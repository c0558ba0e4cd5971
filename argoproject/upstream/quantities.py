"""Values of a namespace's guards that have an order: quantities, and versions of the Pod Security Standards.

Asked by the checks, which hold them against the profile's, and by `argoproject.diff`, which tells what became looser.
"""

from __future__ import annotations

import re

from argoproject.models.scalars import amount

__all__ = ["LATEST", "exceeds", "standard_version"]

LATEST = (1 << 31, 0)
"""The newest Pod Security Standard: what a cluster uses where no version is given."""

_VERSION = re.compile(r"v([0-9]{1,4})\.([0-9]{1,4})")


def exceeds(quantity: str, bound: str) -> bool:
    """Whether a quantity is above another."""
    return quantity != bound and amount(quantity) > amount(bound)


def standard_version(text: str | None) -> tuple[int, int] | None:
    """A version of the Pod Security Standards in its order; None for what is no version."""
    if text is None or text == "latest":
        return LATEST
    found = _VERSION.fullmatch(text)
    return (int(found[1]), int(found[2])) if found else None
