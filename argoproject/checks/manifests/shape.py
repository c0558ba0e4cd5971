"""What every manifest must have, a tenant's or the platform's, before anything can be said about it or done with it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from argoproject.problems import Mistake
from argoproject.yamlfile.reader import Path

__all__ = ["RBAC", "Found", "shape_problems"]

Found: TypeAlias = Iterator[tuple[Path, Mistake]]

RBAC = "rbac.authorization.k8s.io"

_API_VERSION = re.compile(r"(?:[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?/)?v[0-9]+(?:(?:alpha|beta)[0-9]+)?")
_KIND = re.compile(r"[A-Z][A-Za-z0-9]*")
_NAME = re.compile(r"[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?")
_RBAC_NAME = re.compile(r"[A-Za-z0-9:._-]+")


def shape_problems(manifest: Mapping[str, Any]) -> Found:
    """What is missing or of another type than the API's."""
    version, kind = manifest.get("apiVersion"), manifest.get("kind")
    if not isinstance(version, str) or not _API_VERSION.fullmatch(version):
        message = "the manifest has no valid apiVersion"
        yield (
            ("apiVersion",),
            Mistake(
                code="manifest-api-version", message=message, remedy="write v1, apps/v1 or the like"
            ),
        )
    if not isinstance(kind, str) or not _KIND.fullmatch(kind):
        message = "the manifest has no valid kind"
        yield (
            ("kind",),
            Mistake(code="manifest-kind", message=message, remedy="write for example ConfigMap"),
        )
    elif kind.endswith("List"):
        yield (
            ("kind",),
            Mistake(
                code="manifest-list",
                message="a list of objects",
                remedy="write one object into each file",
            ),
        )
    metadata = manifest.get("metadata")
    name = metadata.get("name") if isinstance(metadata, Mapping) else None
    rbac = isinstance(version, str) and version.startswith(f"{RBAC}/")
    pattern = _RBAC_NAME if rbac else _NAME
    if not isinstance(name, str) or len(name) > 253 or not pattern.fullmatch(name):
        message = "the manifest has no valid metadata.name"
        remedy = "write lower-case letters, digits, `-` and `.`, at most 253; generateName has no place here"
        yield ("metadata", "name"), Mistake(code="manifest-name", message=message, remedy=remedy)
    if isinstance(metadata, Mapping):
        yield from _in_marks(metadata)


def _in_marks(metadata: Mapping[str, Any]) -> Found:
    """Labels and annotations, to which the program adds its own."""
    for key in ("annotations", "labels"):
        entries = metadata.get(key, {})
        if not isinstance(entries, Mapping):
            message, remedy = f"metadata.{key} is no mapping", "write keys and texts, or remove it"
            yield (
                ("metadata", key),
                Mistake(code="manifest-metadata", message=message, remedy=remedy),
            )
            continue
        for name, value in entries.items():
            if not isinstance(value, str):
                message, remedy = f"the value of {name} is no text", "write it in quotes"
                yield (
                    ("metadata", key, name),
                    Mistake(code="manifest-metadata", message=message, remedy=remedy),
                )
