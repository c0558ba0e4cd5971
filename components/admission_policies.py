"""The admission policies of one cluster, which all its environments share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from argoproject.plan.model import ClusterPolicies, PlannedObject
from components.clusters import Providers
from components.kubernetes import KubernetesObject, available_after, with_annotations

__all__ = ["AdmissionPolicies", "AdmissionPoliciesArgs"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AdmissionPoliciesArgs:
    """What `AdmissionPolicies` needs."""

    policies: ClusterPolicies
    """The planned policies with their bindings."""

    providers: Providers
    """By cluster name; only that of the policies' cluster is used."""


class AdmissionPolicies(pulumi.ComponentResource):
    """ValidatingAdmissionPolicies and their bindings. A binding without its policy would enforce nothing, so each
    binding is created after its policy."""

    names: pulumi.Output[list[str]]
    """Names of the objects; what uses them is created after them."""

    resources: Sequence[pulumi.Resource]
    """The bindings: what must exist before an environment can rely on the policies."""

    def __init__(
        self, name: str, args: AdmissionPoliciesArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("argoproject:index:AdmissionPolicies", name, None, opts)

        def create(item: PlannedObject, *before: pulumi.Resource) -> pulumi.Resource:
            options = pulumi.ResourceOptions(
                parent=self,
                provider=args.providers[item.cluster],
                depends_on=list(before),
                protect=item.protect,
            )
            manifest = with_annotations(dict(item.manifest), item)
            return KubernetesObject(f"{name}-{item.key}", manifest, options)

        items = args.policies.objects
        binding = "ValidatingAdmissionPolicyBinding"
        policies = {item.name: create(item) for item in items if item.kind != binding}
        self.resources = [
            create(item, policies[item.manifest["spec"]["policyName"]])
            for item in items
            if item.kind == binding
        ]
        self.names = available_after(self.resources, [item.name for item in items])
        self.register_outputs({"names": self.names})
