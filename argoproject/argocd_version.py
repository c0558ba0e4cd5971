"""The minor version of Argo CD that platform.yaml names."""

from __future__ import annotations

from argoproject.argocd.settings import parse_version

__all__ = ["argocd_minor"]


def argocd_minor(text: str) -> int | None:
    """`5` for "3.5" or "v3.5.1"; None for what is no version of Argo CD 3."""
    version = parse_version(text)
    return None if version is None else version.minor
