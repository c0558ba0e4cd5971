"""One planned object becomes one resource: its type, its inputs, its options.

This is where logical names, aliases, type tokens, Pulumi's annotations and secret values come from. The components
decide the order of objects; everything else is decided by the plan. Of the objects that environments share
(`AdmissionPolicies`, `HelmSecretsKeys`), only cluster, protection and annotations of the plan apply.
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

from argoproject.plan.model import (
    Manifest,
    Ownership,
    PlannedObject,
    ProjectPlan,
    SecretKey,
    SecretLeaf,
)
from components.clusters import Providers

__all__ = [
    "KubernetesObject",
    "ObjectFactory",
    "Placement",
    "aliases_of",
    "available_after",
    "part_options",
    "with_annotations",
    "with_secret_values",
]

T = TypeVar("T")

_RBAC = "rbac.authorization.k8s.io/v1"

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
"""Kinds for which the SDK's class is used, as it has aliases for former API versions (extensions/v1beta1 of a
NetworkPolicy). A new kind needs no entry unless it has such a history; to add one changes no URN. Secret is not among
them: its class marks all of stringData as secret, so that no preview would show which URL or user name changed."""

_PATCHES: Mapping[tuple[str, str], type[pulumi.CustomResource]] = {
    ("v1", "Namespace"): NamespacePatch,
    ("v1", "ServiceAccount"): ServiceAccountPatch,
}
"""The same for objects of other owners, of which only some fields are set."""

_PATCH_FORCE = {"pulumi.com/patchForce": "true"}

# `Healthy` alone is true before the first sync: nothing exists yet that could be unhealthy.
_WAIT_UNTIL_HEALTHY = {
    "pulumi.com/waitFor": json.dumps(
        [
            "jsonpath={.status.sync.status}=Synced",
            "jsonpath={.status.health.status}=Healthy",
        ]
    )
}


class KubernetesObject(pulumi.CustomResource):
    """An object of any kind, under the type token that the SDK's class has or would have.

    Args:
        name: logical name.
        manifest: the object, with Pulumi inputs in the place of secret values.
        opts: options of the resource.
        patch: set only the fields of the manifest on an object of another owner.
    """

    def __init__(
        self, name: str, manifest: Manifest, opts: pulumi.ResourceOptions, *, patch: bool = False
    ) -> None:
        api_version, kind = manifest["apiVersion"], manifest["kind"]
        if kind == "Secret":
            secret = pulumi.ResourceOptions(additional_secret_outputs=["data", "stringData"])
            opts = pulumi.ResourceOptions.merge(opts, secret)
        module = api_version if "/" in api_version else f"core/{api_version}"
        token = f"kubernetes:{module}:{kind}{'Patch' if patch else ''}"
        super().__init__(token, name, manifest, opts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """The position of an object among the resources."""

    parent: pulumi.Resource
    after: Sequence[pulumi.Resource] = ()
    """What is created before it."""

    deleted_with: pulumi.Resource | None = None
    """The resource whose deletion deletes it, without a request of its own."""

    moved_from: Iterable[str] = ()
    """Keys that it had before."""


@dataclass(frozen=True, slots=True)
class ObjectFactory:
    """Creates the resources of one project."""

    plan: ProjectPlan
    providers: Providers
    """By cluster name."""

    _: KW_ONLY
    secrets: Mapping[SecretKey, pulumi.Input[str]] = field(default_factory=dict, repr=False)
    """The values of secrets, by the secret keys of the plan."""

    def create(self, item: PlannedObject, place: Placement) -> pulumi.CustomResource:
        """Register an object. Its logical name is `<project>-<key>`."""
        patch = item.ownership is Ownership.PATCH
        options = pulumi.ResourceOptions(
            parent=place.parent,
            provider=self.providers[item.cluster],
            depends_on=list(place.after),
            # Always given: Pulumi would take it from the options of the component's caller.
            protect=item.protect and not self.plan.retiring,
            # Deleting a patch gives its fields up. A namespace of another owner would lose its Pod Security labels, and
            # one that no longer exists would be created (pulumi-kubernetes, ssa.Relinquish is a server-side apply).
            retain_on_delete=item.keep or (patch and item.kind == "Namespace"),
            deleted_with=place.deleted_with,
            ignore_changes=list(item.ignore_changes),
            aliases=aliases_of(self.plan, item.key, place.moved_from),
        )
        if item.ownership is Ownership.ADOPT:
            namespace = "" if item.namespace is None else f"{item.namespace}/"
            options.import_ = f"{namespace}{item.name}"
        name = f"{self.plan.name}-{item.key}"
        manifest = with_annotations(with_secret_values(item.manifest, self.secrets), item)
        api_version, kind = manifest["apiVersion"], manifest["kind"]
        typed = (_PATCHES if patch else _TYPED).get((api_version, kind))
        if api_version.startswith("argoproj.io/") and not patch:
            typed = CustomResource
        # The SDK's classes accept no other keys than their own.
        if item.as_written or typed is None:
            return KubernetesObject(name, manifest, options, patch=patch)
        # They spell top-level keys in Python's way, `apiVersion` as `api_version`; the rest is passed on unchanged.
        arguments = {
            re.sub(r"[A-Z]", lambda letter: f"_{letter[0].lower()}", key): value
            for key, value in manifest.items()
        }
        return typed(name, **arguments, opts=options)


def with_annotations(manifest: dict[str, Any], item: PlannedObject) -> Manifest:
    """A manifest with the annotations that make Pulumi's provider force fields, and wait."""
    extra = {
        **(_PATCH_FORCE if item.force else {}),
        **(_WAIT_UNTIL_HEALTHY if item.wait_until_healthy else {}),
    }
    if not extra:
        return manifest
    metadata = manifest["metadata"]
    annotations = {**metadata.get("annotations", {}), **extra}
    return {**manifest, "metadata": {**metadata, "annotations": annotations}}


