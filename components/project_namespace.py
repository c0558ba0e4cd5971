"""The destination cluster's side: the namespace, then what guards it. Not what is deployed into it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from argoproject.plan.model import NamespacePlan, Ownership, PlannedObject
from components.kubernetes import ObjectFactory, Placement, after

__all__ = ["ProjectNamespace", "ProjectNamespaceArgs"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectNamespaceArgs:
    """What stands in the namespace, and who makes it."""

    plan: NamespacePlan
    objects: ObjectFactory
    after: Sequence[pulumi.Resource] = ()


class ProjectNamespace(pulumi.ComponentResource):
    """A namespace with its quota, limits, network policies, pull Secrets, accounts and extra manifests."""

    namespace: pulumi.Output[str]
    """Name of the namespace, known once everything that guards it stands."""

    guards: Sequence[pulumi.Resource]
    """What must stand before anything may be deployed: the last resources of this component."""

    def __init__(
        self, name: str, args: ProjectNamespaceArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("argoproject:index:ProjectNamespace", name, None, opts)
        self._args = args
        namespace = self._namespace()
        objects: dict[str, pulumi.Resource] = {}
        for item in args.plan.objects:
            before = namespace if item.after is None else objects[item.after]
            objects[item.key] = self._guard(item, namespace, before)
        self.guards = list(objects.values()) or ([] if namespace is None else [namespace])
        self.namespace = after(self.guards, args.objects.plan.namespace_name)
        self.register_outputs({"namespace": self.namespace})

    def _namespace(self) -> pulumi.Resource | None:
        item = self._args.plan.namespace
        place = Placement(parent=self, after=self._args.after)
        return None if item is None else self._args.objects.create(item, place)

    def _guard(
        self, item: PlannedObject, namespace: pulumi.Resource | None, before: pulumi.Resource | None
    ) -> pulumi.Resource:
        place = Placement(
            parent=self,
            after=[] if before is None else [before],
            deleted_with=namespace if self._vanishes(item) else None,
        )
        return self._args.objects.create(item, place)

    def _vanishes(self, item: PlannedObject) -> bool:
        """Whether the deletion of the namespace is the deletion of the object.

        Only while the environment retires: with a namespace that is protected, kept or somebody else's, the object
        would leave Pulumi's state but stay in the cluster.
        """
        namespace = self._args.plan.namespace
        return (
            self._args.objects.plan.retiring
            and namespace is not None
            and namespace.ownership is not Ownership.PATCH
            and not namespace.keep
            and (item.cluster, item.namespace) == (namespace.cluster, namespace.name)
        )
