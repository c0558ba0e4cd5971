"""Container images: the registry that one is pulled from, and whether `admission.registries` permits it.

The cluster's admission policies state the same rule in CEL (`argoproject.plan.manifests`); tests compare the two on a
real API server.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = ["full_image", "is_from", "registry_entry"]

_REGISTRY = re.compile(r"[.:A-Z]")
_DEFAULT = "docker.io"


def full_image(image: str) -> str:
    """The image with the registry from which it is pulled: `docker.io/library/nginx` for `nginx`.

    Source: distribution/reference v0.6, normalize.go, splitDockerDomain.
    """
    if "/" not in image:
        return f"{_DEFAULT}/library/{image}"
    first = image.split("/", 1)[0]
    return image if first == "localhost" or _REGISTRY.search(first) else f"{_DEFAULT}/{image}"


def registry_entry(entry: str) -> str:
    """An entry without the `/*` or `/` at its end: `harbor.example.org/blue` for `harbor.example.org/blue/*`."""
    return entry.removesuffix("*").rstrip("/") if entry.endswith("/*") else entry.rstrip("/")


def is_from(registries: Iterable[str], image: str) -> bool:
    """Whether an image is from one of the registries.

    Args:
        registries: Entries of `admission.registries`: a host, a path below one, or `*.example.org` for every host below
            a domain.
        image: An image as a Pod names it: `nginx` is from `docker.io`.
    """
    full = full_image(image)
    host = full.split("/", 1)[0]
    return any(
        host.endswith(entry[1:]) if entry.startswith("*.") else full.startswith(f"{entry}/")
        for entry in map(registry_entry, registries)
    )
