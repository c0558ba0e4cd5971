"""Values of a namespace's guards that have an order: quantities, and versions of the Pod Security Standards.

The checks compare them with the profile's, and `argoproject.diff` reports what became looser.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import lru_cache

__all__ = [
    "LATEST",
    "add",
    "amount",
    "effective",
    "exceeds",
    "long_form",
    "lowest",
    "standard_version",
]

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
    """A Kubernetes quantity as a number, in its base unit: bytes, cores, pieces.

    Args:
        quantity: a valid quantity, as `argoproject.models.scalars.Quantity` accepts it.

    Source: the quantity notation of k8s.io/apimachinery/pkg/api/resource.

    Example:
        >>> amount("512Mi"), amount("500m"), amount("1e3")
        (Decimal('536870912'), Decimal('0.500'), Decimal('1E+3'))
    """
    number = quantity.rstrip("numkKMGTPEi")
    suffix = quantity[len(number) :]
    return Decimal(number) * _SUFFIXES[suffix]


def exceeds(quantity: str, limit: str) -> bool:
    """Whether a quantity is above another, whatever their units: `exceeds("2Gi", "2047Mi")`."""
    return quantity != limit and amount(quantity) > amount(limit)


def add(first: str, second: str) -> str:
    """The sum of two quantities, without a suffix: `add("1Gi", "1")` is `1073741825`."""
    return f"{(amount(first) + amount(second)).normalize():f}"


def lowest(quotas: Iterable[Mapping[str, str]]) -> Mapping[str, str]:
    """The lowest quantity of each key."""
    found: dict[str, str] = {}
    for quota in quotas:
        for key, value in quota.items():
            if key not in found or exceeds(found[key], value):
                found[key] = value
    return found


_SHORT = re.compile(r"cpu|memory|ephemeral-storage|hugepages-.+")


@lru_cache(maxsize=4096)
def long_form(key: str) -> str:
    """The long form of a quota's key: `requests.cpu` for `cpu`, which limits the same.

    Source: Kubernetes v1.36, pkg/quota/v1/evaluator/core/pods.go, `podComputeUsageHelper`.
    """
    return f"requests.{key}" if _SHORT.fullmatch(key) else key


def effective(quota: Mapping[str, str]) -> Mapping[str, str]:
    """What a quota limits, by the long forms of its keys. Of two keys with one meaning, the lower quantity counts.

    Example:
        >>> effective({"cpu": "4", "requests.cpu": "2", "pods": "10"})
        {'requests.cpu': '2', 'pods': '10'}
    """
    found: dict[str, str] = {}
    for key, value in quota.items():
        name = long_form(key)
        if name not in found or exceeds(found[name], value):
            found[name] = value
    return found


def standard_version(text: str | None) -> tuple[int, int] | None:
    """A version of the Pod Security Standards, as a pair that can be compared.

    Args:
        text: for example `v1.36`. None and `latest` are the newest version.

    Returns:
        For example `(1, 36)`; None if the text is not a version.
    """
    if text is None or text == "latest":
        return LATEST
    found = _VERSION.fullmatch(text)
    return (int(found[1]), int(found[2])) if found else None
