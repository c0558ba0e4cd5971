"""The state of a stack, as `pulumi stack export` writes it: what was deployed last.

What is in Secrets is one ciphertext there, or in clear where somebody asked for it: neither is looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from argoproject.diff.bases.shape import identity_of, namespace_of, shaped
from argoproject.diff.model import BaseUnreadableError
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


class _Part(BaseModel):
    """Some fields of a part of the state; the others are Pulumi's business."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)


class _Resource(_Part):
    urn: str
    type: str
    parent: str = ""
    provider: str = ""
    custom: bool = False
    delete: bool = False
    protect: bool = False
    inputs: Mapping[str, Any] = Field(default_factory=dict)


class _Deployment(_Part):
    resources: list[_Resource] | None = None


class _State(_Part):
    deployment: _Deployment


def exported(file: Path) -> Exported:
    """Read an exported state.

    Raises:
        BaseUnreadableError: where the file is no exported state, or its objects are no manifests.
    """
    try:
        state = _State.model_validate_json(file.read_bytes())
        resources = {item.urn: item for item in state.deployment.resources or () if not item.delete}
        return Exported(_stack(resources), tuple(_environments(resources)))
    except (OSError, ValueError):
        raise BaseUnreadableError(
            f"{file} is no state of a stack: make one with `pulumi stack export --file FILE`"
        ) from None


def _stack(resources: Iterable[str]) -> str:
    """The name of the stack, which every URN has."""
    return next(iter(resources), "").split("::")[0].removeprefix("urn:pulumi:")


def _environments(by_urn: Mapping[str, _Resource]) -> Iterator[EnvironmentState]:
    owned: dict[str, list[_Resource]] = {
        urn: [] for urn, item in by_urn.items() if item.type == _PROJECT
    }
    for item in by_urn.values():
        owner = _owner(by_urn, item)
        if item.custom and owner is not None and "kind" in item.inputs:
            owned[owner].append(item)
    for urn, items in owned.items():
        if items:
            yield _environment(_name(urn), items)


def _owner(by_urn: Mapping[str, _Resource], item: _Resource) -> str | None:
    """The environment's component above a resource."""
    urn = item.parent
    for _ in range(_DEEPEST):
        if urn not in by_urn:
            return None
        if by_urn[urn].type == _PROJECT:
            return urn
        urn = by_urn[urn].parent
    return None


def _environment(project: str, items: Iterable[_Resource]) -> EnvironmentState:
    objects = {item.key: item for item in (_object(project, item) for item in items)}
    return EnvironmentState(
        identity=identity_of(objects.values()),
        project=project,
        namespace=namespace_of(objects.values()),
        objects=objects,
    )


def _object(project: str, item: _Resource) -> ObjectState:
    return ObjectState(
        key=_name(item.urn).removeprefix(f"{project}-"),
        cluster=item.provider.rpartition("::")[0].rpartition("::")[2],
        manifest=_manifest(item.inputs),
        options={
            "owned": "by patch" if item.type.endswith("Patch") else "whole",
            "protected": item.protect,
        },
    )


def _name(urn: str) -> str:
    return urn.rpartition("::")[2]


def _manifest(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    manifest = shaped(_without_content(_plain(inputs)))
    metadata = manifest["metadata"]
    annotations = metadata.get("annotations", {})
    kept = {key: text for key, text in annotations.items() if not key.startswith(_PULUMI)}
    rest = {key: item for key, item in metadata.items() if key != "annotations"}
    return {**manifest, "metadata": {**rest, **({"annotations": kept} if kept else {})}}


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
    if manifest.get("kind") != "Secret":
        return manifest
    return {key: item for key, item in manifest.items() if key not in ("data", "stringData")}
