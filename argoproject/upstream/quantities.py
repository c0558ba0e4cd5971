"""Values of a namespace's guards that have an order: quantities, and versions of the Pod Security Standards.

Asked by the checks, which hold them against the profile's, and by `argoproject.diff`, which tells what became looser.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

__all__ = ["LATEST", "amount", "exceeds", "standard_version"]

LATEST = (1 << 31, 0)
"""The newest Pod Security Standard: what a cluster uses where no version is given."""

_VERSION = re.compile(r"v([0-9]{1,4})\.([0-9]{1,4})")


_SUFFIXES = {
    "n": Decimal("1e-9"), "u": Decimal("1e-6"), "m": Decimal("1e-3"), "": Decimal(1), "k": Decimal(10**3),
    "M": Decimal(10**6), "G": Decimal(10**9), "T": Decimal(10**12), "P": Decimal(10**15), "E": Decimal(10**18),
    "Ki": Decimal(2**10), "Mi": Decimal(2**20), "Gi": Decimal(2**30), "Ti": Decimal(2**40), "Pi": Decimal(2**50),
    "Ei": Decimal(2**60),
}  # fmt: skip


@lru_cache(maxsize=4096)
def amount(quantity: str) -> Decimal:
    """A Kubernetes quantity as a number: `amount("512Mi")` is 536870912.

    Source: the quantity notation of k8s.io/apimachinery/pkg/api/resource.
    """
    number = quantity.rstrip("numkKMGTPEi")
    suffix = quantity[len(number) :]
    return Decimal(number) * _SUFFIXES[suffix]


def exceeds(quantity: str, bound: str) -> bool:
    """Whether a quantity is above another."""
    return quantity != bound and amount(quantity) > amount(bound)


def standard_version(text: str | None) -> tuple[int, int] | None:
    """A version of the Pod Security Standards in its order; None for what is no version."""
    if text is None or text == "latest":
        return LATEST
    found = _VERSION.fullmatch(text)
    return (int(found[1]), int(found[2])) if found else None
