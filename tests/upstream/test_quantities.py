"""Quantities of Kubernetes as numbers."""

from __future__ import annotations

from decimal import Decimal

import pytest

from argoproject.upstream.quantities import amount


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1Ki", 1024),
        ("512Mi", 512 * 2**20), ("500m", Decimal("0.5")), ("2", 2), ("1k", 1000), ("1E", 10**18),
        ("1e3", 1000), ("1.5Gi", Decimal("1.5") * 2**30), ("5n", Decimal("5e-9")), ("2E2", 200),
    ],
)  # fmt: skip
def test_what_a_quantity_amounts_to(text: str, value: Decimal | int) -> None:
    assert amount(text) == value
