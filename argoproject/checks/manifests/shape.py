"""What every manifest must have, a tenant's or the platform's, before its content can be judged or used."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from argoproject.problems import Mistake
from argoproject.yamlfile.reader import Path

__all__ = ["RBAC", "Found", "group_kind", "shape_problems"]

Found: TypeAlias = Iterator[tuple[Path, Mistake]]
"""Mistakes in a manifest, each with its place there."""

RBAC = "rbac.authorization.k8s.io"

_API_VERSION = re.compile(r"(?:[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?/)?v[0-9]+(?:(?:alpha|beta)[0-9]+)?")
_KIND = re.compile(r"[A-Z][A-Za-z0-9]*")
_NAME = re.compile(r"[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?")
_RBAC_NAME = re.compile(r"[A-Za-z0-9:._-]+")


def group_kind(manifest: Mapping[str, Any]) -> tuple[str, str]:
    """The API group and the kind of a manifest. `v1` has the group ""."""
    return str(manifest["apiVersion"]).rpartition("/")[0], str(manifest["kind"])


def shape_problems(manifest: Mapping[str, Any]) -> Found:
    """Refuse manifests without a valid apiVersion, kind or name, lists of objects, and labels that are not text.

    Source: Kubernetes, apimachinery/pkg/util/validation; RBAC objects may have further characters in their names,
    pkg/apis/rbac/validation.
    """
    version, kind = manifest.get("apiVersion"), manifest.get("kind")
    if not isinstance(version, str) or not _API_VERSION.fullmatch(version):
        yield (
            ("apiVersion",),
            Mistake(
                code="manifest-api-version",
                message="the manifest has no valid apiVersion",
                remedy="write v1, apps/v1 or the like",
            ),
        )
    if not isinstance(kind, str) or not _KIND.fullmatch(kind):
        message = "the manifest has no valid kind"
        remedy = "write for example ConfigMap"
        yield ("kind",), Mistake(code="manifest-kind", message=message, remedy=remedy)
    elif kind.endswith("List"):
        message, remedy = "a list of objects", "write one object into each file"
        yield ("kind",), Mistake(code="manifest-list", message=message, remedy=remedy)
    metadata = manifest.get("metadata")
    name = metadata.get("name") if isinstance(metadata, Mapping) else None
    rbac = isinstance(version, str) and version.startswith(f"{RBAC}/")
    pattern = _RBAC_NAME if rbac else _NAME
    if not isinstance(name, str) or len(name) > 253 or not pattern.fullmatch(name):
        message = "the manifest has no valid metadata.name"
        remedy = "write lower-case letters, digits, `-` and `.`, at most 253; generateName is not possible here"
        yield ("metadata", "name"), Mistake(code="manifest-name", message=message, remedy=remedy)
    if isinstance(metadata, Mapping):
        yield from _labels_and_annotations(metadata)


def _labels_and_annotations(metadata: Mapping[str, Any]) -> Found:
    """Both must be mappings of texts: the program adds its own."""
    code = "manifest-metadata"
    for key in ("annotations", "labels"):
        entries = metadata.get(key, {})
        if not isinstance(entries, Mapping):
            message = f"metadata.{key} is not a mapping"
            remedy = "write keys and texts, or remove it"
            yield ("metadata", key), Mistake(code=code, message=message, remedy=remedy)
            continue
        for name, value in entries.items():
            if not isinstance(value, str):
                message, remedy = f"the value of {name} is not a text", "write it in quotes"
                yield ("metadata", key, name), Mistake(code=code, message=message, remedy=remedy)
