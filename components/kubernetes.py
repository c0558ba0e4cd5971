"""One planned object becomes one resource: its type, its inputs, its options.

Owns logical names, aliases, type tokens, Pulumi's annotations and the secret leaves. The order of objects is the
components' business, everything else was decided by the plan.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from typing import Any, TypeVar

import pulumi
from pulumi_kubernetes.apiextensions import CustomResource
from pulumi_kubernetes.core.v1 import (
    LimitRange,
    Namespace,
    NamespacePatch,
    ResourceQuota,
    ServiceAccount,
    ServiceAccountPatch,
)
from pulumi_kubernetes.networking.v1 import NetworkPolicy
from pulumi_kubernetes.rbac.v1 import ClusterRole, ClusterRoleBinding, Role, RoleBinding

from argoproject.plan.leaves import Manifest, SecretKey, SecretLeaf
from argoproject.plan.model import Ownership, PlannedObject, ProjectPlan
from components.clusters import Providers

__all__ = [
    "KubernetesObject",
    "ObjectFactory",
    "Placement",
    "after",
    "annotated",
    "part_options",
    "renamed",
    "revealed",
]

T = TypeVar("T")

_RBAC = "rbac.authorization.k8s.io/v1"

# Not Secret: its class marks all of stringData, so that no preview would show which URL or user name changed.
_TYPED: Mapping[tuple[str, str], type[pulumi.CustomResource]] = {
    ("v1", "LimitRange"): LimitRange,
    ("v1", "Namespace"): Namespace,
    ("v1", "ResourceQuota"): ResourceQuota,
    ("v1", "ServiceAccount"): ServiceAccount,
    ("networking.k8s.io/v1", "NetworkPolicy"): NetworkPolicy,
    (_RBAC, "ClusterRole"): ClusterRole,
    (_RBAC, "ClusterRoleBinding"): ClusterRoleBinding,
    (_RBAC, "Role"): Role,
    (_RBAC, "RoleBinding"): RoleBinding,
}

_PATCHES: Mapping[tuple[str, str], type[pulumi.CustomResource]] = {
    ("v1", "Namespace"): NamespacePatch,
    ("v1", "ServiceAccount"): ServiceAccountPatch,
}

_ARGO_CD = "argoproj.io/"

_PATCH_FORCE = {"pulumi.com/patchForce": "true"}

# Healthy alone is true before the first sync: nothing is there yet that could be unhealthy.
_WAIT_UNTIL_HEALTHY = {
    "pulumi.com/waitFor": json.dumps(
        [
            "jsonpath={.status.sync.status}=Synced",
            "jsonpath={.status.health.status}=Healthy",
        ]
    )
}


class KubernetesObject(pulumi.CustomResource):
    """An object of any kind, under the type token that the SDK's class has or would have."""

    def __init__(
        self, name: str, manifest: Manifest, opts: pulumi.ResourceOptions, *, patch: bool = False
    ) -> None:
        if manifest["kind"] == "Secret":
            secret = pulumi.ResourceOptions(additional_secret_outputs=["data", "stringData"])
            opts = pulumi.ResourceOptions.merge(opts, secret)
        super().__init__(_type_token(manifest, patch=patch), name, manifest, opts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Where an object stands among the resources: below `parent`, created after `after`."""

    parent: pulumi.Resource
    after: Sequence[pulumi.Resource] = ()
    deleted_with: pulumi.Resource | None = None
    """It vanishes with this one, without a request of its own."""

    moved_from: Iterable[str] = ()
    """Keys that it had before."""


@dataclass(frozen=True, slots=True)
class ObjectFactory:
    """Makes the resources of one project."""

    plan: ProjectPlan
    providers: Providers
    _: KW_ONLY
    secrets: Mapping[SecretKey, pulumi.Input[str]] = field(default_factory=dict, repr=False)

    def create(self, item: PlannedObject, place: Placement) -> pulumi.CustomResource:
        """Register the object."""
        return _register(
            f"{self.plan.name}-{item.key}",
            item,
            annotated(revealed(item.manifest, self.secrets), item),
            self._options(item, place),
        )

    def _options(self, item: PlannedObject, place: Placement) -> pulumi.ResourceOptions:
        # Protection is always said: left out, Pulumi would take it from the parent's caller.
        return pulumi.ResourceOptions(
            parent=place.parent,
            provider=self.providers[item.cluster],
            depends_on=list(place.after),
            protect=item.protect and not self.plan.retiring,
            retain_on_delete=_retained(item),
            deleted_with=place.deleted_with,
            ignore_changes=list(item.ignore_changes),
            import_=_import_id(item) if item.ownership is Ownership.ADOPT else None,
            aliases=renamed(self.plan, item.key, place.moved_from),
        )


def revealed(value: Any, secrets: Mapping[SecretKey, pulumi.Input[str]]) -> Any:
    """A manifest with its values in the place of its secret leaves, each a Pulumi secret."""
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return {key: revealed(item, secrets) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [revealed(item, secrets) for item in value]
    return _secret(value, secrets) if isinstance(value, SecretLeaf) else value


def _secret(leaf: SecretLeaf, secrets: Mapping[SecretKey, pulumi.Input[str]]) -> pulumi.Output[str]:
    if len(leaf.keys) == 1:
        (key,) = leaf.keys
        # The usual case. Gathering a mapping of one costs more than the rest of the registration's bookkeeping.
        return pulumi.Output.secret(secrets[key]).apply(lambda it: leaf.reveal({key: it}))
    values = {key: pulumi.Output.secret(secrets[key]) for key in leaf.keys}
    return pulumi.Output.all(**values).apply(leaf.reveal)


def renamed(
    plan: ProjectPlan, key: str | None = None, old_keys: Iterable[str] = ()
) -> list[pulumi.Input[str | pulumi.Alias]]:
    """Tell which logical names a resource of the project had before.

    Said for every resource: Pulumi derives a child's former name from its parent's only where the parent's name is
    the child's prefix, which `<project>-namespace` is not for `<project>-quota`.
    """
    keys = [None] if key is None else [key, *old_keys]
    names = [_logical_name(name, part) for name in (plan.name, *plan.moved_from) for part in keys]
    return [pulumi.Alias(name=name) for name in dict.fromkeys(names) if name != names[0]]


def part_options(plan: ProjectPlan, part: str, parent: pulumi.Resource) -> pulumi.ResourceOptions:
    """Give the options of a component inside the project. Nothing of the caller's options is in them."""
    return pulumi.ResourceOptions(parent=parent, aliases=renamed(plan, part))


def after(resources: Iterable[pulumi.Resource], value: T) -> pulumi.Output[T]:
    """Give a value that is known now, but whose users are created after the resources."""
    urns = [resource.urn for resource in resources]
    return pulumi.Output.all(*urns).apply(lambda _: value)


def _logical_name(project: str, part: str | None) -> str:
    return project if part is None else f"{project}-{part}"


def _register(
    name: str, item: PlannedObject, manifest: Manifest, opts: pulumi.ResourceOptions
) -> pulumi.CustomResource:
    """Choose the class. Whether it patches is said by the ownership, never by the manifest."""
    patch = item.ownership is Ownership.PATCH
    version, kind = manifest["apiVersion"], manifest["kind"]
    if item.as_written:  # the SDK's classes take no keys but their own
        return KubernetesObject(name, manifest, opts, patch=patch)
    if version.startswith(_ARGO_CD) and not patch:
        return CustomResource(name, **_arguments(manifest), opts=opts)
    typed = (_PATCHES if patch else _TYPED).get((version, kind))
    if typed is None:
        return KubernetesObject(name, manifest, opts, patch=patch)
    return typed(name, **_arguments(manifest), opts=opts)


def _arguments(manifest: Manifest) -> dict[str, Any]:
    """Spell the top level as the SDK's classes take it; what is below is passed through as it is."""
    return {re.sub(r"[A-Z]", _underscored, key): value for key, value in manifest.items()}


def _underscored(letter: re.Match[str]) -> str:
    return f"_{letter[0].lower()}"


def _type_token(manifest: Manifest, *, patch: bool) -> str:
    version, kind = manifest["apiVersion"], manifest["kind"]
    group = version if "/" in version else f"core/{version}"
    return f"kubernetes:{group}:{kind}{'Patch' if patch else ''}"


def annotated(manifest: dict[str, Any], item: PlannedObject) -> Manifest:
    """A manifest with the annotations by which Pulumi's provider forces and waits."""
    extra = {
        **(_PATCH_FORCE if item.force else {}),
        **(_WAIT_UNTIL_HEALTHY if item.wait_until_healthy else {}),
    }
    if not extra:
        return manifest
    metadata = manifest["metadata"]
    annotations = {**metadata.get("annotations", {}), **extra}
    return {**manifest, "metadata": {**metadata, "annotations": annotations}}


def _retained(item: PlannedObject) -> bool:
    # Deleting a patch gives its fields up. Somebody else's namespace would lose its Pod Security labels, and one that
    # is gone already would be created by it (pulumi-kubernetes, ssa.Relinquish is a server-side apply).
    return item.keep or (item.ownership is Ownership.PATCH and item.kind == "Namespace")


def _import_id(item: PlannedObject) -> str:
    return item.name if item.namespace is None else f"{item.namespace}/{item.name}"