def with_secret_values(value: Any, secrets: Mapping[SecretKey, pulumi.Input[str]]) -> Any:
    """A manifest with values in the place of its secret leaves, each of them a Pulumi secret."""
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return {key: with_secret_values(item, secrets) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [with_secret_values(item, secrets) for item in value]
    if not isinstance(value, SecretLeaf):
        return value
    leaf = value
    if len(leaf.keys) == 1:
        (key,) = leaf.keys
        # The usual case. `Output.all` of one value costs more than the rest of the registration.
        return pulumi.Output.secret(secrets[key]).apply(lambda it: leaf.reveal({key: it}))
    values = (pulumi.Output.secret(secrets[key]) for key in leaf.keys)
    return pulumi.Output.all(*values).apply(
        lambda texts: leaf.reveal(dict(zip(leaf.keys, texts, strict=True)))
    )


def aliases_of(
    plan: ProjectPlan, key: str | None = None, old_keys: Iterable[str] = ()
) -> list[pulumi.Input[str | pulumi.Alias]]:
    """The aliases of a resource for the logical names that it had before.

    Every resource gets them: Pulumi derives a child's former name from its parent's only where the parent's name is a
    prefix of the child's, and `<project>-namespace` is none of `<project>-quota`.

    Args:
        plan: the project, with its former names.
        key: key of the resource, None for the project's own component.
        old_keys: keys that the resource had before.

    Example:
        For the key `web`, formerly `app`, of the project `new`, formerly `old`: `new-app`, `old-web`, `old-app`.
    """
    parts = [""] if key is None else [f"-{part}" for part in (key, *old_keys)]
    names = [f"{name}{part}" for name in (plan.name, *plan.moved_from) for part in parts]
    return [pulumi.Alias(name=name) for name in dict.fromkeys(names) if name != names[0]]


def part_options(plan: ProjectPlan, part: str, parent: pulumi.Resource) -> pulumi.ResourceOptions:
    """The options of a component inside the project. They contain nothing of the caller's options."""
    return pulumi.ResourceOptions(parent=parent, aliases=aliases_of(plan, part))


def available_after(resources: Iterable[pulumi.Resource], value: T) -> pulumi.Output[T]:
    """A value that is known in previews; what uses it is created after the resources."""
    urns = [resource.urn for resource in resources]
    return pulumi.Output.all(*urns).apply(lambda _: value)
