"""Images of containers: from which registry one is pulled, and whether an entry of `admission.registries` permits it.

The cluster's admission policies say the same in their own language (`argoproject.plan.manifests`); tests compare the
two on a real API server.
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
    """`harbor.example.org/blue` for `harbor.example.org/blue/*` too: what is below it is meant either way."""
    return entry.removesuffix("*").rstrip("/") if entry.endswith("/*") else entry.rstrip("/")


def is_from(registries: Iterable[str], image: str) -> bool:
    """Whether an image is of one of the registries: a host, what is below a path, `*.example.org` for every host below
    a domain."""
    full = full_image(image)
    return any(_covers(registry_entry(item), full) for item in registries)


def _covers(entry: str, image: str) -> bool:
    if entry.startswith("*."):
        return image.split("/", 1)[0].endswith(entry[1:])
    return image.startswith(f"{entry}/")
