"""Everything that one stack registers."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

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
    """Register the environments, and before them what they share.

    It yields to the event loop after every environment. While a program runs, Pulumi's SDK sends nothing; and after a
    program that never yielded, it awaits all outputs together instead of its requests, which takes time in proportion
    to the square of their number.

    Args:
        plans: the environments.
        keys: Argo CD's keys for helm-secrets.
        providers: by cluster name.
        secrets: the values of all secrets.
        policies: the admission policies of the clusters for which this stack deploys them.

    Returns:
        The outputs of the stack: `environments`, by the name of the project.
    """
    if keys:
        helm = HelmSecretsKeysArgs(keys=keys, providers=providers, secrets=secrets)
        HelmSecretsKeys("helm-secrets", helm)
    bindings = {
        item.cluster: AdmissionPolicies(
            f"admission-{item.cluster}", AdmissionPoliciesArgs(policies=item, providers=providers)
        ).resources
        for item in policies
    }
    for plan in plans:
        args = ArgoProjectArgs(
            plan=plan,
            providers=providers,
            secrets=secrets,
            after=bindings.get(plan.identity.cluster, ()),
        )
        ArgoProject(plan.name, args)
        await asyncio.sleep(0)
    return {"environments": {plan.name: plan.summary() for plan in plans}}
