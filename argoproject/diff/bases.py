"""Bases without settings: a folder that `argoproject render` wrote, and the exported state of a stack.

A rendered folder says nothing of how Pulumi handles objects. In a state, Secrets have no readable content: it is one
ciphertext, or in clear if the export asked for it; neither is read. Both are files that anyone may have written:
manifests must have the form that the rules read (`_shaped`), their other fields may be any plain data.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from argoproject.diff.fields import BY_PATCH, WHOLE, Option
from argoproject.diff.model import BaseUnreadableError
from argoproject.diff.states import EnvironmentState, ObjectState
from argoproject.identity import Identity
from argoproject.models.scalars import Quantity, is_label
from argoproject.plan.manifests.common import ENVIRONMENT_ANNOTATION
from argoproject.plan.render import RENDERED, SHARED

__all__ = [
    "as_deployed",
    "as_rendered",
    "exported",
    "rendered_states",
]

_PROJECT = "argoproject:index:ArgoProject"
_SIGNATURE = "4dabf18193072939515e22adb298388d"
"""The key that marks special values in Pulumi's state. Source: pulumi, sdk/go/common/resource/sig."""

_SECRET = "<secret>"  # noqa: S105 - replaces a secret value
_DEEPEST = 8
"""The most components that may be inside one another; ours are three deep."""

_PULUMI = "pulumi.com/"
"""Prefix of annotations for Pulumi's provider, which the components add."""


def rendered_states(folder: Path) -> list[EnvironmentState]:
    """Read the environments of a rendered folder: `<cluster>/<project>/<kind>.<name>.yaml`.

    Raises:
        BaseUnreadableError: if the folder was not written by `render`, or is damaged.
    """
    if not (folder / RENDERED).is_file():
        raise BaseUnreadableError(
            f"{folder} was not written by `argoproject render`: name a folder that was, or render the base into one"
        )
    found: dict[str, list[ObjectState]] = defaultdict(list)
    for file in sorted(folder.glob("*/*/*.yaml")):
        cluster, project = file.parts[-3:-1]
        if project == SHARED:
            continue
        try:
            manifest = _shaped(yaml.load(file.read_bytes(), Loader=yaml.CSafeLoader))
        except (OSError, ValueError, yaml.YAMLError, RecursionError):
            raise BaseUnreadableError(f"{file} is not a manifest: render the base again") from None
        found[project].append(_addressed(cluster, manifest))
    try:
        return [_environment(project, items) for project, items in found.items()]
    except ValueError as error:
        raise BaseUnreadableError(f"{error}: render the base again") from None


def as_rendered(states: Iterable[EnvironmentState]) -> Iterator[EnvironmentState]:
    """Planned environments as a rendered folder would have them."""
    for state in states:
        objects = [_addressed(item.cluster, item.manifest) for item in state.objects.values()]
        yield replace(state, objects={item.key: item for item in objects}, settings=None)


def _addressed(cluster: str, manifest: Mapping[str, Any]) -> ObjectState:
    """An object whose key is its address in the cluster, because manifests do not contain Pulumi's names."""
    metadata = manifest["metadata"]
    group = str(manifest["apiVersion"]).rpartition("/")[0]
    parts = (cluster, group, manifest["kind"], metadata.get("namespace", ""), metadata["name"])
    return ObjectState(key="/".join(parts), cluster=cluster, manifest=manifest)


def _environment(project: str, items: Iterable[ObjectState]) -> EnvironmentState:
    """The environment of some objects, as the annotations of their manifests name it.

    Raises:
        ValueError: if none names one, or one whose folder cannot exist.
    """
    objects = {item.key: item for item in items}
    names = (
        item.at("metadata", "annotations", ENVIRONMENT_ANNOTATION) for item in objects.values()
    )
    try:
        identity = Identity.parse(next((str(name) for name in names if name), ""))
    except ValueError:
        identity = None
    if identity is None or not all(map(is_label, identity.steps)):
        raise ValueError(
            f"no manifest of the project {project} says which environment it belongs to"
        )
    namespaces = (item.name for item in objects.values() if item.kind == "Namespace")
    return EnvironmentState(
        identity=identity,
        project=project,
        namespace=next(namespaces, ""),
        objects=objects,
    )


class _Part(BaseModel):
    """Some fields of a part of the state; the others are ignored."""

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

    @property
    def name(self) -> str:
        """The logical name, which is the end of the URN."""
        return self.urn.rpartition("::")[2]


class _Deployment(_Part):
    resources: list[_Resource] | None = None


class _State(_Part):
    deployment: _Deployment


def exported(file: Path) -> tuple[str, list[EnvironmentState]]:
    """Read an exported state, as `pulumi stack export` writes it.

    Returns:
        The name of the stack, and its environments as they were deployed last.

    Raises:
        BaseUnreadableError: if the file is not an exported state, or its objects are not manifests.
    """
    try:
        # A placeholder replaces each special value, such as a secret.
        text = file.read_bytes()
        data = json.loads(text, object_hook=lambda item: _SECRET if _SIGNATURE in item else item)
        state = _State.model_validate(data)
        resources = {item.urn: item for item in state.deployment.resources or () if not item.delete}
        stack = next(iter(resources), "").split("::")[0].removeprefix("urn:pulumi:")
        return stack, list(_deployed(resources))
    except (OSError, ValueError, RecursionError):
        raise BaseUnreadableError(
            f"{file} is not the state of a stack: make one with `pulumi stack export --file FILE`"
        ) from None


