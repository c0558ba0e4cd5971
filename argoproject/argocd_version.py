"""Which versions of Argo CD are supported, and how platform.yaml writes one."""

from __future__ import annotations

import re

__all__ = ["SUPPORTED", "argocd_minor"]

SUPPORTED = (3, 4, 5, 6)
"""Minor versions of Argo CD 3 against which the manifests are tested."""

_VERSION = re.compile(r"v?3\.([0-9]{1,3})(?:\.[0-9]{1,3})?")


def argocd_minor(text: str) -> int | None:
    """`5` for "3.5" or "v3.5.1"; None for what is no version of Argo CD 3."""
    found = _VERSION.fullmatch(text)
    return int(found[1]) if found else None
