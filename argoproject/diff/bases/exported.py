"""The state of a stack, as `pulumi stack export` writes it: what was deployed last.

Values of secrets are ciphertext there, or in clear where somebody asked for it: neither is looked at.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from argoproject.diff.bases.error import BaseUnreadableError
from argoproject.diff.states import EnvironmentState, ObjectState
from argoproject.identity import Identity
from argoproject.manifests.common import ENVIRONMENT_ANNOTATION

__all__ = ["Exported", "exported"]

_PROJECT = "argoproject:index:ArgoProject"
_SIGNATURE = "4dabf18193072939515e22adb298388d"
"""The key of special values in Pulumi's state. Source: pulumi, sdk/go/common/resource/sig."""

_SECRET = "<secret>"  # noqa: S105 - what stands in its place
_PULUMI = "pulumi.com/"
"""Annotations that speak to the provider; the components add them."""


@dataclass(frozen=True, slots=True)
class Exported:
    """The environments of one stack as they were deployed last."""

    stack: str
    environments: tuple[EnvironmentState, ...]

    def seen(self, states: Iterable[EnvironmentState]) -> Iterator[EnvironmentState]:
        """Planned environments with what the state does not tell left out: which value a secret has."""
        deployed = {item.project: item for item in self.environments}
        for state in states:
            names = (state.project, *state.former_projects)
            before = next((deployed[name] for name in names if name in deployed), None)
            objects = {} if before is None else before.objects
            yield replace(
                state,
                objects={
                    key: _without_secrets(item, objects) for key, item in state.objects.items()
                },
                settings=None,
            )


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
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
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
    while urn in by_urn and by_urn[urn]["type"] != _PROJECT:
        urn = str(by_urn[urn].get("parent"))
    return urn if urn in by_urn else None


def _environment(project: str, items: Iterable[Mapping[str, Any]]) -> EnvironmentState:
    objects = [_object(project, item) for item in items]
    names = (item.at("metadata", "annotations", ENVIRONMENT_ANNOTATION) for item in objects)
    identity = Identity(*next(str(name) for name in names if name).split("/"))
    return EnvironmentState(
        identity=identity, project=project, objects={item.key: item for item in objects}
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
    return {**manifest, "metadata": {**rest, **({"annotations": kept} if kept else {})}}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        if _SIGNATURE in value:
            return _SECRET
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value


def _without_secrets(item: ObjectState, deployed: Mapping[str, ObjectState]) -> ObjectState:
    keys = (item.key, *item.former_keys)
    before = next((deployed[key] for key in keys if key in deployed), None)
    return item if before is None else replace(item, manifest=_like(item.manifest, before.manifest))


def _like(planned: Any, deployed: Any) -> Any:
    """A planned value, with a secret's place where the state has one as well."""
    if deployed == _SECRET:
        return _SECRET if _holds_secret(planned) else planned
    if isinstance(planned, Mapping) and isinstance(deployed, Mapping):
        return {key: _like(value, deployed.get(key)) for key, value in planned.items()}
    return planned


def _holds_secret(planned: Any) -> bool:
    """Whether a placeholder stands in a planned value."""
    if isinstance(planned, Mapping):
        return any(map(_holds_secret, planned.values()))
    return isinstance(planned, str) and planned.startswith("<") and planned.endswith(">")