def as_deployed(states: Iterable[EnvironmentState]) -> Iterator[EnvironmentState]:
    """Planned environments as a state would have them."""
    for state in states:
        objects = {
            key: replace(item, manifest=_without_content(item.manifest))
            for key, item in state.objects.items()
        }
        yield replace(state, objects=objects, settings=None)


def _deployed(by_urn: Mapping[str, _Resource]) -> Iterator[EnvironmentState]:
    """The environments of a state: each component of an environment with the objects below it."""
    owned: dict[str, list[_Resource]] = {
        urn: [] for urn, item in by_urn.items() if item.type == _PROJECT
    }
    for item in by_urn.values():
        if not item.custom or "kind" not in item.inputs:
            continue
        owner = item.parent
        for _ in range(_DEEPEST):
            if owner in owned:
                owned[owner].append(item)
                break
            owner = by_urn[owner].parent if owner in by_urn else ""
    for urn, items in owned.items():
        if items:
            project = by_urn[urn].name
            yield _environment(project, (_object(project, item) for item in items))


def _object(project: str, item: _Resource) -> ObjectState:
    manifest = _shaped(_without_content(item.inputs))
    metadata = dict(manifest["metadata"])
    annotations = metadata.pop("annotations", {})
    if kept := {key: text for key, text in annotations.items() if not key.startswith(_PULUMI)}:
        metadata["annotations"] = kept
    return ObjectState(
        key=item.name.removeprefix(f"{project}-"),
        cluster=item.provider.rpartition("::")[0].rpartition("::")[2],
        manifest={**manifest, "metadata": metadata},
        options={
            Option.OWNED: BY_PATCH if item.type.endswith("Patch") else WHOLE,
            Option.PROTECTED: item.protect,
        },
    )


def _without_content(manifest: Mapping[str, Any]) -> Mapping[str, Any]:
    """The manifest of a Secret without its content, of which the provider makes one encrypted value; else the manifest.

    Source: pulumi-kubernetes 4, provider/pkg/clients/unstructured.go `NormalizeSecret`.
    """
    if manifest.get("kind") != "Secret":
        return manifest
    return {key: item for key, item in manifest.items() if key not in ("data", "stringData")}


_Texts = Mapping[str, str]
_Map = Mapping[str, Any]


class _Shape(BaseModel):
    """Fields that are checked; others are allowed."""

    model_config = ConfigDict(
        extra="allow", strict=True, alias_generator=to_camel, validate_by_name=True
    )


class _Metadata(_Shape):
    name: str
    namespace: str | None = None
    labels: _Texts = Field(default_factory=dict)
    annotations: _Texts = Field(default_factory=dict)
    finalizers: list[str] = Field(default_factory=list)


class _Role(_Shape):
    name: str
    groups: list[str] = Field(default_factory=list)
    policies: list[str] = Field(default_factory=list)


class _ServiceAccount(_Shape):
    namespace: str
    default_service_account: str


class _Automated(_Shape):
    automated: _Map | None = None
    sync_options: list[str] = Field(default_factory=list)


class _Source(_Shape):
    kustomize: _Map | None = None


class _Bound(_Shape):
    min: _Map = Field(default_factory=dict)
    max: _Map = Field(default_factory=dict)
    default: _Map = Field(default_factory=dict)
    max_limit_request_ratio: _Map = Field(default_factory=dict)


class _Spec(_Shape):
    """The fields of `spec` of all kinds that the rules read: no two kinds have one of the same name."""

    roles: list[_Role] = Field(default_factory=list)
    destination_service_accounts: list[_ServiceAccount] = Field(default_factory=list)
    source_repos: list[Any] = Field(default_factory=list)
    destinations: list[Any] = Field(default_factory=list)
    cluster_resource_whitelist: list[Any] = Field(default_factory=list)
    namespace_resource_whitelist: list[Any] = Field(default_factory=list)
    namespace_resource_blacklist: list[Any] = Field(default_factory=list)
    source_namespaces: list[Any] = Field(default_factory=list)
    destination: _Map | None = None
    source: _Source | None = None
    sources: list[_Source] = Field(default_factory=list)
    sync_policy: _Automated | None = None
    scopes: list[str] = Field(default_factory=list)
    scope_selector: _Map | None = None
    hard: Mapping[str, Quantity] = Field(default_factory=dict)
    limits: list[_Bound] = Field(default_factory=list)
    policy_types: list[str] = Field(default_factory=list)
    ingress: list[Any] | None = None
    egress: list[Any] | None = None


class _Manifest(_Shape):
    api_version: str
    kind: str
    metadata: _Metadata
    string_data: _Texts = Field(default_factory=dict)
    subjects: list[_Map] = Field(default_factory=list)
    role_ref: _Map | None = None
    rules: list[Any] = Field(default_factory=list)


_JUDGED = ("AppProject", "Application", "LimitRange", "NetworkPolicy", "ResourceQuota")
"""Kinds whose `spec` the rules read."""


def _shaped(manifest: Any) -> Mapping[str, Any]:
    """The manifest, if it has the form.

    Raises:
        ValueError: if it has another form, or is not plain data; the errors of pydantic and json are subclasses.
    """

    def refuse(value: Any) -> Any:
        raise ValueError(f"{type(value).__name__} is not plain data")

    # Dates, sets, bytes, keys that are not text, and data that contains itself are not plain data.
    plain: dict[str, Any] = json.loads(json.dumps(manifest, default=refuse))
    if plain != manifest:
        raise ValueError("not plain data")
    _Manifest.model_validate(plain)
    if plain["kind"] in _JUDGED:
        _Spec.model_validate(plain.get("spec") or {})
    return plain
