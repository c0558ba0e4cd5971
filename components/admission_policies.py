"""The admission policies of one cluster, which all its environments share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from argoproject.plan.model import ClusterPolicies, PlannedObject
from components.clusters import Providers
from components.kubernetes import KubernetesObject, after, annotated

__all__ = ["AdmissionPolicies", "AdmissionPoliciesArgs"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AdmissionPoliciesArgs:
    """The policies with their bindings, and how to reach their cluster."""

    policies: ClusterPolicies
    providers: Providers


class AdmissionPolicies(pulumi.ComponentResource):
    """ValidatingAdmissionPolicies and their bindings."""

    names: pulumi.Output[list[str]]
    """Names of the objects, known once they stand."""

    resources: Sequence[pulumi.Resource]
    """The bindings: what must stand before an environment counts on them."""

    def __init__(
        self, name: str, args: AdmissionPoliciesArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("argoproject:index:AdmissionPolicies", name, None, opts)
        self._args = args
        self._name = name
        items = args.policies.objects
        policies = {item.name: self._object(item) for item in items if not _is_binding(item)}
        # A binding without its policy enforces nothing.
        self.resources = [
            self._object(item, policies[item.manifest["spec"]["policyName"]])
            for item in items
            if _is_binding(item)
        ]
        self.names = after(self.resources, [item.name for item in items])
        self.register_outputs({"names": self.names})

    def _object(self, item: PlannedObject, *before: pulumi.Resource) -> pulumi.Resource:
        options = pulumi.ResourceOptions(
            parent=self,
            provider=self._args.providers[item.cluster],
            depends_on=list(before),
            protect=item.protect,
        )
        manifest = annotated(dict(item.manifest), item)
        return KubernetesObject(f"{self._name}-{item.key}", manifest, options)


def _is_binding(item: PlannedObject) -> bool:
    return item.kind == "ValidatingAdmissionPolicyBinding"
