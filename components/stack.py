"""Everything that one stack registers."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import pulumi

from argoproject.plan.model import ClusterPolicies, PlannedObject, ProjectPlan
from components.admission_policies import AdmissionPolicies, AdmissionPoliciesArgs
from components.argo_project import ArgoProject, ArgoProjectArgs
from components.clusters import Providers
from components.helm_secrets_keys import HelmSecretsKeys, HelmSecretsKeysArgs
from components.secrets import Secrets

__all__ = ["register"]


async def register(
    plans: Sequence[ProjectPlan],
    keys: Sequence[PlannedObject],
    providers: Providers,
    secrets: Secrets,
    policies: Sequence[ClusterPolicies] = (),
) -> Mapping[str, Any]:
    """Register the environments, and before them what they share: Argo CD's keys for helm-secrets, the admission
    policies of clusters. Give the stack's outputs.

    It yields after every environment. While a program runs, Pulumi's SDK sends nothing; and after one that never
    yielded, it awaits all outputs together instead of its requests, which costs the square of their number.
    """
    if keys:
        helm = HelmSecretsKeysArgs(keys=keys, providers=providers, secrets=secrets)
        HelmSecretsKeys("helm-secrets", helm)
    guarded = {item.cluster: _policies(item, providers) for item in policies}
    for plan in plans:
        args = ArgoProjectArgs(
            plan=plan,
            providers=providers,
            secrets=secrets,
            after=guarded.get(plan.identity.cluster, ()),
        )
        ArgoProject(plan.name, args)
        await asyncio.sleep(0)
    return {"environments": {plan.name: plan.summary() for plan in plans}}


def _policies(policies: ClusterPolicies, providers: Providers) -> Sequence[pulumi.Resource]:
    args = AdmissionPoliciesArgs(policies=policies, providers=providers)
    return AdmissionPolicies(f"admission-{policies.cluster}", args).resources
