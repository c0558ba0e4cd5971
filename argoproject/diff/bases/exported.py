"""The state of a stack, as `pulumi stack export` writes it: what was deployed last.

What is in Secrets is one ciphertext there, or in clear where somebody asked for it: neither is looked at.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from argoproject.diff.bases.error import BaseUnreadableError
from argoproject.diff.bases.shape import identity_of, namespace_of, shaped
from argoproject.diff.states import EnvironmentState, ObjectState

__all__ = ["Exported", "as_deployed", "exported"]

_PROJECT = "argoproject:index:ArgoProject"
_SIGNATURE = "4dabf18193072939515e22adb298388d"
"""The key of special values in Pulumi's state. Source: pulumi, sdk/go/common/resource/sig."""

_DEEPEST = 8
"""How many components may stand one in the other. Ours are three deep."""

_SECRET = "<secret>"  # noqa: S105 - what stands in its place
_PULUMI = "pulumi.com/"
"""Annotations that speak to the provider; the components add them."""


@dataclass(frozen=True, slots=True)
class Exported:
    """The environments of one stack as they were deployed last."""

    stack: str
    environments: tuple[EnvironmentState, ...]


def as_deployed(states: Iterable[EnvironmentState]) -> Iterator[EnvironmentState]:
    """Planned environments as a state holds them."""
    for state in states:
        objects = {
            key: replace(item, manifest=_without_content(item.manifest))
            for key, item in state.objects.items()
        }
        yield replace(state, objects=objects, settings=None)


def exported(file: Path) -> Exported:
    """Read an exported state.

    Raises:
        BaseUnreadableError: where the file is no exported state.
    """
    try:
        resources = json.loads(file.read_bytes())["deployment"].get("resources") or []
        by_urn = {str(item["urn"]): item for item in resources if not item.get("delete")}
        stack = next(iter(by_urn)).split("::")[0].removeprefix("urn:pulumi:") if by_urn else ""
        return Exported(stack, tuple(_environments(by_urn)))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise BaseUnreadableError(
            f"{file} is no state of a stack: make one with `pulumi stack export --file FILE`"
        ) from None


def _environments(by_urn: Mapping[str, Mapping[str, Any]]) -> Iterator[EnvironmentState]:
    owned: dict[str, list[Mapping[str, Any]]] = {
        urn: [] for urn, item in by_urn.items() if item["type"] == _PROJECT
    }
    for item in by_urn.values():
        owner = _owner(by_urn, item)
        if item.get("custom") and owner is not None and "kind" in item.get("inputs", {}):
            owned[owner].append(item)
    for urn, items in owned.items():
        if items:
            yield _environment(_name(urn), items)


def _owner(by_urn: Mapping[str, Mapping[str, Any]], item: Mapping[str, Any]) -> str | None:
    """The environment's component above a resource."""
    urn = str(item.get("parent"))
    for _ in range(_DEEPEST):
        if urn not in by_urn:
            return None
        if by_urn[urn]["type"] == _PROJECT:
            return urn
        urn = str(by_urn[urn].get("parent"))
    return None


def _environment(project: str, items: Iterable[Mapping[str, Any]]) -> EnvironmentState:
    objects = {item.key: item for item in (_object(project, item) for item in items)}
    return EnvironmentState(
        identity=identity_of(objects.values()),
        project=project,
        namespace=namespace_of(objects.values()),
        objects=objects,
    )


def _object(project: str, item: Mapping[str, Any]) -> ObjectState:
    kind = str(item["type"])
    return ObjectState(
        key=_name(str(item["urn"])).removeprefix(f"{project}-"),
        cluster=str(item.get("provider", "")).rpartition("::")[0].rpartition("::")[2],
        manifest=_manifest(item["inputs"]),
        options={
            "owned": "by patch" if kind.endswith("Patch") else "whole",
            "protected": bool(item.get("protect")),
        },
    )


def _name(urn: str) -> str:
    return urn.rpartition("::")[2]


def _manifest(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    manifest: dict[str, Any] = _plain(inputs)
    metadata = manifest["metadata"]
    annotations = metadata.get("annotations", {})
    kept = {key: text for key, text in annotations.items() if not key.startswith(_PULUMI)}
    rest = {key: item for key, item in metadata.items() if key != "annotations"}
    metadata = {**rest, **({"annotations": kept} if kept else {})}
    return shaped(_without_content({**manifest, "metadata": metadata}))


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        if _SIGNATURE in value:
            return _SECRET
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value


def _without_content(manifest: Mapping[str, Any]) -> Mapping[str, Any]:
    """A manifest without what is in it where it is a Secret: the provider makes one encrypted value of all that.

    Source: pulumi-kubernetes 4, provider/pkg/clients/unstructured.go `NormalizeSecret`.
    """
    if manifest["kind"] != "Secret":
        return manifest
    return {key: item for key, item in manifest.items() if key not in ("data", "stringData")}
