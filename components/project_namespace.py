"""The namespace of a project on its destination cluster, and what guards it; not what is deployed into it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from argoproject.plan.model import NamespacePlan, Ownership
from components.kubernetes import ObjectFactory, Placement, available_after

__all__ = ["ProjectNamespace", "ProjectNamespaceArgs"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectNamespaceArgs:
    """What `ProjectNamespace` needs."""

    plan: NamespacePlan
    """The namespace, where this project has one, and the objects in it."""

    objects: ObjectFactory
    """Creates the objects of the project."""

    after: Sequence[pulumi.Resource] = ()
    """What must exist before the namespace: the admission policies of its cluster."""


class ProjectNamespace(pulumi.ComponentResource):
    """A namespace with its quota, limits, network policies, pull Secrets, accounts and extra manifests."""

    namespace: pulumi.Output[str]
    """Name of the namespace, known once everything that guards it exists."""

    guards: Sequence[pulumi.Resource]
    """What must exist before anything may be deployed: the objects in the namespace; if there are none, itself."""

    def __init__(
        self, name: str, args: ProjectNamespaceArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("argoproject:index:ProjectNamespace", name, None, opts)
        plan = args.plan
        namespace = None
        if plan.namespace is not None:
            place = Placement(parent=self, after=args.after)
            namespace = args.objects.create(plan.namespace, place)
        # While the environment retires, the deletion of a namespace that Pulumi owns deletes what is in it. Otherwise,
        # if the namespace is protected, kept or of another owner, the objects would leave Pulumi's state but stay in
        # the cluster.
        vanishing = None
        if (
            args.objects.plan.retiring
            and plan.namespace is not None
            and plan.namespace.ownership is not Ownership.PATCH
            and not plan.namespace.keep
        ):
            vanishing = (plan.namespace.cluster, plan.namespace.name)
        objects: dict[str, pulumi.Resource] = {}
        for item in plan.objects:
            before = namespace if item.after is None else objects[item.after]
            place = Placement(
                parent=self,
                after=[] if before is None else [before],
                deleted_with=namespace if vanishing == (item.cluster, item.namespace) else None,
            )
            objects[item.key] = args.objects.create(item, place)
        self.guards = list(objects.values()) or ([] if namespace is None else [namespace])
        self.namespace = available_after(self.guards, args.objects.plan.namespace_name)
        self.register_outputs({"namespace": self.namespace})
